"""What the headings of an office's own report table mean, as data.

A figure is named by all the texts that stand above its column together ("Đã giải quyết" over "Quá
hạn"), because the lowest alone means different things in different places; of two columns with one
meaning neither is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from scrapers.dossiers.headings import KNOWN_HEADINGS, Vocabulary

_TOTAL = ("Tổng số", "Tổng cộng", "Tổng", "Cộng", "")
_LATE = ("Quá hạn", "Trễ hạn", "Sau hạn", "Chậm hạn")
_IN_TIME = ("Trước và đúng hạn", "Trước hạn và đúng hạn", "Trước hạn, đúng hạn", "Trong hạn")
_COUNTED = ("", "Số lượng", "Số hồ sơ")
_RECEIVED = (
    "Tiếp nhận", "Đã tiếp nhận", "Hồ sơ tiếp nhận", "Hồ sơ đã tiếp nhận", "Số hồ sơ tiếp nhận",
    "Số hồ sơ đã tiếp nhận", "Số lượng hồ sơ tiếp nhận", "Tổng số hồ sơ tiếp nhận",
    "Tổng số hồ sơ đã tiếp nhận", "Tổng số tiếp nhận", "Tổng tiếp nhận",
)  # fmt: skip
_RESOLVED = (
    "Giải quyết", "Đã giải quyết", "Hồ sơ giải quyết", "Hồ sơ đã giải quyết",
    "Số hồ sơ đã giải quyết", "Số lượng hồ sơ đã giải quyết", "Đã xử lý", "Hồ sơ đã xử lý",
    "Số hồ sơ đã xử lý", "Đã hoàn thành", "Hoàn thành",
)  # fmt: skip
_IN_PROCESS = (
    "Đang giải quyết", "Hồ sơ đang giải quyết", "Số hồ sơ đang giải quyết",
    "Số lượng hồ sơ đang giải quyết", "Đang xử lý", "Hồ sơ đang xử lý", "Số hồ sơ đang xử lý",
    "Chưa giải quyết", "Hồ sơ chưa giải quyết",
)  # fmt: skip


def _headings(groups: Sequence[str], leaves: Sequence[str], *alone: str) -> tuple[str, ...]:
    """Every leaf below every group, then headings that say all by themselves."""
    below = (" ".join(parts) for parts in product(groups, leaves, _COUNTED))
    return (*below, *alone)


FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "received": _headings(_RECEIVED, _TOTAL),
    "received_new": _headings(
        _RECEIVED,
        ("Trong kỳ", "Mới", "Mới trong kỳ", "Mới tiếp nhận"),
        "Mới tiếp nhận", "Tiếp nhận mới", "Số mới tiếp nhận",
    ),
    "carried_over": _headings(
        _RECEIVED,
        ("Từ kỳ trước", "Kỳ trước", "Kỳ trước chuyển sang", "Kỳ trước chuyển qua",
         "Từ kỳ trước chuyển qua", "Từ kỳ trước chuyển sang"),
        "Kỳ trước chuyển sang", "Kỳ trước chuyển qua", "Tồn kỳ trước", "Từ kỳ trước chuyển sang",
    ),
    "resolved_early": _headings(_RESOLVED, ("Trước hạn", "Sớm hạn"), "Trước hạn", "Sớm hạn"),
    "resolved_on_time": _headings(_RESOLVED, ("Đúng hạn",), "Đúng hạn"),
    "resolved_in_time": _headings(_RESOLVED, _IN_TIME, *_IN_TIME[:-1]),
    "resolved_late": _headings(_RESOLVED, _LATE, "Trễ hạn", "Trả trễ hạn", "Trả quá hạn"),
    "in_process": _headings(_IN_PROCESS, _TOTAL),
    "in_process_in_time": _headings(
        _IN_PROCESS, ("Trong hạn", "Chưa đến hạn", "Chưa quá hạn", "Còn hạn"), "Chưa đến hạn"
    ),
    "in_process_overdue": _headings(_IN_PROCESS, _LATE, "Quá hạn chưa giải quyết"),
    "overdue": ("Quá hạn",),
}  # fmt: skip
"""The figures of a report and their known headings. "Quá hạn" alone is told apart in `places`."""

VOCABULARY: Final = Vocabulary(
    known={
        "unit_code": (*KNOWN_HEADINGS["unit_code"], "Mã định danh", "Mã định danh cơ quan"),
        "unit_name": (
            *KNOWN_HEADINGS["unit_name"], "Tên cơ quan, đơn vị", "Cơ quan, đơn vị",
            "Tên đơn vị, địa phương", "Đơn vị, địa phương", "Xã, phường", "Tên xã, phường",
            "Xã, phường, đặc khu", "Sở, ban, ngành",
        ),
        "ordinal": KNOWN_HEADINGS["ordinal"],
        **FIGURES,
    },
    required=frozenset({"unit", "received"}),
    telling="unit",
    stands_for={"unit": ("unit_code", "unit_name"), "received": ("received", "received_new")},
    only_one=frozenset(FIGURES),
    reads_parts=False,
)  # fmt: skip


def places(by_field: Mapping[str, int]) -> dict[str, int]:
    """Field -> index of its column. "Quá hạn" alone is what is in process and late, but only where
    another column has what was resolved late; else nobody can say which of the two it is."""
    found = {name: place for name, place in by_field.items() if name != "ordinal"}
    overdue = found.pop("overdue", None)
    if overdue is not None and "resolved_late" in found:
        found.setdefault("in_process_overdue", overdue)
    return found
