"""Apology letters: a letter a dossier, nobody named, what is not printed left to be filled in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from docx import Document

from sync.report.apology import letter, write_apologies
from sync.report.listings import NO_UNIT
from sync.report.overdue_store import OverdueDossier

DOSSIER = OverdueDossier(
    code="H53.33-240801-0001",
    procedure="Đăng ký biến động đất đai",
    unit="H53.33.01",
    unit_code="H53.33.01",
    unit_name="Xã Hiệp Thạnh",
    officer="Cán bộ thụ lý",
    state="Đang xử lý",
    received_on=dt.date(2024, 8, 1),
    due_on=dt.date(2024, 9, 20),
    days_late=14,
    working_days_late=10,
    arrival=None,
)


def lines_of(path: Path) -> list[str]:
    return [paragraph.text for paragraph in Document(str(path)).paragraphs]


@pytest.mark.parametrize("number", [1, 3])
def test_a_letter_a_page(tmp_path: Path, number: int) -> None:
    dossiers = [DOSSIER._replace(code=f"H53-{one}") for one in range(number)]
    path = write_apologies(dossiers, tmp_path / "reports" / "xin-loi.docx")
    lines = lines_of(path)
    assert [line for line in lines if line.startswith("- Mã hồ sơ")] == [
        f"- Mã hồ sơ: H53-{one};" for one in range(number)
    ]
    document = Document(str(path))
    assert document.element.body.xml.count('w:type="page"') == number - 1
    assert len(document.tables) == 2 * number


def test_what_the_listing_tells_stands_in_the_letter(tmp_path: Path) -> None:
    lines = lines_of(write_apologies([DOSSIER], tmp_path / "xin-loi.docx"))
    for said in (
        "Ngày 01/08/2024, xã Hiệp Thạnh tiếp nhận hồ sơ của Ông/Bà/Tổ chức, với các thông tin sau:",
        "- Thủ tục hành chính: Đăng ký biến động đất đai;", "- Ngày hẹn trả kết quả: 20/09/2024;",
        "- Tình trạng giải quyết: Đang xử lý.", "Kính gửi: Ông/Bà/Tổ chức \t", "Lý do: \t",
    ):  # fmt: skip
        assert said in lines
    assert not any("Cán bộ thụ lý" in line for line in lines)
    assert (
        sum(
            "gia hạn thời gian giải quyết; kết quả sẽ được trả vào ngày …… tháng" in line
            for line in lines
        )
        == 1
    )


def test_what_is_not_printed_is_dotted() -> None:
    bare = DOSSIER._replace(
        procedure="", unit_name=NO_UNIT, state="", received_on=None, due_on=None
    )
    found = letter(bare)
    for text in (found.procedure, found.unit, found.state, found.received_on, found.due_on):
        assert text.startswith("……")
