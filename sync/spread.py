"""A check or a backfill spread over workers: which jobs it is made of, and what each of them does.

1. One job is one reading of the index, one one-stop system, or the whole procedure catalogue.
2. Readings go out in waves, so that the store becomes the one that a single process would make: a
   period's nation first, for its table says which provinces there are and under which ids; then
   its provinces together; then the next period, for units are called what the newest one says.
3. Folders and browsers are read by whoever asked for the check: files and logins are there.
4. What is still to be read follows from the store, as ever. A job that finds its reading made makes
   none, and what came of a check or a backfill is what the store holds of it in the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Engine, func, select

from models import tables
from scrapers.archive import Answer
from scrapers.periods import period_named, period_of
from sync import backfill, clock, sources
from sync.backfill import IndexBackfill
from sync.capture import Outcome
from sync.capture_log import BAD
from sync.check import Made, Make, due_listings
from sync.cluster import CannotSpread, Crew, Do, Job, NotNow, require_cluster
from sync.config import Config, IgateSource
from sync.fences import outrank
from sync.index import DATASET as INDEX
from sync.listing_sources import source_named
from sync.manners import manners
from sync.pace import SharedPace, forget_refusals, refusal_of
from sync.past_sources import PastIndex, province_ids
from sync.procedure_sources import procedure_readings
from sync.procedures import DATASET as PROCEDURES
from sync.run import Among, Progress, Run, running
from sync.series import series_of
from sync.span import Span
from sync.store import reading


def require_spreadable(config: Config) -> None:
    """Raise CannotSpread where readings of this configuration cannot be made by workers."""
    require_cluster(config)
    if config.portal.transport != "http":
        raise CannotSpread(
            'several workers need transport = "http" under [portal]: a browser is one visitor.'
        )


# --- Asking for work


def spread_check(config: Config, engine: Engine) -> Make:
    """Makes the readings of a check by workers that have this configuration.

    Raises CannotSpread; and the function StoreError, where also the jobs cannot be reached.
    """
    require_spreadable(config)
    return partial(_make_by_workers, config, engine)


def _make_by_workers(
    config: Config,
    engine: Engine,
    run: Run,
    today: dt.date,
    only: Collection[str],
    progress: Progress,
) -> Made:
    assert run.check_id is not None
    forget_refusals(engine)
    asked = {"check": run.check_id, "day": today.isoformat()}
    waves = list(_check_waves(run.config, today, only, asked))
    total, done, undone = sum(map(len, waves)), 0, list[Job]()
    with Crew(config, engine, "check") as crew:
        for wave in waves:

            def look(over: int, before: int = done, name: str = wave[0].name) -> bool:
                progress(before + over, total, name)
                return True

            undone += crew.do(wave, look)
            done += len(wave)
    if "dossiers" in only:
        for source in run.config.dossiers.sources:
            if not isinstance(source, IgateSource):
                for one, client in due_listings(run, source):
                    progress(done, done + 1, one.scope.label)
                    run.take(one, client)
    outcomes = _outcomes(engine, tables.captures.c.check_id == run.check_id)
    is_refused = refusal_of(engine, config.portal.base_url) is not None
    return Made(outcomes + _given_up(undone), is_refused)


def _check_waves(
    config: Config, today: dt.date, only: Collection[str], asked: dict[str, Any]
) -> Iterator[list[Job]]:
    """Rules 1 and 2, for a check."""
    if "index" in only:
        scopes = [one.scope for one in sources.index_readings(config, _unasked, today)]
        for _, together in groupby(
            scopes, lambda scope: (scope.period, scope.province_code is None)
        ):
            yield [Job(f"index {s.name}", {**asked, "scope": s.name}) for s in together]
    last = []
    if "dossiers" in only:
        named = [one.name for one in config.dossiers.sources if isinstance(one, IgateSource)]
        last += [Job(f"dossiers {name}", {**asked, "source": name}) for name in named]
    if PROCEDURES in only and config.procedures.enabled:
        last.append(Job(PROCEDURES, {**asked, "catalogue": True}))
    if last:
        yield last


def spread_backfill(
    config: Config, engine: Engine, span: Span, progress: Progress, *, again: bool
) -> IndexBackfill:
    """As `backfill_index`, by workers that have this configuration. Raises CannotSpread too."""
    require_spreadable(config)
    forget_refusals(engine)
    day = clock.day_of(clock.now())
    past = PastIndex(config, span, day, again=again)
    captures = tables.captures.c
    with reading(engine) as connection:
        before = connection.execute(select(func.max(captures.id))).scalar() or 0
    ours = (captures.id > before) & captures.is_backfill.is_not(None)
    undone, done = list[Job](), 0

    def ended_by() -> Any:
        if _is_refused(config, engine):
            return "refusal"
        last = _outcomes(engine, ours, newest=backfill.MOST_SILENCES)
        is_silent = len(last) == backfill.MOST_SILENCES and all(o.brought_nothing for o in last)
        return "silence" if is_silent else None

    with Crew(config, engine, "backfill") as crew:
        for wave in past.waves(engine):
            backfill.wait_for_check(engine)
            jobs = [_past_job(str(wave.period), code, day, again) for code in wave.codes]

            def look(
                over: int, before: int = done, wave: Any = wave, name: str = jobs[0].name
            ) -> bool:
                backfill.wait_for_check(engine)
                total = before + wave.each * len(wave.codes) + wave.following
                progress(before + over * wave.each, total, name)
                return ended_by() is None

            undone += crew.do(jobs, look)
            done += wave.each * len(wave.codes)
            if (reason := ended_by()) is not None:
                return IndexBackfill(_outcomes(engine, ours), reason)
    return IndexBackfill(_outcomes(engine, ours) + _given_up(undone), None)


def _is_refused(config: Config, engine: Engine) -> bool:
    """Whether one of the portal's interfaces is not asked any more."""
    addresses = {config.portal.base_url, config.portal.legacy_base_url}
    return any(refusal_of(engine, address) for address in addresses)


def _past_job(period: str, code: str | None, day: dt.date, again: bool) -> Job:
    asked = {"period": period, "code": code, "day": day.isoformat(), "again": again}
    return Job(f"index {code or 'VN'}/{period}", asked)


def _outcomes(engine: Engine, which: Any, newest: int | None = None) -> list[Outcome]:
    """What became of some captures, as the store has it; the newest ones first."""
    captures, changes = tables.captures.c, tables.changes.c
    told = select(func.count()).where(changes.capture_id == captures.id).scalar_subquery()
    query = select(captures.id, captures.status, captures.reason, captures.rows, told)
    with reading(engine) as connection:
        newest_first = query.where(which).order_by(captures.id.desc())
        rows = connection.execute(newest_first.limit(newest)).all()
    return [
        Outcome(number, status, reason, count, status in BAD and came is None)
        for number, status, reason, came, count in rows
    ]


def _given_up(jobs: Iterable[Job]) -> list[Outcome]:
    """What no worker has done; there is no capture of it."""
    return [Outcome(0, "failed", f"no worker has done {job.name}", 0) for job in jobs]


def _unasked(path: str, body: dict[str, Any]) -> Answer:
    raise AssertionError(f"{path}: whoever spreads the work asks nothing itself")


# --- Doing it


class _Hand(NamedTuple):
    """What a worker has at hand for one job."""

    config: Config
    engine: Engine
    among: Among
    asked: dict[str, Any]
    day: dt.date


def worker(config: Config, engine: Engine) -> Do:
    """Does the jobs of checks and backfills. Raises CannotSpread."""
    require_spreadable(config)
    return partial(_do, config, engine)


def _do(config: Config, engine: Engine, job: Job, keep_on: Callable[[], None]) -> None:
    fence = outrank(engine, job.name)
    among = Among(lambda asked: SharedPace(engine, asked, keep_on), fence.require)
    hand = _Hand(config, engine, among, job.asked, dt.date.fromisoformat(job.asked["day"]))
    match job.asked:
        case {"period": _}:
            _read_past(hand)
        case {"scope": _}:
            _read_index(hand)
        case {"source": _}:
            _read_listing(hand)
        case {"catalogue": _}:
            _read_catalogue(hand)


def _read_past(hand: _Hand) -> None:
    if backfill.is_checking(hand.engine):
        raise NotNow("a check runs, and goes first")
    period = period_named(hand.asked["period"])
    first, last = (period_of(day, "month") for day in (period.first_day, period.last_day))
    past = PastIndex(hand.config, Span(first, last, None), hand.day, again=hand.asked["again"])
    with running(hand.config, hand.engine, None, hand.among) as run:
        clients = backfill.index_clients(run)
        asks = backfill.index_asks(clients)
        one = past.reading_of(hand.engine, asks, period, hand.asked["code"])
        if one is not None and not _is_refused(hand.config, hand.engine):
            run.take(one, clients[series_of(period)])


def _read_index(hand: _Hand) -> None:
    name, captures, scopes = hand.asked["scope"], tables.captures.c, tables.scopes.c
    made = select(captures.id).join(tables.scopes, scopes.id == captures.scope_id)
    made = made.where(captures.check_id == hand.asked["check"], scopes.name == name)
    with reading(hand.engine) as connection:
        if connection.execute(made.where(scopes.dataset == INDEX)).first() is not None:
            return
        ids = province_ids(connection, period_named(name.partition("/")[2]))
    with running(hand.config, hand.engine, hand.asked["check"], hand.among) as run:
        portal = run.client(manners(hand.config))
        due = sources.index_readings(hand.config, portal.ask, hand.day, ids)
        run.take(next(one for one in due if one.scope.name == name), portal)


def _read_listing(hand: _Hand) -> None:
    with running(hand.config, hand.engine, hand.asked["check"], hand.among) as run:
        for one, client in due_listings(run, source_named(hand.config, hand.asked["source"])):
            run.take(one, client)


def _read_catalogue(hand: _Hand) -> None:
    with running(hand.config, hand.engine, hand.asked["check"], hand.among) as run:
        portal = run.client(manners(hand.config))
        for one in procedure_readings(hand.config, hand.engine, portal.ask, hand.day):
            run.take(one.reading, portal)
