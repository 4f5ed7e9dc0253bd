"""Listings made by code, in the shapes that portals and offices give them, with invented people."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl

from scrapers.dossiers.listing import Listing, open_listing
from scrapers.dossiers.records import Dossier

HEADINGS = (
    "STT",
    "Mã hồ sơ",
    "Tên thủ tục hành chính",
    "Chủ hồ sơ",
    "Số điện thoại",
    "Đơn vị giải quyết",
    "Cán bộ đang xử lý",
    "Trạng thái",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ghi chú",
)

ROWS = (
    ("1", "H99.01-260105-0001", "Cấp giấy phép xây dựng", "Lò Văn Thử", "0900000001",
     "UBND xã Mẫu", "Phạm Thị Ví Dụ", "Đang xử lý", "05/01/2026 08:30", "20/01/2026 17:00", ""),
    ("2", "000.00.19.H99-260106-0002", "Đăng ký khai sinh", "Vừ Thị Giả", "0900000002",
     "UBND phường Minh Họa", "Trần Văn Nháp", "Được tiếp nhận", "06/01/2026 09:00:15",
     "21/01/2026", "chờ xác minh"),
    ("3", "G98.20-20260107-0000003", "Cấp đổi thẻ", "Sùng A Bịa", "0900000003",
     "UBND xã Mẫu", "Phạm Thị Ví Dụ", "Đang xử lý", "07/01/2026 10:00", "22/01/2026 11:30", ""),
)  # fmt: skip

KEYS = ("stt", "maHoSo", "tenTTHC", "chuHoSo", "soDienThoai", "donViXuLy", "tenNguoiDangXuLy",
        "trangThaiHoSo", "ngayTiepNhan", "ngayHenTra", "ghiChu")  # fmt: skip
ITEMS = [dict(zip(KEYS, row, strict=True)) for row in ROWS]

PERSONAL = ("Lò Văn Thử", "Vừ Thị Giả", "Sùng A Bịa", "0900000001", "0900000002", "0900000003")

SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Table = Sequence[Sequence[Any]]


def with_headings(rows: Table = ROWS) -> list[Sequence[Any]]:
    return [HEADINGS, *rows]


def to_csv(rows: Table, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def to_html(rows: Table, before: str = "", after: str = "") -> bytes:
    head, *body = [
        "".join(f"<{tag}>{'' if cell is None else cell}</{tag}>" for cell in row)
        for tag, row in zip(["th", *["td"] * len(rows)], rows, strict=False)
    ]
    lines = "".join(f"<tr>{cells}</tr>\n" for cells in body)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>\n{lines}</tbody></table>"
    return f"<!DOCTYPE html><html><body>{before}{table}{after}</body></html>".encode()


def to_xlsx(rows: Table, merged: Sequence[str] = (), **more_sheets: Table) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    for area in merged:
        book.worksheets[0].merge_cells(area)
    for name, table in more_sheets.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


INLINE = re.compile(r't="inlineStr"><is><t[^>]*>(.*?)</t></is>')
SHARED_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"


def unpacked(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def rewritten(workbook: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    parts = unpacked(workbook)
    return packed({**parts, part: change(parts[part])})


def sharing_texts(workbook: bytes) -> bytes:
    """The same workbook with its texts where Excel keeps them: in a part of their own.

    Each has a formatted run and the reading aid of an Asian text, which is no part of it.
    """
    parts = unpacked(workbook)
    texts: list[str] = []

    def share(found: re.Match[str]) -> str:
        texts.append(html.unescape(found[1]))
        return f't="s"><v>{len(texts) - 1}</v>'

    parts[SHEET] = INLINE.sub(share, parts[SHEET].decode()).encode()
    items = "".join(
        f"<si><r><t>{html.escape(text[:2])}</t></r><r><t>{html.escape(text[2:])}</t></r>"
        "<rPh><t>x</t></rPh></si>"
        for text in texts
    )
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{items}</sst>'.encode()
    relation = f'<Relationship Id="rIdS" Type="{SHARED_TYPE}" Target="sharedStrings.xml"/>'
    relations = parts[RELATIONS].replace(
        b"</Relationships>", relation.encode() + b"</Relationships>"
    )
    return packed({**parts, RELATIONS: relations})


def to_json(items: Sequence[Mapping[str, Any]], **envelope: Any) -> bytes:
    document = {"content": items, **envelope} if envelope else items
    return json.dumps(document, ensure_ascii=False).encode()


def read(content: bytes, **options: Any) -> tuple[list[Dossier], Listing]:
    listing = open_listing(content, **options)
    return list(listing), listing
