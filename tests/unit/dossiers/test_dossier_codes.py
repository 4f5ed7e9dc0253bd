"""Dossier codes and unit identifiers in their canonical forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dossiers.codes import (
    exact_code,
    find_codes,
    is_known_code,
    is_unit_code,
    normalise_code,
    normalise_unit_code,
    odd_code,
    unit_of_code,
)

SEEN = ("000.00.19.H99-260105-0001", "H99.132-260804-0583", "G98.20-20260609-0092637",
        "H99.01-260804-12345", "H99-260804-0001")  # fmt: skip


@pytest.mark.parametrize("code", SEEN)
def test_every_shape_seen_is_known_and_stays(code: str) -> None:
    assert is_known_code(code)
    assert exact_code(code) == normalise_code(code) == code


@pytest.mark.parametrize(
    "written",
    [
        " h99.132-260804-0583\n",
        "H99.132–260804—0583",
        "H99.132 - 260804 - 0583",
        "\ufeffH99.132\u00ad-260804-0583\u200b",
        "Ｈ99.132－260804－0583",
        "\xa0H99.132\u2011260804\u22120583\xa0",
    ],
)
def test_copies_of_a_code_are_one_code(written: str) -> None:
    assert normalise_code(written) == "H99.132-260804-0583"
    assert exact_code(written) == "H99.132-260804-0583"


@pytest.mark.parametrize(
    "cell",
    ["Mã: H99.132-260804-0583", "H99.132-260804-0583 - Xem chi tiết", "H99.132-260804-0583\nSửa"],
)
def test_a_code_among_other_words_is_found(cell: str) -> None:
    assert exact_code(cell) == "H99.132-260804-0583"


def test_two_codes_in_a_cell_are_not_one() -> None:
    cell = "H99.132-260804-0583 (000.00.19.H99-260105-0001)"
    assert exact_code(cell) is None
    assert find_codes(cell) == ["H99.132-260804-0583", "000.00.19.H99-260105-0001"]


@pytest.mark.parametrize(
    "cell",
    ["", None, "260804-0583", "H99.132-2608-0583", "H99.132-260804-058", "H99.132-260804-05831234",
     "XH99.132-260804-0583-1", "123456789012", 12.0],
)  # fmt: skip
def test_what_only_resembles_a_code_is_none(cell: str | float | None) -> None:
    assert exact_code(cell) is None


def test_a_code_of_unknown_shape_needs_a_digit_and_must_be_short() -> None:
    assert odd_code(" hs–2026/17 ") == "HS-2026/17"
    assert odd_code("Lò Văn Thử") is None
    assert odd_code("1" * 65) is None
    assert odd_code("17") is None  # an ordinal
    assert odd_code("0900 000 001") is None  # a phone number


def test_the_unit_inside_a_code() -> None:
    assert unit_of_code("H99.132-260804-0583") == "H99.132"
    assert unit_of_code("000.00.19.H99-260105-0001") == "000.00.19.H99"
    assert unit_of_code("000.00.00.H99-260105-0001") == "H99"
    assert unit_of_code("HS-2026") is None


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("000.00.00.H37", "H37"),
        ("0.0.0.h37", "H37"),
        ("000.09.23.H34", "000.09.23.H34"),
        ("0.9.23.H34", "000.09.23.H34"),
        (" h44.07 ", "H44.07"),
        ("H44.100", "H44.100"),
        ("G09.20", "G09.20"),
        ("stnmt", "STNMT"),
        ("", None),
        (None, None),
    ],
)
def test_unit_identifiers(written: str | None, canonical: str | None) -> None:
    assert normalise_unit_code(written) == canonical


def test_names_are_no_unit_identifiers() -> None:
    assert is_unit_code("H44.07")
    assert is_unit_code("000.09.23.H34")
    assert not is_unit_code("UBND XÃ MẪU")
    assert not is_unit_code("H")


@given(st.text())
def test_normalising_a_code_twice_changes_nothing(text: str) -> None:
    assert normalise_code(normalise_code(text)) == normalise_code(text)


@given(st.text())
def test_normalising_a_unit_twice_changes_nothing(text: str) -> None:
    assert normalise_unit_code(normalise_unit_code(text)) == normalise_unit_code(text)


UNITS = ("000.00.19.H99", "012.34.56.H99", "H99", "H99.07", "H99.132", "G98.20", "H99.01.02")


@given(
    unit=st.sampled_from(UNITS),
    day=st.sampled_from(["260804", "20260804"]),
    ordinal=st.integers(0, 9_999_999),
    dash=st.sampled_from("-‐‑–—−"),
    around=st.text(" \t\n\xa0\u200b"),
)
def test_every_code_of_the_pattern_is_read_through_its_disguise(
    unit: str, day: str, ordinal: int, dash: str, around: str
) -> None:
    code = f"{unit}-{day}-{ordinal:04}"
    assert exact_code(around + code.replace("-", dash).lower() + around) == code
