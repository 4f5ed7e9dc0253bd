"""What people read, made from the store alone: the day's content once, then its renderings."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text
from sqlalchemy import Engine

from sync import clock
from sync.config import Config
from sync.failures import Failure
from sync.report.daily import daily_report
from sync.report.due_soon import due_soon_settings
from sync.report.page import page_path, write_page
from sync.report.text import print_report
from sync.report.workbook import write_workbook
from sync.store import reading

__all__ = ["ReportFailure", "page_path", "write_daily"]


class ReportFailure(Failure):
    """The day's report cannot be written; the message says where and why."""

    exit_code = 2


def write_daily(engine: Engine, config: Config, console: Console) -> Path:
    """Print today's report, write its page and its workbook; returns the page's path.

    Raises ReportFailure when the page cannot be written.
    """
    with reading(engine) as connection:
        report = daily_report(
            connection,
            clock.day_of(clock.now()),
            config.index.province_codes,
            due_soon_settings(config),
        )
    print_report(report, console)
    try:
        page = write_page(report, config.reports_folder)
    except OSError as error:
        raise ReportFailure(
            f"the report cannot be written to {config.reports_folder}: {error.strerror}; what was "
            "read is stored. Mend the folder, then run `dvcqg check` again."
        ) from error
    try:
        workbook = write_workbook(report.overdue, config.reports_folder, report.due_soon)
    except OSError as error:
        # Excel locks a workbook that is open; that must not cost the office the rest of the day.
        console.print(Text(f"\nKhông ghi được bảng Excel ({error}). Đóng tệp rồi chạy lại.", "red"))
    else:
        if workbook is not None:
            console.print(Text(f"\nBảng Excel: {workbook}"), soft_wrap=True)
    return page
