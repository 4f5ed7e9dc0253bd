"""The 34 provinces and cities after July 2025, as the portal writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Province:
    """One province: its portal code and id, its name, and how many units it has below it."""

    code: str
    id: str
    name: str
    departments: int
    communes: int

    @property
    def place(self) -> str:
        """The name without "UBND", as it stands at the end of a unit's name."""
        return self.name.removeprefix("UBND ")


NATION_CODE = "VN"
"""Our key for the national row. The portal prints no code for it."""

NATION_NAME = "Cả nước"

_ROWS = (
    ("H01", "019d2be3-6a84-779d-b3e7-e214bdb86482", "tỉnh An Giang", 15, 102),
    ("H05", "019d2be3-6a84-779d-b3ed-9649c4f016cd", "Thành phố Bắc Ninh", 14, 99),
    ("H12", "019d2be3-6a85-74ec-a337-73acd0627180", "tỉnh Cà Mau", 13, 64),
    ("H13", "019d2be3-6a85-74ec-a339-9985e7aba649", "Thành phố Cần Thơ", 15, 103),
    ("H14", "019d2be3-6a85-74ec-a33b-e8250c0580ce", "tỉnh Cao Bằng", 16, 56),
    ("H15", "019d2be3-6a85-74ec-a33c-a7c04919ba00", "tỉnh Đắk Lắk", 16, 102),
    ("H17", "019d2be3-6a85-74ec-a33d-803cf2496575", "Thành phố Đà Nẵng", 14, 93),
    ("H18", "019d2be3-6a85-74ec-a341-16615c474af4", "tỉnh Điện Biên", 14, 45),
    ("H19", "019d2be3-6a85-74ec-a342-8635701ddf34", "Thành phố Đồng Nai", 13, 95),
    ("H20", "019d2be3-6a85-74ec-a344-751a7a0bbdb5", "tỉnh Đồng Tháp", 14, 102),
    ("H21", "019d2be3-6a85-74ec-a346-6489e82ae4c7", "tỉnh Gia Lai", 14, 135),
    ("H24", "019d2be3-6a85-74ec-a349-88e0abf6a032", "Thành phố Hải Phòng", 12, 114),
    ("H26", "019d2be3-6a86-70a8-a0af-76e986804225", "Thành phố Hà Nội", 16, 126),
    ("H27", "019d2be3-6a87-7317-8557-a2fade51b5ae", "tỉnh Hà Tĩnh", 14, 69),
    ("H29", "019d2be3-6a87-7317-855a-9a81af57b106", "Thành phố Hồ Chí Minh", 19, 169),
    ("H31", "019d2be3-6a88-732b-8b0b-a4fad4f39fbc", "tỉnh Hưng Yên", 12, 104),
    ("H32", "019d2be3-6a88-732b-8b0b-eac587d5c164", "tỉnh Khánh Hòa", 26, 64),
    ("H35", "019d2be3-6a88-732b-8b10-4fd42fc9139b", "tỉnh Lai Châu", 18, 39),
    ("H36", "019d2be3-6a88-732b-8b10-c1c15a42daee", "tỉnh Lâm Đồng", 14, 124),
    ("H37", "019d2be3-6a81-771b-b671-9078297c4a7b", "tỉnh Lạng Sơn", 14, 66),
    ("H38", "019d2be3-6a88-732b-8b12-58410ba7b5df", "tỉnh Lào Cai", 15, 99),
    ("H41", "019d2be3-6a88-732b-8b14-23b0bf40ce58", "tỉnh Nghệ An", 13, 130),
    ("H42", "019d2be3-6a88-732b-8b15-828ae2e74c00", "tỉnh Ninh Bình", 14, 129),
    ("H44", "019d2be3-6a88-732b-8b17-b68020c8553a", "tỉnh Phú Thọ", 15, 148),
    ("H48", "019d2be3-6a88-732b-8b1a-b8df51d5f6bf", "tỉnh Quảng Ngãi", 31, 96),
    ("H49", "019d2be3-6a88-732b-8b1c-46b23e7f2084", "thành phố Quảng Ninh", 16, 54),
    ("H50", "019d2be3-6a88-732b-8b20-29251b1ac762", "tỉnh Quảng Trị", 17, 78),
    ("H52", "019d2be3-6a88-732b-8b23-90f0216d78e2", "tỉnh Sơn La", 13, 75),
    ("H53", "019d2be3-6a88-732b-8b23-f5575505c632", "tỉnh Tây Ninh", 14, 96),
    ("H55", "019d2be3-6a88-732b-8b25-68dfdcdcff0e", "tỉnh Thái Nguyên", 15, 92),
    ("H56", "019d2be3-6a88-732b-8b26-f3a94b76f008", "tỉnh Thanh Hóa", 14, 166),
    ("H57", "019d2be3-6a89-70fe-8e5d-edfb72e6be7f", "Thành phố Huế", 15, 40),
    ("H60", "019d2be3-6a89-70fe-8e60-6458eb08bfe1", "tỉnh Tuyên Quang", 13, 124),
    ("H61", "019d2be3-6a89-70fe-8e61-5ec4a2701203", "tỉnh Vĩnh Long", 13, 124),
)

PROVINCES = tuple(
    Province(code, identifier, f"UBND {place}", departments, communes)
    for code, identifier, place, departments, communes in _ROWS
)
BY_CODE = {province.code: province for province in PROVINCES}
BY_ID = {province.id: province for province in PROVINCES}
