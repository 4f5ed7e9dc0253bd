"""A listing in pages: the records of the whole, and nothing that is missing goes unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.dossiers.errors import ListingError, MissingColumn, NoListing
from scrapers.dossiers.pages import PagedFacts, read_pages
from scrapers.dossiers.records import Dossier
from tests.unit.dossiers.listing_makers import (
    HEADINGS,
    PERSONAL,
    ROWS,
    read,
    to_csv,
    to_html,
    to_json,
)

Row = tuple[str, ...]
KINDS = ("html", "json")


def rows(count: int) -> list[Row]:
    """That many dossiers, each with a code of its own."""
    return [
        (str(n), f"H99.01-260105-{n:04}", *ROWS[n % len(ROWS)][2:]) for n in range(1, count + 1)
    ]


def page(kind: str, part: Sequence[Row], total: int | None) -> bytes:
    if kind == "html":
        said = "" if total is None else f"<p>Tổng số: {total} hồ sơ</p>"
        return to_html([HEADINGS, *part], after=said)
    items = [dict(zip(HEADINGS, row, strict=True)) for row in part]
    envelope: dict[str, Any] = {"number": 1} if total is None else {"totalElements": total}
    return to_json(items, **envelope)


def split(every: Sequence[Row], size: int) -> list[Sequence[Row]]:
    return [every[at : at + size] for at in range(0, len(every), size)] or [every]


def in_pages(pages: Sequence[bytes], **options: Any) -> tuple[list[Dossier], PagedFacts]:
    facts = PagedFacts()
    options = {"name": "quantri", "keep_applicant": False, **options}
    records = list(read_pages(iter(pages), facts, **options))
    assert facts.complete
    assert facts.pages == len(pages)
    assert facts.records == len(records) == len({record.code for record in records})
    assert facts.rows_read == (
        facts.records + facts.repeated + facts.identical + facts.conflicting + facts.rejected
    )
    assert facts.whole is not bool(facts.objections())
    return records, facts


def reasons(facts: PagedFacts) -> str:
    """The English reasons; the Vietnamese ones must be as many and no copy."""
    for reason, explanation in facts.objections():
        assert reason
        assert explanation[0].isupper() or explanation[0].isdigit()
        assert reason != explanation
    return "; ".join(reason for reason, _ in facts.objections())


# The readers of web pages are loaded by the first example, which is slow for that.
BRIEFLY = settings(max_examples=60, deadline=None)
SIZES = st.integers(1, 12)
COUNTS = st.integers(0, 30)


@BRIEFLY
@given(COUNTS, SIZES, st.sampled_from(KINDS), st.booleans())
def test_pages_of_any_size_give_the_same_records(
    count: int, size: int, kind: str, is_declared: bool
) -> None:
    every = rows(count)
    total = count if is_declared else None
    expected, _ = read(page(kind, every, total))
    records, facts = in_pages([page(kind, part, total) for part in split(every, size)])
    assert records == expected
    assert facts.objections() == []
    assert facts.declared_total == total


@BRIEFLY
@given(st.integers(1, 30), SIZES, st.sampled_from(KINDS), st.data())
def test_a_page_that_is_left_out_is_missed(
    count: int, size: int, kind: str, data: st.DataObject
) -> None:
    pages = [page(kind, part, count) for part in split(rows(count), size)]
    left_out = data.draw(st.integers(0, len(pages) - 1))
    del pages[left_out]
    _, facts = in_pages(pages)
    assert not facts.whole
    assert ("rows came where" if pages else "no page came") in reasons(facts)


@BRIEFLY
@given(st.integers(1, 30), SIZES, st.sampled_from(KINDS), st.booleans(), st.data())
def test_a_page_that_comes_again_is_noticed(
    count: int, size: int, kind: str, is_declared: bool, data: st.DataObject
) -> None:
    """Also in the place of another one, so that the number of rows is right."""
    total = count if is_declared else None
    pages = [page(kind, part, total) for part in split(rows(count), size)]
    repeated = data.draw(st.integers(0, len(pages) - 1))
    place = data.draw(st.integers(repeated + 1, len(pages)))
    is_instead = data.draw(st.booleans()) and place < len(pages)
    pages[place : place + is_instead] = [pages[repeated]]
    _, facts = in_pages(pages)
    assert not facts.whole
    assert facts.repeated > 0
    assert place + 1 in facts.repeated_pages
    assert "pages repeat earlier ones" in reasons(facts)


@BRIEFLY
@given(st.integers(2, 30), SIZES, st.sampled_from(KINDS), st.data())
def test_a_list_that_moves_while_it_is_paged_is_noticed(
    count: int, size: int, kind: str, data: st.DataObject
) -> None:
    """From some page on the list has one dossier more or less before the pages still to come."""
    before = rows(count)
    moved = data.draw(st.integers(0, count - 1))
    after = before[:moved] + before[moved + 1 :]
    if data.draw(st.booleans()):
        before, after = after, before
    old, new = split(before, size), split(after, size)
    since = data.draw(st.integers(0, len(new)))
    pages = [page(kind, part, len(before)) for part in old[:since]]
    pages += [page(kind, part, len(after)) for part in new[since:]]
    records, facts = in_pages(pages)
    codes = {record.code for record in records}
    if codes not in ({row[1] for row in before}, {row[1] for row in after}):
        assert not facts.whole


def test_a_dossier_seen_before_tells_that_the_list_moved() -> None:
    every = rows(5)
    records, facts = in_pages([page("json", every[:3], 5), page("json", every[2:4], 5)])
    assert [record.code[-1] for record in records] == ["1", "2", "3", "4"]
    assert (facts.repeated, facts.repeated_pages, facts.rows_read) == (1, [], 5)
    assert reasons(facts).startswith("1 dossiers came again on a later page")


def test_totals_that_do_not_agree_are_all_kept() -> None:
    every = rows(6)
    totals = (6, 7, 6, 5)
    pages = [
        page("html", part, total) for part, total in zip(split(every, 2), totals, strict=False)
    ]
    _, facts = in_pages(pages)
    assert facts.declared_totals == [6, 7]
    assert facts.declared_total is None
    assert "do not agree about the total (6, 7)" in reasons(facts)


def test_a_page_that_contradicts_itself_does_not_count_as_silent() -> None:
    said = "<p>Tổng số: 3</p><p>Tổng số: 4 hồ sơ</p>"
    _, facts = in_pages([to_html([HEADINGS, *rows(3)], after=said)])
    assert facts.declared_totals == [3, 4]
    assert not facts.whole


def test_a_total_row_under_each_page_is_not_the_total_of_the_list() -> None:
    pages = [
        to_csv([HEADINGS, *part, ("", f"Tổng cộng: {len(part)}")]) for part in split(rows(5), 2)
    ]
    _, facts = in_pages(pages)
    assert (facts.declared_totals, facts.whole) == ([], True)


def test_a_page_must_hold_the_range_that_it_says() -> None:
    every = rows(4)
    pages = [
        to_html([HEADINGS, *every[:2]], after="<p>1 - 2 / 4</p>"),
        to_html([HEADINGS, every[3]], after="<p>3 - 4 / 4</p>"),
    ]
    _, facts = in_pages(pages)
    assert facts.short_pages == [2]
    assert "another number of rows than they say (2)" in reasons(facts)


@pytest.mark.parametrize(
    ("sizes", "total", "early"),
    [
        ((2, 0), None, []),
        ((2, 0), 2, []),
        ((0,), 0, []),
        ((0,), None, []),
        ((2, 0), 3, [2]),
        ((0, 2), None, [1]),
        ((1, 0, 1), 2, [2]),
        ((1, 0, 0), None, [2]),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_page_may_only_be_the_last(
    kind: str, sizes: tuple[int, ...], total: int | None, early: list[int]
) -> None:
    left = iter(rows(9))
    parts = [[next(left) for _ in range(size)] for size in sizes]
    _, facts = in_pages([page(kind, part, total) for part in parts])
    said = f"empty before the end of the listing ({', '.join(map(str, early))})"
    assert (said in reasons(facts)) is bool(early)
    assert facts.whole is not bool(early)


def test_no_page_at_all_is_no_empty_listing() -> None:
    _, facts = in_pages([])
    assert reasons(facts) == "no page came"


def test_rows_that_are_no_dossiers_are_counted_and_objected_to() -> None:
    every = [*rows(3), ("4", "không có mã", *ROWS[0][2:])]
    records, facts = in_pages([page("html", part, 4) for part in split(every, 2)])
    assert (len(records), facts.rejected, sum(facts.rejected_reasons.values())) == (3, 1, 1)
    assert reasons(facts).startswith("1 rows could not be read as dossiers (")
    assert "không có mã" not in reasons(facts)


def test_odd_cells_are_counted_over_all_pages() -> None:
    odd = [(*row[:8], "31/02/2026", *row[9:]) for row in rows(4)]
    _, facts = in_pages([page("html", part, 4) for part in split(odd, 2)])
    assert sum(facts.problems.values()) == 4
    assert facts.whole


def test_a_later_page_with_other_columns_is_objected_to() -> None:
    every = rows(4)
    renamed = [heading if heading != "Trạng thái" else "Tình hình" for heading in HEADINGS]
    _, facts = in_pages([to_html([HEADINGS, *every[:2]]), to_html([renamed, *every[2:]])])
    assert facts.changed_pages == [2]
    assert "other columns than the first (2)" in reasons(facts)
    assert "Trạng thái" in facts.columns


def test_columns_in_another_order_are_the_same_columns() -> None:
    every = rows(4)
    turned = [HEADINGS[::-1], *(row[::-1] for row in every[2:])]
    records, facts = in_pages([to_html([HEADINGS, *every[:2]]), to_html(turned)])
    assert facts.whole
    assert records == read(to_html([HEADINGS, *every]))[0]


def item(number: int, **more: Any) -> dict[str, Any]:
    code = f"H99.01-260105-{number:04}"
    return {"code": code, "appointmentDate": "2026-01-20T10:00:00.000+0000", **more}


def test_a_key_that_is_renamed_on_a_later_page_is_objected_to() -> None:
    pages = [
        to_json([item(1, agency={"name": "UBND xã Mẫu"})], number=0),
        to_json([item(2, donVi={"ten": "UBND xã Mẫu"})], number=1),
        to_json([item(3, org="UBND xã Mẫu")], number=2),
    ]
    _, facts = in_pages(pages)
    assert facts.changed_pages == [2, 3]


def test_keys_that_an_item_may_lack_are_no_other_columns() -> None:
    task = [{"assignee": {"fullname": "Phạm Thị Ví Dụ"}}]
    done = "2026-01-19T10:00:00.000+0000"
    pages = [
        to_json([item(1, currentTask=task, completedDate=done, agency={"name": "A"})], number=0),
        to_json([item(2, agency={"name": "A"}, dossierProgress=1)], number=1),
        to_json([item(3)], number=2),
    ]
    assert in_pages(pages)[1].whole


def test_the_first_page_with_columns_stands_for_the_listing() -> None:
    _, facts = in_pages([to_json([], number=0), page("json", rows(2), None)])
    assert facts.columns["Ngày hẹn trả"] == "due_at"
    assert (facts.format, facts.ignored) == ("json", [])
    assert set(facts.personal) == {"Chủ hồ sơ", "Số điện thoại"}


def test_nothing_personal_comes_out_unless_it_is_wanted() -> None:
    pages = [page("html", part, 5) for part in split(rows(5), 2)]
    records, facts = in_pages(pages)
    told = f"{[tuple(record) for record in records]} {facts}"
    assert not [text for text in PERSONAL if text in told]
    records, _ = in_pages(pages, keep_applicant=True)
    assert all(record.applicant in PERSONAL for record in records)


LOGIN = b"<html><form><input type=text name=username><input type=password></form></html>"
BROKEN: dict[str, tuple[bytes, type[ListingError]]] = {
    "login": (LOGIN, NoListing),
    "no table": (b"<html><p>Xin ch\xc3\xa0o</p></html>", NoListing),
    "renamed": (to_html([("Mã hồ sơ", "Hạn chót"), ("H99.01-260105-0009", "x")]), ListingError),
    "lost": (to_json([{"code": "H99.01-260105-0009", "acceptedDate": None}]), MissingColumn),
    "cut": (page("json", rows(3), 9)[:-30], ListingError),
    "empty": (b"", ListingError),
}


@pytest.mark.parametrize(("content", "kind"), BROKEN.values(), ids=BROKEN.keys())
def test_a_page_that_is_no_listing_ends_the_reading(
    content: bytes, kind: type[ListingError]
) -> None:
    facts = PagedFacts()
    pages = [page("html", rows(2), None), content]
    with pytest.raises(kind, match=r"^quantri, page 2: ") as trouble:
        list(read_pages(pages, facts, name="quantri", keep_applicant=False))
    assert not facts.whole
    assert "not read to its end" in reasons(facts)
    assert getattr(trouble.value, "asks_for_login", False) is (content == LOGIN)


def test_pages_are_asked_for_one_by_one() -> None:
    asked: list[int] = []

    def pages() -> Iterator[bytes]:
        for number, part in enumerate(split(rows(6), 2)):
            asked.append(number)
            yield page("json", part, 6)

    facts = PagedFacts()
    records = read_pages(pages(), facts, name="igate", keep_applicant=False)
    for expected in ([0], [0], [0, 1]):
        next(records)
        assert asked == expected
    assert not facts.whole
