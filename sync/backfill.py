"""The past: what a first installation reads once, and what was missed. Resumable at any point.

Nothing here remembers how far it came: what is still to be read follows from the store, so a run
that was killed goes on where it stopped, and one that is complete asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import sleep
from typing import Literal, NamedTuple, TypeVar

from sqlalchemy import Engine

from scrapers.http import Ask, PortalClient
from sync import clock, leases, sources
from sync.capture import Outcome
from sync.config import Config
from sync.manners import manners
from sync.past_sources import PastIndex, PeriodPlan
from sync.procedure_sources import BATCH, due_details, procedure_readings
from sync.run import Progress, Run, running
from sync.series import CURRENT, LEGACY, Series
from sync.span import Span
from sync.store import reading

PAGES = 70
"""Requests that the list of procedures takes, about; the list says itself how long it is."""
MOST_SILENCES = 5
"""Readings in a row that brought nothing: then the portal is down, or speaks otherwise."""
LOOK_AGAIN_S = 2.0
"""Seconds between two looks whether a check is over."""

_Due = TypeVar("_Due")


class IndexBackfill(NamedTuple):
    """What became of a backfill of the index, and what ended it before its end."""

    outcomes: list[Outcome]
    ended_by: Literal["refusal", "silence"] | None

    @property
    def bad(self) -> int:
        """Number of readings that were not accepted."""
        return sum(outcome.reason is not None for outcome in self.outcomes)


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
        readings = procedure_readings(whole, engine, portal.ask, today, is_limited=False)
        for one in _between_checks(engine, readings):
            done = len(outcomes)
            progress(done, done + 1 + one.following, one.reading.scope.label)
            outcomes.append(run.take(one.reading, portal))
    return outcomes


def plan_index(config: Config, engine: Engine, span: Span, *, again: bool) -> str:
    """What `backfill index` would ask, in words; asks nothing. Raises SpanError."""
    past = PastIndex(config, span, clock.day_of(clock.now()), again=again)
    with reading(engine) as connection:
        plans = past.plan(connection)
    lines = [
        f"Periods from {plans[-1].period} to {plans[0].period}, newest first.",
        f"{'series':<10}{'periods':>8}{'readings':>10}{'requests':>10}{'already there':>15}",
    ]
    for series in (CURRENT, LEGACY):
        own = [one for one in plans if one.series == series]
        if own:
            lines.append(_line(series, own))
    requests = sum(one.requests for one in plans)
    rate = config.portal.requests_per_second
    time = f", at least {requests / rate / 60:.0f} minutes at {rate:g} a second" if rate else ""
    lines.append(f"Together at most {requests} requests{time}.")
    if any(one.nation for one in plans):
        lines.append("A period without data takes one request; which these are is not known yet.")
    return "\n".join(lines)


def _line(series: Series, plans: Sequence[PeriodPlan]) -> str:
    readings, requests = sum(p.readings for p in plans), sum(p.requests for p in plans)
    there = sum(one.there for one in plans)
    return f"{series:<10}{len(plans):>8}{readings:>10}{requests:>10}{there:>15}"


def backfill_index(
    config: Config, engine: Engine, span: Span, progress: Progress, *, again: bool
) -> IndexBackfill:
    """Read what the store lacks of a span; each reading is kept as soon as it is judged.

    `progress` counts requests. Raises SpanError and StoreError; trouble with the portal is an
    outcome, and ends it where nothing more is to be had.
    """
    past = PastIndex(config, span, clock.day_of(clock.now()), again=again)
    outcomes: list[Outcome] = []
    done = silences = 0
    with running(config, engine, None) as run:
        clients = index_clients(run)
        for one in _between_checks(engine, past.readings(engine, index_asks(clients))):
            progress(done, done + one.requests + one.following, one.reading.scope.label)
            outcomes.append(run.take(one.reading, clients[one.series]))
            done += one.requests
            silences = silences + 1 if outcomes[-1].brought_nothing else 0
            if clients[one.series].is_refused:
                return IndexBackfill(outcomes, "refusal")
            if silences >= MOST_SILENCES:
                return IndexBackfill(outcomes, "silence")
    return IndexBackfill(outcomes, None)


def index_clients(run: Run) -> dict[Series, PortalClient]:
    """The clients for both interfaces: one, where they share a host, and so one pace."""
    config = run.config
    portal = run.client(manners(config), sources.transport(config))
    if config.portal.legacy_base_url == config.portal.base_url:
        return {CURRENT: portal, LEGACY: portal}
    older = manners(config, config.portal.legacy_base_url)
    return {CURRENT: portal, LEGACY: run.client(older, sources.legacy_transport(config))}


def index_asks(clients: Mapping[Series, PortalClient]) -> dict[Series, Ask]:
    """How each interface is asked."""
    return {CURRENT: clients[CURRENT].ask, LEGACY: clients[LEGACY].ask_by_form}


def _between_checks(engine: Engine, readings: Iterator[_Due]) -> Iterator[_Due]:
    """The readings, each chosen when no check runs: both would ask at twice the pace."""
    while True:
        wait_for_check(engine)
        due = next(readings, None)
        if due is None:
            return
        yield due


def wait_for_check(engine: Engine) -> None:
    """Return when no check runs. Raises StoreError."""
    while is_checking(engine):
        sleep(LOOK_AGAIN_S)


def is_checking(engine: Engine) -> bool:
    """Whether a check runs on this store. Raises StoreError."""
    with reading(engine) as connection:
        return leases.held_by(connection, "check") is not None
