"""The store on both databases: whole when made, written all or nothing, read without waiting."""

from __future__ import annotations

import datetime as dt
import threading
import traceback
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    Engine,
    Index,
    MetaData,
    create_mock_engine,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    StatementError,
)

import migrations
import models
from models import tables, views
from sync import clock
from sync.store import StoreError, back_up, open_store, reading, store_size, upgrade, writing
from tests.fixtures.long_texts import random_text

pytestmark = pytest.mark.both_databases

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


def shape(engine: Engine) -> dict[str, list[str]]:
    """The tables and views of a store with their columns."""
    with reading(engine) as connection:
        seen = inspect(connection)
        names = [*seen.get_table_names(), *seen.get_view_names()]
        return {name: [column["name"] for column in seen.get_columns(name)] for name in names}


def test_an_upgraded_store_has_every_public_view_and_each_can_be_read(engine: Engine) -> None:
    with reading(engine) as connection:
        assert set(inspect(connection).get_view_names()) == set(views.VIEWS)
        for name in views.VIEWS:
            assert connection.execute(text(f"SELECT * FROM {name}")).all() == []


def test_upgrading_again_changes_nothing(store_url: str, engine: Engine) -> None:
    write(engine)
    before = shape(engine)
    upgrade(store_url)
    assert shape(engine) == before
    assert checks_in(engine) == 1


def test_the_code_expects_the_newest_migration() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(settings).get_current_head() == models.REVISION


def test_the_migrations_lead_to_the_tables_of_the_models(engine: Engine) -> None:
    def is_here(_item: object, name: str | None, *_more: object) -> bool:
        # PostgreSQL shows the index of a constraint that SQLite does not have.
        return name != "ux_texts_text" or engine.dialect.name == "sqlite"

    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_here})
        assert compare_metadata(context, models_on(engine.dialect.name)) == []


def models_on(database: str) -> MetaData:
    """The models without the indexes of the other database: Alembic does not know `ddl_if`."""
    copied = MetaData(naming_convention=tables.metadata.naming_convention)
    for table in tables.metadata.sorted_tables:
        mine = table.to_metadata(copied)
        mine.indexes.clear()
        for index in table.indexes:
            if is_made_on(index, database):
                columns = [mine.c[column.name] for column in index.columns]
                Index(index.name, *columns, unique=index.unique, **index.dialect_kwargs)
    return copied


def is_made_on(index: Index, database: str) -> bool:
    made: list[object] = []
    mock = create_mock_engine(f"{database}://", lambda ddl, *_args, **_kw: made.append(ddl))
    index.create(mock, checkfirst=False)
    return bool(made)


def test_a_word_of_any_length_is_kept_and_kept_once(engine: Engine) -> None:
    words = [random_text(length) for length in (1, 2_000, 32_767, 1_000_000)]
    for word in words:
        with writing(engine) as connection:
            connection.execute(tables.texts.insert().values(text=word))
    for word in words:
        with pytest.raises(IntegrityError), writing(engine) as connection:
            connection.execute(tables.texts.insert().values(text=word))
    with reading(engine) as connection:
        kept = connection.execute(select(tables.texts.c.text).order_by(tables.texts.c.id))
        assert list(kept.scalars()) == words


def test_what_is_wrong_with_our_sql_is_told_without_any_value(engine: Engine) -> None:
    citizen = "Trần Thị Bích 0912345678"
    insert = tables.texts.insert()
    with pytest.raises(IntegrityError) as trouble, writing(engine) as connection:
        connection.execute(insert, [{"text": citizen}, {"text": citizen}])
    said = "".join(traceback.format_exception(trouble.value))
    assert "INSERT INTO texts" in said
    assert "parameters hidden" in said
    assert citizen not in said


@pytest.mark.parametrize(
    "url", ["sqlite+pysqlite:///x.db", "mysql://db/x", "no address", "x://y:z"]
)
def test_an_address_of_no_store_is_one_sentence(url: str) -> None:
    with pytest.raises(
        StoreError, match=r"^store\.url [^\n]+ use e\.g\. sqlite:///dvcqg\.db[^\n]+\.$"
    ):
        open_store(url)


UNIT_OF_NO_SCOPE = "INSERT INTO unit_versions VALUES (7, 7, 7, NULL, 7, '', '', 1, 1)"


@pytest.mark.parametrize(
    ("sql", "trouble"),
    [(UNIT_OF_NO_SCOPE, IntegrityError), ("SELECT FROM", (OperationalError, ProgrammingError))],
)
def test_a_write_that_fails_leaves_nothing_and_our_mistakes_are_not_blamed_on_the_operator(
    engine: Engine, sql: str, trouble: type[DBAPIError] | tuple[type[DBAPIError], ...]
) -> None:
    def fail() -> None:
        with writing(engine) as connection:
            add_checks(connection)
            connection.execute(text(sql))

    with pytest.raises(trouble):
        fail()
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


def test_a_store_has_a_size(engine: Engine) -> None:
    before = store_size(engine)
    write(engine, day="x" * 3_000_000)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint")
    assert store_size(engine) > before > 0


def test_a_backup_never_writes_over_a_file(store_url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(StoreError, match=r"copy\.db exists already"):
        back_up(store_url, target)
    assert target.read_text() == "precious"


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
