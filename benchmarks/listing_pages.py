"""A page with one listing, and the texts of its cells as bare lxml gives them. No product code."""

from __future__ import annotations

import hashlib
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

from lxml import etree, html

HEADINGS = (
    "STT", "Mã hồ sơ", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Đơn vị giải quyết",
    "Cán bộ đang xử lý", "Ngày tiếp nhận", "Ngày hẹn trả", "Trạng thái",
)  # fmt: skip
TURNS, FEW_TURNS = 31, 5
MANY = 1_000
Rows = list[list[str]]


def page(rows: int) -> bytes:
    """A page whose table has so many rows below its headings; nothing but text in its cells."""
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in _cells(number)) + "</tr>"
        for number in range(rows)
    )
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>Hồ sơ quá hạn</title></head><body>"
        f"<h1>Danh sách hồ sơ</h1><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        "</body></html>"
    ).encode()


def _cells(number: int) -> Sequence[str]:
    return (
        str(number + 1),
        f"H01.15-261101-{number:06d}",
        f"1.{number % 900:06d}",
        f"Thủ tục cấp giấy phép loại {number % 900}",
        "Đất đai",
        f"UBND xã Số {number % 102}",
        f"Nguyễn Văn {number % 300}",
        f"{1 + number % 28:02d}/10/2026 08:00",
        f"{1 + number % 28:02d}/11/2026 17:00",
        "Đang xử lý",
    )


def by_lxml(content: bytes) -> Rows:
    """The usual way: whatever text a cell holds."""
    tree = html.document_fromstring(content)
    return [
        [cell.text_content() for cell in row.iterchildren("td", "th")] for row in tree.iter("tr")
    ]


def by_lxml_text(content: bytes) -> Rows:
    """The shortest way, which is right only where no cell holds a link or a line break."""
    tree = etree.fromstring(content, etree.HTMLParser())
    return [[cell.text or "" for cell in row] for row in tree.iter("tr")]


def median_times(rows: int, readers: Mapping[str, Callable[[], Rows]]) -> dict[str, float]:
    """Processor seconds of each reader on a page of so many rows, in turns."""
    taken: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(TURNS if rows <= MANY else FEW_TURNS):
        for name, read in readers.items():
            began = time.process_time()
            read()
            taken[name].append(time.process_time() - began)
    return {name: statistics.median(some) for name, some in taken.items()}


def digest(rows: Rows) -> str:
    """What tells whether two readers gave the same."""
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
