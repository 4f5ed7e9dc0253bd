"""Figures that offices published of months of 2024, planted in the older interface's world.

An Giang announced August 2024: 82.70 points, rank 6 of 63, one lower than the month before, and
which of its units were Khá, Trung bình or Yếu. Gò Dầu (Tây Ninh) announced September 2024: 84.41
points, rank 8 of 9. What no announcement tells is made up around these: the points of the units
within their class, July, the provinces and districts ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .periods import Period

JULY, AUGUST, SEPTEMBER = (Period("month", 2024, number) for number in (7, 8, 9))

GO_DAU = "H53.33"


class PublishedUnit(NamedTuple):
    """A unit as it was listed that month; `name` without the province, `total` in hundredths."""

    code: str
    name: str
    kind: str
    total: int


_AN_GIANG = (
    # Name, and the totals of July and August.
    ("Văn phòng UBND tỉnh", 9377, 9412),
    ("Sở Kế hoạch và Đầu tư", 9004, 9138),
    ("Sở Công Thương", 9051, 9060),
    ("Sở Khoa học và Công nghệ", 8790, 8815),
    ("Sở Văn hóa, Thể thao và Du lịch", 8533, 8347),
    ("Sở Nông nghiệp và Phát triển nông thôn", 8012, 7985),
    ("Sở Xây dựng", 7765, 7801),
    ("Sở Thông tin và Truyền thông", 8120, 7764),
    ("Sở Ngoại vụ", 7500, 7532),
    ("Sở Tư pháp", 7433, 7420),
    ("Sở Tài chính", 7299, 7391),
    ("Sở Y tế", 7248, 7260),
    ("Sở Nội vụ", 7190, 7118),
    ("Ban Quản lý Khu kinh tế", 7002, 7003),
    ("Sở Lao động - Thương binh và Xã hội", 7011, 6998),
    ("Sở Giao thông vận tải", 6620, 6541),
    ("Sở Giáo dục và Đào tạo", 5890, 5512),
    ("Sở Tài nguyên và Môi trường", 5033, 4987),
    ("UBND thành phố Long Xuyên", 8466, 8421),
    ("UBND thành phố Châu Đốc", 8540, 8602),
    ("UBND thị xã Tân Châu", 7954, 7930),
    ("UBND huyện An Phú", 8111, 8204),
    ("UBND huyện Phú Tân", 8288, 8290),
    ("UBND huyện Châu Phú", 8399, 8455),
    ("UBND thị xã Tịnh Biên", 8022, 8076),
    ("UBND huyện Tri Tôn", 7847, 7888),
    ("UBND huyện Châu Thành", 8615, 8733),
    ("UBND huyện Chợ Mới", 8170, 8119),
    ("UBND huyện Thoại Sơn", 9122, 9045),
)
_TAY_NINH = (
    ("Văn phòng UBND tỉnh", 9120),
    ("Sở Công Thương", 8944),
    ("Sở Y tế", 8210),
    ("UBND thành phố Tây Ninh", 8655),
    ("UBND thị xã Hòa Thành", 9014),
    ("UBND thị xã Trảng Bàng", 8790),
    ("UBND huyện Gò Dầu", 8441),
    ("UBND huyện Bến Cầu", 8702),
    ("UBND huyện Châu Thành", 8520),
    ("UBND huyện Dương Minh Châu", 8611),
    ("UBND huyện Tân Biên", 8380),
    ("UBND huyện Tân Châu", 8467),
)

PROVINCES: Mapping[Period, Mapping[str, int]] = {
    JULY: {"H01": 8305, "H20": 8544, "H41": 8490, "H57": 8421, "H60": 8390},
    AUGUST: {"H01": 8270, "H12": 8288, "H20": 8601, "H41": 8530, "H57": 8455, "H60": 8317},
}
"""Totals of provinces, of which An Giang has the least."""
MOST_OF_OTHERS = 800
"""Thousandths of each maximum that no other province exceeds in these months."""

_FIRST_DEPARTMENT, _FIRST_DISTRICT = 1, 30


def _units(province: str, rows: tuple[tuple[str, int], ...]) -> tuple[PublishedUnit, ...]:
    """The units with codes by their place, departments from .01 and districts from .30."""
    units = []
    numbers = {"department": _FIRST_DEPARTMENT, "district": _FIRST_DISTRICT}
    for name, total in rows:
        is_department = name.startswith(("Sở ", "Ban ", "Văn phòng "))
        kind = "department" if is_department else "district"
        units.append(PublishedUnit(f"{province}.{numbers[kind]:02d}", name, kind, total))
        numbers[kind] += 1
    return tuple(units)


UNITS: Mapping[tuple[str, Period], tuple[PublishedUnit, ...]] = {
    ("H01", JULY): _units("H01", tuple((name, july) for name, july, _ in _AN_GIANG)),
    ("H01", AUGUST): _units("H01", tuple((name, august) for name, _, august in _AN_GIANG)),
    ("H53", SEPTEMBER): _units("H53", _TAY_NINH),
}
"""Who was listed below a province, where that is planted."""

_TOTALS = {
    period: {
        **PROVINCES.get(period, {}),
        **{unit.code: unit.total for (_, own), units in UNITS.items() if own == period
           for unit in units},
    }
    for period in (JULY, AUGUST, SEPTEMBER)
}  # fmt: skip


def published_total(code: str, period: Period) -> int | None:
    """The total of a unit or a province in hundredths, where one is planted."""
    return _TOTALS.get(period, {}).get(code)
