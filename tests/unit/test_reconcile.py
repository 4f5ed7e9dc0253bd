"""Rows are matched by code, or by an exact name, or not at all; sums only of what is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.periods import Period, period_named
from sync.reconcile import FORMULAS, Reconciliation, held_against, name_key
from sync.reconcile_headings import FIGURES
from sync.reconcile_store import PortalCounts, PortalUnit
from sync.reconcile_table import OfficeRow, OfficeTable

QUARTER = Period("quarter", 2026, 3)
NAMES = {
    "H01.02": "Sở Nội vụ - tỉnh An Giang",
    "H01.173": "UBND xã Hòa Hưng - tỉnh An Giang",
    "H01.180": "UBND xã Tân Hội - tỉnh An Giang",
    "H01.74": "UBND xã Tân Hội",
    "H01.99": "UBND xã Đã Sáp Nhập",
}


def portal(**counts: tuple[int | None, int | None, int | None]) -> PortalCounts:
    """Counts of units (received, on time, not on time) named H01_02 and so on."""
    units = {}
    for word, (received, on_time, not_on_time) in counts.items():
        code = word.replace("_", ".")
        figures = {"received": received, "on_time": on_time, "not_on_time": not_on_time}
        units[code] = PortalUnit(code, NAMES[code], figures)  # type: ignore[arg-type]
    return PortalCounts(dt.datetime(2026, 10, 4, tzinfo=dt.UTC), units, NAMES)


def row(number: int, code: str | None, name: str | None, **figures: int | None) -> OfficeRow:
    return OfficeRow(number, code, name, figures, ())


def held(known: PortalCounts, *rows: OfficeRow) -> Reconciliation:
    headings = {name: name for name in rows[0].figures}
    table = OfficeTable("bang.xlsx", headings, [], rows, 0, 0)
    return held_against(table, known, "H01", QUARTER)


def test_each_count_of_the_portal_has_its_sum_of_columns() -> None:
    full = {
        "received": 100, "resolved_early": 20, "resolved_on_time": 40, "resolved_late": 3,
        "in_process": 37, "in_process_overdue": 7,
    }  # fmt: skip
    found = held(portal(H01_02=(100, 90, 10)), row(3, "H01.02", None, **full))
    assert dict(found.compared[0].office) == {"received": 100, "on_time": 90, "not_on_time": 10}
    assert found.differing == 0
    assert found.formulas["on_time"] == {
        "resolved_early": 1, "resolved_on_time": 1, "in_process": 1, "in_process_overdue": -1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "counts"),
    [
        ("received resolved_on_time resolved_late", {"received"}),
        ("received_new carried_over", {"received"}),
        ("received resolved_on_time in_process", {"received"}),
        ("received resolved_late in_process_overdue", {"received", "not_on_time"}),
        ("received resolved_in_time in_process_in_time", {"received", "on_time"}),
    ],
)
def test_a_count_whose_columns_are_not_all_there_is_not_held_against_anything(
    columns: str, counts: set[str]
) -> None:
    found = held(
        portal(H01_02=(9, 9, 0)), row(3, "H01.02", None, **dict.fromkeys(columns.split(), 9))
    )
    assert found.formulas.keys() == counts


def test_every_field_of_a_formula_is_one_that_a_table_can_have() -> None:
    used = {name for formulas in FORMULAS.values() for formula in formulas for name in formula}
    assert used <= FIGURES.keys()


def test_an_empty_cell_or_a_figure_that_was_not_published_is_never_a_zero() -> None:
    known = portal(H01_02=(None, 0, 0), H01_173=(5, None, 0))
    found = held(
        known,
        row(3, "H01.02", None, received=7, resolved_late=None, in_process_overdue=4),
        row(4, "H01.173", None, received=None, resolved_late=0, in_process_overdue=0),
    )
    first, second = found.compared
    assert first.office["not_on_time"] is None
    assert first.difference("received") is None
    assert second.difference("received") is None
    assert second.difference("not_on_time") == 0
    assert found.differing == 0


def test_a_code_goes_before_a_name_and_an_unknown_code_is_not_looked_up_by_name() -> None:
    known = portal(H01_02=(5, 5, 0), H01_173=(6, 6, 0))
    found = held(
        known,
        row(3, "H01.173", "Sở Nội vụ", received=6),
        row(4, "H44.02", "Sở Nội vụ", received=5),
        row(5, None, "Sở Nội vụ", received=5),
    )
    assert [(one.row.row, one.unit.code, one.is_by_name) for one in found.compared] == [
        (3, "H01.173", False),
        (5, "H01.02", True),
    ]
    assert [(one.row.row, one.reason) for one in found.unmatched] == [(4, "unknown code")]


def test_what_is_not_certain_is_listed_and_not_compared() -> None:
    known = portal(H01_02=(5, 5, 0), H01_180=(6, 6, 0))
    found = held(
        known,
        row(3, None, "xã Tân Hội", received=6),
        row(4, None, "Sở Nội Vu", received=5),
        row(5, None, "Sở Nội vụ", received=5),
        row(6, "H01.02", None, received=5),
        row(7, None, "xã Đã Sáp Nhập", received=1),
        row(8, None, "Nơi nhận: như trên", received=None),
    )
    assert not found.compared
    assert [(one.row.row, one.reason) for one in found.unmatched] == [
        (3, "several units"),
        (4, "unknown name"),
        (5, "several rows"),
        (6, "several rows"),
        (7, "no counts"),
    ]


def test_units_with_dossiers_that_the_table_lacks_are_named() -> None:
    known = portal(
        H01_02=(5, 5, 0), H01_173=(6, 6, 0), H01_180=(0, 0, 0), H01_74=(None, None, None)
    )
    found = held(known, row(3, "H01.02", None, received=5))
    assert [unit.code for unit in found.missing] == ["H01.173"]


@pytest.mark.parametrize(
    "written",
    [
        "UBND xã Hòa Hưng - tỉnh An Giang",
        "ubnd XÃ HOÀ HƯNG",
        "Uỷ ban nhân dân xã Hòa Hưng, tỉnh An Giang",
        "Ủy ban nhân dân  xã Hòa  Hưng tỉnh An Giang",
        "12. Xã Hòa Hưng",
        "xã Ho\u0300a Hưng",
    ],
)
def test_ways_to_write_one_name(written: str) -> None:
    assert name_key(written, "An Giang") == name_key(NAMES["H01.173"], "An Giang")


@pytest.mark.parametrize(
    "other", ["xã Hóa Hưng", "xã Hoa Hưng", "xã Hòa Hung", "phường Hòa Hưng", "xã Vĩnh Hòa Hưng",
              "xã Hòa Hưng - tỉnh Kiên Giang", "xã Hòa Hưng 2"],
)  # fmt: skip
def test_another_name_stays_another(other: str) -> None:
    assert name_key(other, "An Giang") != name_key(NAMES["H01.173"], "An Giang")


TONES = ("", *"\u0300\u0301\u0303\u0309\u0323")


@given(
    st.sampled_from(["h", "th", "ng", ""]),
    st.sampled_from(["oa", "oe", "uy"]),
    st.sampled_from(TONES),
    st.sampled_from(TONES),
)
def test_only_the_place_of_a_tone_may_differ(
    start: str, vowels: str, tone: str, other: str
) -> None:
    first, second = vowels[0], vowels[1]
    on_first, on_second = f"xã {start}{first}{tone}{second}", f"xã {start}{first}{second}{tone}"
    assert name_key(on_first, "An Giang") == name_key(on_second, "An Giang")
    another = name_key(f"xã {start}{first}{other}{second}", "An Giang")
    assert (another == name_key(on_second, "An Giang")) == (other == tone)


FIELDS = ("received", "resolved_late", "in_process_overdue")


@given(
    st.fixed_dictionaries({name: st.none() | st.integers(0, 9_999) for name in FIELDS}),
    st.tuples(*[st.none() | st.integers(0, 9_999)] * 3),
)
def test_a_difference_is_there_only_where_both_sides_have_a_figure(
    figures: Mapping[str, int | None], published: tuple[int | None, int | None, int | None]
) -> None:
    known = portal(H01_02=published)
    found = held(known, row(3, "H01.02", None, **figures))
    (one,) = found.compared
    for count, formula in found.formulas.items():
        parts = [figures[name] for name in formula]
        whole = None if None in parts else sum(part for part in parts if part is not None)
        there = one.unit.counts[count]
        expected = None if whole is None or there is None else whole - there
        assert one.difference(count) == expected
    assert found.differing == any(one.difference(count) for count in found.formulas)


def test_a_period_is_named_as_it_is_printed() -> None:
    for year, (kind, numbers) in product(
        (2022, 2026), (("year", [0]), ("quarter", range(1, 5)), ("month", range(1, 13)))
    ):
        for number in numbers:
            period = Period(kind, year, number)  # type: ignore[arg-type]
            assert period_named(str(period)) == period
    for wrong in ("2026-Q5", "2026-00", "2026-13", "26-01", "2026-9", "Q3", "2026-q3", ""):
        with pytest.raises(ValueError, match="names no period"):
            period_named(wrong)
