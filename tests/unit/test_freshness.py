"""Until when a reading counts as fresh: the Vietnamese working calendar, and what is looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from models import tables
from sync import clock
from sync.freshness import GRACE, Freshness, coverage, freshness, stale_at
from sync.store import open_store, reading, writing
from sync.workdays import is_working_day
from tests.databases import Databases
from tests.unit.doctor_office import office

SEVEN = dt.time(7)


@pytest.fixture(scope="module")
def calendar(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    """A store that knows the working days."""
    engine = open_store(databases.new(tmp_path_factory.mktemp("calendar") / "store.db"))
    with reading(engine) as connection:
        yield connection
    engine.dispose()


def vietnam(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)


@pytest.mark.parametrize(
    ("read", "until"),
    [
        ("2026-11-18T07:01", "2026-11-19T19:00"),  # a Wednesday
        ("2026-11-18T23:59", "2026-11-19T19:00"),
        ("2026-11-19T00:01", "2026-11-20T19:00"),  # the day is Viet Nam's, not UTC's
        ("2026-11-20T07:01", "2026-11-23T19:00"),  # a Friday: until Monday evening
        ("2026-11-21T09:00", "2026-11-23T19:00"),  # by hand on a Saturday
        ("2026-02-13T07:01", "2026-02-23T19:00"),  # the last day before Tết
        ("2026-02-17T07:01", "2026-02-23T19:00"),  # the daemon reads on Tết too
        ("2025-12-31T07:01", "2026-01-05T19:00"),  # 2/1/2026 is off, worked on 10/1 instead
        ("2026-01-09T07:01", "2026-01-10T19:00"),  # so that Saturday counts
        ("2026-08-21T07:01", "2026-08-22T19:00"),  # a Saturday worked for 31/8
        ("2026-08-28T07:01", "2026-09-03T19:00"),  # the long National Day
    ],
)
def test_a_reading_is_fresh_until_the_evening_of_the_next_working_day(
    calendar: Connection, read: str, until: str
) -> None:
    assert stale_at(calendar, vietnam(read), SEVEN) == vietnam(until)


INSTANTS = st.integers(1_640_995_200, 1_922_313_600).map(
    lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)
)


@given(read=INSTANTS, check=st.times())
def test_the_end_is_a_working_day_and_no_working_day_lies_between(
    calendar: Connection, read: dt.datetime, check: dt.time
) -> None:
    day = clock.day_of(stale_at(calendar, read, check) - GRACE)
    assert is_working_day(day)
    assert day > clock.day_of(read)
    between = (day - clock.day_of(read)).days - 1
    skipped = [clock.day_of(read) + dt.timedelta(days=n) for n in range(1, between + 1)]
    assert not any(map(is_working_day, skipped))


@given(one=INSTANTS, other=INSTANTS, check=st.times())
def test_a_later_reading_is_never_stale_earlier(
    calendar: Connection, one: dt.datetime, other: dt.datetime, check: dt.time
) -> None:
    earlier, later = sorted((one, other))
    assert stale_at(calendar, earlier, check) <= stale_at(calendar, later, check)


FRIDAY = vietnam("2026-11-20T07:01")


def capture(
    connection: Connection, number: int, scope: int, at: dt.datetime, status: str, **more: object
) -> None:
    connection.execute(
        tables.captures.insert().values(
            id=number, scope_id=scope, started_at=at, completed_at=at, status=status, requests=1,
            day=clock.day_of(at).isoformat(), **more,
        )
    )  # fmt: skip


def scope(connection: Connection, number: int, name: str, believed: int | None) -> None:
    dataset, _, rest = name.partition(":")
    source, _, own = rest.partition(":")
    connection.execute(
        tables.scopes.insert().values(
            id=number, dataset=dataset, source=source, name=own, last_capture_id=believed
        )
    )


def judged(engine: Engine, folder: Path, now: dt.datetime, more: str = "") -> dict[str, Freshness]:
    with reading(engine) as connection:
        found = freshness(connection, office(folder, more), now)
    return {f"{one.dataset}:{one.source}:{one.scope}": one for one in found}


YEAR = "index:portal:H01/2026"


def test_only_what_was_believed_is_fresh(tmp_path: Path, engine: Engine) -> None:
    with writing(engine) as connection:
        scope(connection, 1, YEAR, believed=1)
        capture(connection, 1, 1, FRIDAY, "accepted")
        capture(connection, 2, 1, FRIDAY + dt.timedelta(days=3), "refused", reason="Too few units.")
        scope(connection, 2, "index:portal:VN/2026", believed=None)
        capture(connection, 3, 2, FRIDAY, "failed", reason="No answer.")
    monday = vietnam("2026-11-23T18:59")
    found = judged(engine, tmp_path, monday)
    year = found[YEAR]
    assert (year.accepted_at, year.stale, year.stale_at) == (
        FRIDAY, False, vietnam("2026-11-23T19:00"),
    )  # fmt: skip
    assert (year.status, year.reason) == ("refused", "Too few units.")
    assert year.tried_at == FRIDAY + dt.timedelta(days=3)
    nation = found["index:portal:VN/2026"]
    assert (nation.accepted_at, nation.stale, nation.status) == (None, True, "failed")
    evening = judged(engine, tmp_path, vietnam("2026-11-23T19:00"))
    assert evening[YEAR].stale


def test_the_time_of_the_check_moves_the_evening(tmp_path: Path, engine: Engine) -> None:
    with writing(engine) as connection:
        scope(connection, 1, YEAR, believed=1)
        capture(connection, 1, 1, FRIDAY, "unchanged")
    found = judged(engine, tmp_path, FRIDAY, 'schedule.check = "10:30"')
    assert found[YEAR].stale_at == vietnam("2026-11-23T22:30")


FOLDER = '[[dossiers.sources]]\nname = "thumuc"\nkind = "folder"\npath = "qua-han"'


@pytest.mark.parametrize(
    ("more", "there", "absent"),
    [
        ("", {YEAR, "procedures:portal:catalogue", "procedures:portal:details"}, set()),
        ('procedures.detail_refresh = "weekly"', {"procedures:portal:catalogue"},
         {"procedures:portal:details"}),
        ("procedures.enabled = false", {YEAR}, {"procedures:portal:catalogue"}),
        (FOLDER, {"dossiers:thumuc:thumuc"}, set()),
    ],
)  # fmt: skip
def test_what_the_configuration_wants_read_daily_is_judged(
    tmp_path: Path, engine: Engine, more: str, there: set[str], absent: set[str]
) -> None:
    found = judged(engine, tmp_path, FRIDAY, more)
    assert there <= set(found)
    assert not absent & set(found)
    assert all(one.stale and one.status is None for one in found.values())


def test_a_scope_that_is_no_longer_read_is_not_judged(tmp_path: Path, engine: Engine) -> None:
    with writing(engine) as connection:
        scope(connection, 1, "index:portal:H01/2024", believed=1)
        capture(connection, 1, 1, vietnam("2024-12-31T07:00"), "accepted")
    assert "index:portal:H01/2024" not in judged(engine, tmp_path, FRIDAY)


def test_the_coverage_of_a_catalogue_that_was_never_read_is_nothing(engine: Engine) -> None:
    with reading(engine) as connection:
        assert coverage(connection) is None
