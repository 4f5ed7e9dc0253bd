"""The store on a PostgreSQL server: what is special about it, and every trouble in one sentence."""

from __future__ import annotations

import re
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, ProgrammingError

from models.views import READER, VIEWS
from sync import store_postgresql
from sync.browse import CannotBrowse, require_file
from sync.staging import inserting
from sync.store import (
    StoreError,
    back_up,
    open_store,
    reading,
    require_backup,
    store_name,
    upgrade,
    writing,
)
from tests.databases import PASSWORD, STRANGER, Server
from tests.unit.test_store import checks, checks_in, write


@pytest.fixture
def stranger(there: Server, name: str) -> Iterator[str]:
    """A user who may log in with a password, and nothing else."""
    there.execute("postgres", f"CREATE ROLE {STRANGER} LOGIN PASSWORD '{PASSWORD}'")
    yield there.url(name, STRANGER, PASSWORD)
    there.execute(name, f"DROP OWNED BY {STRANGER}")
    there.execute("postgres", f"DROP ROLE {STRANGER}")


def told(url: str, *, upgrading: bool = False) -> str:
    """What is said of a store that cannot be used; one sentence without the password."""
    with pytest.raises(StoreError) as trouble:
        upgrade(url) if upgrading else open_store(url)
    said = str(trouble.value)
    assert re.fullmatch(r"[^\n]+\.", said), said
    password = make_url(url).password
    assert not password or str(password) not in said
    return said


def test_a_value_that_does_not_fit_is_not_shown(opened: Engine) -> None:
    citizen = "Trần Thị Bích 0912345678"
    with pytest.raises(DataError) as trouble, reading(opened) as connection:
        connection.execute(text("SELECT CAST(CAST(:day AS TEXT) AS DATE)"), {"day": citizen})
    said = "".join(traceback.format_exception(trouble.value))
    assert "(psycopg.errors.InvalidDatetimeFormat) a value does not fit" in said
    assert citizen not in said


def test_a_store_is_named_without_its_password(there: Server, opened: Engine) -> None:
    assert store_name(opened) == f"postgresql://postgres@/{opened.url.database}"
    address = make_url("postgresql+psycopg://a:secret@db.example:5433/b?password=other")
    assert store_postgresql.name_of(address) == "postgresql://a@db.example:5433/b"


def test_nothing_can_be_written_while_reading(opened: Engine) -> None:
    with (
        pytest.raises(StoreError, match="read-only transaction"),
        reading(opened) as connection,
    ):
        connection.execute(text("DELETE FROM texts"))


def copy_too_slowly(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("SET LOCAL statement_timeout = '100ms'"))
        with inserting(connection, "texts", {"text": "TEXT"}) as rows:
            rows.add({"text": ["Nguyễn Văn A"]})
            time.sleep(0.3)


def test_what_goes_wrong_while_rows_are_copied_is_told_in_one_sentence(opened: Engine) -> None:
    with pytest.raises(StoreError) as trouble:
        copy_too_slowly(opened)
    said = str(trouble.value)
    assert re.fullmatch(r"the store [^\n]+ cannot be written: [^\n]*timeout[^\n]*\.", said), said
    assert "Nguyễn" not in said


def test_a_server_that_is_not_there() -> None:
    said = told("postgresql+psycopg://dvcqg:matkhau7@127.0.0.1:1/dvcqg")
    assert "cannot be read: connection failed" in said
    assert "check that the server runs" in said


def test_a_database_that_is_not_there(there: Server) -> None:
    assert 'database "nowhere" does not exist' in told(there.url("nowhere"))
    assert 'database "nowhere" does not exist' in told(there.url("nowhere"), upgrading=True)


def test_a_wrong_password(there: Server, name: str, stranger: str) -> None:
    said = told(there.url(name, STRANGER, "mật khẩu sai"))
    assert f'password authentication failed for user "{STRANGER}"' in said


def test_a_password_that_was_not_encoded(there: Server) -> None:
    said = told("postgresql+psycopg://dvcqg:mat@khau7@db.example/dvcqg")
    assert "write it as %40" in said
    assert "khau7" not in said


def test_a_user_without_rights(there: Server, name: str, stranger: str) -> None:
    assert "permission denied" in told(stranger)
    assert "it should own the database" in told(stranger, upgrading=True)


def test_a_database_that_is_no_store(there: Server) -> None:
    empty = there.new("template0")
    assert "is no dvcqg store; run `dvcqg db upgrade`" in told(there.url(empty))
    upgrade(there.url(empty))
    open_store(there.url(empty)).dispose()
    there.drop(empty)


@pytest.mark.parametrize(
    ("revision", "said"), [("0000", "run `dvcqg db upgrade`"), ("9999", "newer")]
)
def test_a_store_of_another_revision(there: Server, name: str, revision: str, said: str) -> None:
    there.execute(name, f"UPDATE alembic_version SET version_num = '{revision}'")
    assert said in told(there.url(name))


def test_a_database_in_which_vietnamese_has_no_place(there: Server) -> None:
    there.execute(
        "postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
    )
    for upgrading in (False, True):
        assert "createdb --encoding UTF8" in told(there.url("latin"), upgrading=upgrading)
    there.drop("latin")


def test_psycopg_that_is_not_installed(
    there: Server, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "pip install 'dvcqg-sync[postgresql]'" in told(there.url(name))


def cut(there: Server, opened: Engine) -> None:
    """End every connection to a store, as a server that is restarted does."""
    there.execute(
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{opened.url.database}'",
    )


def test_a_server_that_is_restarted_is_found_again(there: Server, opened: Engine) -> None:
    write(opened)
    cut(there, opened)
    assert checks_in(opened) == 1


def test_a_connection_that_is_lost_amid_writing_leaves_nothing(
    there: Server, opened: Engine
) -> None:
    def write_and_lose() -> None:
        with writing(opened) as connection:
            connection.execute(text("INSERT INTO marks VALUES ('x', 1)"))
            cut(there, opened)
            connection.execute(text("INSERT INTO marks VALUES ('y', 1)"))

    with pytest.raises(StoreError, match="cannot be written"):
        write_and_lose()
    with reading(opened) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM marks WHERE name = 'x'")).scalar() == 0


def test_a_writer_gives_up_when_another_never_ends(
    there: Server, name: str, opened: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_postgresql, "LOCK_MILLISECONDS", 20)
    impatient = open_store(there.url(name))
    with (
        writing(opened),
        pytest.raises(StoreError, match="another program has been writing"),
        writing(impatient),
    ):
        pass
    impatient.dispose()


def test_a_stranger_reads_the_views_once_it_is_a_reader_and_nothing_else(
    there: Server, name: str, stranger: str, opened: Engine
) -> None:
    there.execute("postgres", f"CREATE ROLE {READER}")
    there.execute("postgres", f"GRANT {READER} TO {STRANGER}")
    upgrade(there.url(name))
    mine = store_postgresql.engine(make_url(stranger))
    with mine.connect() as connection:
        for view in VIEWS:
            connection.execute(text(f"SELECT * FROM {view}"))
    for forbidden in (
        "SELECT * FROM texts",
        "SELECT * FROM dossier_versions",
        "DELETE FROM check_log",
        "DELETE FROM checks",
        "CREATE TABLE mine (x INTEGER)",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), mine.begin() as connection:
            connection.execute(text(forbidden))
    mine.dispose()
    there.execute(name, f"DROP OWNED BY {READER}")
    there.execute("postgres", f"DROP ROLE {READER}")


def test_a_backup_is_whole_amid_writing_and_can_be_restored(
    there: Server, name: str, opened: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(there.programs))
    write(opened, 2)
    over = threading.Event()

    def write_pairs() -> None:
        while not over.wait(0.005):
            write(opened, 2)

    beside = threading.Thread(target=write_pairs)
    beside.start()
    back_up(there.url(name), tmp_path / "dvcqg.dump")
    over.set()
    beside.join(10)
    assert [file.name for file in tmp_path.iterdir()] == ["dvcqg.dump"]
    empty = there.new("template0")
    there.run("pg_restore", "--dbname", there.plain_url(empty), str(tmp_path / "dvcqg.dump"))
    restored = open_store(there.url(empty))
    with reading(restored) as connection:
        assert checks(connection) % 2 == 0 < checks(connection)
    write(restored)
    restored.dispose()
    there.drop(empty)


def test_a_backup_asks_with_the_password_and_never_shows_it(
    there: Server, name: str, stranger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(there.programs))
    there.execute(name, f"GRANT pg_read_all_data TO {STRANGER}")
    back_up(stranger, tmp_path / "whole.dump")
    assert (tmp_path / "whole.dump").stat().st_size > 0
    with pytest.raises(StoreError, match=r"^the backup to .* failed: [^\n]+\.$") as trouble:
        back_up(there.url(name, STRANGER, "mật khẩu sai"), tmp_path / "none.dump")
    assert "sai" not in str(trouble.value)
    assert [file.name for file in tmp_path.iterdir()] == ["whole.dump"]


def test_without_the_servers_program_a_backup_says_how(
    there: Server, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match=r"pg_dump is not installed here; [^\n]+\.$"):
        back_up(there.url(name), tmp_path / "dvcqg.dump")
    with pytest.raises(StoreError, match="pg_dump is not installed here"):
        require_backup(there.url(name))


def test_datasette_opens_files_only(opened: Engine) -> None:
    with pytest.raises(CannotBrowse, match="a reader's login"):
        require_file(opened)
