"""Sentences come back as they were told, on both databases, whenever they were written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from models import views
from models.sentences import shortened, whole
from scrapers.unseen import without_unseen
from sync import capture_log
from sync.changes import Change, Severity
from sync.store import reading, upgrade, writing
from tests.fixtures.older_stores import WITH_OTHER_INDEXES, WITHOUT_REPEATED_WORDS

AT = dt.datetime(2026, 11, 20, 0, 12, 33, tzinfo=dt.UTC)
PIECES = st.one_of(
    st.sampled_from(["5", "Xã A, Nguyễn Văn B", "H01.15-261101-0001", "H01.15", "A", " "]),
    st.text(max_size=4).map(without_unseen),
)


@given(st.lists(PIECES, max_size=8), st.none() | PIECES, st.none() | PIECES, PIECES)
def test_a_sentence_that_is_shortened_comes_back_whole(
    pieces: list[str], before: str | None, after: str | None, subject: str
) -> None:
    sentence = " ".join([*pieces, before or "", after or "", subject])
    short = shortened(sentence, before, after, subject)
    assert whole(short, before, after, subject) == sentence
    assert len(short) <= len(sentence)


TOLD = [
    Change(
        "dossiers", "reassigned", Severity.info,
        "Hồ sơ H01.15-1: chuyển từ Xã A, B sang Xã A, B C.",
        unit_code="H01.15", unit_name="Xã A", subject="H01.15-1",
        before="Xã A, B", after="Xã A, B C",
    ),
    Change(
        "dossiers", "overdue_growing", Severity.info,
        "Xã A: 15 hồ sơ quá hạn, cùng ngày tháng trước có 5.", before="5", after="15",
    ),
    Change("system", "source_failed", Severity.warning, "Nguồn x không trả lời.", subject="x"),
]  # fmt: skip


def tell(engine: Engine) -> None:
    """A capture with these changes."""
    with writing(engine) as connection:
        scope = capture_log.Scope("dossiers", "x", "x", "Nguồn x")
        scope_id = capture_log.scope_number(connection, scope)
        log = {"started_at": AT, "completed_at": AT, "day": "2026-11-20", "requests": 0}
        capture_id = capture_log.open_capture(connection, scope_id, log)
        capture_log.insert_changes(connection, capture_id, TOLD)


def told(engine: Engine) -> list[tuple[Any, ...]]:
    columns = "dataset, kind, severity, subject, before_value, after_value, message"
    with reading(engine) as connection:
        rows = connection.execute(text(f"SELECT {columns} FROM changes ORDER BY id"))
        return [tuple(row) for row in rows]


def stored(engine: Engine) -> list[Any]:
    query = """
        SELECT h.message, t.text FROM change_log h LEFT JOIN texts t ON t.id = h.sentence
        ORDER BY h.id
    """
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


TOLD_ROWS = [
    (one.dataset, one.kind, one.severity.name, one.subject, one.before, one.after, one.message)
    for one in TOLD
]
STORED = [
    (None, "Hồ sơ \x03: chuyển từ \x01 sang \x01 C."),
    (None, "Xã A: 1\x01 hồ sơ quá hạn, cùng ngày tháng trước có \x01."),
    (TOLD[2].message, None),
]


@pytest.mark.both_databases
def test_the_view_tells_what_was_told(engine: Engine) -> None:
    tell(engine)
    assert told(engine) == TOLD_ROWS
    assert stored(engine) == STORED


@pytest.mark.both_databases
def test_an_older_store_is_given_the_same_sentences(engine: Engine, store_url: str) -> None:
    tell(engine)
    with writing(engine) as connection:
        views.drop_views(connection)
        for statement in WITH_OTHER_INDEXES if engine.dialect.name == "postgresql" else ():
            connection.execute(text(statement))
        connection.execute(text("DELETE FROM texts WHERE text <> '5'"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0005'"))
        for statement in WITHOUT_REPEATED_WORDS:
            connection.execute(text(statement))
        for number, (*_, before, after, message) in enumerate(TOLD_ROWS, 1):
            connection.execute(
                text(
                    "UPDATE change_log SET before_value = :before, after_value = :after,"
                    " message = :message WHERE id = :id"
                ),
                {"before": before, "after": after, "message": message, "id": number},
            )
    upgrade(store_url)
    assert told(engine) == TOLD_ROWS
    assert stored(engine) == STORED
    tell(engine)
    assert told(engine) == TOLD_ROWS * 2
