"""The day's report as one self-contained page that opens from disk."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from jinja2 import Environment, PackageLoader

from sync import wording
from sync.changes import Severity
from sync.report.catalogue_text import counted
from sync.report.daily import DailyReport
from sync.report.kinds import KINDS


def page_path(folder: Path, day: dt.date) -> Path:
    """Where the page of a day is written."""
    return folder / f"report-{day.isoformat()}.html"


def write_page(report: DailyReport, folder: Path) -> Path:
    """Write `report-<day>.html` into a folder, whole or not at all; returns its path."""
    environment = Environment(
        loader=PackageLoader("sync.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        points=wording.points,
        day=wording.day,
        moment=wording.moment,
        period=wording.period,
        whole=wording.count,
        counted=counted,
    )
    text = environment.get_template("daily.html").render(
        report=report, kinds=KINDS, Severity=Severity
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = page_path(folder, report.day)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
    return path
