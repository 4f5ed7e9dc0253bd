"""The database server's disk is full, or the server ends a connection, in the middle of a check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from sync.store import writing
from tests.databases import POSTGRESQL, using
from tests.flow.crashing import (
    Begun,
    assert_nothing_lost,
    assert_one_sentence,
    begun_in,
    check_after,
    copy_of,
)
from tests.replica.server import Replica

STORE = 4
FULL = "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'"
ENDED = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5)"
NO_ROOM, IS_LOST = "make room on the server's disk", "check that the server runs"
TROUBLE = """
    CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT COUNT(*) FROM capture_log
            WHERE check_id = (SELECT MAX(id) FROM check_log)) >= 2 THEN {happens}; END IF;
        RETURN NEW;
    END $$
"""
"""What happens from the second capture of a check on."""
WHEN = "CREATE TRIGGER trouble BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION trouble()"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    with Replica(day=1) as replica, using(POSTGRESQL):
        yield begun_in(tmp_path_factory.mktemp("begun"), replica)


@pytest.mark.parametrize(
    ("table", "happens", "said"),
    [
        pytest.param("figure_versions", FULL, NO_ROOM, id="full"),
        pytest.param("alert_log", FULL, NO_ROOM, id="full later", marks=pytest.mark.long),
        pytest.param("figure_versions", ENDED, IS_LOST, id="ended", marks=pytest.mark.long),
        pytest.param("alert_log", ENDED, IS_LOST, id="ended later"),
    ],
)
def test_a_server_in_trouble(
    begun: Begun, tmp_path: Path, table: str, happens: str, said: str
) -> None:
    office = copy_of(begun.fresh, tmp_path / "office", begun.replica)
    with writing(office.engine) as connection:
        connection.execute(text(TROUBLE.format(happens=happens)))
        connection.execute(text(WHEN.format(table=table)))
    assert_one_sentence(check_after(office), STORE, "the store postgresql://", said)
    with writing(office.engine) as connection:
        connection.execute(text("DROP FUNCTION trouble CASCADE"))
    assert_nothing_lost(office, begun.expected)
