"""Figures, days and names as officials write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.periods import Period
from sync import wording

HUNDREDTHS = st.integers(min_value=-10_000_000_000, max_value=10_000_000_000)


def read(figure: str) -> int:
    """A Vietnamese figure back to hundredths."""
    plain = figure.replace(".", "").replace(",", ".").replace("−", "-")
    return int(Decimal(plain) * 100)


@given(HUNDREDTHS)
def test_points_can_be_read_back(value: int) -> None:
    assert read(wording.points(value)) == value


@given(HUNDREDTHS)
def test_points_have_two_decimals_and_groups_of_three(value: int) -> None:
    whole, decimals = wording.points(value).removeprefix("−").split(",")
    assert len(decimals) == 2
    first, *others = whole.split(".")
    assert 1 <= len(first) <= 3
    assert all(len(group) == 3 for group in others)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8270, "82,70"),
        (0, "0,00"),
        (5, "0,05"),
        (-35, "−0,35"),
        (-120, "−1,20"),
        (100_000, "1.000,00"),
        (123_456_789, "1.234.567,89"),
    ],
)
def test_points(value: int, text: str) -> None:
    assert wording.points(value) == text


@given(HUNDREDTHS)
def test_a_difference_shows_its_sign_and_only_a_zero_has_none(value: int) -> None:
    text = wording.signed(value)
    assert read(text) == value
    assert text[0] in "+−" if value else text == "0,00"


@given(HUNDREDTHS)
def test_figures_for_machines_are_exact(value: int) -> None:
    text = wording.plain(value)
    assert text is not None
    assert Decimal(text) * 100 == value
    assert text[-3] == "."


def test_no_figure_is_no_text_and_not_a_zero() -> None:
    assert wording.plain(None) is None
    assert wording.plain(0) == "0.00"


@given(st.integers(min_value=0, max_value=10**12))
def test_counts_can_be_read_back(number: int) -> None:
    assert int(wording.count(number).replace(".", "")) == number


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (1204, "1.204"), (2_500_000, "2.500.000")]
)
def test_counts_have_dots_between_thousands(number: int, text: str) -> None:
    assert wording.count(number) == text


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(312, 1204, "312/1.204"), (0, 0, "0/0"), (None, 7, "?/7"), (7, None, "7/?")],
)
def test_the_unknown_side_of_a_fraction_is_a_question_mark(
    numerator: int | None, denominator: int | None, text: str
) -> None:
    assert wording.fraction(numerator, denominator) == text


def test_a_day_is_written_day_first() -> None:
    assert wording.day(dt.date(2026, 11, 2)) == "02/11/2026"


def test_a_moment_is_told_in_the_time_of_viet_nam() -> None:
    evening = dt.datetime(2026, 11, 19, 17, 30, tzinfo=dt.UTC)
    assert wording.moment(evening) == "00:30 ngày 20/11/2026"


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (Period("year", 2026), "năm 2026"),
        (Period("quarter", 2026, 4), "quý 4/2026"),
        (Period("month", 2026, 9), "tháng 9/2026"),
    ],
)
def test_periods(period: Period, text: str) -> None:
    assert wording.period(period) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("UBND xã An Phú - tỉnh An Giang", "Xã An Phú"),
        ("UBND phường Long Xuyên - Tỉnh An Giang", "Phường Long Xuyên"),
        ("Sở Tư pháp - thành phố Hà Nội", "Sở Tư pháp"),
        ("UBND đặc khu Phú Quốc - tỉnh An Giang", "Đặc khu Phú Quốc"),
        ("Sở Nội vụ - Thành phố Huế", "Sở Nội vụ"),
        ("Sở Y tế - TP Hồ Chí Minh", "Sở Y tế"),
        ("UBND tỉnh An Giang", "Tỉnh An Giang"),
        ("Bộ Khoa học - Công nghệ", "Bộ Khoa học - Công nghệ"),
        ("", ""),
    ],
)
def test_a_unit_is_named_without_committee_and_province(name: str, text: str) -> None:
    assert wording.unit(name) == text
