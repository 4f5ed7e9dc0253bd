"""The daemon: what looks when, how it is told to stop, and who is told that it lives.

APScheduler has the two jobs look again and again, from the wall clock; the main thread watches over
them, since the wall clock may jump: where it does, both look at once.
"""

from __future__ import annotations

import datetime as dt
import logging
import signal
import time
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from sync import clock, leases, service, stopping
from sync.config import Config
from sync.health import Health, serving
from sync.jobs import ENDED_WITHIN_S, Checks, Messages
from sync.leases import Lease
from sync.store import store_name

CHECKS_S = 15.0
MESSAGES_S = 60.0
WATCH_S = 10.0
LATE_S = 12 * 3600
"""A look that comes late is still made: after a night of sleep, say."""
JUMP_S = 30.0

log = logging.getLogger(__name__)


def run(config: Config, path: Path, engine: Engine) -> None:
    """Do the duty until SIGTERM or SIGINT (as KeyboardInterrupt) says stop; then within 10 s.

    `path` is the configuration file, for the commands that are started. Raises LeaseHeld where
    another daemon runs on the store, LeaseLost, CannotListen and StoreError.
    """
    with leases.holding(engine, "daemon") as lease:
        checks, messages = Checks(config, path, engine), Messages(config, path, engine)
        health = Health(config, engine, lambda: checks.is_alive)
        with serving(health, config.daemon.address):
            scheduler = scheduled(checks, messages)
            try:
                scheduler.start()
                service.notify("READY=1")
                log.info("the daemon runs on the store %s", store_name(engine))
                _watch(scheduler, lease, checks)
            except KeyboardInterrupt:
                log.info("told to stop")
            finally:
                _stop(scheduler, checks, messages)


def scheduled(checks: Checks, messages: Messages) -> BackgroundScheduler:
    """A scheduler, not yet started, that has both look at once and then regularly."""
    scheduler = BackgroundScheduler(
        timezone=clock.VIETNAM,
        executors={"default": ThreadPoolExecutor(2)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": LATE_S},
    )
    for look, seconds in ((checks.look, CHECKS_S), (messages.look, MESSAGES_S)):
        at_once = dt.datetime.now(clock.VIETNAM)
        scheduler.add_job(look, "interval", seconds=clock.pace(seconds), next_run_time=at_once)
    return scheduler


class WallClock:
    """Tells when the wall clock was moved, by holding it against one that cannot be."""

    def __init__(self) -> None:
        self._distance = time.time() - time.monotonic()

    def jump(self) -> float:
        """By how many seconds it was moved since the last time, 0 for nothing to speak of."""
        moved = time.time() - time.monotonic() - self._distance
        if abs(moved) < JUMP_S:
            return 0.0
        self._distance += moved
        return moved


def look_at_once(scheduler: BackgroundScheduler) -> None:
    """Have every job look now: by a clock that was set back, its next look may be a day away."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=dt.datetime.now(clock.VIETNAM))


def _watch(scheduler: BackgroundScheduler, lease: Lease, checks: Checks) -> None:
    wall = WallClock()
    pause = min(clock.pace(WATCH_S), service.watchdog_seconds() or WATCH_S)
    while True:
        time.sleep(pause)
        stopping.heed()
        lease.require()
        if checks.is_alive:
            service.notify("WATCHDOG=1")
        if moved := wall.jump():
            log.warning("the clock of this machine was moved by %+.0f s", moved)
            look_at_once(scheduler)


def _stop(scheduler: BackgroundScheduler, checks: Checks, messages: Messages) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    service.notify("STOPPING=1")
    if scheduler.running:
        scheduler.shutdown(wait=False)
    deadline = time.monotonic() + ENDED_WITHIN_S
    for job in (checks, messages):
        job.stop()
    for job in (checks, messages):
        job.wait(max(0.0, deadline - time.monotonic()))
    log.info("stopped")
