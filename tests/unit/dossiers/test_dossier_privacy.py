"""Nothing personal leaves the reader: not in records, facts, errors or what they look like."""

from __future__ import annotations

import pytest

from scrapers.dossiers.cells import hide_personal
from scrapers.dossiers.listing import open_listing
from tests.unit.dossiers.listing_makers import (
    HEADINGS,
    PERSONAL,
    ROWS,
    read,
    to_csv,
    to_html,
    to_json,
    to_xlsx,
    with_headings,
)

NOTE = "gọi 0900 000 001 hoặc 0900-000-001, CCCD 099000000001, thu.lo@example.vn, +84900000001"


def test_personal_columns_are_dropped_by_their_headings() -> None:
    for make in (to_csv, to_html, to_xlsx):
        records, listing = read(make(with_headings()))
        everything = repr(records) + str([tuple(record) for record in records])
        everything += repr(listing.facts)
        assert not any(name in everything for name in PERSONAL)
        assert listing.facts.personal == ["Chủ hồ sơ", "Số điện thoại"]


def test_the_owner_is_kept_only_when_asked_for_and_then_alone() -> None:
    rows = [(*row[:3], f"{row[3]}\n{row[4]}\nthôn Mẫu", *row[4:]) for row in ROWS]
    records, listing = read(to_csv(with_headings(rows)), keep_applicant=True)
    assert [record.applicant for record in records] == list(PERSONAL[:3])
    assert "0900000001" not in str([tuple(record) for record in records])
    assert listing.facts.columns["Chủ hồ sơ"] == "applicant"
    assert "Lò Văn Thử" not in repr(records)


def test_free_text_loses_numbers_and_addresses_of_people() -> None:
    row = (*ROWS[0][:6], "Phạm Thị Ví Dụ (0900000009)", *ROWS[0][7:10], NOTE)
    record = read(to_csv(with_headings([row])))[0][0]
    assert record.officer == "Phạm Thị Ví Dụ (***)"
    assert record.note == "gọi *** hoặc ***, CCCD ***, ***, ***"


@pytest.mark.parametrize(
    "text",
    ["H99.132-260804-0583", "000.00.19.H99-260105-0001", "số 123/QĐ-UBND ngày 20/11/2026",
     "20/11/2026 08:30", "G98.20-20260609-0092637", "2.001234.000.00.00.H99"],
)  # fmt: skip
def test_codes_and_dates_in_free_text_stay(text: str) -> None:
    assert hide_personal(text) == text


def test_a_name_in_the_wrong_place_gets_nowhere() -> None:
    name = "Lò Văn Thử"
    rows = [
        HEADINGS,
        ("1", name, *ROWS[0][2:]),  # where the code belongs
        (*ROWS[0][:9], name, ""),  # where the due date belongs
        ("", "", "", name, *[""] * 7),  # alone, in the owner's column
        ("", "", "", "", "", "", name, *[""] * 4),  # alone, where no group stands
        (*ROWS[1],),
    ]
    records, listing = read(to_csv(rows))
    assert [record.code for record in records] == [ROWS[0][1], ROWS[1][1]]
    everything = str([tuple(record) for record in records]) + repr(listing.facts)
    assert name not in everything
    assert listing.facts.rejected.count == 3


def test_unknown_keys_and_columns_are_named_but_not_read() -> None:
    item = {"maHoSo": ROWS[0][1], "ngayHenTra": ROWS[0][9], "nguoiLienHe": "Lò Văn Thử",
            "lienHe": {"ten": "Lò Văn Thử"}, "applicant": "Vừ Thị Giả"}  # fmt: skip
    records, listing = read(to_json([item]))
    assert listing.facts.ignored == ["nguoiLienHe", "lienHe"]
    assert "Lò Văn Thử" not in str(tuple(records[0])) + repr(listing.facts)


def test_headings_in_messages_hold_no_long_numbers() -> None:
    rows = [[*HEADINGS, "Số 0900000001"], *[(*row, "x") for row in ROWS]]
    with open_listing(to_csv(rows)) as listing:
        list(listing)
    assert "Số …" in listing.facts.ignored
