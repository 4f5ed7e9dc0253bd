"""The same days on SQLite and on PostgreSQL: every public view says the same, row for row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from models.views import VIEWS
from sync.alerts import update_alerts
from sync.store import writing
from tests import databases
from tests.databases import POSTGRESQL, SQLITE
from tests.fixtures.procedure_answers import proposal
from tests.flow.listings import igate_source
from tests.flow.office import Office
from tests.lengths import IS_LONG
from tests.replica import igate_api
from tests.replica.server import Replica
from tests.unit import procedure_office

DAYS = range(1, 8 if IS_LONG else 4)


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Office]]:
    """Two offices that looked at the same portal at the same instants, one on each database."""
    with (
        Replica(day=1) as replica,
        databases.using(SQLITE) as file,
        databases.using(POSTGRESQL) as server,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
        environment.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
        found = {}
        for one in (file, server):
            databases.current = one
            folder = tmp_path_factory.mktemp(one.kind) / "office"
            found[one.kind] = Office(folder, replica, more=igate_source(replica, 200))
        for office in found.values():
            read_catalogue(office, environment)
        if not IS_LONG:
            replica.fault("keep_share", path="search", share=0.2)
        for day in DAYS:
            for office in found.values():
                assert office.check(day).is_complete, day
                now = dt.datetime.fromisoformat(office.now(day))
                with writing(office.engine) as connection:
                    update_alerts(connection, office.config, now)
        yield found
        for office in found.values():
            office.engine.dispose()


def read_catalogue(office: Office, environment: pytest.MonkeyPatch) -> None:
    """Some days of the catalogue of procedures, before the others: new, amended, decided, gone."""
    catalogue = procedure_office.Office(office.engine, environment)
    catalogue.hold(*range(1, 9))
    catalogue.check(2)
    decided = proposal("b", "7/QĐ-UBND", "2026-11-03", "2026-11-04T16:00:00+07:00")
    catalogue.hold(2, 9, name="Đăng ký khai sinh", procedureProposal=decided)
    catalogue.check(5)
    catalogue.hold(3, procedureProposal=proposal("c", "8/QĐ-UBND", "2026-11-06", None))
    catalogue.lose(1)
    catalogue.check(20)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_says_the_same_on_both(offices: dict[str, Office], view: str) -> None:
    file, server = offices[SQLITE], offices[POSTGRESQL]
    query = f"SELECT * FROM {view}"
    assert file.names(query) == server.names(query)
    assert spelled(file.rows(query)) == spelled(server.rows(query))
    assert file.rows(query)


def spelled(rows: list[Any]) -> list[str]:
    """Values with their types, as programs get them, in an order that is none of the database's."""
    return sorted(map(repr, rows))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT code, name FROM units ORDER BY name, code",
        "SELECT name FROM procedures ORDER BY name",
        "SELECT unit_name, code FROM overdue_now ORDER BY unit_name, code",
        "SELECT message FROM changes ORDER BY message",
    ],
)
def test_vietnamese_is_sorted_alike(offices: dict[str, Office], query: str) -> None:
    file, server = (offices[kind].rows(query) for kind in (SQLITE, POSTGRESQL))
    assert file == server
    assert len(file) > 1


def test_each_is_where_it_should_be(offices: dict[str, Office]) -> None:
    assert [one.engine.dialect.name for one in offices.values()] == [SQLITE, POSTGRESQL]
    assert not (offices[POSTGRESQL].folder / "dvcqg.db").exists()
