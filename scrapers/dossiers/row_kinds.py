"""Tells what a row without a dossier code is: a heading again, a group, a total, a footer, nothing.

A row is only passed over when it is certain that it is no dossier. Whatever remains is a dossier
whose code cannot be read, and is reported as such.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from scrapers.dossiers.cells import SPANNED, Cell, read_text
from scrapers.dossiers.heading_rows import folded_texts
from scrapers.dossiers.headings import Columns, fold
from scrapers.dossiers.totals import is_total_label

Kind = Literal["heading", "title", "group", "total", "notice", "footer", "empty", "dossier"]

_NUMERAL = re.compile(r"\(?(?:[IVXLC]{1,6}|[A-Za-z]|\d{1,3})\)?[.)]?")
_COUNT = re.compile(r"\d{1,6}(?: hồ sơ)?")
_COLUMN_NUMBER = re.compile(r"\(?(\d{1,2})\)?")
# A to E only: "P. An Phú" and "Q. 1" are names of units.
_LEADING_NUMERAL = re.compile(r"(?:[IVX]{1,6}|[A-E]|\d{1,3}(?:\.\d{1,2})?) ?[.)/–-] ?(?=[^\W\d_])")
_TRAILING_COUNT = re.compile(
    r" ?(?:\((?:tổng số:? ?|có ?)?\d{1,6}(?: hồ sơ)?\)|[:–-] ?\d{1,6} hồ sơ)$", re.IGNORECASE
)
# Not "Đơn vị tính: hồ sơ", nor "Đơn vị nhận báo cáo: …".
_UNIT_LABEL = re.compile(
    r"(?:tên )?(?:đơn vị|cơ quan)(?: (?:đang )?(?:giải quyết|xử lý|thụ lý|thực hiện|tiếp nhận))?"
    r" ?: ?(.+)",
    re.IGNORECASE,
)
_NOTICES = (
    "khongcodulieu", "khongcohoso", "khongcobanghi", "khongcoketqua", "khongtimthay",
    "chuacodulieu", "danhsachtrong", "nodata", "nomatching", "norecords", "dangtai", "loading",
)  # fmt: skip
_PRINTED_ON = re.compile(
    r".{0,60}ngày \d{1,2} tháng \d{1,2}(?: năm \d{4})?.?|(?:trang|page)\W? ?\d+(?: ?(?:/|of) ?\d+)?"
    r"|(?:ngày in|in ngày|thời gian xuất|ngày xuất|nguồn|ghi chú|lưu ý)\b.*"
)
_SIGNED_BY = re.compile(
    r"(?:người lập|người báo cáo|thủ trưởng|lãnh đạo|giám đốc|phó giám đốc|chủ tịch|phó chủ tịch"
    r"|trưởng phòng|nơi nhận|xác nhận|\(?ký|kt\.|tm\.|tl\.).*"
)


class RowKind(NamedTuple):
    """A kind; of a group its name and whether a label says so; of a footer whether it is signed."""

    kind: Kind
    group: str = ""
    is_labelled: bool = False
    begins_signatures: bool = False


def kind_of_row(
    cells: Sequence[Cell], columns: Columns, headings: set[tuple[str, ...]], titles: set[str]
) -> RowKind:
    """What a row is whose code column holds no code of a known shape.

    `headings` are the heading rows and `titles` the single texts above them, both folded: exports
    repeat them on every page. Raises RowRejected for an overlong cell.
    """
    texts = {i: text for i, cell in enumerate(cells) if (text := read_text(cell)) is not None}
    if not texts:
        return RowKind("empty")
    if folded_texts(cells) in headings or _are_column_numbers(list(texts.values())):
        return RowKind("heading")
    if all(fold(text) in titles for text in texts.values()):
        return RowKind("title")
    named = {i: text for i, text in texts.items() if not _is_number(text)}
    first = next(iter(named.values()), "")
    if is_total_label(first):
        return RowKind("total")
    if footer := _footer(list(texts.values())):
        return footer
    if len(named) != 1 or len(texts) > 3:
        return RowKind("dossier")
    if fold(first).startswith(_NOTICES):
        return RowKind("notice")
    if _stands_for_group(cells, columns, next(iter(named)), first):
        return RowKind("group", group_name(first), is_labelled=labelled_unit(first) is not None)
    return RowKind("dossier")


def labelled_unit(text: str) -> str | None:
    """The unit in a line such as "Đơn vị: UBND phường An Phú"; None for any other line."""
    found = _UNIT_LABEL.fullmatch(text)
    return group_name(found[1]) if found else None


def group_name(text: str) -> str:
    """The name in a group row, without numeral, label and count, which change from day to day."""
    text = _LEADING_NUMERAL.sub("", text, count=1)
    if labelled := _UNIT_LABEL.fullmatch(text):
        text = labelled[1]
    return _TRAILING_COUNT.sub("", text).strip()


def _is_number(text: str) -> bool:
    return bool(_NUMERAL.fullmatch(text) or _COUNT.fullmatch(text))


def _are_column_numbers(texts: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: "(1) (2) (3)"; letters may stand before them."""
    numbers = [int(found[1]) for text in texts if (found := _COLUMN_NUMBER.fullmatch(text))]
    others = [text for text in texts if not _COLUMN_NUMBER.fullmatch(text)]
    is_counting = (
        numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    )
    return len(numbers) >= 3 and is_counting and all(len(text.strip("()")) == 1 for text in others)


def _footer(texts: Sequence[str]) -> RowKind | None:
    lower = [text.casefold() for text in texts]
    if all(_SIGNED_BY.fullmatch(text) or _PRINTED_ON.fullmatch(text) for text in lower):
        is_signed = any(_SIGNED_BY.fullmatch(text) for text in lower)
        return RowKind("footer", begins_signatures=is_signed)
    return None


def _stands_for_group(cells: Sequence[Cell], columns: Columns, index: int, text: str) -> bool:
    """Whether the only text of a row stands where a group's name does.

    That is a cell merged over half of the table, one of the first two columns or the column of the
    unit. Anywhere else the row is a broken dossier, and its text may be a citizen's name.
    """
    span = 1
    while index + span < len(cells) and cells[index + span] is SPANNED:
        span += 1
    if span > 1 and span * 2 >= len(columns.headings):
        return True
    if index in columns.personal:
        return False
    if index == columns.by_field.get("code") and " " not in text and not text.isalpha():
        return False
    return index < 2 or index == columns.by_field.get("unit_name")
