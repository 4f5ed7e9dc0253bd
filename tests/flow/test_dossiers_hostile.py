"""Hostile, damaged and oversized files, given to `dvcqg import` as a user would.

Each ends in one clear sentence with the right exit code, or in a correct result; never in a
traceback, never with much memory, and nothing of a citizen stays.
"""

from __future__ import annotations

import os
import random
import unicodedata
from collections.abc import Callable

import openpyxl
import pytest
from bs4 import BeautifulSoup

from tests import databases
from tests.fixtures.long_texts import random_text
from tests.flow.office import Office
from tests.flow.people import readable
from tests.forked import Finished
from tests.unit.dossiers.listing_makers import (
    HEADINGS,
    PERSONAL,
    ROWS,
    SHEET,
    Table,
    packed,
    to_csv,
    to_html,
    to_xlsx,
    unpacked,
    with_headings,
)

MOST_MEGABYTES = 400


def given(office: Office, *arguments: str, day: int = 1) -> Finished:
    """`dvcqg import`."""
    return office.dvcqg("import", *arguments, day=day)


def with_long_cell() -> Table:
    """The second dossier has a note of ten megabytes."""
    return [HEADINGS, ROWS[0], (*ROWS[1][:-1], "x" * 10_000_000), ROWS[2]]


def with_long_unit() -> Table:
    """The second dossier has a unit with a name that no index of a server takes."""
    return [HEADINGS, ROWS[0], (*ROWS[1][:5], random_text(3_000), *ROWS[1][6:]), ROWS[2]]


PARTS = unpacked(to_xlsx(with_headings()))


def with_entities() -> bytes:
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>'
    return packed({**PARTS, SHEET: head + PARTS[SHEET][PARTS[SHEET].index(b"<worksheet") :]})


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut.html": (lambda: to_html(with_headings())[:-300], "breaks off behind row 2"),
    "long-cell.csv": (lambda: to_csv(with_long_cell()), "longer than 32767 characters"),
    "long-unit.csv": (
        lambda: to_csv(with_long_unit()),
        "name or code is longer than 500 characters",
    ),
    "bomb.xlsx": (
        lambda: packed({**PARTS, SHEET: PARTS[SHEET] + b" " * (40 * 2**20)}),
        "unpacks more than 200-fold",
    ),
    "entities.xlsx": (with_entities, "declares a document type"),
    "cut.xlsx": (lambda: to_xlsx(with_headings())[:-200], "cannot be unpacked"),
    "lost-letters.csv": (
        lambda: to_csv(with_headings()).decode().encode("cp1252", "replace"),
        "the field Ngày hẹn trả is the heading of no column",
    ),
    "two-encodings.csv": (
        lambda: to_csv(with_headings()) + b"4,H99.01-260105-0009,\xff\xfe\xfa,,,,,,,,\r\n",
        "in neither UTF-8, UTF-16 nor windows-1258",
    ),
    "empty.csv": (lambda: b"", "the file is empty"),
    "binary.xlsx": (lambda: random.Random(1).randbytes(100_000), "save"),
    "deep.json": (lambda: b"[" * 200_000, "nested too deeply"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_in_one_sentence(office: Office, name: str) -> None:
    make, reason = REFUSED[name]
    (office.folder / name).write_bytes(make())
    said = given(office, name, "--source", "x")
    assert said.returncode == 3
    assert said.stderr.startswith(f"dvcqg: {name} was not accepted: ")
    assert reason in said.stderr
    assert said.stderr.count("\n") == 1
    assert said.megabytes < MOST_MEGABYTES
    [(status, stored)] = office.rows("SELECT status, reason FROM captures")
    assert status in ("refused", "failed")
    assert reason in stored
    assert office.rows("SELECT COUNT(*) FROM overdue_now") == [(0,)]


def test_what_the_user_names_wrongly_exits_2(office: Office) -> None:
    (office.folder / "folder").mkdir()
    os.mkfifo(office.folder / "pipe")
    (office.folder / "good.csv").write_bytes(to_csv(with_headings()))
    wrong = {
        ("folder", "--source", "x"): "folder cannot be read",
        ("pipe", "--source", "x"): "pipe cannot be read",
        ("missing.xlsx", "--source", "x"): "missing.xlsx cannot be read",
        ("good.csv", "--source", "../x"): "--source is '../x'",
        ("good.csv", "--source", "x" * 101): "--source is 'xx",
    }
    for arguments, reason in wrong.items():
        done = office.dvcqg("import", *arguments, day=1)
        assert done.returncode == 2
        assert done.stderr.startswith(f"dvcqg: {reason}")
        assert done.stderr.count("\n") == 1
    assert office.rows("SELECT COUNT(*) FROM captures") == [(0,)]


def test_the_same_file_again_is_another_day_only_where_a_person_says_so(office: Office) -> None:
    (office.folder / "good.csv").write_bytes(to_csv(with_headings()))

    def brought(day: int, *as_of: str) -> tuple[int, str]:
        done = office.dvcqg("import", "good.csv", "--source", "x", *as_of, day=day)
        return done.returncode, done.stderr

    assert brought(1)[0] == 0
    for code, told in (brought(1), brought(2), brought(2, "--as-of", office.now(1, hour=9))):
        assert (code, told.count("\n")) == (2, 1)
        assert "was taken already, as capture 1 of x" in told
    assert brought(2, "--as-of", office.now(2))[0] == 0
    assert brought(2, "--as-of", office.now(2, hour=9))[0] == 2
    seen = office.rows("SELECT status, completed_at FROM captures ORDER BY id")
    assert [status for status, _ in seen] == ["accepted", "unchanged"]
    assert seen[0][1] < seen[1][1]


def as_windows_1258(text: str) -> bytes:
    """The tones stand behind their letters there, other marks are part of them."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        apart = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in apart[1:] if mark not in "\u0302\u0306\u031b")
        shape = "".join(mark for mark in apart if mark not in tone)
        letters.append(unicodedata.normalize("NFC", shape) + tone)
    return "".join(letters).encode("cp1258")


TEXT = to_csv(with_headings()).decode()
SAME = {
    "decomposed": unicodedata.normalize("NFD", TEXT).encode(),
    "UTF-16": TEXT.encode("utf-16"),
    "windows-1258": as_windows_1258(TEXT),
    "a page with wrong ends": to_html(with_headings()).replace(b"</t", b"<t"),
}


@pytest.mark.parametrize("name", SAME)
def test_what_can_be_understood_gives_the_same_list(office: Office, name: str) -> None:
    (office.folder / "qua-han.csv").write_bytes(SAME[name])
    said = given(office, "qua-han.csv", "--source", "x")
    assert (said.returncode, said.stderr) == (0, "")
    rows = office.rows("SELECT code, procedure_name, unit_name, officer FROM overdue_now")
    assert sorted(rows) == sorted((row[1], row[2], row[5], row[6]) for row in ROWS)
    kept = [file for file in office.folder.rglob("*") if file.suffix in (".db", ".html", ".xlsx")]
    kept += databases.current.dumps(office.config.store_url)
    assert len(kept) == 5
    assert not [one for one in PERSONAL for file in kept if one in readable(file)]


FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://x.test","ở đây")',
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "=cmd|'/C calc'!A0",
    "\t=1+1",
    '<img src=x onerror="alert(1)">',
    "{{ 7 * 7 }}",
]


def with_formulas() -> Table:
    """Dossiers with a formula for a procedure, an officer, a unit and a state."""
    rows = [HEADINGS]
    for number, text in enumerate(FORMULAS):
        code = f"H99.01-260108-{number:04}"
        rows.append((str(number), code, text, "", "", text, text, text, *ROWS[0][8:]))
    return rows


@pytest.mark.parametrize("make", [to_csv, to_xlsx])
def test_a_formula_stays_a_text(office: Office, make: Callable[[Table], bytes]) -> None:
    for day, rows in ((1, with_headings()), (2, with_formulas())):
        (office.folder / f"{day}.file").write_bytes(make(rows))
        assert given(office, f"{day}.file", "--source", "x", day=day).returncode == 0, day
    texts = {text.strip() for text in FORMULAS}
    reports, today = office.folder / "reports", office.now(2)[:10]
    book = openpyxl.load_workbook(reports / f"overdue-{today}.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [cell.value for cell in cells if cell.data_type not in ("s", "n", "d")]
    assert texts <= {cell.value for cell in cells}
    report = (reports / f"report-{today}.html").read_text(encoding="utf-8")
    page = BeautifulSoup(report, "lxml")
    assert len(page.select("script")) == 1
    assert not page.select("img, iframe, [onerror]")
    assert all(text in page.get_text() for text in texts)


def test_a_hundred_thousand_rows_are_read_in_little_memory(office: Office) -> None:
    lines = [
        f"{number},H99.{number % 90:02}-260105-{number:06},Cấp giấy phép xây dựng,"
        f"UBND xã {number % 90},Trần Văn Nháp,Đang xử lý,05/01/2026 08:30,20/01/2026 17:00"
        for number in range(100_000)
    ]
    head = "STT,Mã hồ sơ,Tên thủ tục,Đơn vị giải quyết,Cán bộ,Trạng thái,Ngày nhận,Ngày hẹn trả"
    (office.folder / "long.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
    said = given(office, "long.csv", "--source", "x")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.megabytes < MOST_MEGABYTES
    assert office.rows("SELECT COUNT(*) FROM overdue_now") == [(100_000,)]
