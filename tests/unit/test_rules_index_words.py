"""What an official reads of the index and what other tools find beside it: whole changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scrapers.evaluation_groups import TOTAL
from scrapers.periods import Period
from sync.changes import Change, Severity
from sync.rules.causes import PROVINCE_WIDE, own_delta
from sync.rules.differences import Context, Figure, Move, Renaming, UnitDifference
from sync.rules.index import index_changes, rate_of, registry_changes
from tests.fixtures.differences import (
    CLOSED,
    IDLE,
    JUST_CLOSED,
    LATER,
    METRIC,
    figure,
    moved,
    standing,
    unit,
    with_target,
)

REUSED = "“Khai thác, sử dụng lại dữ liệu số hóa”"
FALLEN = unit({TOTAL.code: moved(8270, 8235), "MDSH": moved(900, 870), METRIC: moved(200, 175)})
BELOW = Move(
    figure(150, ratio=6000, numerator=1200, denominator=2000),
    figure(130, ratio=5150, numerator=1030, denominator=2000),
)
LATE = Move(
    figure(None, numerator=1204, denominator=9000), figure(None, numerator=1404, denominator=9100)
)


def about(
    kind: str,
    severity: Severity,
    message: str,
    indicator: str,
    *,
    before: str | None = None,
    after: str | None = None,
    delta: int | None = None,
) -> Change:
    """A change about the unit."""
    return Change(
        "index",
        kind,
        severity,
        message,
        unit_code="H01.15",
        indicator=indicator,
        before=before,
        after=after,
        delta=delta,
    )


@pytest.mark.parametrize(
    ("difference", "context", "expected"),
    [
        (
            FALLEN,
            LATER,
            about(
                "score_drop",
                Severity.info,
                "Sở Du lịch: tổng điểm tháng 11/2026 giảm 0,35 điểm (82,70 → 82,35), chủ yếu do "
                f"{REUSED} (−0,25).",
                TOTAL.code,
                before="82.70",
                after="82.35",
                delta=-35,
            ),
        ),
        (
            unit({"TDGQ": moved(1500, 1610)}),
            LATER,
            about(
                "score_rise",
                Severity.info,
                "Sở Du lịch: nhóm Tiến độ giải quyết tháng 11/2026 tăng 1,10 điểm (15,00 → 16,10).",
                "TDGQ",
                before="15.00",
                after="16.10",
                delta=110,
            ),
        ),
        (
            FALLEN,
            CLOSED,
            about(
                "revised",
                Severity.info,
                "Sở Du lịch: Cổng tính lại tháng 11/2026 đã kết thúc, tổng điểm −0,35 điểm "
                f"(82,70 → 82,35), chủ yếu do {REUSED} (−0,25).",
                TOTAL.code,
                before="82.70",
                after="82.35",
                delta=-35,
            ),
        ),
        (
            unit(before=standing(rank=6), after=standing(rank=9)),
            LATER,
            about(
                "rank_drop",
                Severity.warning,
                "Sở Du lịch: tụt 3 bậc tháng 11/2026 (6 → 9 trong 15).",
                TOTAL.code,
                before="6",
                after="9",
            ),
        ),
        (
            unit(before=standing(rank=9), after=standing(rank=6)),
            LATER,
            about(
                "rank_rise",
                Severity.info,
                "Sở Du lịch: tăng 3 bậc tháng 11/2026 (9 → 6 trong 15).",
                TOTAL.code,
                before="9",
                after="6",
            ),
        ),
        (
            unit(before=standing(8035, class_="Tốt"), after=standing(7990, class_="Khá")),
            LATER,
            about(
                "class_change",
                Severity.warning,
                "Sở Du lịch: xuống loại Khá tháng 11/2026 (trước là Tốt; 80,35 → 79,90).",
                TOTAL.code,
                before="Tốt",
                after="Khá",
                delta=-45,
            ),
        ),
        (
            unit(after=IDLE),
            LATER,
            about(
                "no_activity",
                Severity.info,
                "Sở Du lịch: không phát sinh hồ sơ tháng 11/2026, điểm không phản ánh kết quả "
                "phục vụ.",
                TOTAL.code,
            ),
        ),
        (
            unit({METRIC: BELOW._replace(before=None)}),
            with_target(LATER, 52),
            about(
                "below_target",
                Severity.info,
                f"Sở Du lịch: {REUSED} tháng 11/2026 đạt 51,50 %, dưới mức giao 52,00 % "
                "(1.030/2.000).",
                METRIC,
                after="51.50",
            ),
        ),
        (
            unit({"NOT_ON_TIME": LATE}),
            LATER,
            about(
                "overdue_growing",
                Severity.warning,
                "Sở Du lịch: thêm 200 hồ sơ ngoài nhóm đúng hạn tháng 11/2026 "
                "(1.204 → 1.404 trong 9.100 hồ sơ tiếp nhận).",
                "NOT_ON_TIME",
                before="1204",
                after="1404",
            ),
        ),
        (
            unit(),
            replace(JUST_CLOSED, previous_totals={"H01.15": 7250}),
            about(
                "period_drop",
                Severity.critical,
                "Sở Du lịch: tổng điểm tháng 11/2026 thấp hơn tháng 10/2026 2,50 điểm "
                "(72,50 → 70,00).",
                TOTAL.code,
                before="72.50",
                after="70.00",
                delta=-250,
            ),
        ),
    ],
    ids=lambda one: one.kind if isinstance(one, Change) else "",
)
def test_what_is_told_of_a_unit(
    difference: UnitDifference, context: Context, expected: Change
) -> None:
    told = {(one.kind, one.indicator): one for one in index_changes([difference], context)}
    assert told[expected.kind, expected.indicator] == expected


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ((None, None), (None, None), ""),
        ((None, None), (5, None), "; ?/? → 5/?"),
        ((3, 9), (None, 9), "; 3/9 → ?/9"),
        ((3, 9), (None, None), ""),
    ],
)
def test_counts_are_told_where_any_is_printed(
    before: tuple[int | None, int | None], after: tuple[int | None, int | None], counts: str
) -> None:
    def printed(score: int, of: tuple[int | None, int | None]) -> Figure:
        return figure(score, numerator=of[0], denominator=of[1])

    [change] = index_changes(
        [unit({"TDGQ": Move(printed(1500, before), printed(1400, after))})], LATER
    )
    assert change.message.endswith(f"giảm 1,00 điểm (15,00 → 14,00{counts}).")


def test_a_target_that_is_fallen_below_tells_the_rate_before() -> None:
    told = index_changes([unit({METRIC: BELOW})], with_target(LATER, 52))
    [below] = [one for one in told if one.kind == "below_target"]
    assert (below.before, below.after, below.severity) == ("60.00", "51.50", Severity.warning)


@pytest.mark.parametrize(
    ("move", "how"),
    [
        (moved(7000, 6500), "đổi cùng lúc"),
        (Move(figure(900, maximum=2000), figure(900, maximum=2200)), "đổi điểm tối đa"),
        (Move(figure(900), None), "không còn được công bố"),
    ],
)
def test_what_is_told_of_a_recount(move: Move, how: str) -> None:
    units = [unit({"TDGQ": move}, code=f"H01.{number}") for number in range(1100)]
    quarter = replace(LATER, period=Period("quarter", 2026, 4))
    assert index_changes(units, quarter)[0] == Change(
        "system",
        "recomputed",
        Severity.warning,
        f"Cổng đã tính lại số liệu quý 4/2026: Tiến độ giải quyết {how} ở 1.100 đơn vị. "
        "Các tăng, giảm cùng đợt chỉ để tham khảo.",
        indicator="TDGQ",
    )


def test_an_indicator_that_is_gone_with_its_name_is_told_by_its_code() -> None:
    units = [unit({"X_Y": Move(figure(9), None)}, code=f"H01.{number}") for number in range(2)]
    [recount] = index_changes(units, replace(LATER, active_units=2))
    assert recount.message.startswith("Cổng đã tính lại số liệu tháng 11/2026: X_Y không còn được")


def test_what_is_told_of_the_registry() -> None:
    old, new = ("UBND xã Hòa Hội", "commune"), ("UBND phường Hòa Hội", "commune")
    told = registry_changes(
        [Renaming("H01.1", None, new), Renaming("H01.2", old, None), Renaming("H01.3", old, new)]
    )
    assert list(told) == [
        Change(
            "index",
            "unit_new",
            Severity.info,
            "Phường Hòa Hội (H01.1): đơn vị mới trong kết quả.",
            unit_code="H01.1",
            after="UBND phường Hòa Hội",
        ),
        Change(
            "index",
            "unit_missing",
            Severity.warning,
            "Xã Hòa Hội (H01.2): không còn trong kết quả.",
            unit_code="H01.2",
            before="UBND xã Hòa Hội",
        ),
        Change(
            "index",
            "unit_renamed",
            Severity.info,
            "H01.3: đổi tên từ “UBND xã Hòa Hội” thành “UBND phường Hòa Hội”.",
            unit_code="H01.3",
            before="UBND xã Hòa Hội",
            after="UBND phường Hòa Hội",
        ),
    ]


@pytest.mark.parametrize("code", sorted(PROVINCE_WIDE))
def test_what_the_province_repeats_is_no_move_of_the_units_own(code: str) -> None:
    assert own_delta(unit({code: moved(600, 300)}), code, LATER) == 0


@pytest.mark.parametrize(
    ("printed", "rate"),
    [
        (figure(None, ratio=5150, numerator=1, denominator=9), 5150),
        (figure(None, ratio=0, numerator=0, denominator=9), 0),
        (figure(None, numerator=1, denominator=4), 2500),
        (figure(None, numerator=0, denominator=4), 0),
        (figure(None, ratio=0, numerator=0, denominator=0), None),
        (figure(None, numerator=1), None),
        (figure(None, denominator=4), None),
        (figure(None), None),
    ],
)
def test_a_rate_is_the_printed_one_else_that_of_the_counts(
    printed: Figure, rate: float | None
) -> None:
    assert rate_of(printed) == rate
