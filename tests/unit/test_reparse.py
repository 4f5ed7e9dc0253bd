"""Parts of a reparse alone: the order of what happened, and which changes are the same."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.archive import Answer, replay
from scrapers.errors import NotKept
from scrapers.http import is_answer
from sync.capture_log import TAKEN_BACK
from sync.reparse_differences import RowDifference, matched, merged
from sync.reparse_plan import Plan, Taken


def taken(number: int, minute: int, **more: Any) -> Taken:
    """A capture of the index, taken in a minute of one hour."""
    plain: dict[str, Any] = dict.fromkeys(Taken._fields)
    plain |= {"id": number, "dataset": "index", "status": "accepted"}
    return Taken(**{**plain, "completed_at": at(minute), **more})


def at(minute: int) -> str:
    return f"2026-11-26T00:{minute:02d}:00Z"


def happened(*captures: Taken) -> list[tuple[int, str]]:
    return [(step.taken.id, step.what) for step in Plan(list(captures), []).steps()]


def test_a_decision_comes_among_the_captures_of_its_moment() -> None:
    accepted = taken(1, 0, decision="accepted", decided_at=at(20))
    back = taken(2, 10, decision="rejected", decided_at=at(40), reason=TAKEN_BACK)
    assert happened(accepted, back, taken(3, 20), taken(4, 30)) == [
        (1, "taken"),
        (2, "taken"),
        (3, "taken"),
        (1, "accepted"),
        (4, "taken"),
        (2, "taken back"),
    ]


def test_a_refused_capture_that_stays_out_and_a_listing_are_taken_only() -> None:
    settled = taken(1, 0, status="refused", decision="rejected", decided_at=at(5), reason="short")
    listing = taken(2, 1, dataset="dossiers", decision="accepted", decided_at=at(5))
    assert happened(settled, listing) == [(1, "taken"), (2, "taken")]


minutes = st.integers(0, 59)


@given(st.lists(st.tuples(minutes, st.none() | minutes), max_size=12))
def test_everything_happens_once_and_in_the_order_of_its_instants(
    given_captures: list[tuple[int, int | None]],
) -> None:
    ordered = sorted(given_captures, key=lambda one: one[0])
    captures = [
        taken(number, minute)
        if later is None
        else taken(number, minute, decision="accepted", decided_at=at(max(minute, later)))
        for number, (minute, later) in enumerate(ordered, start=1)
    ]
    steps = list(Plan(captures, []).steps())
    assert [step.taken.id for step in steps if step.what == "taken"] == [c.id for c in captures]
    decided = Counter(step.taken.id for step in steps if step.what == "accepted")
    assert decided == Counter(c.id for c in captures if c.decision)
    instants = [
        step.taken.completed_at if step.what == "taken" else step.taken.decided_at or ""
        for step in steps
    ]
    assert instants == sorted(instants)


keyed = st.dictionaries(st.integers(0, 9) | st.integers(90, 99), st.booleans())


@given(keyed, keyed)
def test_two_ordered_readings_are_held_side_by_side_key_by_key(
    before: dict[int, bool], after: dict[int, bool]
) -> None:
    pairs = list(merged(lambda one: one[0], sorted(before.items()), sorted(after.items())))
    assert [one for one, _ in pairs if one is not None] == sorted(before.items())
    assert [one for _, one in pairs if one is not None] == sorted(after.items())
    keys = [{one[0] for one in pair if one is not None} for pair in pairs]
    assert [len(one) for one in keys] == [1] * len(keys)
    assert set.union(set(), *keys) == before.keys() | after.keys()
    assert len(keys) == len(before.keys() | after.keys())


rows = st.lists(st.fixed_dictionaries({"kind": st.sampled_from("ab"), "said": st.integers(0, 2)}))


@given(rows, rows)
def test_matching_loses_no_row_and_pairs_as_many_as_can_be(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    pairs, gone, added = matched(before, after, ("kind",))
    assert all(left["kind"] == right["kind"] for left, right in pairs)
    assert _counted([*(left for left, _ in pairs), *gone]) == _counted(before)
    assert _counted([*(right for _, right in pairs), *added]) == _counted(after)
    assert not {one["kind"] for one in gone} & {one["kind"] for one in added}


def _counted(some: list[dict[str, Any]]) -> Counter[Any]:
    return Counter((one["kind"], one["said"]) for one in some)


def test_a_version_that_only_ends_otherwise_is_told_apart() -> None:
    before, after = {"score": 1, "closed_by": 2}, {"score": 1, "closed_by": None}
    assert RowDifference("figure_versions", before, after).is_end_alone
    assert not RowDifference("figure_versions", before, {**after, "score": 2}).is_end_alone
    assert not RowDifference("figure_versions", before, None).is_end_alone


def answer(request: dict[str, Any], status: int = 200, body: bytes = b"{}") -> Answer:
    return Answer("/list", request, status, "application/json", body, dt.datetime.now(dt.UTC))


def test_the_archive_answers_what_was_asked_in_the_same_words() -> None:
    ask = replay([answer({"q": word}, body=word.encode()) for word in ("1.001", "1.002")])
    assert ask("/list", {"q": "1.001"}).body == b"1.001"
    assert ask("/list", {"q": "1.002"}).body == b"1.002"
    with pytest.raises(NotKept):
        ask("/list", {"currentPage": 2})


@pytest.mark.parametrize(
    ("status", "body", "is_good"),
    [
        (201, b"{}", True),
        (400, b"{}", True),
        (403, b"{}", False),
        (302, b"", False),
        (429, b"{}", False),
        (502, b"{}", False),
        (200, b"<html>Request Rejected</html>", False),
    ],
)
def test_what_was_not_let_through_then_is_no_answer_now(
    status: int, body: bytes, is_good: bool
) -> None:
    assert is_answer(answer({}, status, body)) is is_good
