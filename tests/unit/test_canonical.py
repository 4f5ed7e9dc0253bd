"""The hash of a record, by which every store knows that nothing changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.canonical import row_hash
from sync.history import Values


@pytest.mark.parametrize(
    ("values", "hash_"),
    [
        ((None,), -7712737833812065720),
        (("",), -1970711489451281740),
        ((0,), -8922900122303602827),
        ((8270,), -8447775503525267633),
        ((8270, 10000, 8270, 312, 1204, None), -2898595434753342282),
        (("Sở Tư pháp", "department", "H01", None), -7071013432514345862),
        ((1600, None, 1, None, 0), -3870186231743135322),
    ],
)
def test_the_canonical_hash_never_changes(values: Values, hash_: int) -> None:
    assert row_hash(values) == hash_


def test_yes_is_one_and_a_fraction_is_no_value() -> None:
    assert row_hash((True, False)) == row_hash((1, 0)) == row_hash(("1", "0"))
    with pytest.raises(ValueError, match="float"):
        row_hash((82.7,))


PRINTED = st.none() | st.integers() | st.text(st.characters(exclude_categories=["C"]), max_size=3)


@given(*[st.lists(PRINTED, min_size=1, max_size=4)] * 2)
def test_hashes_are_equal_when_the_texts_of_the_values_are(
    one: list[str | int | None], other: list[str | int | None]
) -> None:
    def texts(values: list[str | int | None]) -> list[str | None]:
        return [None if value is None else str(value) for value in values]

    equal = texts(one) == texts(other)
    assert (row_hash(one) == row_hash(other)) == equal
