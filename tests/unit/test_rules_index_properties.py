"""What holds for the changes of any difference whatever between two readings of the index."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.evaluation_groups import TOTAL
from sync.rules.differences import Context, Figure, Move, UnitDifference
from sync.rules.index import index_changes
from tests.fixtures.differences import (
    CLOSED,
    EVERY_TIME,
    IDLE,
    INDICATORS,
    LATER,
    METRIC,
    kinds,
    moved,
    standing,
    unit,
    with_target,
)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The usual, and now and then nothing."""
    return st.integers(0, 9).flatmap(lambda die: usual if die else st.none())


SCORE, COUNT = mostly(st.integers(0, 9_000)), mostly(st.integers(0, 3_000))
FIGURE = mostly(st.builds(Figure, SCORE, SCORE, SCORE, COUNT, COUNT, st.none()))
STANDS = st.builds(
    standing, st.integers(0, 10000), rank=st.integers(1, 15), class_=st.sampled_from(["Tốt", "Khá"])
)
STANDING = mostly(STANDS) | st.just(IDLE)
MOVES = st.dictionaries(
    st.sampled_from(sorted(INDICATORS)), st.builds(Move, FIGURE, FIGURE), min_size=1
)
UNIT = st.builds(
    unit,
    MOVES,
    code=st.sampled_from(["H01", "H01.15"]),
    kind=st.sampled_from(["province", "department", "commune"]),
    before=STANDING,
    after=STANDING,
)
CONTEXT = st.sampled_from(list(EVERY_TIME.values())).map(
    lambda one: replace(with_target(one, 52), previous_totals={"H01": 5000, "H01.15": 9000})
)


@settings(deadline=None, max_examples=120)
@given(UNIT, CONTEXT)
def test_messages_are_sentences_an_official_could_paste(
    difference: UnitDifference, context: Context
) -> None:
    for change in index_changes([difference], context):
        text = change.message
        assert re.fullmatch(r"\S.*[^\s.]\.", text), text
        assert not re.search(r"None|\s\s|\s[.,;]|\n|-\d", text), text
        assert all(len(rest) == 2 for rest in re.findall(r"\d,(\d+)", text)), text
        assert all(len(rest) == 3 for rest in re.findall(r"\d\.(\d+)", text)), text


@settings(deadline=None, max_examples=120)
@given(UNIT, CONTEXT)
def test_each_time_has_its_kinds(difference: UnitDifference, context: Context) -> None:
    told = kinds(index_changes([difference], context))
    if context is not LATER and context.was_closed:
        assert told.count("revised") <= 1
        assert not {"score_drop", "score_rise", "overdue_growing", "period_drop"} & set(told)
    else:
        assert "revised" not in told
    if context.is_baseline:
        assert not {"score_drop", "score_rise", "overdue_growing"} & set(told)


@settings(deadline=None, max_examples=120)
@given(st.lists(UNIT, max_size=4), CONTEXT)
def test_no_difference_no_change(differences: list[UnitDifference], context: Context) -> None:
    stands = [
        one._replace(
            before=one.after,
            moves={code: Move(move.after, move.after) for code, move in one.moves.items()},
        )
        for one in differences
    ]
    told = index_changes(stands, replace(context, just_closed=False))
    assert told == []


@settings(deadline=None, max_examples=120)
@given(UNIT)
def test_backwards_every_drop_is_the_same_rise(difference: UnitDifference) -> None:
    back = difference._replace(
        before=difference.after,
        after=difference.before,
        moves={code: Move(move.after, move.before) for code, move in difference.moves.items()},
    )
    opposite = {"drop": "rise", "rise": "drop"}

    def told(one: UnitDifference) -> dict[tuple[str, str | None], int | None]:
        changes = index_changes([one], LATER)
        return {
            (change.kind, change.indicator): change.delta
            for change in changes
            if change.kind.endswith(("_drop", "_rise")) or change.kind == "class_change"
        }

    mirrored = {
        (re.sub("drop|rise", lambda found: opposite[found[0]], kind), indicator): (
            None if delta is None else -delta
        )
        for (kind, indicator), delta in told(difference).items()
    }
    assert told(back) == mirrored


@settings(deadline=None, max_examples=120)
@given(st.sampled_from([TOTAL.code, "TDGQ", METRIC]), st.integers(1, 900), st.integers(1, 900))
def test_the_larger_drop_is_never_the_lesser_matter(indicator: str, one: int, other: int) -> None:
    small, large = sorted((one, other))
    for context in (LATER, CLOSED):
        lesser, greater = (
            index_changes([unit({indicator: moved(1000, 1000 - by)})], context)[0].severity
            for by in (small, large)
        )
        assert lesser <= greater
