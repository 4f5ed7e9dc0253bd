"""The files of a report: which there are, what they are called, and that they get written.

What writes a format is imported when a file of that format is made: drawings, workbooks and Word
documents cost time and memory that a question about something else need not pay.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from sync.config import Config
from sync.report.daily import DailyReport
from sync.report.monthly import MonthlyReport
from sync.report.monthly_text import monthly_text
from sync.report.text import print_report
from sync.report.whole_file import unused, write_whole

TEXT_WIDTH = 120
LABELS = {"html": "Báo cáo", "xlsx": "Bảng Excel", "docx": "Văn bản Word", "txt": "Bản chữ"}


class Written(NamedTuple):
    """A file that was written, and what to call it to an official."""

    label: str
    path: Path


def page_path(folder: Path, day: dt.date) -> Path:
    """Where the page of a day is written."""
    return folder / f"report-{day.isoformat()}.html"


def write_daily_files(
    report: DailyReport, config: Config, folder: Path, formats: Iterable[str]
) -> Iterator[Written]:
    """Write a day's report in some formats (html, xlsx, txt), each file whole or not at all.

    Raises OSError when one cannot be written, for example because it is open in Excel.
    """
    for name in formats:
        for write in DAILY_WRITERS[name]:
            path = write(report, config, folder)
            if path is not None:
                yield Written(LABELS[name], path)


def write_monthly_files(
    report: MonthlyReport,
    config: Config,
    folder: Path,
    formats: Iterable[str],
    template: Path | None = None,
) -> Iterator[Written]:
    """Write a month's report in some formats (docx, xlsx, txt), each file whole or not at all.

    The Word draft never takes the place of an earlier one, in which somebody may have written.
    `template` is an office's own for it. Raises OSError and TemplateFailure.
    """
    ending = str(report.month)
    if report.subject.kind != "province" or len(config.index.province_codes) > 1:
        ending += f"-{report.subject.code}"
    for name in formats:
        yield Written(LABELS[name], _write_monthly(report, folder, ending, name, template))


def list_reports(config: Config, folder: Path) -> None:
    """Bring the list of a folder's reports up to date, where that is the reports' own folder.

    In any other, `index.html` may be somebody else's. Raises OSError.
    """
    from sync.report.page import write_index

    if _is_listed(config, folder):
        write_index(folder)


def _is_listed(config: Config, folder: Path) -> bool:
    return config.reports_folder in (folder, folder.parent)


def _page(report: DailyReport, config: Config, folder: Path) -> Path:
    from sync.report.page import write_page

    return write_page(report, folder, is_listed=_is_listed(config, folder))


def _results(report: DailyReport, config: Config, folder: Path) -> Path:
    from sync.report.results_workbook import write_results_workbook

    path = folder / f"ket-qua-766-{report.day.isoformat()}.xlsx"
    return write_results_workbook(report.results, report.duties, path, config.index.classes)


def _overdue(report: DailyReport, config: Config, folder: Path) -> Path | None:
    from sync.report.workbook import write_workbook

    return write_workbook(report.overdue, folder, report.due_soon)


def _text(report: DailyReport, config: Config, folder: Path) -> Path:
    told = io.StringIO()
    print_report(report, Console(file=told, width=TEXT_WIDTH))
    return write_whole(folder / f"report-{report.day.isoformat()}.txt", told.getvalue())


DAILY_WRITERS: Mapping[str, tuple[Callable[[DailyReport, Config, Path], Path | None], ...]] = {
    "html": (_page,),
    "xlsx": (_results, _overdue),
    "txt": (_text,),
}
"""Format -> what writes its files, each given the report, the settings and the folder; None is a
file that has nothing to tell. Each raises OSError when its file cannot be written."""


def _write_monthly(
    report: MonthlyReport, folder: Path, ending: str, name: str, template: Path | None
) -> Path:
    if name == "txt":
        return write_whole(folder / f"thong-bao-{ending}.txt", monthly_text(report))
    if name == "docx":
        from sync.report.announcement import write_announcement

        return write_announcement(report, unused(folder / f"thong-bao-{ending}.docx"), template)
    from sync.report.results_workbook import write_results_workbook

    shown = report.results
    if report.subject.kind != "province":
        shown = replace(shown, units=[report.subject, *report.units])
    path = folder / f"ket-qua-766-{ending}.xlsx"
    return write_results_workbook([shown], report.duties, path, report.classes)
