"""Totals that a source declares in words: "Tổng số: 120", "1–50 / 120", "TỔNG CỘNG".

Only statements about the listing itself are read. "Tổng số hồ sơ tiếp nhận: 500" is about another
set, "Trang 1/3" counts pages, "01-05/11/2026" is a date: a wrong total would make the guard refuse
a whole listing, so what is not clear is not taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from scrapers.dossiers.records import Declared

_NUMBER = r"(\d{1,3}(?:[.,]\d{3})+|\d{1,9})"
_END = r"(?![\d/]|[.,:-]\d|\s?%)"
_RANGE = re.compile(
    rf"(?<![\d/.,-]){_NUMBER}\s*(?:-|–|—|~|đến|to)\s*{_NUMBER}\s*"
    rf"(?:/|of|trên|trong|trong tổng số|trên tổng số|của|trong số)\s*{_NUMBER}{_END}"
)
_STATED = re.compile(
    r"(?<!\w)(?:tổng số|tổng cộng)(?: hồ sơ| bản ghi| dòng| kết quả)?"
    r"(?: quá hạn| trễ hạn| đang xử lý){0,2}"
    rf"\s*(?:là|có|gồm)?\s*[:=]?\s*{_NUMBER}{_END}"
    r"(?!\s*(?:trang|ngày|đơn vị|thủ tục|cán bộ|lĩnh vực))"
)
_LABEL = re.compile(
    r"(?:[ivx\d]{1,4}[.)]? )?(?:(?:tổng cộng|tổng số|tong cong|tong so|grand total)\b(?! ty\b).*"
    r"|(?:tổng|cộng|tong|cong|total) ?:?(?: ?[\d.,]+)?(?: hồ sơ)?)"
)
_LAST_NUMBER = re.compile(rf"[: ]{_NUMBER}(?: hồ sơ)?$")
_WHOLE = re.compile(rf"\s*{_NUMBER}\s*(?:hồ sơ)?\s*")


def declared_in(text: str) -> list[Declared]:
    """The totals stated in a text of one line or a page, ranges before plain statements."""
    lower = _lower(text)
    found: list[Declared] = []
    for first, last, total in _RANGE.findall(lower):
        begin, end, whole = _integer(first), _integer(last), _integer(total)
        if begin <= end <= whole:
            here = end - begin + 1 if begin else (0 if end == 0 else None)
            found.append(Declared("paging", whole, here))
    stated = _STATED.findall(_RANGE.sub(" ", lower))
    found.extend(Declared("text", _integer(total)) for total in stated)
    return found


def is_total_label(text: str) -> bool:
    """Whether a row beginning with this text is a total row: "TỔNG CỘNG", "Cộng: 12"."""
    return _LABEL.fullmatch(_lower(text)) is not None


def declared_in_row(texts: Sequence[str]) -> Declared | None:
    """The figure of a total row; None unless label and cells hold exactly one whole number."""
    figures = []
    for text in texts:
        if is_total_label(text):
            number = _LAST_NUMBER.search(_lower(text))
            figures += [declared.total for declared in declared_in(text)] or (
                [_integer(number[1])] if number else []
            )
        elif whole := _WHOLE.fullmatch(text):
            figures.append(_integer(whole[1]))
    return Declared("total row", figures[0]) if len(figures) == 1 else None


def _lower(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _integer(digits: str) -> int:
    return int(digits.replace(".", "").replace(",", ""))
