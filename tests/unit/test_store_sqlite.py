"""The store as a file of SQLite: opened when it fits, copied while in use, levelled when old."""

from __future__ import annotations

import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from models import tables, views
from sync import store_sqlite
from sync.store import StoreError, back_up, open_store, reading, upgrade, writing
from tests.fixtures.older_stores import WITHOUT_REPEATED_WORDS
from tests.unit.test_store import checks, checks_in, write


def schema(path: Path) -> dict[str, list[str]]:
    """Everything that SQLite knows about the shape of a store, parts in a fixed order."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql <> ''")
        # A column that was added later stands on the line of the one before it.
        found = {name: re.split(r"\n|, (?![^(]*\))", sql.replace('"', "")) for name, sql in rows}
    found.pop("alembic_version", None)
    return {
        name: sorted(filter(None, (line.strip(" ,\t") for line in sql)))
        for name, sql in found.items()
    }


def test_upgrading_again_writes_the_same_schema(store_path: Path, store_url: str) -> None:
    before = schema(store_path)
    upgrade(store_url)
    assert schema(store_path) == before


def test_the_migrations_write_what_the_models_would(store_path: Path, tmp_path: Path) -> None:
    """Also what alembic does not compare: checks, STRICT, WITHOUT ROWID, partial indexes."""
    path = tmp_path / "from_models.db"
    fresh = create_engine(f"sqlite:///{path}")
    tables.metadata.create_all(fresh)
    with fresh.begin() as connection:
        views.create_views(connection)
    fresh.dispose()
    assert schema(store_path) == schema(path)


def test_an_upgrade_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(views.VIEWS, "broken", "SELECT FROM")
    with pytest.raises(DBAPIError):
        upgrade(f"sqlite:///{tmp_path}/half.db")
    assert schema(tmp_path / "half.db") == {}


def spoil(path: Path, how: str) -> None:
    sql = f"UPDATE alembic_version SET version_num = '{how}'"
    if not how.isdigit():
        path.unlink()
        sql = "CREATE TABLE notes (words TEXT)"
    if how == "directory":
        path.mkdir()
    elif how in ("empty", "text"):
        path.write_text("no data " * 999 if how == "text" else "")
    elif how != "missing":
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(sql)


NOT_OURS = "is no dvcqg store; run `dvcqg db upgrade`"
SPOILT = {
    "missing": "there is no store at .*; create it with `dvcqg db upgrade`",
    "directory": "cannot be read: unable to open database file",
    "text": "cannot be read: file is not a database",
    "empty": NOT_OURS,
    "other database": NOT_OURS,
    "0000": "has revision 0000 and this program needs .*; run `dvcqg db upgrade`",
    "9999": "has revision 9999, newer than",
}


@pytest.mark.parametrize(("how", "message"), SPOILT.items())
def test_what_is_no_store_of_this_revision_is_not_opened(
    store_path: Path, store_url: str, how: str, message: str
) -> None:
    spoil(store_path, how)
    with pytest.raises(StoreError, match=message) as trouble:
        open_store(store_url)
    assert str(store_path) in str(trouble.value)
    assert re.fullmatch(r"[^\n]+\.", str(trouble.value))


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_upgrading_makes_a_store(store_path: Path, store_url: str, how: str) -> None:
    spoil(store_path, how)
    upgrade(store_url)
    open_store(store_url).dispose()


@pytest.mark.parametrize("how", ["directory", "text", "9999"])
def test_what_cannot_be_upgraded_is_told(store_path: Path, store_url: str, how: str) -> None:
    spoil(store_path, how)
    with pytest.raises(StoreError, match=rf"^the store {store_path} [^\n]+\.$"):
        upgrade(store_url)


def test_a_store_is_not_made_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"folder .*/nowhere of the store does not exist"):
        upgrade(f"sqlite:///{tmp_path}/nowhere/dvcqg.db")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_an_address_that_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match=r"use e\.g\. sqlite:///dvcqg\.db\.$"):
        open_store(url)


def test_a_full_disk_is_told_and_changes_nothing(engine: Engine) -> None:
    engine.dispose()
    event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA max_page_count = 1"))
    with pytest.raises(StoreError, match=r"cannot be written: .* is full\. Check the disk"):
        write(engine, 5000)
    assert checks_in(engine) == 0


def test_a_writer_gives_up_when_another_never_ends(
    store_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_sqlite, "BUSY_MILLISECONDS", 20)
    impatient = open_store(store_url)
    with writing(engine), pytest.raises(StoreError, match="database is locked"), writing(impatient):
        pass
    impatient.dispose()


def test_a_backup_is_whole_amid_writing(store_url: str, engine: Engine, tmp_path: Path) -> None:
    over = threading.Event()
    write(engine, 2, day="x" * 10_000_000)

    def write_pairs() -> None:
        for _ in range(300):
            if not over.wait(0.01):
                write(engine, 2)

    beside = threading.Thread(target=write_pairs)
    beside.start()
    back_up(store_url, tmp_path / "copy.db")
    assert beside.is_alive()
    over.set()
    copy = open_store(f"sqlite:///{tmp_path}/copy.db")
    with reading(copy) as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert checks(connection) % 2 == 0 < checks(connection)
    copy.dispose()
    beside.join(10)
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("how", ["missing", "directory", "text", "no folder"])
def test_a_backup_that_fails_leaves_no_file(
    store_path: Path, store_url: str, tmp_path: Path, how: str
) -> None:
    target = tmp_path / ("nowhere/copy.db" if how == "no folder" else "copy.db")
    if how != "no folder":
        spoil(store_path, how)
    with pytest.raises(StoreError, match=r"^[^\n]+\.$"):
        back_up(store_url, target)
    assert not list(tmp_path.rglob("copy*"))


WORDS = (
    "procedure_code", "procedure_name", "unit_code", "unit_name", "officer", "state", "applicant",
)  # fmt: skip


def with_checked_words(path: Path) -> None:
    """Give a store the table of dossiers as the first form of migration 0001 made it."""
    keys = "".join(
        f', CONSTRAINT fk_dossier_versions_{word} FOREIGN KEY("{word}") REFERENCES texts (id)'
        for word in WORDS
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        found = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name LIKE '%dossier_versions%' ORDER BY type DESC"
        )
        table, index = (sql for (sql,) in found if sql)
        for view in views.VIEWS:
            connection.execute(f"DROP VIEW {view}")
        connection.execute("DROP TABLE paces")
        for statement in WITHOUT_REPEATED_WORDS:
            connection.execute(statement)
        connection.execute("DROP TABLE dossier_versions")
        head, _, tail = table.rpartition(")")
        connection.execute(f"{head}{keys}){tail}")
        connection.execute(index)
        connection.executescript(LISTED)
        connection.execute("UPDATE alembic_version SET version_num = '0003'")


LISTED = """
    INSERT INTO scopes (id, dataset, source, name) VALUES (1, 'dossiers', 'x', 'x');
    INSERT INTO capture_log (id, scope_id, started_at, completed_at, day, status, requests)
        VALUES (1, 1, '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z', '2026-11-20', 'accepted', 0);
    INSERT INTO texts (id, text) VALUES (5, 'Sở Y tế');
    INSERT INTO dossier_versions (scope_id, code, opened_by, hash, unit_name, due_is_date_only,
                                  is_overdue)
        VALUES (1, 'H1', 1, -7, 5, 0, 1), (1, 'H2', 1, 9, 5, 0, 0);
"""


def test_a_store_of_the_first_form_gets_the_table_of_today(
    store_path: Path, store_url: str
) -> None:
    expected = schema(store_path)
    with_checked_words(store_path)
    assert sum("texts" in part for part in schema(store_path)["dossier_versions"]) == len(WORDS)
    upgrade(store_url)
    assert schema(store_path) == expected
    opened = open_store(store_url)
    with reading(opened) as connection:
        query = "SELECT code, hash, unit_name, closed_by FROM dossier_versions ORDER BY code"
        rows = connection.execute(text(query)).all()
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    opened.dispose()
    assert [tuple(row) for row in rows] == [("H1", -7, 5, None), ("H2", 9, 5, None)]
