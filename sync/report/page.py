"""The day's report as one self-contained page that opens from disk, and the list of the days.

Nothing is loaded from anywhere: style, script and drawings stand in the page, and its own policy
forbids all else, so that nothing that a source printed can ever run or be fetched.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections import Counter
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from scrapers.evaluation_groups import GROUPS
from sync import wording
from sync.clock import VIETNAM
from sync.report import charts
from sync.report.catalogue_text import counted
from sync.report.daily import DailyReport
from sync.report.files import page_path
from sync.report.kinds import KINDS
from sync.report.page_index import months_of
from sync.report.page_sections import sections
from sync.report.whole_file import whole, write_whole

INDEX = "index.html"

_CLASS_STYLES = {"Xuất sắc": 1, "Tốt": 2, "Khá": 3, "Trung bình": 4, "Yếu": 5}
"""The colours of the usual classes; an office's own ones are grey. All are words too."""
_DATASETS = {"index": "Chỉ số", "dossiers": "Hồ sơ", "procedures": "Thủ tục"}
_OUTCOMES = {
    "accepted": "nhận",
    "unchanged": "không đổi",
    "refused": "không được nhận",
    "failed": "không đọc được",
}


def write_page(report: DailyReport, folder: Path, *, is_listed: bool = True) -> Path:
    """Write `report-<day>.html` into a folder, whole or not at all; returns its path.

    It leads to the list of the days where one `is_listed` there. Raises OSError when it cannot be
    written.
    """
    environment = _environment()
    script = _source(environment, "report.js")
    pieces = environment.get_template("daily.html").stream(
        report=report,
        is_listed=is_listed,
        sections=sections(report),
        style=_source(environment, "report.css"),
        script=script,
        script_hash=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
    )
    path = page_path(folder, report.day)
    with whole(path) as unfinished:
        # Piece by piece: a page of the whole nation has millions of characters.
        pieces.dump(str(unfinished), encoding="utf-8")
    return path


def write_index(folder: Path) -> Path:
    """Write `index.html`, the list of the reports that stand in a folder; returns its path.

    Whole or not at all. Raises OSError when it cannot be written.
    """
    environment = _environment()
    text = environment.get_template(INDEX).render(
        months=months_of(path.name for path in folder.glob("*") if path.is_file()),
        style=_source(environment, "report.css"),
    )
    return write_whole(folder / INDEX, text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sync.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        points=wording.points,
        day=wording.day,
        moment=wording.moment,
        period=wording.period,
        whole=wording.count,
        clock=_clock,
        counted=counted,
        kind=lambda kind: KINDS.get(kind, kind),
        dataset=lambda dataset: _DATASETS.get(dataset, dataset),
        outcomes=_outcomes,
        class_style=lambda label: f"class-{_CLASS_STYLES.get(label, 0)}",
        share_of_maximum=charts.share_of_maximum,
    )
    environment.globals.update(
        group_names={code: group.name for code, group in GROUPS.items()},
        fraction=wording.fraction,
        course_chart=charts.course_chart,
        months_chart=charts.months_chart,
        groups_chart=charts.groups_chart,
        ages_chart=charts.ages_chart,
    )
    return environment


def _source(environment: Environment, name: str) -> str:
    """A file beside the templates, to stand in a page as it is."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _clock(value: dt.datetime) -> str:
    return f"{value.astimezone(VIETNAM):%H:%M}"


def _outcomes(readings: Counter[str]) -> str:
    """Readings by outcome: "12 nhận, 1 không được nhận"."""
    return ", ".join(
        f"{wording.count(number)} {_OUTCOMES.get(status, status)}"
        for status, number in readings.items()
    )
