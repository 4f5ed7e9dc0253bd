"""The past: what a first installation reads once, and what was missed. Resumable at any point.

Nothing here remembers how far it came: what is still to be read follows from the store, so a run
that was killed goes on where it stopped, and one that is complete asks for nothing.
"""

from __future__ import annotations

from sqlalchemy import Engine

from scrapers.http import PortalClient
from sync import clock, sources
from sync.capture import Outcome
from sync.config import Config
from sync.manners import manners
from sync.procedure_sources import BATCH, due_details, procedure_readings
from sync.run import Progress, running
from sync.store import reading

PAGES = 70
"""Requests that the list of procedures takes, about; the list says itself how long it is."""


def plan_procedures(config: Config, engine: Engine) -> str:
    """What `backfill procedures` would ask, in words; asks nothing."""
    with reading(engine) as connection:
        due = len(due_details(connection, "new-only", clock.day_of(clock.now())))
    rate = config.portal.requests_per_second
    known = (
        f"{due} details are known to be unread, in {-(-due // BATCH)} captures"
        if due
        else "how many details are unread is known when the list has been read"
    )
    requests = PAGES + due
    time = f", about {requests / rate / 60:.0f} minutes at {rate:g} a second" if rate else ""
    return f"The list: about {PAGES} requests. {known}. Together {requests} requests{time}."


def backfill_procedures(config: Config, engine: Engine, progress: Progress) -> list[Outcome]:
    """Read the list and every detail that was never read, however long it takes."""
    whole = config.model_copy(
        update={
            "procedures": config.procedures.model_copy(update={"detail_refresh": "new-only"}),
        }
    )
    outcomes: list[Outcome] = []
    with running(whole, engine, None) as run:
        portal: PortalClient = run.client(manners(whole), sources.transport(whole))
        today = clock.day_of(clock.now())
        for one in procedure_readings(whole, engine, portal.ask, today, is_limited=False):
            done = len(outcomes)
            progress(done, done + 1 + one.following, one.reading.scope.label)
            outcomes.append(run.take(one.reading, portal))
    return outcomes
