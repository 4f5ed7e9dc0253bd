"""Cells and their texts: what a raw cell may hold, and how it is cleaned.

Everything a `Dossier` holds as text has gone through `read_text` or one of its neighbours here:
Unicode NFC, invisible characters removed, white space folded, "-" and "null" read as nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

from scrapers.keys import LONGEST_KEY
from scrapers.unseen import without_unseen

Cell: TypeAlias = str | float | datetime | None
"""A raw value: text, a number (also a date in Excel's days), an aware instant, or nothing."""

SPANNED: Final = "\x00spanned"
"""Stands where a cell that began further left continues; among headings it repeats the cell there,
among values it is nothing."""

MAX_CELL_CHARS: Final = 32_767
"""The longest text a spreadsheet cell can hold; a longer one is no value of a listing."""

_CACHE_SIZE: Final = 16_384
_NOTHING = frozenset({"", "-", "--", "---", "–", "—", "null", "none", "n/a", "nan"})
_OFFICER_BREAK = re.compile(r"##|[\n\r;]")
_DAYS_LATE = re.compile(
    r"(?:quá hạn|trễ hạn|trễ|chậm)?:? ?(-?\d{1,5})(?: ngày(?: \d{1,2} giờ)?(?: \d{1,2} phút)?)?"
)
# Nine digits and more in a row are phone or identity numbers; a code or a date has fewer. What
# stands before the @ has 64 characters at most; looked for without end, a long cell takes seconds.
_PERSONAL = re.compile(
    r"(?<![\w/.-])(?:\+?\d(?:[ .]?\d){8,13}|0\d{2,3}-\d{3}-\d{3,4})(?![\w/-]|\.[A-Z]?\d)"
    r"|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
)

Value = TypeVar("Value")


class RowRejected(Exception):
    """A row that cannot become a record; the text is the reason, without the row's content."""


class Cache(dict[Cell, Value]):
    """Remembers what a cell was read as: columns repeat few values. Forgets all when it is full.

    What `read` raises is passed on and not remembered.
    """

    def __init__(self, read: Callable[[Cell], Value]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: Cell) -> Value:
        """Read a cell that is not remembered."""
        value = self._read(cell)
        if len(self) >= _CACHE_SIZE:
            self.clear()
        self[cell] = value
        return value


def plain(cell: Cell) -> str:
    """The text of a cell, invisible characters removed, line breaks kept; "" for nothing.

    A whole number has no decimals, an instant reads dd/MM/yyyy HH:mm:ss. Raises RowRejected over
    MAX_CELL_CHARS.
    """
    if cell is None or cell is SPANNED:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M:%S")
    if not isinstance(cell, str):
        return str(int(cell)) if cell == cell // 1 else str(cell)
    if len(cell) > MAX_CELL_CHARS:
        raise RowRejected(f"a cell is longer than {MAX_CELL_CHARS} characters")
    return unicodedata.normalize("NFC", without_unseen(cell))


def read_text(cell: Cell) -> str | None:
    """A cell as one line of text, None for nothing. Raises RowRejected."""
    text = " ".join(plain(cell).split())
    return None if text.casefold() in _NOTHING else text


def read_unit(cell: Cell) -> str | None:
    """The name of a unit as one line of text, None for nothing. Raises RowRejected."""
    return as_unit(read_text(cell))


def as_unit(text: str | None) -> str | None:
    """A unit's name or code as it is; raises RowRejected for one that cannot be one by its length.

    Days are counted by it, so a text of any length must not pass for a unit.
    """
    if text is not None and len(text) > LONGEST_KEY:
        raise RowRejected(f"a unit's name or code is longer than {LONGEST_KEY} characters")
    return text


def read_public_text(cell: Cell) -> str | None:
    """Free text with phone numbers, identity numbers and e-mail addresses blotted out."""
    text = read_text(cell)
    return None if text is None else hide_personal(text)


def read_officers(cell: Cell) -> str | None:
    """Names of officers, each once, in alphabetical order, joined by "; ".

    They come joined by "##", by line breaks or by semicolons, and in no lasting order: sorted, the
    same people never look like a change.
    """
    names = {read_public_text(part) for part in _OFFICER_BREAK.split(plain(cell))}
    return "; ".join(sorted(name for name in names if name)) or None


def read_days_late(cell: Cell) -> int | None:
    """A printed number of days late: "3", "3 ngày", "Quá hạn 3 ngày 4 giờ"; None for nothing.

    Raises ValueError for anything else: "5 giờ" is not a number of days.
    """
    text = read_text(cell)
    if text is None:
        return None
    found = _DAYS_LATE.fullmatch(text.casefold())
    if not found:
        raise ValueError("no whole number of days")
    return int(found[1])


def read_applicant(cell: Cell) -> str | None:
    """The owner's name alone: the first line of a cell that may go on with an address."""
    lines = [line for line in plain(cell).splitlines() if line.strip()]
    return read_public_text(lines[0]) if lines else None


def hide_personal(text: str) -> str:
    """Text with phone numbers, identity numbers and e-mail addresses replaced by "***"."""
    return _PERSONAL.sub("***", text)
