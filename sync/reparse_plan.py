"""Which captures are read again, and in which order things happened to them.

A capture is judged when it is taken. What a person decided about it later comes in its turn, among
the captures of that moment, because those after it were compared with what the person left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, text

from scrapers.periods import Period
from sync import clock
from sync.alert_store import period_in
from sync.capture_log import TAKEN_BACK
from sync.failures import Failure

DATASETS = ("index", "procedures")
"""What is read again. Raw listings of dossiers are never kept: they hold citizens' data."""
REPLAYED_SCOPES = f"SELECT id FROM scopes WHERE dataset IN {DATASETS}"
BELIEVED = ("accepted", "unchanged")


class ReparseError(Failure):
    """What was asked for cannot be done; the message says why."""

    exit_code = 2


class Taken(NamedTuple):
    """One capture as the store has it; instants are the store's text, in UTC."""

    id: int
    dataset: str
    source: str
    scope: str
    series: Any
    province_code: str | None
    period: Period | None
    scope_id: int
    day: str
    asked_on: str | None
    """The day of its check."""
    completed_at: str
    status: str
    rows: int | None
    declared_rows: int | None
    reason: str | None
    archive: str | None
    decision: str | None
    decided_at: str | None
    is_backfill: int | None

    @property
    def is_believed(self) -> bool:
        """Whether what it brought is in the store."""
        return self.status in BELIEVED

    @property
    def is_replayed(self) -> bool:
        """Whether its dataset is read again at all."""
        return self.dataset in DATASETS

    @property
    def is_drawn(self) -> bool:
        """Whether it asked nobody, and follows from captures before it."""
        return self.dataset == "procedures" and self.scope in ("decisions", "missing")

    @property
    def was_taken_back(self) -> bool:
        """Whether it was believed until a person took it back."""
        return self.decision == "rejected" and self.reason == TAKEN_BACK

    @property
    def own_day(self) -> dt.date:
        """The day on which it was taken, whatever was decided later."""
        return clock.day_of(dt.datetime.fromisoformat(self.completed_at))


class Step(NamedTuple):
    """Something that happened to a capture."""

    taken: Taken
    what: Literal["taken", "accepted", "taken back"]


class Plan(NamedTuple):
    """The captures from the first one that can be read again, as they were numbered."""

    captures: list[Taken]
    passed_over: list[Taken]
    """Those before it, whose answers are gone."""

    @property
    def first(self) -> int:
        """The number of the first capture that is done again."""
        return self.captures[0].id

    def steps(self) -> Iterator[Step]:
        """What happened, in its order; decisions of the same second come after captures."""
        decided = sorted(
            (one for one in self.captures if _has_later_word(one)),
            key=lambda one: (one.decided_at, one.id),
        )
        for taken in self.captures:
            while decided and (decided[0].decided_at or "") < taken.completed_at:
                yield _decision(decided.pop(0))
            yield Step(taken, "taken")
        yield from map(_decision, decided)


def make_plan(connection: Connection, archive: Path, since: dt.date | None) -> Plan:
    """What is to be read again, from a day in Viet Nam on.

    Raises ReparseError for a day on which nothing can have been read.
    """
    _require_day(connection, since)
    captures = _captures(connection, since or dt.date.min)
    readable = (one.id for one in captures if one.is_replayed and kept_file(archive, one))
    first = next(readable, None)
    if first is None:
        return Plan([], captures)
    return Plan(
        [one for one in captures if one.id >= first],
        [one for one in captures if one.id < first],
    )


def kept_file(archive: Path, taken: Taken) -> Path | None:
    """The file with the raw answers of a capture; None where there is none, or none any more."""
    path = archive / taken.archive if taken.archive else None
    return path if path is not None and path.is_file() else None


def _require_day(connection: Connection, since: dt.date | None) -> None:
    if since is None:
        return
    today = clock.day_of(clock.now())
    if since > today:
        raise ReparseError(f"--since is {since}, which is still to come; today is {today}.")
    oldest = "SELECT MIN(started_at) FROM capture_log"
    found = connection.execute(text(oldest)).scalar()
    if found is None:
        raise ReparseError(f"--since is {since}, but nothing was ever read.")
    day = clock.day_of(dt.datetime.fromisoformat(found))
    if since < day:
        raise ReparseError(f"--since is {since}, but the first capture is of {day}.")


def _captures(connection: Connection, since: dt.date) -> list[Taken]:
    """All captures from the first that was taken, or decided on, since a day."""
    # A decision gives its capture the day on which it was made.
    rows = connection.execute(
        text(
            f"""
            SELECT c.id, s.dataset, s.source, s.name AS scope, s.series, s.province_code,
                   s.period_type, s.year, s.period_no, c.scope_id, c.day, k.day AS asked_on,
                   c.completed_at, c.status, c.rows, c.declared_rows, c.reason, c.archive,
                   c.decision, c.decided_at, c.is_backfill
            FROM capture_log c
            JOIN scopes s ON s.id = c.scope_id
            LEFT JOIN check_log k ON k.id = c.check_id
            WHERE c.id >= (SELECT MIN(id) FROM capture_log
                           WHERE day >= :since AND scope_id IN ({REPLAYED_SCOPES}))
            ORDER BY c.id
            """
        ),
        {"since": since.isoformat()},
    )
    return [_taken(row) for row in rows]


def _taken(row: Any) -> Taken:
    values = {name: value for name, value in row._mapping.items() if name in Taken._fields}
    return Taken(**values, period=period_in(row))


def _has_later_word(taken: Taken) -> bool:
    return taken.is_replayed and (taken.decision == "accepted" or taken.was_taken_back)


def _decision(taken: Taken) -> Step:
    return Step(taken, "taken back" if taken.was_taken_back else "accepted")
