"""What must hold of a store between any two transactions, whatever befell who wrote it.

Captures, versions, changes, days and alerts are one story, told in full; every view answers with
all there is; every raw answer that a capture points to can be read to its end.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from models.dialect import dialect_of
from models.tables import metadata
from models.views import VIEWS
from scrapers.archive import read_archive
from sync import alert_store, store
from sync.canonical import Spellings, row_hashes
from sync.decisions import LEDGERS
from sync.history import Ledger
from sync.marks import read_mark
from sync.rules.matters import OPENS, batches
from tests.flow.contradictions import contradictions
from tests.flow.office import Office

COUNTED = {
    "captures": "capture_log",
    "changes": "change_log",
    "checks": "check_log",
    "alerts": "alert_log",
    "overdue_daily": "overdue_days",
    "scores_latest": "figure_versions WHERE closed_by IS NULL",
    "score_history": "figure_versions",
    "overdue_now": "dossier_versions WHERE closed_by IS NULL AND is_overdue = 1",
}
"""View -> the rows of which it shows every one."""


def assert_consistent(office: Office) -> None:
    """Assert that a store says nothing that contradicts itself, whoever has been killed in it."""
    with store.reading(office.engine) as connection:
        _assert_undamaged(connection)
        found = {
            wrong: [tuple(row) for row in rows[:5]]
            for wrong, query in contradictions().items()
            if (rows := connection.execute(text(query)).fetchall())
        }
        assert not found, found
        words: dict[int | None, str | None] = {
            row.id: row.text for row in connection.execute(text("SELECT id, text FROM texts"))
        }
        words[None] = None
        for ledger in LEDGERS:
            _assert_values_kept(connection, ledger, words)
        _assert_views_show_all(connection)
        _assert_told_to_alerts(connection)
        kept = connection.execute(
            text("SELECT archive FROM capture_log WHERE archive IS NOT NULL")
        ).scalars()
        folder = office.config.archive_folder
        assert folder is not None
        for name in kept:
            file = folder / name
            assert _answers_in(file, file.stat().st_mtime_ns), name


def _assert_undamaged(connection: Connection) -> None:
    """Nothing torn, nothing that points nowhere, nothing staged that stayed."""
    if not dialect_of(connection).is_postgresql:
        assert connection.execute(text("PRAGMA integrity_check")).fetchall() == [("ok",)]
        assert connection.execute(text("PRAGMA foreign_key_check")).fetchall() == []
    assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}


def _assert_values_kept(
    connection: Connection, ledger: Ledger, words: dict[int | None, str | None]
) -> None:
    """Every version still has the values of which it bears the hash, and all their words."""
    names = ", ".join(f'"{name}"' for name in ledger.values)
    rows = connection.execute(text(f"SELECT hash, {names} FROM {ledger.name}")).fetchall()
    if not rows:
        return
    hashes, *columns = zip(*rows, strict=True)
    spelled: list[list[Any]] = [
        [words[value] for value in column] if name in ledger.interned else list(column)
        for name, column in zip(ledger.values, columns, strict=True)
    ]
    assert hashes == row_hashes(spelled, Spellings()), ledger.name


def _assert_views_show_all(connection: Connection) -> None:
    for view in VIEWS:
        shown = len(connection.execute(text(f"SELECT * FROM {view}")).fetchall())
        if view in COUNTED:
            there = connection.execute(text(f"SELECT COUNT(*) FROM {COUNTED[view]}")).scalar_one()
            assert shown == there, view


def _assert_told_to_alerts(connection: Connection) -> None:
    """What was worked through and is grave enough has its alert; nothing has one before that."""
    mark = read_mark(connection, alert_store.CHANGES_MARK) or 0
    facts = [one for one in alert_store.new_facts(connection, 0) if one.id <= mark]
    grave = {batch.key for batch in batches(facts) if batch.severity >= OPENS}
    matters = set(connection.execute(text("SELECT matter FROM alert_log")).scalars())
    assert grave <= matters, grave - matters


@cache
def _answers_in(path: Path, written_at: int) -> int:
    """How many answers an archive file holds; each is read once, for none changes any more."""
    return sum(1 for _ in read_archive(path))
