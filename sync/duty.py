"""One day's duty in order, the same for `dvcqg check` and for the daemon.

    check → alerts and digests → report → what is due is sent → the dead man's switch
          → what is too old leaves the archive

Each step is kept before the next begins: a report that cannot be written loses no alert, and a
message that cannot be sent waits in the store.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from sqlalchemy import Engine

from sync import clock
from sync.alerts import update_alerts
from sync.attempts import is_whole_day_done, mark_told
from sync.check import DATASETS, CheckResult, Make, make_here, run_check
from sync.config import Config
from sync.digest import queue_digests
from sync.listing_sources import with_only
from sync.notify import send_due
from sync.ping import ping
from sync.report import page_path, write_daily
from sync.retention import prune
from sync.run import Progress
from sync.store import reading, writing


class Duty(NamedTuple):
    """What one duty did."""

    result: CheckResult
    report: Path
    """The page of the day's report."""


def do_duty(
    config: Config,
    engine: Engine,
    progress: Progress,
    console: Console,
    only: Collection[str] = DATASETS,
    sources: Collection[str] | None = None,
    make: Make = make_here,
) -> Duty:
    """Do the duty for some datasets, and of the sources of dossiers for those named (None: all).

    `progress` is called before each reading, and once with all of them done before `console` gets
    the report; `make` makes the readings. Raises StoreError, and ConfigError for a source that the
    configuration has not.
    """
    asked = config if sources is None else with_only(config, sources)
    result = run_check(asked, engine, progress, only, make)
    report = tell(config, engine, console)
    if result.is_complete:
        with reading(engine) as connection:
            is_done = is_whole_day_done(connection, config, result.check_id)
        if is_done:
            ping(config)
    with writing(engine) as connection:
        mark_told(connection, result.check_id)
    prune(config, engine, clock.day_of(clock.now()))
    return Duty(result, report)


def tell(config: Config, engine: Engine, console: Console) -> Path:
    """Tell people what the store holds now; returns the page of the day's report.

    What a person brought, believed after all or took back is told by this too. Raises StoreError.
    """
    now = clock.now()
    with writing(engine) as connection:
        update_alerts(connection, config, now)
        page = page_path(config.reports_folder, clock.day_of(now))
        queue_digests(connection, config, now, page)
    report = write_daily(engine, config, console)
    send_due(engine, config, now)
    return report
