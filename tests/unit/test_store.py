"""The store: made whole, opened only when it fits, written all or nothing, copied while in use."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

import migrations
import models
from models import tables, views
from sync import clock, store
from sync.store import StoreError, back_up, open_store, reading, upgrade, writing

AT = dt.datetime(2026, 11, 20, 0, 12, 33, tzinfo=dt.UTC)


def add_checks(connection: Connection, number: int = 1, day: str = "2026-11-20") -> None:
    rows = [{"day": day, "started_at": AT}] * number
    connection.execute(tables.checks.insert(), rows)


def write(engine: Engine, number: int = 1, day: str = "2026-11-20") -> None:
    with writing(engine) as connection:
        add_checks(connection, number, day)


def checks(connection: Connection) -> int:
    return len(connection.execute(select(tables.checks.c.id)).all())


def checks_in(engine: Engine) -> int:
    with reading(engine) as connection:
        return checks(connection)


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


def test_an_upgraded_store_has_every_public_view_and_each_can_be_read(engine: Engine) -> None:
    with reading(engine) as connection:
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'view'"))
        assert set(found.scalars()) == set(views.VIEWS)
        for name in views.VIEWS:
            assert connection.execute(text(f"SELECT * FROM {name}")).all() == []


def test_upgrading_again_changes_nothing(store_path: Path, store_url: str, engine: Engine) -> None:
    write(engine)
    before = schema(store_path)
    upgrade(store_url)
    assert schema(store_path) == before
    assert checks_in(engine) == 1


def test_the_code_expects_the_newest_migration() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(settings).get_current_head() == models.REVISION


def test_the_migrations_lead_to_the_tables_of_the_models(engine: Engine) -> None:
    with reading(engine) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []


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


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://db/dvcqg"])
def test_an_address_that_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match=r"use e\.g\. sqlite:///dvcqg\.db\.$"):
        open_store(url)


UNIT_OF_NO_SCOPE = "INSERT INTO unit_versions VALUES (7, 7, 7, NULL, 7, '', '', 1, 1)"


@pytest.mark.parametrize(
    ("sql", "trouble"), [(UNIT_OF_NO_SCOPE, IntegrityError), ("SELECT FROM", OperationalError)]
)
def test_a_write_that_fails_leaves_nothing_and_our_mistakes_are_not_blamed_on_the_disk(
    engine: Engine, sql: str, trouble: type[DBAPIError]
) -> None:
    def fail() -> None:
        with writing(engine) as connection:
            add_checks(connection)
            connection.execute(text(sql))

    with pytest.raises(trouble):
        fail()
    assert checks_in(engine) == 0


def test_a_full_disk_is_told_and_changes_nothing(engine: Engine) -> None:
    engine.dispose()
    event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA max_page_count = 1"))
    with pytest.raises(StoreError, match=r"cannot be written: .* is full\. Check the disk"):
        write(engine, 5000)
    assert checks_in(engine) == 0


def test_a_reader_is_not_blocked_by_a_writer_and_sees_one_instant(engine: Engine) -> None:
    with reading(engine) as early:
        assert checks(early) == 0
        with writing(engine) as writer:
            add_checks(writer)
            assert checks_in(engine) == 0
        assert checks(early) == 0
    assert checks_in(engine) == 1


def test_a_second_writer_waits_for_the_first_and_sees_what_it_wrote(engine: Engine) -> None:
    begun, seen = threading.Event(), []

    def second() -> None:
        begun.set()
        with writing(engine) as connection:
            seen.append(checks(connection))
            add_checks(connection)

    thread = threading.Thread(target=second)
    with writing(engine) as connection:
        thread.start()
        assert begun.wait(5)
        add_checks(connection)
        thread.join(0.2)
        assert seen == []
    thread.join(5)
    assert seen == [1]
    assert checks_in(engine) == 2


def test_a_writer_gives_up_when_another_never_ends(
    store_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_MILLISECONDS", 20)
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


def test_a_backup_never_writes_over_a_file(store_url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(StoreError, match=r"copy\.db exists already"):
        back_up(store_url, target)
    assert target.read_text() == "precious"


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


def test_instants_are_kept_in_utc_to_the_second(engine: Engine) -> None:
    told = dt.datetime(2026, 11, 20, 7, 12, 33, 999_999, tzinfo=clock.VIETNAM)
    checks = tables.checks
    with writing(engine) as connection:
        connection.execute(checks.insert().values(day="", started_at=told))
        kept = connection.execute(text("SELECT started_at, finished_at FROM check_log")).one()
        assert tuple(kept) == ("2026-11-20T00:12:33Z", None)
        assert connection.execute(select(checks.c.started_at)).scalar() == AT
        naive = checks.insert().values(day="", started_at=told.replace(tzinfo=None))
        with pytest.raises(StatementError, match="needs a time zone"):
            connection.execute(naive)
