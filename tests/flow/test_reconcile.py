"""`dvcqg reconcile` on the replica: an office's own table against the portal's counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from sync import wording
from tests.flow.office import Office
from tests.replica.periods import QUARTER_4
from tests.replica.server import Replica
from tests.replica.world import counts_on, units_on
from tests.unit.dossiers.listing_makers import to_csv, to_xlsx

HEADINGS = (
    ("STT", "Đơn vị", "Số hồ sơ tiếp nhận", None, None, "Số hồ sơ đã giải quyết", None, None,
     "Số hồ sơ đang giải quyết", None),
    (None, None, "Tổng số", "Trong kỳ", "Từ kỳ trước", "Trước hạn", "Đúng hạn", "Quá hạn",
     "Trong hạn", "Quá hạn"),
)  # fmt: skip
MERGED = ("A1:A2", "B1:B2", "C1:E1", "F1:H1", "I1:J1")
PERIODS = 'periods = ["quarter"]\nrevisit_days = 0'
FILE = "bao-cao.xlsx"


def own_figures(code: str) -> list[int | None]:
    """What an office that counts as the portal does would print of a unit."""
    unit = next(one for one in units_on(1, "H01") if one.code == code)
    counts = counts_on(1, unit, QUARTER_4)
    late = counts.received - counts.on_time
    early, on_time, overdue = counts.on_time // 3, counts.on_time // 3, late // 2
    in_process = counts.on_time - early - on_time
    return [
        counts.received, counts.received - 10, 10, early, on_time, late - overdue, in_process,
        overdue,
    ]  # fmt: skip


@pytest.fixture
def counted(tmp_path: Path, replica: Replica) -> Iterator[Office]:
    """An office that has read the quarter once."""
    office = Office(tmp_path / "office", replica, periods=PERIODS)
    office.check(1)
    yield office
    office.engine.dispose()


def write(office: Office, *rows: Sequence[Any]) -> None:
    (office.folder / FILE).write_bytes(to_xlsx([*HEADINGS, *rows], MERGED))


def ask(office: Office, *more: str, period: str = "2026-Q4") -> Any:
    return office.dvcqg("reconcile", FILE, "--period", period, *more, day=1)


def test_what_differs_is_told_by_unit_and_nothing_else(counted: Office) -> None:
    finance, health = own_figures("H01.14"), own_figures("H01.10")
    received = finance[0]
    assert received is not None
    finance[0], health[5] = received + 7, None
    write(
        counted,
        ("I", "SỞ, BAN, NGÀNH"),
        (1, "Sở Tài chính", *finance),
        (2, "Sở Y tế tỉnh An Giang", *health),
        (3, "Uỷ ban nhân dân xã Hoà Hưng", *own_figures("H01.173")),
        (4, "Sở Không Có", *[1] * 8),
        (None, "TỔNG CỘNG", *[9_999] * 8),
        (None, "Người lập biểu"),
    )
    done = ask(counted)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    own, portal = wording.count(received + 7), wording.count(received)
    assert f"Sở Tài chính H01.14 Tiếp nhận {own} {portal} +7" in said
    assert "Sở Y tế H01.10 Ngoài nhóm đúng hạn không có số liệu" in said
    assert "1 đơn vị có chênh lệch." in said
    assert "H01.173" not in said, "what agrees is not listed"
    assert "7 Sở Không Có tên không trùng với đơn vị nào" in said
    assert "3 đơn vị chỉ khớp theo tên" in said
    assert "Tiếp nhận: «Số hồ sơ tiếp nhận Tổng số» ↔ Cổng" in said
    assert "9.999" not in said
    assert max(map(len, done.stdout.splitlines())) <= 120


def test_a_table_of_every_unit_by_code_agrees_wholly(counted: Office) -> None:
    units = units_on(1, "H01")
    headings = ("Mã đơn vị", "Tiếp nhận", "Đúng hạn", "Trễ hạn", "Đang giải quyết", "Quá hạn")
    rows: list[tuple[str, ...]] = [headings]
    for unit in units:
        counts = counts_on(1, unit, QUARTER_4)
        late = counts.received - counts.on_time
        figures = counts.received, counts.on_time, late, 0, 0
        rows.append((unit.code, *map(str, figures)))
    (counted.folder / FILE).write_bytes(to_csv(rows))
    done = ask(counted, "--fail-on-difference")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Đối chiếu được {len(units)} đơn vị." in done.stdout
    assert "Không có chênh lệch" in done.stdout
    assert "Cổng có số liệu, bảng không có" not in done.stdout


def test_the_province_itself_is_held_against_its_own_counts(counted: Office) -> None:
    ((late, received),) = counted.rows(
        "SELECT numerator, denominator FROM scores_latest"
        " WHERE unit_code = 'H01' AND indicator = 'NOT_ON_TIME'"
    )
    rows = [
        ("Mã đơn vị", "Tiếp nhận", "Đúng hạn", "Chưa đến hạn", "Trễ hạn", "Quá hạn"),
        ("H01", received, received - late, 0, late, 0),
    ]
    (counted.folder / FILE).write_bytes(to_csv(rows))
    assert "Không có chênh lệch" in ask(counted).stdout


def test_the_workbook_has_everything_and_text_stays_text(counted: Office) -> None:
    finance = own_figures("H01.14")
    assert finance[0] is not None
    finance[0] -= 3
    write(
        counted,
        (1, "Sở Tài chính", *finance),
        (2, "Sở Nội vụ", *own_figures("H01.02")),
        (3, '=HYPERLINK("http://127.0.0.1","x")', *[1] * 8),
    )
    done = ask(counted, "--out", "doi-chieu.xlsx", "--fail-on-difference")
    assert done.returncode == 1, done.stderr
    book = openpyxl.load_workbook(counted.folder / "doi-chieu.xlsx")
    assert book.sheetnames == ["Đối chiếu", "Không đối chiếu được", "Bảng không có"]
    cells = [[cell.value for cell in row] for row in book["Đối chiếu"].iter_rows()]
    top = next(i for i, row in enumerate(cells) if row[0] == "STT")
    first, second = cells[top + 1 : top + 3]
    assert first[1] == "H01.14"
    assert (first[7], second[7]) == (-3, 0)
    (strange,) = [
        cell for row in book["Không đối chiếu được"].iter_rows() for cell in row
        if str(cell.value).startswith("=")
    ]  # fmt: skip
    assert strange.data_type == "s"
    assert len(list(book["Bảng không có"].iter_rows())) > 100


@pytest.mark.parametrize(
    ("period", "code", "said"),
    [
        ("2026-Q3", 3, "backfill index --from 2026-07 --to 2026-09"),
        ("2024", 3, "begin with 2026"),
        ("Q4/2026", 2, "2026-Q3"),
        ("2026-13", 2, "2026-Q3"),
    ],
)
def test_a_period_without_figures_or_of_no_form_is_one_sentence(
    counted: Office, period: str, code: int, said: str
) -> None:
    write(counted, (1, "Sở Tài chính", *own_figures("H01.14")))
    done = ask(counted, period=period)
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_wrong_file_is_one_sentence_and_exit_2(counted: Office) -> None:
    contents = {
        "absent": None,
        "nothing": b"",
        "no report": to_csv([("Mã hồ sơ", "Ngày hẹn trả"), ("H01.1-260101-0001", "01/01/2026")]),
        "json": b'[{"unit": "H01", "received": 1}]',
        "other units": to_csv([("Mã đơn vị", "Tiếp nhận"), ("H44.01", "12")]),
    }
    for what, content in contents.items():
        (counted.folder / FILE).unlink(missing_ok=True)
        if content is not None:
            (counted.folder / FILE).write_bytes(content)
        done = ask(counted)
        assert done.returncode == 2, what
        assert done.stderr.startswith("dvcqg: "), what
        assert len(done.stderr.strip().splitlines()) == 1, what


def test_the_table_itself_is_never_written_over(counted: Office) -> None:
    write(counted, (1, "Sở Tài chính", *own_figures("H01.14")))
    before = (counted.folder / FILE).read_bytes()
    done = ask(counted, "--out", FILE)
    assert done.returncode == 2
    assert (counted.folder / FILE).read_bytes() == before
    assert ask(counted, "--out", "khong/co/tep.xlsx").returncode == 2


def test_brackets_of_the_office_are_printed_as_they_are(counted: Office) -> None:
    rows = [("Đơn vị [/b]", "Tiếp nhận [1]"), ("Sở [/b] Lạ", 3), ("Sở Tài chính", 1)]
    (counted.folder / FILE).write_bytes(to_csv(rows))
    done = ask(counted)
    assert done.returncode == 0, done.stderr
    assert "«Tiếp nhận [1]»" in done.stdout
    assert "Sở [/b] Lạ" in done.stdout


def test_a_unit_of_the_past_does_not_make_a_name_ambiguous(counted: Office) -> None:
    with counted.engine.connect().execution_options(writes=True) as connection:
        (scope,) = connection.execute(text("SELECT MIN(id) FROM scopes")).one()
        connection.execute(
            text(
                "INSERT INTO unit_codes (code, name, kind, province_code)"
                " VALUES ('H01.64', 'Sở Tài chính', 'department', 'H01')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO unit_versions (scope_id, unit_id, opened_by, closed_by, hash, name,"
                " kind, province_code) SELECT :scope, id, 1, 1, 0, name, kind, province_code"
                " FROM unit_codes WHERE code = 'H01.64'"
            ),
            {"scope": scope},
        )
        connection.commit()
    write(counted, (1, "Sở Tài chính", *own_figures("H01.14")))
    assert "Đối chiếu được 1 đơn vị" in ask(counted).stdout
