"""Dossier codes and unit identifiers, each in one canonical form.

A dossier code is a unit identifier, "-", a day of 6 or 8 digits, "-", an ordinal of 4 to 7 digits:
000.00.19.H47-260105-0001, H57.132-260804-0583, G09.20-20260609-0092637. All known shapes are
covered; whatever else a system prints is kept, and reported by whoever reads it.

A unit identifier is either the old four-part form 000.09.23.H34 or the short form H44, H44.07,
H44.100, G09.20 (H province, G ministry). Canonical: upper case; the old form with its groups
padded to 3, 2 and 2 digits; 000.00.00.H37 is the province itself and becomes H37. An old form with
other groups is *not* rewritten as a short one: after the mergers of 2025 the same number may be
another unit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from string import ascii_uppercase, digits

from scrapers.dossiers.cells import Cell, hide_personal, plain

_UNIT = r"(?:\d{1,3}(?:\.\d{1,3}){0,4}\.)?[A-Z]{1,3}\d{1,3}(?:\.[A-Z0-9]{1,6}){0,4}"
_CODE = rf"{_UNIT}-(?:\d{{8}}|\d{{6}})-\d{{4,7}}"
_ONE_CODE = re.compile(_CODE, re.ASCII)
_SHAPE = str.maketrans(ascii_uppercase + digits, "A" * 26 + "0" * 10)
"""All capitals are one to the patterns above, and all digits."""
_ANY_CODE = re.compile(rf"(?<![A-Z0-9.-]){_CODE}(?![A-Z0-9]|[.-][A-Z0-9])", re.ASCII)
_OLD_UNIT = re.compile(r"(\d{1,3})\.(\d{1,2})\.(\d{1,2})\.([A-Z]{1,3}\d{1,3})", re.ASCII)
_SHORT_UNIT = re.compile(r"[A-Z]\d{2,3}(?:\.\d{1,3}){0,3}", re.ASCII)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-"))
_BLANK_AROUND_DASH = re.compile(r"\s*-\s*")
_SHORTEST_ODD_CODE = 6
_LONGEST_ODD_CODE = 64


def is_known_code(code: str) -> bool:
    """Whether a normalised code has one of the known shapes."""
    return _ONE_CODE.fullmatch(code) is not None


def are_known_codes(cells: Sequence[Cell]) -> bool:
    """Whether every cell is nothing but a code of a known shape; a list has few shapes."""
    if set(map(type, cells)) != {str}:
        return False
    shapes = "\n".join(cells).translate(_SHAPE).split("\n")  # type: ignore[arg-type]
    return len(shapes) == len(cells) and all(map(is_known_code, set(shapes)))


def normalise_code(cell: Cell) -> str:
    """A code in canonical form; "" for nothing. Normalising twice changes nothing.

    Upper case, every dash "-" without blanks around it, full-width and compatibility characters as
    plain ones, no invisible characters, no white space at the ends and single blanks inside.
    """
    return _BLANK_AROUND_DASH.sub("-", _fold(cell)).strip()


def _fold(cell: Cell) -> str:
    text, before = plain(cell), None
    # Upper-casing can undo the composition and composing can undo the case: repeat until both hold.
    while text != before:
        before = text
        text = unicodedata.normalize("NFKC", text.upper()).translate(_DASHES)
        text = " ".join(plain(text).split())
    return text


def find_codes(cell: Cell) -> list[str]:
    """The dossier codes inside a longer text, each once, in their order.

    Blanks around the dashes of a code are only allowed where no code is written without: in
    "H57.132-260804-0583 - Xem" the second dash begins a remark.
    """
    text = _fold(cell)
    found = _ANY_CODE.findall(text) or _ANY_CODE.findall(_BLANK_AROUND_DASH.sub("-", text))
    return list(dict.fromkeys(found))


def exact_code(cell: Cell) -> str | None:
    """The code when the cell holds exactly one of a known shape, else None.

    A text around it ("Xem chi tiết") is passed over; two different codes are none.
    """
    if isinstance(cell, str) and _ONE_CODE.fullmatch(cell):
        return cell
    codes = find_codes(cell)
    return codes[0] if len(codes) == 1 else None


def odd_code(cell: Cell) -> str | None:
    """A code of unknown shape, normalised; None when the cell cannot be a code at all.

    A code has a digit and 6 to 64 characters. Names and remarks, ordinals, phone and identity
    numbers are not taken when they get into the column.
    """
    code = normalise_code(cell)
    if not _SHORTEST_ODD_CODE <= len(code) <= _LONGEST_ODD_CODE or hide_personal(code) != code:
        return None
    return code if any(char.isdigit() for char in code) else None


def unit_of_code(code: str) -> str | None:
    """The unit identifier inside a code of a known shape, canonical; None for other codes.

    It is the unit that received the dossier and gave it the code, not the one that handles it now.
    """
    return normalise_unit_code(code.split("-", 1)[0]) if is_known_code(code) else None


def normalise_unit_code(cell: Cell) -> str | None:
    """A unit identifier in canonical form; another text upper-cased; None for nothing."""
    code = normalise_code(cell)
    old = _OLD_UNIT.fullmatch(code)
    if not old:
        return code or None
    first, second, third, top = old.groups()
    if int(first) == int(second) == int(third) == 0:
        return top
    return f"{first:0>3}.{second:0>2}.{third:0>2}.{top}"


def is_unit_code(text: str) -> bool:
    """Whether a normalised text has the shape of a unit identifier."""
    return bool(_OLD_UNIT.fullmatch(text) or _SHORT_UNIT.fullmatch(text))
