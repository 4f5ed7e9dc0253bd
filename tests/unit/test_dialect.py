"""Both spellings of every form give what Python says."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from sqlalchemy import Engine, text

from models.dialect import dialect_of
from sync.clock import VIETNAM, day_of
from sync.store import reading

pytestmark = pytest.mark.both_databases

EDGES = [
    "1970-01-01T00:00:00Z",
    "1969-12-31T16:59:59Z",
    "1969-12-31T17:00:00Z",
    "2024-02-28T16:59:59Z",
    "2024-02-28T17:00:00Z",
    "2026-12-31T16:59:59Z",
    "2026-12-31T17:00:00Z",
    "2099-12-31T23:59:59Z",
]
SOME = [
    dt.datetime.fromtimestamp(random.Random(766).randrange(2**32) + number, dt.UTC)
    for number in range(0, 90_000, 1_801)
]
INSTANTS = [*map(dt.datetime.fromisoformat, EDGES), *SOME]


def written(instant: dt.datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_instants_seconds_and_days_are_those_of_python(engine: Engine) -> None:
    with reading(engine) as connection:
        dialect = dialect_of(connection)
        query = text(
            f"SELECT {dialect.instant(':a')}, {dialect.day(':b')}, {dialect.seconds(':c')}"
        )
        for instant in INSTANTS:
            seconds = int(instant.timestamp())
            bound = {"a": seconds, "b": seconds, "c": written(instant)}
            day = day_of(instant).isoformat()
            assert tuple(connection.execute(query, bound).one()) == (
                written(instant), day, seconds,
            )  # fmt: skip


def test_days_between_days_are_whole_numbers(engine: Engine) -> None:
    days = [instant.astimezone(VIETNAM).date() for instant in INSTANTS]
    with reading(engine) as connection:
        query = text(f"SELECT {dialect_of(connection).days(':later', ':earlier')}")
        for later, earlier in zip(days, reversed(days), strict=True):
            bound = {"later": later.isoformat(), "earlier": earlier.isoformat()}
            assert connection.execute(query, bound).scalar() == (later - earlier).days


def test_what_is_unknown_stays_unknown(engine: Engine) -> None:
    with reading(engine) as connection:
        dialect = dialect_of(connection)
        nothing = "CAST(NULL AS INTEGER)"
        forms = [dialect.instant(nothing), dialect.day(nothing)]
        nothing = "CAST(NULL AS TEXT)"
        forms += [dialect.seconds(nothing), dialect.days(nothing, nothing)]
        assert tuple(connection.execute(text(f"SELECT {', '.join(forms)}")).one()) == (None,) * 4
