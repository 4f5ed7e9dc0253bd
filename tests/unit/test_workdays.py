"""The table of working days in a store."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine, text

from models import views
from sync import workdays
from sync.store import reading, upgrade, writing
from tests.fixtures.older_stores import WITH_DAYS_AS_TEXT

pytestmark = pytest.mark.both_databases

AROUND_NEW_YEAR = """
    SELECT day, number - (SELECT number FROM working_days WHERE day = '2025-12-31') AS number
    FROM working_days WHERE day BETWEEN '2026-01-01' AND '2026-01-12' ORDER BY day
"""
WORKED = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 7]
"""Thursday 1/1 is a holiday, Friday 2/1 was swapped for Saturday 10/1."""


def fill(engine: Engine) -> None:
    with writing(engine) as connection:
        workdays.fill_calendar(connection)


def around_new_year(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [row.number for row in connection.execute(text(AROUND_NEW_YEAR))]


def test_days_count_as_they_are_worked(engine: Engine) -> None:
    fill(engine)
    assert around_new_year(engine) == WORKED


def test_what_an_older_program_counted_is_counted_anew(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM marks WHERE name = 'calendar'"))
        late = "UPDATE working_days SET number = number + 1 WHERE day > '2026-01-01'"
        connection.execute(text(late))
        connection.execute(text("DELETE FROM working_days WHERE day > '2030'"))
    assert around_new_year(engine) != WORKED
    fill(engine)
    assert around_new_year(engine) == WORKED
    with reading(engine) as connection:
        last = connection.execute(text("SELECT MAX(day) FROM working_days")).scalar_one()
    assert last == f"{workdays.LAST_YEAR}-12-31"


def test_a_notice_that_becomes_known_reaches_the_store(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    monkeypatch.setitem(workdays.OVERRIDES, dt.date(2026, 1, 6), False)
    fill(engine)
    assert around_new_year(engine) == [0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 5, 6]


def test_a_calendar_of_today_is_not_written_again(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM working_days"))
    fill(engine)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM working_days")).scalar_one() == 0


FIRST, LAST = dt.date(2025, 12, 20), dt.date(2026, 1, 12)


def worked(engine: Engine) -> set[dt.date]:
    with reading(engine) as connection:
        return workdays.working_days(connection, FIRST, LAST)


def test_the_store_and_the_library_know_the_same_days(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = (FIRST + dt.timedelta(days=number) for number in range((LAST - FIRST).days + 1))
    by_the_library = {day for day in days if workdays.is_working_day(day)}
    assert len(by_the_library) == 15
    assert worked(engine) == by_the_library
    monkeypatch.setattr(workdays, "is_working_day", lambda day: day.day == 11)
    assert worked(engine) == by_the_library


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM marks", "DELETE FROM working_days WHERE day = '2025-12-19'"],
    ids=["a calendar of another edition", "a day that it lacks"],
)
def test_where_the_stores_calendar_does_not_do_the_library_is_asked(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    with writing(engine) as connection:
        connection.execute(text(statement))
    monkeypatch.setattr(workdays, "is_working_day", lambda day: day.day == 11)
    assert worked(engine) == {dt.date(2026, 1, 11)}


def test_an_older_store_is_given_each_day_with_its_number(engine: Engine, store_url: str) -> None:
    with writing(engine) as connection:
        views.drop_views(connection)
        for statement in WITH_DAYS_AS_TEXT:
            connection.execute(text(statement))
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    upgrade(store_url)
    assert around_new_year(engine) == WORKED
    with reading(engine) as connection:
        days = connection.execute(text("SELECT day_number, day FROM working_days")).all()
    assert len(days) > 5_000
    for number, day in days:
        assert dt.date(1970, 1, 1) + dt.timedelta(days=number) == dt.date.fromisoformat(day)
