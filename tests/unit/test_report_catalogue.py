"""The catalogue's part of a report, made again for an earlier day."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine

from sync.report.catalogue import CatalogueReport, catalogue_report
from sync.store import reading
from tests.unit.procedure_office import Office


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(engine, monkeypatch)


def told(office: Office, day: int) -> CatalogueReport:
    with reading(office.engine) as connection:
        found = catalogue_report(connection, dt.date(2026, 11, day))
    assert found is not None
    return found


def test_an_earlier_day_is_told_as_it_was_whatever_was_read_since(office: Office) -> None:
    office.hold(1, 2, 3)
    office.check(24)
    before = told(office, 24)
    assert (before.listed, before.details, before.oldest) == (3, 3, dt.date(2026, 11, 24))
    office.hold(4)
    office.lose(1)
    office.check(25)
    after = told(office, 24)
    assert (after.listed, after.details, after.pending) == (3, 3, before.pending)
    assert after.lines == before.lines
    assert told(office, 25).listed == 3
    assert told(office, 25).oldest == dt.date(2026, 11, 25)


def test_the_oldest_detail_of_an_earlier_day_is_not_known_once_it_was_read_again(
    office: Office,
) -> None:
    office.hold(1, 2)
    office.check(24)
    office.check(25)
    assert told(office, 24).oldest is None
    assert "chi tiết đọc từ" not in told(office, 24).headline


def test_a_day_on_which_it_was_not_read_has_no_part(office: Office) -> None:
    office.hold(1)
    office.check(24)
    with reading(office.engine) as connection:
        assert catalogue_report(connection, dt.date(2026, 11, 23)) is None
