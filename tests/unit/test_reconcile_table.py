"""An office's table: figures are found by what stands above them, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dossiers.headings import fold
from sync.reconcile_headings import VOCABULARY
from sync.reconcile_table import OfficeTable, WrongFile, read_count, read_table
from tests.unit.dossiers.listing_makers import to_csv, to_html, to_json, to_xlsx

SIMPLE = ("Đơn vị", "Tiếp nhận", "Giải quyết đúng hạn", "Trễ hạn", "Đang giải quyết", "Quá hạn")
Make = Callable[[Sequence[Sequence[Any]]], bytes]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], OfficeTable]:
    def reading(content: bytes) -> OfficeTable:
        path = tmp_path / "bang"
        path.write_bytes(content)
        return read_table(path)

    return reading


Read = Callable[[bytes], OfficeTable]


def test_no_heading_means_two_things() -> None:
    folded = {name: set(map(fold, known)) for name, known in VOCABULARY.known.items()}
    for one, other in combinations(folded, 2):
        assert not folded[one] & folded[other], (one, other)


@pytest.mark.parametrize("make", [to_csv, to_html, to_xlsx])
def test_every_kind_of_file_gives_the_same_rows(read: Read, make: Make) -> None:
    rows = [
        ("BÁO CÁO QUÝ III/2026",),
        ("STT", *SIMPLE),
        (1, "Sở Nội vụ", 120, 100, 5, 15, 2),
        (2, "UBND xã An Phú", 1204, "-", 0, "", 1),
    ]
    width = len(rows[1])
    table = read(make([(*row, *[""] * (width - len(row))) for row in rows]))
    assert [(row.code, row.name) for row in table.rows] == [
        (None, "Sở Nội vụ"),
        (None, "UBND xã An Phú"),
    ]
    assert dict(table.rows[0].figures) == {
        "received": 120, "resolved_on_time": 100, "resolved_late": 5, "in_process": 15,
        "in_process_overdue": 2,
    }  # fmt: skip
    second = table.rows[1].figures
    assert (second["received"], second["resolved_late"]) == (1204, 0)
    assert second["resolved_on_time"] is None, "a dash is no figure"
    assert second["in_process"] is None, "an empty cell is no figure"
    assert table.rows[1].unreadable == ()


NATIONAL_FORM = (
    ("STT", "Đơn vị", "Số hồ sơ tiếp nhận", None, None, None, "Số lượng hồ sơ đã giải quyết", None,
     None, None, "Số lượng hồ sơ đang giải quyết", None, None),
    (None, None, "Tổng số", "Trong kỳ", None, "Từ kỳ trước", "Tổng số", "Trước hạn", "Đúng hạn",
     "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn"),
    (None, None, None, "Trực tuyến", "Trực tiếp", None, None, None, None, None, None, None, None),
    tuple(f"({number})" for number in range(1, 14)),
)  # fmt: skip
NATIONAL_MERGED = ("A1:A3", "B1:B3", "C1:F1", "G1:J1", "K1:M1", "C2:C3", "D2:E2", "F2:F3",
                   *(f"{column}2:{column}3" for column in "GHIJKLM"))  # fmt: skip


def test_the_national_form_with_three_rows_of_headings(read: Read) -> None:
    rows = [*NATIONAL_FORM, (1, "Sở Y tế", 30, 20, 4, 6, 25, 9, 14, 2, 5, 4, 1)]
    table = read(to_xlsx(rows, NATIONAL_MERGED))
    (row,) = table.rows
    assert dict(row.figures) == {
        "received": 30, "carried_over": 6, "resolved_early": 9, "resolved_on_time": 14,
        "resolved_late": 2, "in_process": 5, "in_process_in_time": 4, "in_process_overdue": 1,
    }  # fmt: skip
    assert "Số hồ sơ tiếp nhận Trong kỳ" in table.ignored, "it stands above two columns"


def test_quá_hạn_alone_is_no_figure_where_nobody_can_say_which(read: Read) -> None:
    both = read(to_csv([SIMPLE, ("Sở Y tế", *"12345")]))
    assert both.rows[0].figures["in_process_overdue"] == 5
    alone = read(to_csv([("Đơn vị", "Tiếp nhận", "Quá hạn"), ("Sở Y tế", "9", "3")]))
    assert dict(alone.rows[0].figures) == {"received": 9}
    assert alone.ignored == ["Quá hạn"]


def test_of_two_columns_with_one_meaning_neither_is_taken(read: Read) -> None:
    rows = [
        ("Đơn vị", "Tiếp nhận", "Lần 1", "", "Lần 2", ""),
        ("Đơn vị", "Tiếp nhận", "Đúng hạn", "Trễ hạn", "Đúng hạn", "Chưa đến hạn"),
        ("Sở Y tế", "9", "3", "1", "4", "2"),
    ]
    (row,) = read(to_csv(rows)).rows
    assert dict(row.figures) == {"received": 9, "resolved_late": 1, "in_process_in_time": 2}


def test_a_part_of_what_was_received_is_not_what_was_received(read: Read) -> None:
    with pytest.raises(WrongFile, match="no table has headings"):
        read(
            to_xlsx(
                [
                    ("Đơn vị", "Tiếp nhận", None),
                    (None, "Trực tuyến", "Trực tiếp"),
                    ("Sở Y tế", 5, 4),
                ],
                ("A1:A2", "B1:C1"),
            )
        )


def test_groups_totals_notes_and_signatures_are_passed_over(read: Read) -> None:
    rows = [
        ("STT", *SIMPLE),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"),
        ("I", "SỞ, BAN, NGÀNH", "", "", "", "", ""),
        ("1", "Sở Y tế", "12", "", "", "", ""),
        ("", "Tổng cộng", "12", "0", "0", "0", "0"),
        ("STT", *SIMPLE),
        ("2", "Sở Nội vụ", "1", "1", "0", "0", "0"),
        ("", "Người lập biểu", "", "", "", "", ""),
        ("", "", "", "", "", "", ""),
    ]
    table = read(to_csv(rows))
    assert [row.name for row in table.rows] == ["Sở Y tế", "Sở Nội vụ"]
    assert [row.row for row in table.rows] == [4, 7]
    assert table.passed_over == 5


def test_what_is_no_whole_number_is_told_and_gives_no_figure(read: Read) -> None:
    table = read(to_csv([SIMPLE, ("Sở Y tế", "12", "khoảng 5", "1,5", "-3", "2")]))
    (row,) = table.rows
    assert row.unreadable == ("Giải quyết đúng hạn", "Trễ hạn", "Đang giải quyết")
    assert [row.figures[name] for name in ("received", "resolved_on_time")] == [12, None]


def test_a_row_torn_apart_by_an_unquoted_delimiter_gives_no_figure(read: Read) -> None:
    content = to_csv([SIMPLE]) + b"So Y te,1,204,100,5,15,2\n"
    (row,) = read(content).rows
    assert set(row.figures.values()) == {None}
    assert len(row.unreadable) == 5


def test_codes_are_read_where_there_is_a_column_for_them(read: Read) -> None:
    rows = [("Mã định danh", "Tên đơn vị", "Tổng số tiếp nhận"), (" h01.15 ", "Sở Du lịch", 7)]
    (row,) = read(to_xlsx(rows)).rows
    assert (row.code, row.name, row.figures["received"]) == ("H01.15", "Sở Du lịch", 7)


@pytest.mark.parametrize(
    "content",
    [
        to_csv([("Đơn vị", "Số lượng"), ("Sở Y tế", "12")]),
        to_csv([("Lĩnh vực", "Tiếp nhận", "Đúng hạn", "Trễ hạn"), ("Đất đai", "12", "1", "1")]),
        to_json([{"unit": "H01.15", "received": 3}]),
        b"%PDF-1.7",
        b"",
    ],
)
def test_whatever_is_no_report_table_is_one_sentence(read: Read, content: bytes) -> None:
    with pytest.raises(WrongFile) as caught:
        read(content)
    assert "\n" not in str(caught.value)


@given(st.permutations(range(len(SIMPLE))))
def test_the_order_of_columns_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    path = tmp_path_factory.mktemp("order") / "bang.csv"
    row = ("Sở Y tế", "120", "100", "5", "15", "2")
    path.write_bytes(to_csv([[line[i] for i in order] for line in (SIMPLE, row)]))
    (found,) = read_table(path).rows
    assert sorted(value for value in found.figures.values() if value) == [2, 5, 15, 100, 120]
    assert found.figures["received"] == 120
    assert found.figures["in_process_overdue"] == 2


@given(st.integers(0, 999_999_999))
def test_a_count_is_read_as_it_is_written(number: int) -> None:
    written = [f"{number:,}".replace(",", mark) for mark in (".", ",", " ", "\xa0", "")]
    assert {read_count(text) for text in written} == {number}
    assert read_count(float(number)) == number


@pytest.mark.parametrize("cell", ["", "-", "–", None, "null"])
def test_nothing_is_no_figure(cell: str | None) -> None:
    assert read_count(cell) is None


@pytest.mark.parametrize(
    "cell", ["1.2", "1.204,567", "12a", "1 2", 1.204, -1.0, float("nan"), "=A1"]
)
def test_what_could_be_misread_is_refused(cell: str | float) -> None:
    with pytest.raises(ValueError, match="no whole number"):
        read_count(cell)
