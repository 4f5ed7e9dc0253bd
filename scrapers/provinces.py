"""The 34 provinces and central cities in force since 1 July 2025, as the portal lists them.

Source: the portal's own answers, collected in September and October 2026. The codes stay when a
province becomes a city or is renamed; `portal_id` is what its calls take as `rootDepartmentId`.
`departments` and `communes` are the *expected size* of an answer, not a truth: units come and go,
slowly, so a guard may be suspicious of half as many, never of three fewer.
"""

import unicodedata
from difflib import SequenceMatcher
from typing import NamedTuple


class Province(NamedTuple):
    """A province or central city, and how many units an answer about it should hold."""

    code: str
    name: str
    portal_id: str
    departments: int
    communes: int


_ALL = (
    Province("H01", "An Giang", "019d2be3-6a84-779d-b3e7-e214bdb86482", 15, 102),
    Province("H05", "Bắc Ninh", "019d2be3-6a84-779d-b3ed-9649c4f016cd", 14, 99),
    Province("H12", "Cà Mau", "019d2be3-6a85-74ec-a337-73acd0627180", 13, 64),
    Province("H13", "Cần Thơ", "019d2be3-6a85-74ec-a339-9985e7aba649", 15, 103),
    Province("H14", "Cao Bằng", "019d2be3-6a85-74ec-a33b-e8250c0580ce", 16, 56),
    Province("H15", "Đắk Lắk", "019d2be3-6a85-74ec-a33c-a7c04919ba00", 16, 102),
    Province("H17", "Đà Nẵng", "019d2be3-6a85-74ec-a33d-803cf2496575", 14, 93),
    Province("H18", "Điện Biên", "019d2be3-6a85-74ec-a341-16615c474af4", 14, 45),
    Province("H19", "Đồng Nai", "019d2be3-6a85-74ec-a342-8635701ddf34", 13, 95),
    Province("H20", "Đồng Tháp", "019d2be3-6a85-74ec-a344-751a7a0bbdb5", 14, 102),
    Province("H21", "Gia Lai", "019d2be3-6a85-74ec-a346-6489e82ae4c7", 14, 135),
    Province("H24", "Hải Phòng", "019d2be3-6a85-74ec-a349-88e0abf6a032", 12, 114),
    Province("H26", "Hà Nội", "019d2be3-6a86-70a8-a0af-76e986804225", 16, 126),
    Province("H27", "Hà Tĩnh", "019d2be3-6a87-7317-8557-a2fade51b5ae", 14, 69),
    Province("H29", "TP Hồ Chí Minh", "019d2be3-6a87-7317-855a-9a81af57b106", 19, 169),
    Province("H31", "Hưng Yên", "019d2be3-6a88-732b-8b0b-a4fad4f39fbc", 12, 104),
    Province("H32", "Khánh Hòa", "019d2be3-6a88-732b-8b0b-eac587d5c164", 26, 64),
    Province("H35", "Lai Châu", "019d2be3-6a88-732b-8b10-4fd42fc9139b", 18, 39),
    Province("H36", "Lâm Đồng", "019d2be3-6a88-732b-8b10-c1c15a42daee", 14, 124),
    Province("H37", "Lạng Sơn", "019d2be3-6a81-771b-b671-9078297c4a7b", 14, 66),
    Province("H38", "Lào Cai", "019d2be3-6a88-732b-8b12-58410ba7b5df", 15, 99),
    Province("H41", "Nghệ An", "019d2be3-6a88-732b-8b14-23b0bf40ce58", 13, 130),
    Province("H42", "Ninh Bình", "019d2be3-6a88-732b-8b15-828ae2e74c00", 14, 129),
    Province("H44", "Phú Thọ", "019d2be3-6a88-732b-8b17-b68020c8553a", 15, 148),
    Province("H48", "Quảng Ngãi", "019d2be3-6a88-732b-8b1a-b8df51d5f6bf", 31, 96),
    Province("H49", "Quảng Ninh", "019d2be3-6a88-732b-8b1c-46b23e7f2084", 16, 54),
    Province("H50", "Quảng Trị", "019d2be3-6a88-732b-8b20-29251b1ac762", 17, 78),
    Province("H52", "Sơn La", "019d2be3-6a88-732b-8b23-90f0216d78e2", 13, 75),
    Province("H53", "Tây Ninh", "019d2be3-6a88-732b-8b23-f5575505c632", 14, 96),
    Province("H55", "Thái Nguyên", "019d2be3-6a88-732b-8b25-68dfdcdcff0e", 15, 92),
    Province("H56", "Thanh Hóa", "019d2be3-6a88-732b-8b26-f3a94b76f008", 14, 166),
    Province("H57", "Huế", "019d2be3-6a89-70fe-8e5d-edfb72e6be7f", 15, 40),
    Province("H60", "Tuyên Quang", "019d2be3-6a89-70fe-8e60-6458eb08bfe1", 13, 124),
    Province("H61", "Vĩnh Long", "019d2be3-6a89-70fe-8e61-5ec4a2701203", 13, 124),
)

PROVINCES: dict[str, Province] = {province.code: province for province in _ALL}


def nearest_province(text: str) -> Province:
    """The province whose code or name looks most like a text, however it is spelled."""
    wanted = _folded(text)

    def likeness(province: Province) -> float:
        return max(
            SequenceMatcher(None, wanted, _folded(candidate)).ratio()
            for candidate in (province.code, province.name)
        )

    return max(_ALL, key=likeness)


def _folded(text: str) -> str:
    """Lower case without marks: people type "an giang" for "An Giang"."""
    # The letter đ has no decomposition, so it needs a rule of its own.
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
