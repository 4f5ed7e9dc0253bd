"""What a month's announcement says: the words, and that nothing is made up where nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.periods import Period
from scrapers.records import Indicator
from sync.report.announcement import announcement
from sync.report.announcement_content import MOST_NAMED, Announcement, ClassList
from sync.report.monthly import AssignedRate, MonthlyReport
from sync.report.results import UnitResult
from sync.rules.differences import Figure
from tests.unit.announced import (
    CLASSES,
    PROVINCE,
    REUSE,
    UNITS,
    many,
    month,
    of_series,
    overdue,
    reuse,
    standing,
    unit,
    weak,
)

MEETS = replace(PROVINCE, figures=reuse(52, 100, 5200))


def subject(one: UnitResult, monthly: MonthlyReport | None = None) -> Announcement:
    return announcement(replace(monthly or month(), subject=one))


# --- The subject


def test_the_total_the_rank_and_the_class_are_one_sentence() -> None:
    said = announcement(month())
    assert said.result == "đạt 82,70/100 điểm, xếp hạng 6/63 tỉnh, thành phố, xếp loại Tốt"
    assert said.month == "tháng 9 năm 2026"
    assert said.cut_off == "16:30 ngày 04/10/2026"


def test_a_unit_is_ranked_among_its_kind_and_written_small_within_a_sentence() -> None:
    said = subject(unit("H53.33", "Huyện Gò Dầu", "district", standing(8441, 8, 9)))
    assert "xếp hạng 8/9 huyện, thị xã, thành phố" in said.result
    assert (said.subject, said.subject_within) == ("Huyện Gò Dầu", "huyện Gò Dầu")
    assert subject(UNITS[1]).subject_within == "Sở Xây dựng"


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (
            standing(8270, 6, 63),
            standing(8305, 5, 63),
            "Tổng điểm giảm 0,35 điểm (83,05 → 82,70), xếp hạng giảm 1 bậc "
            "so với tháng trước đó (5 → 6)",
        ),
        (
            standing(8000, 4, 63),
            standing(7990, 6, 63),
            "Tổng điểm tăng 0,10 điểm (79,90 → 80,00), xếp hạng tăng 2 bậc "
            "so với tháng trước đó (6 → 4); xếp loại Khá → Tốt",
        ),
        (
            standing(8270, 6, 63),
            standing(8270, 6, 63),
            "Tổng điểm không đổi (82,70 → 82,70), giữ nguyên thứ hạng so với tháng trước đó",
        ),
        (
            standing(8270, 6, 34),
            standing(8260, 6, 63),
            "Tổng điểm tăng 0,10 điểm (82,60 → 82,70), giữ nguyên thứ hạng "
            "so với tháng trước đó (6/63 → 6/34)",
        ),
        (
            standing(8270, 6, 63),
            standing(1600, None, 63),
            "Tổng điểm tăng 66,70 điểm (16,00 → 82,70) so với tháng trước đó",
        ),
        (standing(8270, 6, 63), None, "Không có số liệu tháng 8 năm 2026 để so sánh"),
        (standing(None, None), standing(8270), "Không có số liệu tháng 8 năm 2026 để so sánh"),
    ],
)
def test_the_move_against_the_month_before(now: object, before: object, said: str) -> None:
    moved = replace(PROVINCE, standing=now, period_before=before)  # type: ignore[arg-type]
    assert subject(moved).change == said


def test_the_month_before_january_is_december() -> None:
    alone = replace(PROVINCE, period_before=None)
    said = subject(alone, month(month=Period("month", 2026, 1)))
    assert said.change == "Không có số liệu tháng 12 năm 2025 để so sánh"


def test_what_is_not_printed_is_never_a_zero() -> None:
    bare = replace(
        PROVINCE,
        standing=standing(None, None),
        period_before=None,
        figures={"CKMB": Figure(None, 1800, None, None, None, None), **reuse(None, 7, None)},
    )
    said = subject(bare, month(units=[], weak=[], overdue=None, overdue_as_of=None))
    assert said.result == "chưa có tổng điểm trên Cổng Dịch vụ công quốc gia"
    assert (said.groups, said.levels, said.overdue_annex, said.units_annex.rows) == (
        [],
        [],
        None,
        [],
    )
    assert said.overdue_result == "Chưa nhận được danh sách hồ sơ quá hạn"
    assert said.own_annex is not None
    (rate,) = said.own_annex.rows
    assert (rate.counts, rate.ratio, rate.score) == ("?/7", "–", "1,00/2,00")  # type: ignore[union-attr]


# --- Units and classes


def test_who_is_asked_what_follows_from_the_class() -> None:
    said = announcement(month())
    assert said.keep == ClassList("Xuất sắc", "1", "Sở Công Thương (90,12)")
    assert said.strive == ClassList("Khá", "1", "Sở Xây dựng (74,31)")
    assert said.mend == ClassList("Yếu", "1", "huyện Tri Tôn (49,99)")
    assert said.unclassed == ClassList("Không xếp loại", "1", "Thanh tra")
    assert said.goal == "Tốt"


def test_the_labels_are_those_of_the_configuration() -> None:
    labels = (("A", 95.0), ("Trung bình khá", 60.0), ("Yếu", 0.0))
    said = announcement(month(classes=labels))
    assert said.class_ranges == "A từ 95 điểm, Trung bình khá từ 60 điểm, Yếu dưới 60 điểm"
    assert said.classes == ["A", "Trung bình khá", "Yếu", "Không xếp loại"]
    assert (said.keep, said.strive, said.goal) == (None, None, "A")
    assert said.mend is not None
    assert said.mend.units.startswith("huyện Tri Tôn (49,99); Sở Xây dựng (74,31)")


def test_units_are_counted_by_level_and_class() -> None:
    lines = [(line.name, *line.counts, line.total) for line in announcement(month()).levels]
    assert lines == [
        ("Sở, ngành", "1", "0", "1", "0", "0", "1", "3"),
        ("Huyện", "0", "0", "0", "0", "1", "0", "1"),
        ("Tổng", "1", "0", "1", "0", "1", "1", "4"),
        ("Tỷ lệ (%)", "25,00", "0,00", "25,00", "0,00", "25,00", "25,00", "100,00"),
    ]


@given(st.lists(st.tuples(st.integers(0, 10_000), st.booleans()), min_size=1, max_size=40))
def test_every_unit_is_asked_exactly_one_thing(totals: list[tuple[int, bool]]) -> None:
    units = [
        unit(f"H01.{place}", f"Xã {place}", "commune", standing(total, 1 if active else None))
        for place, (total, active) in enumerate(totals)
    ]
    said = announcement(month(units=units))
    lists = (said.keep, said.strive, said.mend, said.unclassed)
    assert sum(int(one.count) for one in lists if one) == len(units)
    assert said.levels[0].total == str(len(units))
    assert sum(map(int, said.levels[0].counts)) == len(units)


def test_of_many_units_a_sentence_names_some_and_the_annex_all() -> None:
    said = announcement(month(units=many(102, 6500)))
    assert said.mend is not None
    assert said.mend.units.count(";") == MOST_NAMED - 1
    assert said.mend.units.endswith(f"và {102 - MOST_NAMED} đơn vị khác (Phụ lục IV)")
    (table,) = said.units_annex.rows
    assert len(table.units) == 102  # type: ignore[union-attr]


def test_a_unit_without_units_of_its_own_stands_among_its_peers() -> None:
    said = subject(UNITS[1], month(units=[]))
    assert said.units_title == "Kết quả các đơn vị cùng cấp"
    (table,) = said.units_annex.rows
    assert [line.name for line in table.units] == [  # type: ignore[union-attr]
        "Sở Công Thương", "Sở Xây dựng", "Thanh tra",
    ]  # fmt: skip


# --- Rates


def test_weak_rates_are_told_by_rate_and_target() -> None:
    others = weak(UNITS[3], 100, target=4550)
    (first, second) = announcement(month(weak=[*month().weak, others])).below
    assert (first.target, first.units) == ("từ 45,5% trở lên", "huyện Tri Tôn 1,00%")
    assert (second.count, second.units) == ("2", "Sở Xây dựng 0,00%; Sở Công Thương 47,86%")


@pytest.mark.parametrize(
    ("monthly", "said"),
    [
        (
            of_series("legacy", month(weak=[], subject=UNITS[0])),
            "Số liệu Cổng công bố cho kỳ này không có các tỷ lệ",
        ),
        (month(weak=[], rates=[]), "Không có chỉ tiêu được giao"),
        (month(weak=[], subject=MEETS), "Không có đơn vị nào chưa đạt"),
        (
            month(weak=[], subject=UNITS[0], units=[UNITS[2]]),
            "Cổng không công bố tỷ lệ nào thuộc các chỉ tiêu",
        ),
    ],
)
def test_why_no_rate_is_told(monthly: MonthlyReport, said: str) -> None:
    found = announcement(monthly)
    assert found.rates_remark.startswith(said)
    assert found.weak_annex is None


def test_the_subject_is_told_of_apart_from_its_units() -> None:
    said = announcement(month(weak=[]))
    assert said.own_below == f"{REUSE.name} 50,00% (chỉ tiêu từ 52% trở lên)"
    assert (said.below, said.rates_remark) == ([], "")
    said = subject(UNITS[1])
    assert said.own_below == f"{REUSE.name} 0,00% (chỉ tiêu từ 52% trở lên)"
    assert [one.units for one in said.below] == ["Sở Công Thương 47,86%"]


def test_a_unit_does_not_answer_for_what_the_province_publishes() -> None:
    published = Indicator("PUBLISH_ON_TIME", "metric", "CKMB", "Công bố đúng hạn")
    late = {published.code: Figure(300, 600, 5000, 1, 2, None)}
    monthly = month(weak=[], rates=[AssignedRate(published, 10_000)])
    office = unit("H01.01", "Sở Công Thương", "department", standing(9000), None, late)
    assert subject(office, monthly).own_below == ""
    assert subject(replace(PROVINCE, figures=late), monthly).own_below == (
        "Công bố đúng hạn 50,00% (chỉ tiêu 100%)"
    )


def test_demands_are_in_the_order_given() -> None:
    petitions = Indicator("PETITION_PROCESSING_ON_TIME", "metric", "MDHL", "Phản ánh đúng hạn")
    rates = [AssignedRate(petitions, 10_000), AssignedRate(REUSE, 5200)]
    said = announcement(month(rates=rates)).targets
    assert [one.target for one in said] == ["100%", "từ 52% trở lên"]


# --- Overdue dossiers and annexes


def test_overdue_dossiers_by_unit() -> None:
    left = overdue("H01.01", "Sở Công Thương", 0)
    said = announcement(month(overdue=[*(month().overdue or ()), left]))
    assert said.overdue_result == (
        "Theo danh sách lúc 16:30 ngày 04/10/2026, có 82 hồ sơ quá hạn đang xử lý, gồm: "
        "Sở Xây dựng 81 hồ sơ; huyện Tri Tôn 1 hồ sơ"
    )
    assert said.overdue_annex is not None
    assert len(said.overdue_annex.rows) == 2


def test_a_listing_without_overdue_dossiers_says_so() -> None:
    said = announcement(month(overdue=[overdue("H01.01", "Sở Công Thương", 0)]))
    assert said.overdue_result.endswith("không có hồ sơ quá hạn đang xử lý")
    assert said.overdue_annex is None


def test_annexes_are_numbered_without_gaps() -> None:
    def numbers(said: Announcement) -> list[str]:
        annexes = (said.own_annex, said.weak_annex, said.overdue_annex, said.units_annex)
        return [annex.number for annex in annexes if annex]

    assert numbers(announcement(month())) == ["I", "II", "III", "IV"]
    assert numbers(announcement(month(weak=[]))) == ["I", "II", "III"]
    assert numbers(subject(UNITS[0], month(weak=[], overdue=None))) == ["I"]


def test_classes_of_one_label_have_no_ranges() -> None:
    assert announcement(month(classes=(("Đạt", 0.0),))).class_ranges == "Đạt"
    assert announcement(month(classes=CLASSES)).class_ranges.endswith("Yếu dưới 50 điểm")
