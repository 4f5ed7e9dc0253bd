"""What people read, made from the store alone: the day's content once, then its renderings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection, Engine

from sync import clock
from sync.config import Config
from sync.failures import Failure
from sync.report.daily import DailyReport, daily_report
from sync.report.due_soon import due_soon_settings
from sync.report.duty_log import daily_datasets
from sync.report.files import DAILY_WRITERS, LABELS, list_reports, page_path, write_daily_files
from sync.report.text import print_report
from sync.report.whole_file import remove_leftovers
from sync.store import reading

__all__ = ["ReportFailure", "daily_content", "page_path", "write_daily"]


class ReportFailure(Failure):
    """The day's report cannot be written; the message says where and why."""

    exit_code = 2


def daily_content(
    connection: Connection, config: Config, day: dt.date, seen_on: dt.date | None = None
) -> DailyReport:
    """A day's report for the office of a configuration, its index as seen up to `seen_on`."""
    return daily_report(
        connection,
        day,
        config.index.province_codes,
        due_soon_settings(config),
        seen_on,
        daily_datasets(config),
    )


def write_daily(engine: Engine, config: Config, console: Console) -> Path:
    """Print today's report, write its page and its workbooks; returns the page's path.

    Raises ReportFailure when the page cannot be written.
    """
    folder = config.reports_folder
    with reading(engine) as connection:
        report = daily_content(connection, config, clock.day_of(clock.now()))
    print_report(report, console)
    with _told_in_one_sentence(folder):
        remove_leftovers(folder)
        (page,) = write_daily_files(report, config, folder, ["html"])
    for write in DAILY_WRITERS["xlsx"]:
        _print_workbook(partial(write, report, config, folder), console)
    with _told_in_one_sentence(folder):
        list_reports(config, folder)
    return page.path


def _print_workbook(write: Callable[[], Path | None], console: Console) -> None:
    try:
        path = write()
    except OSError as error:
        # Excel locks a workbook that is open; that must not cost the office the rest of the day.
        console.print(Text(f"\nKhông ghi được bảng Excel ({error}). Đóng tệp rồi chạy lại.", "red"))
    else:
        if path is not None:
            console.print(Text(f"\n{LABELS['xlsx']}: {path}"), soft_wrap=True)


@contextmanager
def _told_in_one_sentence(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReportFailure(
            f"the report cannot be written to {folder}: {error.strerror}; what was "
            "read is stored. Mend the folder, then run `dvcqg check` again."
        ) from error
