"""The division into 63 provinces that ended on 30 June 2025, and the older interface's ids.

Sources: Decision 20/2020 for the codes, Decision 19/2025 for the mergers. The codes of the 29
provinces below follow from the alphabetical order between codes that the portal printed; that of
Hòa Bình (H28) and Hậu Giang (H30) is not confirmed and may be the other way round.
A code that lasted means another territory since: H01 was An Giang, and is An Giang and Kiên Giang.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from scrapers.periods import Period
from scrapers.provinces import PROVINCES

MERGED_ON = dt.date(2025, 7, 1)
"""The first day of the 34 provinces; the districts ended with the day before."""


class FormerProvince(NamedTuple):
    """A province that was merged into another one; `successor` is that one's code."""

    code: str
    name: str
    successor: str


_ALL = (
    FormerProvince("H02", "Bắc Giang", "H05"),
    FormerProvince("H03", "Bắc Kạn", "H55"),
    FormerProvince("H04", "Bạc Liêu", "H12"),
    FormerProvince("H06", "Bà Rịa - Vũng Tàu", "H29"),
    FormerProvince("H07", "Bến Tre", "H61"),
    FormerProvince("H08", "Bình Định", "H21"),
    FormerProvince("H09", "Bình Dương", "H29"),
    FormerProvince("H10", "Bình Phước", "H19"),
    FormerProvince("H11", "Bình Thuận", "H36"),
    FormerProvince("H16", "Đắk Nông", "H36"),
    FormerProvince("H22", "Hà Giang", "H60"),
    FormerProvince("H23", "Hải Dương", "H24"),
    FormerProvince("H25", "Hà Nam", "H42"),
    FormerProvince("H28", "Hòa Bình", "H44"),
    FormerProvince("H30", "Hậu Giang", "H13"),
    FormerProvince("H33", "Kiên Giang", "H01"),
    FormerProvince("H34", "Kon Tum", "H48"),
    FormerProvince("H39", "Long An", "H53"),
    FormerProvince("H40", "Nam Định", "H42"),
    FormerProvince("H43", "Ninh Thuận", "H32"),
    FormerProvince("H45", "Phú Yên", "H15"),
    FormerProvince("H46", "Quảng Bình", "H50"),
    FormerProvince("H47", "Quảng Nam", "H17"),
    FormerProvince("H51", "Sóc Trăng", "H13"),
    FormerProvince("H54", "Thái Bình", "H31"),
    FormerProvince("H58", "Tiền Giang", "H20"),
    FormerProvince("H59", "Trà Vinh", "H61"),
    FormerProvince("H62", "Vĩnh Phúc", "H44"),
    FormerProvince("H63", "Yên Bái", "H38"),
)

FORMER_PROVINCES: dict[str, FormerProvince] = {province.code: province for province in _ALL}

AGENCY_IDS: dict[str, str] = {
    "H01": "398126", "H05": "401621", "H12": "408562", "H13": "409587", "H14": "410516",
    "H15": "381137", "H17": "426100", "H18": "383348", "H19": "426101", "H20": "374613",
    "H21": "384251", "H24": "387628", "H26": "389181", "H27": "390693", "H29": "411312",
    "H31": "426108", "H32": "415139", "H35": "420192", "H36": "421149", "H37": "417489",
    "H38": "426105", "H41": "418979", "H42": "393975", "H44": "422607", "H48": "365792",
    "H49": "426106", "H50": "6715", "H52": "426103", "H53": "369810", "H55": "370865",
    "H56": "371854", "H57": "374087", "H60": "384979", "H61": "377087",
}  # fmt: skip
"""What the older interface took as `p_tinh_id` in October 2025, by province code.

Only a fall-back: the nation's table of a period prints the ids of its own provinces. Whether these
held before the mergers is unknown, and the ids of the provinces that ended are known from nowhere
else.
"""


def is_before_mergers(period: Period) -> bool:
    """Whether a period belongs to the 63 provinces; the year 2025 was given for the 34."""
    return period.last_day < MERGED_ON


def provinces_in(period: Period) -> dict[str, str]:
    """Code and name of the provinces that a period should have, in the order of the codes.

    Names are those of today where a province lasted (Huế was Thừa Thiên Huế until 2024).
    """
    names = {code: province.name for code, province in PROVINCES.items()}
    if is_before_mergers(period):
        names |= {code: province.name for code, province in FORMER_PROVINCES.items()}
    return dict(sorted(names.items()))


def predecessors(province_code: str) -> frozenset[str]:
    """The codes of the provinces that were merged into this one."""
    return frozenset(one.code for one in _ALL if one.successor == province_code)
