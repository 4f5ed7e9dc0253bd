"""What is planted in the world, day by day, with the direct effects written by hand.

Day 1 is the baseline. Day 4 is quiet. On day 6 no figure changes: December begins, so November is
closed and can be held against October. On day 7 the portal recounts everything. All else stands
in the table. The list is complete for the national scope and for An Giang (H01) and Phú Thọ (H44)
on days 2 to 5: whatever else differs between two of these days is a mistake of the replica.
"""

from __future__ import annotations

from .effects import Event, effect
from .periods import NOVEMBER, OCTOBER, QUARTER_4, YEAR_2026

RECOUNT_DAY = 7
RECOUNTED_PERCENT = 45
"""From day 7 on only this share of the satisfied is counted as satisfied."""

RENAMED = {"H01.174": (2, "UBND phường Tân Hội - tỉnh An Giang")}
"""Unit code to the day of the new name and the name."""

GONE = {"H01.197": 3}
"""Unit code to the day from which no answer holds it."""

NEW_UNIT_CODE = "H01.202"
NEW_UNIT_NAME = "UBND xã Phú Mỹ - tỉnh An Giang"
NEW_UNIT_DAY = 3
NEW_UNIT_ACTIVE_IN = (YEAR_2026, QUARTER_4, NOVEMBER)
"""In the other periods the new unit is listed without any dossier."""

DAY_2 = (
    Event(
        2, "H01.10", YEAR_2026, "Sở Y tế: electronic results are missing",
        {"original_result": (1404, 135)},
        (
            ("score_drop", "critical", "ORIGINAL_RESULT_AVAILABLE", "2.49", "0.24"),
            ("score_drop", "critical", "MDSH", "9.55", "7.30"),
            ("score_drop", "critical", "TOTAL", "68.90", "66.65"),
        ),
    ),
    Event(
        2, "H01.146", YEAR_2026, "xã Chợ Mới: three petitions ran over their deadline",
        {"petitions_on_time": (11, 8)},
        (
            ("score_drop", "warning", "PETITION_PROCESSING_ON_TIME", "3.30", "2.40"),
            ("score_drop", "warning", "MDHL", "11.94", "11.04"),
            ("score_drop", "warning", "TOTAL", "74.60", "73.70"),
        ),
    ),
    Event(
        2, "H01.120", YEAR_2026, "xã Chợ Vàm: a little less digitised data is used again",
        {"reused": (1653, 1421)},
        (
            ("score_drop", "info", "REUSED_DIGITIZED_DATA", "0.87", "0.75"),
            ("score_drop", "info", "MDSH", "5.95", "5.83"),
            ("score_drop", "info", "TOTAL", "57.40", "57.28"),
        ),
    ),
    Event(
        2, "H01.189", YEAR_2026, "xã Đông Hòa: falls from Tốt to Khá",
        {"stored": (1366, 921)},
        (
            ("score_drop", "info", "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "1.07", "0.72"),
            ("score_drop", "info", "MDSH", "14.21", "13.86"),
            ("score_drop", "info", "TOTAL", "80.20", "79.85"),
            ("class_change", None, "TOTAL", "80.20", "79.85"),
        ),
    ),
    Event(
        2, "H01.164", YEAR_2026, "xã Hòn Đất: rises from Trung bình to Khá",
        {"original_result": (576, 1133)},
        (
            ("score_rise", None, "ORIGINAL_RESULT_AVAILABLE", "1.08", "2.13"),
            ("score_rise", None, "MDSH", "6.51", "7.56"),
            ("score_rise", None, "TOTAL", "69.70", "70.75"),
            ("class_change", None, "TOTAL", "69.70", "70.75"),
        ),
    ),
    Event(
        2, "H01.165", YEAR_2026, "xã Sơn Kiên: 59 more dossiers are not on time",
        {"on_time": (4148, 4089)},
        (
            ("overdue_growing", None, "NOT_ON_TIME", "1765", "1824"),
            ("score_drop", "info", "TDGQ", "14.03", "13.83"),
            ("score_drop", "info", "TOTAL", "54.90", "54.70"),
        ),
    ),
    Event(
        2, "H01.12", YEAR_2026, "Sở Nông nghiệp và Môi trường: 33 more are not on time",
        {"on_time": (6117, 6084)},
        (
            ("overdue_growing", None, "NOT_ON_TIME", "465", "498"),
            ("score_drop", "info", "TDGQ", "18.59", "18.49"),
            ("score_drop", "info", "TOTAL", "71.80", "71.70"),
        ),
    ),
    Event(
        2, "H01.177", YEAR_2026, "xã Long Thạnh: more electronic results",
        {"original_result": (2514, 3086)},
        (
            ("score_rise", None, "ORIGINAL_RESULT_AVAILABLE", "2.83", "3.47"),
            ("score_rise", None, "MDSH", "9.61", "10.25"),
            ("score_rise", None, "TOTAL", "77.20", "77.84"),
        ),
    ),
    Event(
        2, "H01.198", YEAR_2026, "xã Giang Thành: more dossiers are digitised",
        {"digitised": (326, 439)},
        (
            ("score_rise", None, "SO_HOA_GIAY_TO_GIAI_QUYET", "0.52", "0.70"),
            ("score_rise", None, "MDSH", "5.26", "5.44"),
            ("score_rise", None, "TOTAL", "64.90", "65.08"),
        ),
    ),
    Event(
        2, "H01.14", YEAR_2026, "Sở Tài chính: more fees are paid online (no metric is printed)",
        {"paid_online": (3773, 3985)},
        (
            ("score_rise", None, "TTTT", "8.82", "9.12"),
            ("score_rise", None, "TOTAL", "87.85", "88.15"),
        ),
    ),
    Event(
        2, "H01.105", OCTOBER, "phường Vĩnh Tế: closed October is revised upward",
        {"original_result": (80, 118)},
        (
            ("revised", None, "ORIGINAL_RESULT_AVAILABLE", "1.69", "2.49"),
            ("revised", None, "MDSH", "7.40", "8.20"),
            ("revised", None, "TOTAL", "54.56", "55.36"),
        ),
    ),
    Event(
        2, "H01.130", OCTOBER, "phường Thới Sơn: closed October is revised downward",
        {"petitions_on_time": (4, 3)},
        (
            ("revised", None, "PETITION_PROCESSING_ON_TIME", "2.18", "1.64"),
            ("revised", None, "MDHL", "8.75", "8.21"),
            ("revised", None, "TOTAL", "50.73", "50.19"),
        ),
    ),
    Event(
        2, "H01", YEAR_2026, "An Giang itself falls behind Cà Mau",
        {"satisfied": (270_112, 239_560)},
        (
            ("score_drop", "warning", "DOSSIER_RECEIVING_SATISFACTION", "5.51", "4.89"),
            ("score_drop", "warning", "MDHL", "8.63", "8.01"),
            ("score_drop", "warning", "TOTAL", "60.35", "59.73"),
            ("rank_drop", None, "TOTAL", "19", "20"),
        ),
    ),
    Event(2, "H12", YEAR_2026, "Cà Mau gains a rank without a point", {},
          (("rank_rise", None, "TOTAL", "20", "19"),)),
    Event(
        2, "H41", YEAR_2026, "Nghệ An passes Phú Thọ",
        {"original_result": (141_662, 176_934)},
        (
            ("score_rise", None, "ORIGINAL_RESULT_AVAILABLE", "2.28", "2.85"),
            ("score_rise", None, "MDSH", "9.46", "10.03"),
            ("score_rise", None, "TOTAL", "62.31", "62.88"),
            ("rank_rise", None, "TOTAL", "15", "14"),
        ),
    ),
    Event(2, "H44", YEAR_2026, "Phú Thọ loses a national rank without losing a point", {},
          (("rank_drop", None, "TOTAL", "14", "15"),)),
    Event(
        2, "H44.11", YEAR_2026, "Sở Công Thương: petitions ran over their deadline",
        {"petitions_on_time": (27, 21)},
        (
            ("score_drop", "warning", "PETITION_PROCESSING_ON_TIME", "4.63", "3.60"),
            ("score_drop", "warning", "MDHL", "14.92", "13.89"),
            ("score_drop", "warning", "TOTAL", "78.89", "77.86"),
        ),
    ),
    Event(
        2, "H44.100", YEAR_2026, "Phường Việt Trì: a little less digitised data is used again",
        {"reused": (1926, 1738)},
        (
            ("score_drop", "info", "REUSED_DIGITIZED_DATA", "1.24", "1.12"),
            ("score_drop", "info", "MDSH", "10.59", "10.47"),
            ("score_drop", "info", "TOTAL", "63.79", "63.67"),
        ),
    ),
    Event(
        2, "H44.14", OCTOBER, "Sở Y tế: closed October is revised downward",
        {"original_result": (213, 183)},
        (
            ("revised", None, "ORIGINAL_RESULT_AVAILABLE", "4.07", "3.50"),
            ("revised", None, "MDSH", "14.82", "14.25"),
            ("revised", None, "TOTAL", "74.58", "74.01"),
        ),
    ),
)  # fmt: skip

DAY_3 = (
    Event(
        3, "H01.201", NOVEMBER, "Đặc khu Thổ Châu: no dossier is left in November",
        {}, (("no_activity", None, None, None, None),), loses_all=True,
    ),
    Event(
        3, "H01.113", YEAR_2026, "phường Long Phú passes xã Đông Thái",
        {"original_result": (1301, 1574)},
        (
            ("score_rise", None, "ORIGINAL_RESULT_AVAILABLE", "2.86", "3.46"),
            ("score_rise", None, "MDSH", "8.84", "9.44"),
            ("score_rise", None, "TOTAL", "66.10", "66.70"),
            ("rank_rise", None, "TOTAL", "58", "57"),
        ),
    ),
    Event(3, "H01.187", YEAR_2026, "xã Đông Thái loses a rank without losing a point", {},
          (("rank_drop", None, "TOTAL", "57", "58"),)),
    Event(
        3, "H44.16", QUARTER_4, "Sở Tài chính: 107 dossiers of the quarter ran late",
        {"on_time": (773, 666)},
        (
            ("overdue_growing", None, "NOT_ON_TIME", "236", "343"),
            ("score_drop", "critical", "TDGQ", "15.32", "13.20"),
            ("score_drop", "critical", "TOTAL", "64.08", "61.96"),
        ),
    ),
)  # fmt: skip

DAY_5 = (
    Event(
        5, "H01", YEAR_2026, "An Giang published nine procedures late",
        {"published_on_time": (62, 53)},
        (
            ("score_drop", "warning", "PUBLISH_ON_TIME", "4.18", "3.57"),
            ("score_drop", "warning", "CKMB", "15.47", "14.86"),
            ("score_drop", "warning", "TOTAL", "59.73", "59.12"),
        ),
        inherited=True,
    ),
    Event(
        5, "H01.06", QUARTER_4, "Sở Công Thương: fewer fees of the quarter are paid online",
        {"paid_online": (569, 456)},
        (
            ("score_drop", "warning", "TTTT", "6.84", "5.99"),
            ("score_drop", "warning", "TOTAL", "66.84", "65.99"),
        ),
    ),
    Event(
        5, "H44.03", YEAR_2026, "Sở Nội vụ: 26 more dossiers are not on time",
        {"on_time": (1829, 1803)},
        (
            ("overdue_growing", None, "NOT_ON_TIME", "758", "784"),
            ("score_drop", "info", "TDGQ", "14.14", "13.94"),
            ("score_drop", "info", "TOTAL", "61.74", "61.54"),
        ),
    ),
)  # fmt: skip

EVENTS = (*DAY_2, *DAY_3, *DAY_5)

INHERITED_BY_SUB_UNITS = (
    ("score_drop", "warning", "PUBLISH_ON_TIME", "4.18", "3.57"),
    ("score_drop", "warning", "CKMB", None, None),
    ("score_drop", "warning", "TOTAL", None, None),
)
"""What day 5 does to every department and commune of An Giang, except the board H01.13, which the
portal does not have in this group. Group and total fall by the same 0.61 everywhere."""

UNIT_EFFECTS = {
    2: (effect("H01.174", None, "unit_renamed"),),
    3: (effect("H01.197", None, "unit_missing"), effect("H01.202", None, "unit_new")),
}

NOVEMBER_BELOW_OCTOBER = (
    effect("H01.05", NOVEMBER, "period_drop", None, "TOTAL", "51.43", "47.74"),
    effect("H01.127", NOVEMBER, "period_drop", None, "TOTAL", "51.33", "46.88"),
    effect("H01.152", NOVEMBER, "period_drop", None, "TOTAL", "79.11", "76.39"),
)
"""Due on day 6, when November is closed. No other unit with dossiers, nor any province, has a
November below its October. (H01.201 lost its November on day 3: no activity, not a fall.)"""
