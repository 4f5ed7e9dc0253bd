"""What a raw cell reads as, and how the file that it stands in is decoded."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime

import pytest

from scrapers.dossiers import cells
from scrapers.dossiers.cells import (
    MAX_CELL_CHARS,
    SPANNED,
    Cache,
    Cell,
    RowRejected,
    hide_personal,
    plain,
    read_applicant,
    read_days_late,
    read_officers,
    read_text,
)
from scrapers.dossiers.encodings import encoding_of
from tests.fixtures.long_texts import random_text

VIETNAMESE = "Đơn vị giải quyết: UBND xã Mẫu\n"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (SPANNED, ""),
        ("  hai\ndòng ", "  hai\ndòng "),
        (3.0, "3"),
        (3, "3"),
        (-2.0, "-2"),
        (3.5, "3.5"),
        (0.25, "0.25"),
        (datetime(2026, 11, 20, 8, 30, 5, tzinfo=UTC), "20/11/2026 08:30:05"),
        ("x" * MAX_CELL_CHARS, "x" * MAX_CELL_CHARS),
    ],
)
def test_a_cell_has_one_plain_text(cell: Cell, text: str) -> None:
    assert plain(cell) == text


def test_a_text_that_no_cell_can_hold_rejects_its_row() -> None:
    with pytest.raises(RowRejected, match=r"^a cell is longer than 32767 characters$"):
        plain("x" * (MAX_CELL_CHARS + 1))


def test_the_longest_cell_is_searched_in_no_time() -> None:
    longest = random_text(MAX_CELL_CHARS)
    before = time.process_time()
    assert hide_personal(longest) == longest
    # Looking for an address from every letter on to the end took three times as long.
    assert time.process_time() - before < 1.5


@pytest.mark.parametrize("cell", ["-", "--", "---", "–", "—", "NULL", "None", "n/a", "NaN", " \n"])
def test_what_stands_for_nothing_is_nothing(cell: str) -> None:
    assert read_text(cell) is None
    assert read_officers(cell) is None
    assert read_days_late(cell) is None


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("B##A", "A; B"),
        ("B;A", "A; B"),
        ("B\r\nA\nB", "A; B"),
        (" B  C ; - ", "B C"),
    ],
)
def test_officers_are_sorted_and_told_once(cell: str, names: str) -> None:
    assert read_officers(cell) == names


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        (3.0, 3),
        ("3", 3),
        ("-3", -3),
        ("3 ngày", 3),
        ("Quá hạn 3 ngày 4 giờ", 3),
        ("Trễ hạn: 12 ngày 4 giờ 5 phút", 12),
        ("Trễ 2 ngày", 2),
        ("Chậm 99999", 99999),
    ],
)
def test_days_late_are_read(cell: Cell, days: int) -> None:
    assert read_days_late(cell) == days


@pytest.mark.parametrize("cell", ["5 giờ", "3,5", 3.5, "123456", "còn 3 ngày", "3 ngày trước"])
def test_what_is_no_number_of_days_is_refused_without_its_text(cell: Cell) -> None:
    with pytest.raises(ValueError, match=r"^no whole number of days$"):
        read_days_late(cell)


@pytest.mark.parametrize(
    ("cell", "name"),
    [("Lò Văn Thử\nthôn Mẫu", "Lò Văn Thử"), ("\n \nLò Văn Thử", "Lò Văn Thử"), (" \n", None)],
)
def test_an_owner_is_the_first_line_that_says_anything(cell: Cell, name: str | None) -> None:
    assert read_applicant(cell) == name


def test_a_cache_asks_once_and_never_holds_more_than_it_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cells, "_CACHE_SIZE", 3)
    asked: list[Cell] = []

    def read(cell: Cell) -> str | None:
        asked.append(cell)
        return read_text(cell)

    remembered = Cache(read)
    for cell in ["a", "a", "b", "a", "c", "d", "e"]:
        assert remembered[cell] == cell
        assert len(remembered) <= 3
    assert asked == ["a", "b", "c", "d", "e"]


# --- Encodings


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (VIETNAMESE.encode("utf-8-sig"), "utf-8-sig"),
        (VIETNAMESE.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + VIETNAMESE.encode("utf-16-be"), "utf-16"),
        (VIETNAMESE.encode("utf-16-le"), "utf-16-le"),
        (VIETNAMESE.encode("utf-16-be"), "utf-16-be"),
        (VIETNAMESE.encode(), "utf-8"),
        (b"", "utf-8"),
        (b"\0" * 64, "utf-8"),
        (b"a\0\0\0" * 16, "utf-8"),
        (b"\0a\0\0" * 16, "utf-8"),
        (b"a\0" * 5 + b"ab" * 5, "utf-16-le"),
        (b"\0a" * 5 + b"ab" * 5, "utf-16-be"),
        (b"a\0" * 4 + b"ab" * 6, "utf-8"),
        (b"\0a" * 4 + b"ab" * 6, "utf-8"),
        (b"a\0" * 9 + b"\0\0", "utf-8"),
        (b"\0a" * 9 + b"\0\0", "utf-8"),
        (b"\xd0\xca\xf2", "cp1258"),
        (b'<meta charset="windows-1252">\xd0', "cp1252"),
        (b"<meta charset=iso-8859-1>\xd0", "iso8859-1"),
        (b'<?xml version="1.0" encoding="windows-1251"?>\xd0', "cp1251"),
        (b'<meta charset="x-none-such">\xd0', "cp1258"),
    ],
)
def test_a_files_own_bytes_say_its_encoding(content: bytes, name: str) -> None:
    stream = io.BytesIO(content)
    stream.seek(0, io.SEEK_END)
    assert encoding_of(stream) == name
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("before", "cut", "name"), [(100, b"", "utf-8"), (70_000, b"", "utf-8"), (9, b"\xe1", "cp1258")]
)
def test_all_bytes_of_a_long_file_count(before: int, cut: bytes, name: str) -> None:
    content = b"a" * 4_095 + "ệ".encode() + b"a" * before + "ệ".encode() + cut
    assert encoding_of(io.BytesIO(content)) == name
