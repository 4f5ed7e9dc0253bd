"""What happens to the cast, day by day; `catalogue_expected` says what of it must be told.

New procedures are in `catalogue_cast` (their `since`), and so are the instants at which decisions
are published. Day 1 is the baseline, on day 4 (a Sunday) there is only noise. The keywords of a
happening are edits, see `catalogue_edits`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STANDS_STILL = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that is done to a procedure before the reading of that day.

    `decision` is the number it points to from now on (None: as before), `updated` the instant
    written into updatedAt in Viet Nam's time, "published" for that of its decision.
    """

    day: int
    code: str
    sets: Mapping[str, object] = field(default_factory=dict)
    decision: str | None = None
    updated: str = STANDS_STILL
    public: bool = True
    reported: bool = True
    """Whether `reporting/formalities` knows it, as INACTIVE while it is not public."""


def _amended(day: int, code: str, updated: str, /, **sets: object) -> Happening:
    """Edited without a new decision; updatedAt moves."""
    return Happening(day, code, sets, updated=updated)


def _decided(day: int, code: str, decision: str, /, **sets: object) -> Happening:
    """Amended by a new decision that is published."""
    return Happening(day, code, sets, decision, "published")


def _points(day: int, code: str, decision: str) -> Happening:
    """Points to another decision; content and updatedAt stand still."""
    return Happening(day, code, {}, decision)


def _put_in_force(day: int, code: str, /, **sets: object) -> Happening:
    """The decision it already points to is published, and its content changes with it."""
    return Happening(day, code, sets, updated="published")


def _gone(day: int, code: str, reported: bool = True) -> Happening:
    return Happening(day, code, public=False, reported=reported)


def _back(day: int, code: str) -> Happening:
    return Happening(day, code)


DAY_2 = (
    _amended(2, "1.004946", "2026-11-26 14:05", fee=250_000),
    _amended(2, "1.001612", "2026-11-26 10:31", days=3),
    _amended(2, "1.003554", "2026-11-26 16:58", step="Gửi biên bản hòa giải đến các bên."),
    # Trap: another decision shows, nothing else moves.
    _points(2, "2.000591", "01/QĐ-BCT"),
    _points(2, "2.000609", "01/QĐ-BCT"),
    _points(2, "1.001008", "3150/QĐ-BTP"),
    _gone(2, "1.003141"),
)
DAY_3 = (
    # One decision: two new procedures, two amended, one that only comes under it.
    _decided(3, "2.001159", "4127/QĐ-BCA-C06", step="Công an cấp xã xác minh trong 02 ngày.",
             component="Phương án vận chuyển có xác nhận của chủ hàng"),
    _decided(3, "2.001160", "4127/QĐ-BCA-C06", days=3, fee=0),
    _points(3, "1.003177", "4127/QĐ-BCA-C06"),
    _points(3, "1.009788", "1466/QĐ-BXD"),
    _points(3, "1.009791", "1466/QĐ-BXD"),
    _amended(3, "1.005040", "2026-11-27 09:12",
             name="Cấp, cấp lại chứng chỉ hành nghề quản tài viên"),
    _amended(3, "1.010736", "2026-11-27 11:40", legal_basis="21/2026/NQ-HĐND"),
    _amended(3, "1.007931", "2026-11-27 15:03", component="Bản cam kết về nguồn gốc phân bón"),
    _gone(3, "1.003152"),
    _gone(3, "1.003163"),
    _gone(3, "1.000997", reported=False),
    _gone(3, "2.001884"),
    _gone(3, "2.002482"),
)  # fmt: skip
DAY_5 = (
    _put_in_force(5, "1.009788", days=15, component="Bản vẽ hoàn công của công trình liền kề"),
    _put_in_force(5, "1.009791", requirement="Công trình chưa khởi công quá 12 tháng."),
    _points(5, "2.000591", "2318/QĐ-BCT"),
    _points(5, "3.000734", "2011/QĐ-UBND"),
    _points(5, "1.008004", "5230/QĐ-BNNMT"),
    _points(5, "2.002481", "4410/QĐ-UBND"),
    _amended(5, "1.010194", "2026-11-29 21:30", full=True),
    _amended(5, "1.001786", "2026-11-29 20:10", service=2),
    _amended(5, "2.000713", "2026-11-29 19:45", level="isWard"),
    _amended(5, "1.004002", "2026-11-29 22:02", agency="G17"),
    _amended(5, "1.004605", "2026-11-29 18:20", result="Thẻ điện tử có mã QR"),
    _amended(5, "3.000735", "2026-11-29 17:55", subject="ĐT4"),
    _amended(5, "1.116720", "2026-11-29 23:59", name="Đăng ký kinh doanh 30/11"),
)
DAY_6 = (
    _put_in_force(6, "1.012874", step="Văn phòng đăng ký đất đai chỉnh lý bản đồ địa chính."),
    _put_in_force(6, "1.012875", fee=120_000, legal_basis="226/2026/NĐ-CP"),
    _decided(6, "1.012206", "3300/QĐ-UBND", days=22, requirement="Diện tích từ 0,5 ha trở lên."),
    _back(6, "2.001884"),
    _gone(6, "1.006391"),
    _gone(6, "1.116702"),
    _amended(6, "1.001008", "2026-11-30 08:15", field="G15-TP07"),
    _amended(6, "1.010738", "2026-11-30 09:00", executor="SNNMT"),
    _amended(6, "1.005082", "2026-11-30 10:42", note="Áp dụng từ năm học 2027 - 2028"),
    # A fee that was not given is now nought, and fees that were not told are now one of nought.
    _amended(6, "1.003695", "2026-11-30 13:30", fee=0),
    _amended(6, "1.003727", "2026-11-30 13:35", fee=0),
)
DAY_7 = (
    _put_in_force(7, "3.000734", fee=25_000),
    _put_in_force(7, "1.008004", days=6),
    _decided(7, "1.002425", "2688/QĐ-BYT", name="Cấp giấy chứng nhận an toàn thực phẩm cho cơ sở",
             days=10, step="Đoàn thẩm định gồm từ 3 đến 5 người."),
    _decided(7, "1.005082", "3077/QĐ-BGDĐT", component="Đề án hoạt động của trường"),
    _amended(7, "1.004946", "2026-12-01 14:20", fee_note="Thu một lần khi nộp hồ sơ"),
    _gone(7, "2.002507"),
)  # fmt: skip
HAPPENINGS = (*DAY_2, *DAY_3, *DAY_5, *DAY_6, *DAY_7)

NOISE: dict[int, dict[str, tuple[str, ...]]] = {
    2: {
        "shuffled": ("1.004605", "1.004946"),
        "services_repeated": ("1.001786",),
        "touched": ("1.010738",),
    },
    3: {
        "decomposed": ("2.000713", "1.005040"),
        "numbers_as_floats": ("1.000358", "1.002425"),
        "marked_updated": ("3.000735",),
    },
    4: {
        "shuffled": ("1.009788", "1.012874", "2.001159"),
        "services_repeated": ("1.010194",),
        "bases_repeated": ("1.003554", "1.012875"),
        "touched": ("1.005082", "2.000591", "1.116720"),
        "decomposed": ("1.003695",),
        "composed": ("2.000713",),
        "padded": ("1.001008", "1.010736"),
        "numbers_as_floats": ("1.003727", "1.008004"),
        "marked_updated": ("2.002481",),
    },
    5: {"composed": ("1.005040",), "bases_repeated": ("1.004002",)},
    6: {"trimmed": ("1.001008",), "numbers_as_integers": ("1.000358",)},
    7: {"shuffled": ("1.010738", "1.003177"), "touched": ("1.012206",)},
}
"""Day, kind of noise (see `catalogue_noise`) and the procedures of the cast that it meets."""

RECODED: dict[int, tuple[str, ...]] = {
    2: ("G18 2204/QĐ-BYT",),
    4: ("H01 1533/QĐ-UBND", "G12 1420/QĐ-BTC", "G17 1466/QĐ-BXD", "G10 5102/QĐ-BNNMT"),
    6: ("G18 2204/QĐ-BYT",),
}
"""Decisions whose date is written the other way from that day on: the same day in Viet Nam."""
