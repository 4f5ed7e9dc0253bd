"""What is read from the list of procedures, and of one that left it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers import procedures
from scrapers.archive import Answer
from scrapers.errors import FormatChanged, Unusable
from scrapers.keys import LONGEST_KEY
from scrapers.procedures import DETAIL, FORMALITIES, LIST, PAGE_SIZE, read_catalogue, read_state
from tests.fixtures.procedure_answers import (
    Catalogue,
    Json,
    answered,
    ask_for,
    detail,
    formality_page,
    list_page,
    listed,
    procedure_id,
)

TOO_LONG = "1" * (LONGEST_KEY + 1)


def items(*numbers: int) -> list[Json]:
    return [listed(detail(number)) for number in numbers]


def pages(**by_cursor: Json) -> Callable[[str, Json], Answer]:
    """A list whose pages are found by their cursor; the first one's is "first"."""
    return lambda path, body: answered(path, body, by_cursor[body["lastId"] or "first"])


@given(st.integers(0, 3 * PAGE_SIZE + 1))
@example(0)
@example(PAGE_SIZE)
def test_the_whole_list_is_read_newest_first(count: int) -> None:
    portal = Catalogue(*(detail(number) for number in range(count)))
    reading = read_catalogue(portal.ask)
    assert [one.id for one in reading.items] == [procedure_id(n) for n in reversed(range(count))]
    assert set(reading.totals) == {count}
    assert {path for path, _body in portal.asked} == {LIST}
    ends = [max(count - PAGE_SIZE * page, 0) for page in range(1, len(portal.asked))]
    assert [body["lastId"] for _path, body in portal.asked] == ["", *map(procedure_id, ends)]
    assert len(ends) == -(-count // PAGE_SIZE)


def test_a_line_of_the_list_says_little() -> None:
    line = listed(
        detail(),
        code=" 1.014325",
        name=unicodedata.normalize("NFD", " Cấp  lại\ngiấy phép "),
        categories=["Đất đai", "", None, "Đất đai", "Bảo hiểm"],
        departmentPromulgate=" Bộ Mẫu ",
    )
    reading = read_catalogue(ask_for(list_page([line], "", 1)))
    assert tuple(reading.items[0]) == (
        procedure_id(1),
        "1.014325",
        "Cấp lại giấy phép",
        "ACTIVE",
        "STANDARD",
        "Bộ Mẫu",
        "Bảo hiểm; Đất đai",
    )


def test_a_line_may_lack_what_is_not_needed() -> None:
    line = {"id": "x", "code": "1.1", "name": "", "state": "ACTIVE"}
    reading = read_catalogue(ask_for(list_page([line], None, 1)))
    assert tuple(reading.items[0]) == ("x", "1.1", "", "ACTIVE", None, None, None)


@pytest.mark.parametrize(
    ("by_cursor", "count", "end"),
    [
        ({"first": list_page([], "", 0)}, 0, "a page was empty"),
        ({"first": list_page(items(2, 1), None, 2)}, 2, "there was no further cursor"),
        (
            {"first": list_page(items(3), "c", 2), "c": list_page(items(2), "c", 2)},
            2,
            "the cursor stood still",
        ),
        (
            {"first": list_page(items(3), "c", 1), "c": list_page([], "d", 1)},
            1,
            "a page was empty",
        ),
    ],
)
def test_the_list_ends(by_cursor: Json, count: int, end: str) -> None:
    reading = read_catalogue(pages(**by_cursor))
    assert (len(reading.items), reading.end) == (count, end)


def test_totals_may_vary_from_page_to_page() -> None:
    first, second = list_page(items(3), "c", 3), list_page(items(2, 1), "", 4)
    assert read_catalogue(pages(first=first, c=second)).totals == [3, 4]


@pytest.mark.parametrize(
    ("by_cursor", "problem"),
    [
        (
            {
                "first": list_page(items(3), "c", 3),
                "c": list_page(items(2), "d", 3),
                "d": list_page(items(1), "c", 3),
            },
            "goes in circles",
        ),
        (
            {"first": list_page(items(3, 2), "c", 3), "c": list_page(items(2, 1), "", 3)},
            "shows 019e0000-0000-7000-8000-000000000002 twice",
        ),
    ],
)
def test_a_list_that_contradicts_itself_is_unusable(by_cursor: Json, problem: str) -> None:
    with pytest.raises(Unusable, match=problem):
        read_catalogue(pages(**by_cursor))


def test_a_list_without_end_is_unusable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(procedures, "MOST_PAGES", 3)
    asked: list[str] = []

    def endless(path: str, body: Json) -> Answer:
        asked.append(body["lastId"])
        number = len(asked)
        return answered(path, body, list_page(items(number), f"c{number}", 9))

    with pytest.raises(Unusable, match="no end after 3 pages"):
        read_catalogue(endless)
    assert asked == ["", "c1", "c2"]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"items": [], "lastId": ""}, "data.total"),
        ({"items": [], "total": "6706", "lastId": ""}, "data.total"),
        ({"total": 0, "lastId": ""}, "data.items"),
        (list_page([{**items(1)[0], "id": None}], "", 1), "data.items.0.id"),
        (list_page([{**items(1)[0], "id": ""}], "", 1), "data.items.0.id"),
        (list_page([{**items(1)[0], "id": TOO_LONG}], "", 1), "data.items.0.id"),
        (list_page([{**items(1)[0], "code": TOO_LONG}], "", 1), "data.items.0.code"),
        (list_page([{**items(1)[0], "state": 1}], "", 1), "data.items.0.state"),
        (list_page([], "", 0) | {"lastId": 7}, "data.lastId"),
        (None, "data"),
    ],
)
def test_another_format_of_the_list_is_named_by_its_path(data: Any, path: str) -> None:
    with pytest.raises(FormatChanged) as caught:
        read_catalogue(ask_for(data))
    assert caught.value.path == path


def test_the_state_is_told_of_the_very_procedure() -> None:
    portal = Catalogue()
    portal.states = {"a": ("1.000001", "ACTIVE"), "b": ("1.000001", "INACTIVE")}
    assert read_state(portal.ask, "b", "1.000001") == "INACTIVE"
    assert read_state(portal.ask, "c", "1.000001") is None
    assert read_state(portal.ask, "a", "1.000002") is None
    assert portal.asked_for(FORMALITIES) == ["1.000001", "1.000001", "1.000002"]
    assert portal.asked_for(DETAIL) == []


def test_another_format_of_the_states_is_named_by_its_path() -> None:
    page = formality_page(("a", "1.1", "INACTIVE"))
    del page["items"][0]["state"]
    with pytest.raises(FormatChanged) as caught:
        read_state(ask_for(page), "a", "1.1")
    assert caught.value.path == "data.items.0.state"
