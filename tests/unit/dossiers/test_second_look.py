"""A listing in pages is read again before it may lack a dossier, and its source is let go of."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.dossiers.errors import ListingError
from scrapers.dossiers.pages import PagedFacts, read_pages
from scrapers.dossiers.second_look import TwiceRead, read_twice
from tests.unit.dossiers.listing_makers import ROWS, to_csv, with_headings

PAGE = 2
CODES = [f"H99.01-260105-{number:04}" for number in range(12)]


class Source:
    """Gives the pages of a list, each time asked the next of several lists."""

    def __init__(self, *lists: list[list[str]]) -> None:
        self._lists = list(lists)
        self.asked = self.ended = 0

    def pages(self) -> Generator[bytes, None, None]:
        self.asked += 1
        pages = self._lists.pop(0) if len(self._lists) > 1 else self._lists[0]
        try:
            for codes in pages:
                yield to_csv(with_headings([("1", code, *ROWS[0][2:]) for code in codes]))
        finally:
            self.ended += 1


def split(codes: list[str]) -> list[list[str]]:
    return [codes[start : start + PAGE] for start in range(0, len(codes), PAGE)]


def read(source: Source, listed_before: list[str]) -> tuple[list[str], TwiceRead]:
    facts = TwiceRead()
    options: dict[str, Any] = {"name": "nguon", "keep_applicant": False}
    records = list(read_twice(source.pages, facts, listed_before, **options))
    return [record.code for record in records], facts


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(0, 11))
def test_a_dossier_that_was_passed_over_is_found(turned: int, left: int) -> None:
    """After some pages one dossier left, and another came in at the end: totals tell nothing."""
    before, after = split(CODES), split([*CODES[:left], *CODES[left + 1 :], "H99.01-260106-0001"])
    moved = [*before[:turned], *after[turned:]]
    source = Source(moved, after)
    codes, facts = read(source, CODES)
    passed_over = set(CODES) - set(codes) - {CODES[left]}
    assert facts.passed_over == len(passed_over) == (left < turned * PAGE)
    assert bool(facts.objections()) == bool(passed_over)
    assert source.asked == source.ended


def test_a_list_that_lacks_nothing_is_read_once() -> None:
    source = Source(split(CODES))
    codes, facts = read(source, CODES[3:])
    assert (codes, source.asked, facts.objections()) == (CODES, 1, [])


def test_a_single_page_cannot_move_while_it_is_turned() -> None:
    source = Source([CODES])
    _, facts = read(source, [*CODES, "H99.01-260107-0001"])
    assert (source.asked, facts.objections()) == (1, [])


def test_what_is_gone_at_both_looks_is_gone() -> None:
    source = Source(split(CODES))
    _, facts = read(source, [*CODES, "H99.01-260107-0001"])
    assert (source.asked, facts.objections()) == (2, [])


def test_a_second_look_that_is_not_whole_proves_nothing() -> None:
    source = Source(split(CODES), [CODES[:2], CODES[:2]])
    _, facts = read(source, [*CODES, "H99.01-260107-0001"])
    assert "pages repeat earlier ones" in facts.objections()[0][0]


def test_a_source_is_let_go_of_as_soon_as_a_page_is_no_listing() -> None:
    ended = []

    def pages() -> Generator[bytes, None, None]:
        try:
            yield to_csv(with_headings())
            yield b"nothing"
        finally:
            ended.append(True)

    asked = pages()  # held, so that only who reads can end it
    with pytest.raises(ListingError):
        list(read_pages(asked, PagedFacts(), name="nguon", keep_applicant=False))
    assert ended
