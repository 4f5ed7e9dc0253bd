"""Sentences come back as they were told, on both databases, whenever they were written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from models.sentences import shortened, whole
from scrapers.unseen import without_unseen
from sync import capture_log
from sync.changes import Change, Severity
from sync.store import reading, upgrade, writing

AT = dt.datetime(2026, 11, 20, 0, 12, 33, tzinfo=dt.UTC)
PIECES = st.one_of(
    st.sampled_from(["5", "Xã A, Nguyễn Văn B", "H01.15-261101-0001", "H01.15", "A", " "]),
    st.text(max_size=4).map(without_unseen),
)


def in_row(message: str, before: str | None, after: str | None, subject: str) -> dict[str, Any]:
    return {
        "message": message,
        "before_value": before,
        "after_value": after,
        "subject": subject,
    }


@given(st.lists(PIECES, max_size=8), st.none() | PIECES, st.none() | PIECES, PIECES)
def test_a_sentence_that_is_shortened_comes_back_whole(
    pieces: list[str], before: str | None, after: str | None, subject: str
) -> None:
    sentence = " ".join([*pieces, before or "", after or "", subject])
    short = shortened(sentence, before, after, subject)
    assert whole(in_row(short, before, after, subject)) == sentence
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
    with writing(engine) as connection:
        scope = capture_log.Scope("dossiers", "x", "x", "Nguồn x")
        scope_id = capture_log.scope_number(connection, scope)
        log = {"started_at": AT, "completed_at": AT, "day": "2026-11-20", "requests": 0}
        capture_id = capture_log.open_capture(connection, scope_id, log)
        capture_log.insert_changes(connection, capture_id, TOLD)


def messages(engine: Engine, table: str) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(text(f"SELECT message FROM {table} ORDER BY id")).scalars())


@pytest.mark.both_databases
def test_the_view_tells_what_was_told(engine: Engine) -> None:
    tell(engine)
    assert messages(engine, "changes") == [change.message for change in TOLD]
    assert messages(engine, "change_log") == [
        "Hồ sơ \x03: chuyển từ \x01 sang \x01 C.",
        "Xã A: 1\x01 hồ sơ quá hạn, cùng ngày tháng trước có \x01.",
        TOLD[2].message,
    ]


@pytest.mark.both_databases
def test_an_older_store_is_given_the_same_sentences(engine: Engine, store_url: str) -> None:
    tell(engine)
    stored = messages(engine, "change_log")
    with writing(engine) as connection:
        for number, change in enumerate(TOLD, 1):
            connection.execute(
                text("UPDATE change_log SET message = :whole WHERE id = :id"),
                {"whole": change.message, "id": number},
            )
        connection.execute(text("UPDATE alembic_version SET version_num = '0005'"))
    upgrade(store_url)
    assert messages(engine, "change_log") == stored
    assert messages(engine, "changes") == [change.message for change in TOLD]
