"""The provinces of the older interface: 63 until 30 June 2025, and 34 of them since.

An id is that of October 2025; those of the provinces that ended are known from nowhere, so they are
made up.
"""

from __future__ import annotations

import datetime

from .periods import Period
from .provinces import NATION_CODE

MERGED_ON = datetime.date(2025, 7, 1)
HUE_A_CITY_SINCE = datetime.date(2025, 1, 1)

_ROWS = (
    ("H01", "398126", "tỉnh An Giang"),
    ("H02", "", "tỉnh Bắc Giang"),
    ("H03", "", "tỉnh Bắc Kạn"),
    ("H04", "", "tỉnh Bạc Liêu"),
    ("H05", "401621", "tỉnh Bắc Ninh"),
    ("H06", "", "tỉnh Bà Rịa - Vũng Tàu"),
    ("H07", "", "tỉnh Bến Tre"),
    ("H08", "", "tỉnh Bình Định"),
    ("H09", "", "tỉnh Bình Dương"),
    ("H10", "", "tỉnh Bình Phước"),
    ("H11", "", "tỉnh Bình Thuận"),
    ("H12", "408562", "tỉnh Cà Mau"),
    ("H13", "409587", "Thành phố Cần Thơ"),
    ("H14", "410516", "tỉnh Cao Bằng"),
    ("H15", "381137", "tỉnh Đắk Lắk"),
    ("H16", "", "tỉnh Đắk Nông"),
    ("H17", "426100", "Thành phố Đà Nẵng"),
    ("H18", "383348", "tỉnh Điện Biên"),
    ("H19", "426101", "tỉnh Đồng Nai"),
    ("H20", "374613", "tỉnh Đồng Tháp"),
    ("H21", "384251", "tỉnh Gia Lai"),
    ("H22", "", "tỉnh Hà Giang"),
    ("H23", "", "tỉnh Hải Dương"),
    ("H24", "387628", "Thành phố Hải Phòng"),
    ("H25", "", "tỉnh Hà Nam"),
    ("H26", "389181", "Thành phố Hà Nội"),
    ("H27", "390693", "tỉnh Hà Tĩnh"),
    ("H28", "", "tỉnh Hòa Bình"),
    ("H29", "411312", "Thành phố Hồ Chí Minh"),
    ("H30", "", "tỉnh Hậu Giang"),
    ("H31", "426108", "tỉnh Hưng Yên"),
    ("H32", "415139", "tỉnh Khánh Hòa"),
    ("H33", "", "tỉnh Kiên Giang"),
    ("H34", "", "tỉnh Kon Tum"),
    ("H35", "420192", "tỉnh Lai Châu"),
    ("H36", "421149", "tỉnh Lâm Đồng"),
    ("H37", "417489", "tỉnh Lạng Sơn"),
    ("H38", "426105", "tỉnh Lào Cai"),
    ("H39", "", "tỉnh Long An"),
    ("H40", "", "tỉnh Nam Định"),
    ("H41", "418979", "tỉnh Nghệ An"),
    ("H42", "393975", "tỉnh Ninh Bình"),
    ("H43", "", "tỉnh Ninh Thuận"),
    ("H44", "422607", "tỉnh Phú Thọ"),
    ("H45", "", "tỉnh Phú Yên"),
    ("H46", "", "tỉnh Quảng Bình"),
    ("H47", "", "tỉnh Quảng Nam"),
    ("H48", "365792", "tỉnh Quảng Ngãi"),
    ("H49", "426106", "tỉnh Quảng Ninh"),
    ("H50", "6715", "tỉnh Quảng Trị"),
    ("H51", "", "tỉnh Sóc Trăng"),
    ("H52", "426103", "tỉnh Sơn La"),
    ("H53", "369810", "tỉnh Tây Ninh"),
    ("H54", "", "tỉnh Thái Bình"),
    ("H55", "370865", "tỉnh Thái Nguyên"),
    ("H56", "371854", "tỉnh Thanh Hóa"),
    ("H57", "374087", "tỉnh Thừa Thiên Huế"),
    ("H58", "", "tỉnh Tiền Giang"),
    ("H59", "", "tỉnh Trà Vinh"),
    ("H60", "384979", "tỉnh Tuyên Quang"),
    ("H61", "377087", "tỉnh Vĩnh Long"),
    ("H62", "", "tỉnh Vĩnh Phúc"),
    ("H63", "", "tỉnh Yên Bái"),
)

ALL_CODES = tuple(code for code, _, _ in _ROWS)
PRESENT_CODES = tuple(code for code, identifier, _ in _ROWS if identifier)

PROVINCE_IDS = {
    code: identifier or str(270_000 + 101 * number)
    for number, (code, identifier, _) in enumerate(_ROWS)
}
_CODE_OF_ID = {"0": NATION_CODE, **{identifier: code for code, identifier in PROVINCE_IDS.items()}}
_PLACES = {code: place for code, _, place in _ROWS}


def is_before_mergers(period: Period) -> bool:
    """Whether a period ended before the mergers; the year 2025 shows the 34."""
    return period.first_and_last()[1] < MERGED_ON


def codes_in(period: Period) -> tuple[str, ...]:
    """The provinces of a period, by code."""
    return ALL_CODES if is_before_mergers(period) else PRESENT_CODES


def province_of(agency_id: str) -> str | None:
    """The code of the province with that id, "VN" for 0, None for an unknown one."""
    return _CODE_OF_ID.get(agency_id)


def place_of(code: str, period: Period) -> str:
    """ "tỉnh An Giang": the name as it was in a period."""
    is_city = period.first_and_last()[1] >= HUE_A_CITY_SINCE
    return "Thành phố Huế" if code == "H57" and is_city else _PLACES[code]
