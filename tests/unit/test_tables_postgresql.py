"""What PostgreSQL is told of the tables: room, indexes, order, and how to plan what is asked."""

from __future__ import annotations

import importlib

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.exc import IntegrityError, OperationalError

from models import tables
from models.tables import metadata
from sync import history
from sync.history import DOSSIERS
from sync.store import open_store, reading, upgrade, writing
from tests.databases import Server
from tests.fixtures.long_texts import random_text
from tests.fixtures.older_stores import WITH_WORDS_IN_AN_INDEX

LISTED = {"scope_id": 1, "code": "A-1", "due_is_date_only": 0, "is_overdue": 1}


def test_every_ledger_has_the_room_that_the_models_leave_on_its_pages(opened: Engine) -> None:
    expected = {
        name: [f"{option}={value}" for option, value in left.items()]
        for name, table in metadata.tables.items()
        if (left := table.dialect_options["postgresql"]["with"])
    }
    query = "SELECT relname, reloptions FROM pg_class WHERE reloptions IS NOT NULL"
    with reading(opened) as connection:
        rows = connection.execute(text(f"{query} AND relkind = 'r'")).all()
    assert "dossier_versions" in expected
    assert {row.relname: list(row.reloptions) for row in rows} == expected


def test_the_words_of_an_older_store_stay_and_longer_ones_come(opened: Engine) -> None:
    long_texts = importlib.import_module("migrations.versions.0007_long_texts")
    longer = tables.texts.insert().values(id=9, text=random_text(2_000))
    with writing(opened) as connection:
        for statement in WITH_WORDS_IN_AN_INDEX:
            connection.execute(text(statement))
        connection.execute(text("INSERT INTO texts (id, text) VALUES (5, 'Sở Y tế'), (7, '')"))
        with pytest.raises(OperationalError, match="maximum 2704"), connection.begin_nested():
            connection.execute(longer)
        with Operations.context(MigrationContext.configure(connection)):
            long_texts.upgrade()
        connection.execute(longer)
    with reading(opened) as connection:
        query = "SELECT id FROM texts WHERE text IN ('', 'Sở Y tế') ORDER BY id"
        assert list(connection.execute(text(query)).scalars()) == [5, 7]
    with pytest.raises(IntegrityError), writing(opened) as connection:
        connection.execute(tables.texts.insert().values(id=11, text="Sở Y tế"))


def test_words_are_told_apart_by_their_hashes(opened: Engine) -> None:
    expected = {
        (table.name, one.name)
        for table in metadata.tables.values()
        for one in table.constraints
        if isinstance(one, ExcludeConstraint)
    }
    query = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'x'"
    with reading(opened) as connection:
        assert {tuple(row) for row in connection.execute(text(query))} == expected
        assert expected == {("texts", "ux_texts_text")}
        asked = ", ".join(f"'{number}'" for number in range(500))
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        for word in ("= 'x'", f"IN ({asked})"):
            plan = connection.execute(text(f"EXPLAIN SELECT id FROM texts WHERE text {word}"))
            assert "ux_texts_text" in "".join(plan.scalars())


def test_a_version_of_a_dossier_stands_in_one_index(opened: Engine) -> None:
    query = """
        SELECT PG_GET_EXPR(indpred, indrelid) FROM pg_index
        WHERE indrelid = 'dossier_versions'::regclass ORDER BY 1
    """
    with reading(opened) as connection:
        predicates = connection.execute(text(query)).scalars().all()
    assert predicates == ["(closed_by IS NOT NULL)", "(closed_by IS NULL)"]


def test_a_dossier_has_one_open_version_though_the_table_has_no_key(opened: Engine) -> None:
    insert = tables.dossier_versions.insert().values(**LISTED)
    with writing(opened) as connection:
        connection.execute(insert.values(opened_by=1, closed_by=2, hash=7))
        connection.execute(insert.values(opened_by=2, hash=8))
    with pytest.raises(IntegrityError), writing(opened) as connection:
        connection.execute(insert.values(opened_by=3, hash=9))


def test_who_reads_after_a_long_first_listing_has_plans_for_it(
    opened: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_MANY", 3)
    required = ("due_is_date_only", "is_overdue")
    values = [0 if name in required else None for name in DOSSIERS.values]
    query = text("SELECT reltuples FROM pg_class WHERE relname = 'dossier_versions'")
    known = []
    for number in (2, 3):
        with writing(opened) as connection:
            listing = [(f"{number}-{one}", *values) for one in range(number)]
            staged = history.stage(connection, DOSSIERS, listing)
            history.compare(connection, DOSSIERS, scope_id=number, staged=staged)
            history.apply(connection, DOSSIERS, scope_id=number, capture_id=1)
        with reading(opened) as connection:
            known.append(connection.execute(query).scalar_one())
    assert known == [-1, 5]


def test_versions_are_closed_though_the_server_publishes_its_tables(
    there: Server, name: str, opened: Engine
) -> None:
    there.execute(name, "CREATE PUBLICATION everything FOR ALL TABLES")
    with writing(opened) as connection:
        version = tables.dossier_versions.insert().values(**LISTED, opened_by=1, hash=7)
        connection.execute(version)
        connection.execute(text("UPDATE dossier_versions SET closed_by = 2"))


def test_a_database_plans_for_its_readers_unless_who_runs_it_has_decided(there: Server) -> None:
    odd = "Kho_dữ_liệu_100%"
    there.execute("postgres", f'ALTER DATABASE {there.new("template0")} RENAME TO "{odd}"')
    there.execute("postgres", f'ALTER DATABASE "{odd}" SET random_page_cost = 3')
    address = there.url(odd)
    upgrade(address)
    upgrade(address)
    query = """
        SELECT setconfig FROM pg_db_role_setting
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = CURRENT_DATABASE())
    """
    engine = open_store(address)
    with reading(engine) as connection:
        settings = connection.execute(text(query)).scalar_one()
    engine.dispose()
    there.drop(f'"{odd}"')
    assert sorted(settings) == ["jit=off", "random_page_cost=3"]


def test_all_text_is_sorted_by_code_point_however_the_server_sorts(opened: Engine) -> None:
    query = """
        SELECT c.table_name, c.column_name, c.collation_name FROM information_schema.columns c
        WHERE c.table_schema = 'public' AND c.data_type = 'text'
          AND c.table_name NOT IN (SELECT table_name FROM information_schema.views)
    """
    with reading(opened) as connection:
        rows = connection.execute(text(query)).all()
    assert len(rows) > 80
    assert {row.collation_name for row in rows} == {"C"}
