"""What people read, made from the store alone: the day's content once, then its renderings."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from sqlalchemy import Engine

from sync import clock
from sync.config import Config
from sync.report.daily import daily_report
from sync.report.page import write_page
from sync.report.text import print_report
from sync.store import reading


def write_daily(engine: Engine, config: Config, console: Console) -> Path:
    """Print today's report and write its page; returns the page's path."""
    with reading(engine) as connection:
        report = daily_report(connection, clock.day_of(clock.now()), config.index.province_codes)
    print_report(report, console)
    return write_page(report, config.reports_folder)
