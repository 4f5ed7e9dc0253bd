"""The view `overdue_now`, counted again in Python: days late, working days, when it began."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from sqlalchemy import Engine, text

from sync.clock import VIETNAM
from sync.store import reading
from sync.workdays import FIRST_YEAR, LAST_YEAR, working_days_between
from tests.unit.listing_office import JUSTICE, WARD, Office, a_dossier

pytestmark = pytest.mark.both_databases

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (dt.date(2026, 11, day) for day in (16, 17, 18, 19))
LONG_AGO, FAR_AHEAD = dt.date(FIRST_YEAR - 3, 5, 6), dt.date(LAST_YEAR + 1, 1, 2)


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(engine, monkeypatch)


def asked(office: Office, columns: str) -> dict[str, tuple[object, ...]]:
    with reading(office.engine) as connection:
        rows = connection.execute(text(f"SELECT code, {columns} FROM overdue_now"))
        return {row.code: tuple(row)[1:] for row in rows}


def test_days_late_are_those_of_python(office: Office) -> None:
    """Due at any time since the calendar begins, also a second before and after midnight."""
    chance = random.Random(766)
    first = dt.datetime(2018, 1, 2, tzinfo=VIETNAM)
    midnights = [first + dt.timedelta(days=number) for number in range(0, 3_200, 97)]
    dues = [
        *midnights,
        *(midnight - dt.timedelta(seconds=1) for midnight in midnights[1:]),
        *(first + dt.timedelta(minutes=chance.randrange(8 * 365 * 24 * 60)) for _ in range(200)),
    ]
    listed = {f"H01.12-{number}": due for number, due in enumerate(dues)}
    office.lists(MONDAY, [a_dossier(code, None, WARD, due_at=due) for code, due in listed.items()])
    assert asked(office, "days_late, working_days_late") == {
        code: ((MONDAY - due.date()).days, working_days_between(due.date(), MONDAY))
        for code, due in listed.items()
    }


@pytest.mark.parametrize("listed_on", [MONDAY, FAR_AHEAD])
def test_days_are_counted_where_the_calendar_has_none(office: Office, listed_on: dt.date) -> None:
    """Days of the week need no calendar; working days beyond it are unknown, not none."""
    due = {"H01.12-1": LONG_AGO, "H01.12-2": dt.date(2026, 11, 13), "H01.12-3": None}
    office.lists(listed_on, [a_dossier(code, day, WARD) for code, day in due.items()])
    found = asked(office, "days_late, working_days_late")
    assert {code: late for code, (late, _) in found.items()} == {
        code: day and (listed_on - day).days for code, day in due.items()
    }
    worked = {code: number for code, (_, number) in found.items()}
    is_known = listed_on == MONDAY
    assert worked == {"H01.12-1": None, "H01.12-2": 1 if is_known else None, "H01.12-3": None}


def test_a_dossier_is_overdue_since_it_was_first_listed_so(office: Office) -> None:
    """Whatever else of it changed since, and though it was away in between."""
    staying = a_dossier("H01.12-1", dt.date(2026, 11, 2), WARD)
    returning = a_dossier("H01.12-2", dt.date(2026, 11, 3), WARD)
    new = a_dossier("H01-B-3", dt.date(2026, 11, 17), JUSTICE)
    office.lists(MONDAY, [staying, returning])
    office.lists(TUESDAY, [staying._replace(officer="Cán bộ Hai")])
    office.lists(WEDNESDAY, [staying._replace(officer="Cán bộ Ba"), returning, new])
    office.lists(THURSDAY, [staying, new, returning._replace(state="Chờ ký")])
    assert asked(office, "first_overdue_at, observed_at") == {
        "H01.12-1": ("2026-11-16T00:00:00Z", "2026-11-19T00:00:00Z"),
        "H01.12-2": ("2026-11-16T00:00:00Z", "2026-11-19T00:00:00Z"),
        "H01-B-3": ("2026-11-18T00:00:00Z", "2026-11-19T00:00:00Z"),
    }


def test_another_source_with_the_same_code_began_by_itself(office: Office) -> None:
    one = a_dossier("H01.12-1", dt.date(2026, 11, 2), WARD)
    office.lists(MONDAY, [one])
    office.lists(TUESDAY, [one._replace(officer="Cán bộ Hai")])
    office.lists(WEDNESDAY, [one], source="quantri")
    with reading(office.engine) as connection:
        rows = connection.execute(text("SELECT source, first_overdue_at FROM overdue_now"))
        assert dict(map(tuple, rows)) == {
            "igate": "2026-11-16T00:00:00Z",
            "quantri": "2026-11-18T00:00:00Z",
        }
