"""How long overdue dossiers have been overdue, by unit: counted as each is told elsewhere."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine

from sync.clock import VIETNAM
from sync.report.daily import daily_report
from sync.report.listings import believed_listings
from sync.report.overdue_ages import AGES, UnitAges, overdue_ages
from sync.report.overdue_store import Day, standing_dossiers
from sync.store import reading
from tests.unit.listing_office import JUSTICE, WARD, Office, a_dossier

THURSDAY = dt.date(2026, 11, 26)
LATE = (1, 3, 4, 10, 11, 30, 31, 90, 91, 400)


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(engine, monkeypatch)


def ages(office: Office, day: dt.date = THURSDAY) -> list[UnitAges]:
    with reading(office.engine) as connection:
        (listing,) = believed_listings(connection, day)
        return overdue_ages(Day(connection, listing, day))


def late(days: int) -> dt.date:
    return THURSDAY - dt.timedelta(days=days)


def test_each_class_takes_its_first_and_its_last_day(office: Office) -> None:
    dossiers = [a_dossier(f"A-{days}", late(days), WARD) for days in LATE]
    this_morning = dt.datetime.combine(THURSDAY, dt.time(6), VIETNAM)
    dossiers += [
        a_dossier("A-0", None, WARD, due_at=this_morning, due_is_date_only=False),
        a_dossier("A-none", None, WARD),
    ]
    office.lists(THURSDAY, dossiers)
    (ward,) = ages(office)
    assert ward == UnitAges("H01.12", "Phường Long Xuyên", (3, 2, 2, 2, 2, 1))
    assert [label for label, _, _ in AGES][-1] == "chưa rõ hạn"


def test_the_classes_are_those_of_the_days_late_that_are_listed(office: Office) -> None:
    office.lists(THURSDAY, [a_dossier(f"A-{days}", late(days), WARD) for days in range(120)])
    with reading(office.engine) as connection:
        (listing,) = believed_listings(connection, THURSDAY)
        day = Day(connection, listing, THURSDAY)
        listed = [one.days_late or 0 for one in standing_dossiers(day, 1000)]
        (ward,) = overdue_ages(day)
    assert ward.counts[:-1] == tuple(
        sum(first <= days <= (last or days) for days in listed) for _, first, last in AGES[:-1]
    )


def test_lateness_is_counted_to_the_day_of_the_listing(office: Office) -> None:
    office.lists(THURSDAY, [a_dossier("A-1", late(3), WARD)])
    assert ages(office, THURSDAY + dt.timedelta(days=20)) == ages(office)


def test_the_unit_with_the_most_comes_first_and_later_listings_change_nothing(
    office: Office,
) -> None:
    office.lists(THURSDAY, [
        a_dossier("A-1", late(3), WARD), a_dossier("B-1", late(5), JUSTICE),
        a_dossier("B-2", late(50), JUSTICE),
    ])  # fmt: skip
    before = ages(office)
    assert [(one.unit_code, one.unit_name, one.counts) for one in before] == [
        ("", "Sở Tư pháp", (0, 1, 0, 1, 0, 0)), ("H01.12", "Phường Long Xuyên", (1, 0, 0, 0, 0, 0)),
    ]  # fmt: skip
    office.lists(THURSDAY + dt.timedelta(days=1), [])
    assert ages(office) == before
    assert ages(office, THURSDAY + dt.timedelta(days=1)) == []


def test_the_days_report_has_them_by_source(office: Office) -> None:
    office.lists(THURSDAY, [a_dossier("A-1", late(3), WARD)], source="igate")
    office.lists(THURSDAY, [], source="thư mục")
    with reading(office.engine) as connection:
        report = daily_report(connection, THURSDAY, ["H01"])
    assert {source: len(units) for source, units in report.ages.items()} == {
        "igate": 1, "thư mục": 0
    }  # fmt: skip
