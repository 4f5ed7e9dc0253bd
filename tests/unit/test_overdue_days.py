"""The counts of a unit's day: as they stand at the end of the day, whatever came before."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine

from sync.dossiers import Lists
from sync.store import reading
from tests.unit.listing_office import JUSTICE, WARD, Office, a_dossier

pytestmark = pytest.mark.both_databases

FRIDAY = dt.date(2026, 11, 20)
DUE = dt.date(2026, 11, 18)


@pytest.mark.parametrize("lists", ["overdue", "in_process"])
def test_a_unit_whose_last_dossier_was_handed_over_that_day_counts_none(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, lists: Lists
) -> None:
    office = Office(engine, monkeypatch)
    office.lists(FRIDAY, [a_dossier("D-1", DUE, WARD)], lists=lists)
    office.lists(FRIDAY, [a_dossier("D-1", DUE, JUSTICE)], hour=9, lists=lists)
    columns = "unit_name, overdue, new, gone, returned, rate FROM overdue_daily"
    with reading(engine) as connection:
        rows = connection.exec_driver_sql(f"SELECT {columns} ORDER BY unit_name").all()
    rate = 100.0 if lists == "in_process" else None
    assert [tuple(row) for row in rows] == [
        ("Sở Tư pháp", 1, 0, 0, 0, rate),
        (WARD[1], 0, 0, 0, 0, None),
    ]


def test_a_dossier_that_is_listed_twice_counts_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(engine, monkeypatch)
    again = a_dossier("D-1", DUE, JUSTICE)
    later = a_dossier("D-3", FRIDAY + dt.timedelta(days=1), WARD)
    first = a_dossier("D-1", DUE, WARD)
    office.lists(FRIDAY, [first, a_dossier("D-2", DUE, JUSTICE), later, again])
    with reading(engine) as connection:
        counted = connection.exec_driver_sql("SELECT unit_name, overdue FROM overdue_daily").all()
        captured = connection.exec_driver_sql("SELECT rows FROM captures").scalars().all()
    assert sorted(map(tuple, counted)) == [("Sở Tư pháp", 1), (WARD[1], 1)]
    assert captured == [3]
