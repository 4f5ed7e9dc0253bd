"""Invented people: officers, and owners whose data no output of the product may hold.

Phone numbers begin with 0198 and identity numbers with 099, which are not given out; addresses and
mail boxes do not exist. No owner shares a name with an officer or a place of the replica.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from .dossier_rows import Owner

_FAMILIES = ("Tăng", "Quách", "Mạch", "Âu", "Lư", "Khưu", "Nhan", "Tiêu", "Doãn", "Nghiêm")
_MIDDLES = ("Thị Huyền", "Thị Diễm", "Văn Khải", "Ngọc Băng", "Hữu Trác", "Thị Kiều", "Công Uẩn",
            "Bảo Quyên", "Trọng Lễ", "Thị Trúc")  # fmt: skip
_GIVEN = tuple(
    f"{first} {second}"
    for first in ("Mộng", "Hoàng", "Thiên", "Tuyết", "Khắc", "Lệ", "Đăng", "Uyển", "Phi", "Yến")
    for second in ("Nghi", "Vũ", "Thoa", "Điệp", "Luật")
)
_NAMES = len(_FAMILIES) * len(_MIDDLES) * len(_GIVEN)

_OFFICER_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi")
_OFFICER_MIDDLES = ("Văn", "Thị", "Minh", "Thanh", "Quốc", "Ngọc", "Hữu")
_OFFICER_GIVEN = ("Hòa", "Lan", "Tâm", "Dũng", "Hạnh", "Phúc", "Nga", "Sơn", "Thủy", "Cường", "Mai",
                  "Lâm", "Bình")  # fmt: skip


@cache
def owner(number: int) -> Owner:
    """The owner with that number, 0 to 4,999; different numbers share nothing."""
    if not 0 <= number < _NAMES:
        raise ValueError(f"there are {_NAMES} owners, none has the number {number}")
    place = number * 2_731 % _NAMES
    place, family = divmod(place, len(_FAMILIES))
    place, middle = divmod(place, len(_MIDDLES))
    name = f"{_FAMILIES[family]} {_MIDDLES[middle]} {_GIVEN[place]}"
    if number % 23 == 5:
        name = f"Công ty TNHH MTV {_GIVEN[place]} {_FAMILIES[family]} {number}"
    return Owner(
        name,
        f"0198{(number * 7_919 + 13) % 1_000_000:06d}",
        f"099{(number * 104_729 + 7) % 1_000_000_000:09d}",
        f"số nhà {number + 1}/{number % 7 + 2} hẻm Vọng Nguyệt, ấp Mây Tạnh {number % 31 + 1}",
        f"{_slug(name)}.{number}@thu.example.com",
    )


def officers_of(unit_code: str) -> tuple[str, str, str]:
    """The three officers of a unit."""
    first = sum(ord(letter) * (place + 7) for place, letter in enumerate(unit_code))
    return _officer(first), _officer(first + 131), _officer(first + 269)


def _officer(number: int) -> str:
    family = _OFFICER_FAMILIES[number % len(_OFFICER_FAMILIES)]
    middle = _OFFICER_MIDDLES[number % len(_OFFICER_MIDDLES)]
    return f"{family} {middle} {_OFFICER_GIVEN[number % len(_OFFICER_GIVEN)]}"


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
