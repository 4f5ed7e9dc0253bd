"""Texts as long as a cell may be, which no index of a server takes whole: stored alike on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sync.config import Config, load
from sync.imports import import_listing
from sync.store import open_store, reading
from tests import databases
from tests.databases import KINDS, SQLITE
from tests.fixtures.long_texts import random_text
from tests.fixtures.procedure_answers import fee, method
from tests.flow.office import CHANGES
from tests.unit import procedure_office
from tests.unit.dossiers.listing_makers import HEADINGS, ROWS, to_csv, with_headings

LONGEST = 32_000
LONG = ("Tên thủ tục hành chính", "Cán bộ đang xử lý", "Trạng thái")
CAPTURES = "SELECT scope, status, rows, reason FROM captures ORDER BY id"
OVERDUE = "SELECT code, procedure_name, unit_name, officer, state FROM overdue_now ORDER BY code"
DETAILS = """
    SELECT p.procedure_id, p.closed_by IS NULL, n.text, f.text, t.text FROM procedure_versions p
    JOIN texts n ON n.id = p.name JOIN texts f ON f.id = p.fees JOIN texts t ON t.id = p.processing
    ORDER BY p.procedure_id, p.opened_by
"""


class Store:
    """An empty store with a configuration, on one kind of database."""

    def __init__(self, kind: str, folder: Path, url: str) -> None:
        self.kind, self.folder = kind, folder
        path = folder / "config.toml"
        path.write_text(f'store.url = "{url}"\n[index]\nprovinces = ["H01"]\n', encoding="utf-8")
        self.config: Config = load(path)
        self.engine: Engine = open_store(self.config.store_url)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with reading(self.engine) as connection:
            return [tuple(row) for row in connection.execute(text(query))]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[list[Store]]:
    """One store on each kind of database."""
    found = []
    with databases.using(KINDS[0]) as first, databases.using(KINDS[1]) as second:
        for one in (first, second):
            folder = tmp_path / one.kind
            folder.mkdir()
            found.append(Store(one.kind, folder, one.new(folder / databases.USUAL_FILE)))
        yield found
        for store in found:
            store.engine.dispose()


def with_long_texts(row: int, *seeds: int) -> list[tuple[str, ...]]:
    """The rows of a listing; one of them has a long text for each seed."""
    texts = dict(zip(LONG, (random_text(LONGEST, seed) for seed in seeds), strict=True))
    cells = zip(HEADINGS, ROWS[row], strict=True)
    changed = tuple(texts.get(heading, cell) for heading, cell in cells)
    return [*ROWS[:row], changed, *ROWS[row + 1 :]]


def test_a_listing_with_long_texts(stores: list[Store], monkeypatch: pytest.MonkeyPatch) -> None:
    days = [(20, (1, 2, 3)), (21, (1, 4, 3))]
    for store in stores:
        for day, seeds in days:
            file = store.folder / f"{day}.csv"
            file.write_bytes(to_csv(with_headings(with_long_texts(1, *seeds))))
            monkeypatch.setenv("DVCQG_NOW", f"2026-11-{day}T07:00:00+07:00")
            done = import_listing(store.config, store.engine, file, "x", None)
            assert done.status == "accepted", (store.kind, done.reason)
    file_store, server_store = stores
    assert (file_store.kind, file_store.engine.dialect.name) == (SQLITE, SQLITE)
    for query in (CAPTURES, CHANGES, OVERDUE):
        assert file_store.rows(query) == server_store.rows(query)
    [reassigned] = [row for row in server_store.rows(CHANGES) if row[2] == "reassigned"]
    assert [value.partition(", ")[2] for value in reassigned[11:13]] == [
        random_text(LONGEST, seed) for seed in (2, 4)
    ]
    changed = next(row for row in server_store.rows(OVERDUE) if row[0] == ROWS[1][1])
    expected = [random_text(LONGEST, seed) for seed in (1, 4, 3)]
    assert [changed[1], changed[3], changed[4]] == expected


def test_a_procedure_with_long_texts(stores: list[Store], monkeypatch: pytest.MonkeyPatch) -> None:
    for store in stores:
        office = procedure_office.Office(store.engine, monkeypatch)
        office.hold(2, 3)
        for day, seed in ((2, 5), (3, 6)):
            price = fee(random_text(LONGEST, seed), random_text(LONGEST, 7))
            way = method("DIRECT", random_text(LONGEST, 8), "DAY", price)
            office.hold(1, name=random_text(LONGEST, 9), executionMethods=[way])
            assert {one.status for one in office.check(day)} <= {"accepted", "unchanged"}
    file_store, server_store = stores
    for query in (CAPTURES, CHANGES, DETAILS):
        assert file_store.rows(query) == server_store.rows(query)
    versions = [row for row in server_store.rows(DETAILS) if random_text(LONGEST, 9) == row[2]]
    assert [bool(is_open) for _, is_open, *_ in versions] == [False, True]
    fees = [f"Lệ phí: {random_text(LONGEST, n)}, {random_text(LONGEST, 7)}" for n in (5, 6)]
    assert [row[3] for row in versions] == fees
    assert {row[4] for row in versions} == {f"Trực tiếp: {random_text(LONGEST, 8)} ngày"}
    assert [row[2] for row in server_store.rows(CHANGES)] == ["procedure_amended"]
