"""What the rules of the index tell of figures that moved, how gravely, and when they keep silent.

Standings and states: `test_rules_index_states.py`; any difference: `…_properties.py`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from scrapers.evaluation_groups import GROUPS, TOTAL
from scrapers.periods import Period
from sync.changes import Change, Severity
from sync.rules.causes import PROVINCE_WIDE
from sync.rules.differences import Context, Figure, Move, Standing, UnitDifference
from sync.rules.index import index_changes
from tests.fixtures.differences import (
    CLOSED,
    FIRST,
    IDLE,
    JUST_CLOSED,
    LATER,
    METRIC,
    STOOD,
    figure,
    kinds,
    moved,
    standing,
    unit,
)

SIZES = [
    (1, Severity.info),
    (49, Severity.info),
    (50, Severity.warning),
    (199, Severity.warning),
    (200, Severity.critical),
    (6000, Severity.critical),
]

FALL, RAISE = {TOTAL.code: moved(7000, 6700)}, {METRIC: moved(100, 150)}


def only(changes: list[Change]) -> Change:
    assert len(changes) == 1, changes
    return changes[0]


# --- score_drop, score_rise


@pytest.mark.parametrize("indicator", [TOTAL.code, "TDGQ", METRIC])
@pytest.mark.parametrize(("by", "severity"), SIZES)
def test_a_drop_is_as_grave_as_it_is_large(indicator: str, by: int, severity: Severity) -> None:
    fallen = only(index_changes([unit({indicator: moved(7000, 7000 - by)})], LATER))
    assert (fallen.kind, fallen.severity, fallen.delta) == ("score_drop", severity, -by)
    assert (fallen.unit_code, fallen.indicator) == ("H01.15", indicator)
    assert (fallen.before, fallen.after) == ("70.00", f"{(7000 - by) / 100:.2f}")


@pytest.mark.parametrize("by", [by for by, _ in SIZES])
def test_a_rise_is_information_however_large(by: int) -> None:
    risen = only(index_changes([unit({METRIC: moved(1000, 1000 + by)})], LATER))
    assert (risen.kind, risen.severity, risen.delta) == ("score_rise", Severity.info, by)


def test_the_office_sets_from_where_a_drop_counts() -> None:
    thresholds = {Severity.info: 10, Severity.warning: 10, Severity.critical: 30}
    strict = replace(LATER, thresholds=thresholds)
    found = [index_changes([unit({METRIC: moved(100, 100 - by)})], strict) for by in (9, 10, 30)]
    assert [[one.severity for one in changes] for changes in found] == [
        [],
        [Severity.warning],
        [Severity.critical],
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, figure(700)),
        (figure(700), None),
        (figure(None), figure(700)),
        (figure(700), figure(None)),
        (figure(0), figure(None)),
        (figure(None), figure(None, numerator=1)),
        (figure(700, numerator=1), figure(700, numerator=2)),
    ],
)
@pytest.mark.parametrize("context", [LATER, CLOSED], ids=["open", "closed"])
def test_what_is_not_printed_twice_neither_fell_nor_rose(
    before: Figure | None, after: Figure | None, context: Context
) -> None:
    assert index_changes([unit({METRIC: Move(before, after)})], context) == []


@pytest.mark.parametrize(("before", "after"), [(IDLE, STOOD), (STOOD, IDLE)])
def test_the_first_and_the_last_dossier_are_no_rise_and_no_fall(
    before: Standing, after: Standing
) -> None:
    told = index_changes([unit({**FALL, **RAISE}, before=before, after=after)], LATER)
    assert not {"score_drop", "score_rise"} & set(kinds(told))


def test_a_metric_that_the_portal_no_longer_prints_is_no_drop() -> None:
    known = {code: one for code, one in LATER.indicators.items() if code != METRIC}
    gone = unit({METRIC: Move(figure(100), None), "MDSH": moved(700, 600)})
    fallen = only(index_changes([gone], replace(LATER, indicators=known)))
    assert fallen.indicator == "MDSH"


@pytest.mark.parametrize(
    ("moves", "named"),
    [
        ({"MDSH": moved(900, 800), METRIC: moved(200, 100)}, "Khai thác"),
        ({"TDGQ": moved(900, 800)}, "Tiến độ"),
        ({"TDGQ": moved(1800, 1510), "MDSH": moved(900, 890), METRIC: moved(200, 190)}, "Tiến độ"),
        ({"TDGQ": moved(900, 1100), "MDSH": moved(900, 750), "CKMB": moved(9, 4)}, "Tiến độ"),
        ({"TDGQ": moved(900, 1100), "MDSH": moved(900, 650), "CKMB": moved(9, 4)}, "Số hóa"),
        ({"TDGQ": moved(900, 1100), "MDSH": moved(900, 750), "CKMB": moved(900, 800)}, "Số hóa"),
    ],
)
def test_the_cause_named_is_what_moved_most(moves: dict[str, Move], named: str) -> None:
    delta = sum(move.delta or 0 for code, move in moves.items() if code in GROUPS)
    told = index_changes([unit({TOTAL.code: moved(7000, 7000 + delta), **moves})], LATER)
    total = next(change for change in told if change.indicator == TOTAL.code)
    cause = total.message.partition("chủ yếu do ")[2]
    assert named in cause


def test_a_groups_cause_is_its_own_metric_and_its_counts_are_told() -> None:
    before = figure(1500, numerator=1204, denominator=1300)
    after = figure(1400, numerator=1150, denominator=1300)
    moves = {"TDGQ": Move(before, after), "MDSH": moved(900, 850), METRIC: moved(200, 150)}
    told = [one.message for one in index_changes([unit(moves)], LATER)]
    assert told == [
        "Sở Du lịch: nhóm Tiến độ giải quyết tháng 11/2026 giảm 1,00 điểm "
        "(15,00 → 14,00; 1.204/1.300 → 1.150/1.300).",
        "Sở Du lịch: nhóm Số hóa hồ sơ tháng 11/2026 giảm 0,50 điểm (9,00 → 8,50), "
        "chủ yếu do “Khai thác, sử dụng lại dữ liệu số hóa” (−0,50).",
        "Sở Du lịch: “Khai thác, sử dụng lại dữ liệu số hóa” tháng 11/2026 giảm 0,50 điểm "
        "(2,00 → 1,50).",
    ]


# --- What the province does is not held against its units


def published_late(by: int, repeated: int) -> UnitDifference:
    """A unit whose total and CKMB fell by so much, of which so much is the province's doing."""
    total, group = moved(7000, 7000 - by), moved(1000, 1000 - by)
    late = moved(600, 600 - repeated)
    return unit({TOTAL.code: total, "CKMB": group, "PUBLISH_ON_TIME": late})


@pytest.mark.parametrize(
    ("by", "repeated", "severity"),
    [
        (300, 300, Severity.info),
        (349, 300, Severity.info),
        (350, 300, Severity.warning),
        (500, 300, Severity.critical),
    ],
)
def test_a_unit_answers_for_its_own_part_of_a_drop(
    by: int, repeated: int, severity: Severity
) -> None:
    told = {one.indicator: one for one in index_changes([published_late(by, repeated)], LATER)}
    assert {code: (one.delta, one.severity) for code, one in told.items()} == {
        TOTAL.code: (-by, severity),
        "CKMB": (-by, severity),
        "PUBLISH_ON_TIME": (-repeated, Severity.info),
    }
    revised = only(index_changes([published_late(by, repeated)], CLOSED))
    assert (revised.delta, revised.severity) == (-by, severity)


@pytest.mark.parametrize("indicator", sorted(PROVINCE_WIDE))
def test_the_province_itself_answers_for_what_its_units_repeat(indicator: str) -> None:
    province = unit({indicator: moved(600, 300)}, code="H01", kind="province")
    assert only(index_changes([province], LATER)).severity == Severity.critical
    assert only(index_changes([unit(province.moves)], LATER)).severity == Severity.info


def test_a_rise_that_the_province_brought_is_information() -> None:
    told = index_changes([published_late(-50, -200)], LATER)
    assert {one.severity for one in told if one.kind == "score_rise"} == {Severity.info}


# --- revised


def test_a_closed_period_gives_one_revision_a_unit_and_no_drop() -> None:
    both = [
        unit(
            {
                METRIC: moved(200, 100),
                "MDSH": moved(900, 100),
                TOTAL.code: moved(7000, 6950),
                "NOT_ON_TIME": Move(figure(None, numerator=1), figure(None, numerator=99)),
            },
            code=code,
        )
        for code in ("H01.15", "H01.16")
    ]
    told = index_changes(both, replace(CLOSED, active_units=9))
    assert [(one.kind, one.unit_code) for one in told] == [
        ("revised", "H01.15"),
        ("revised", "H01.16"),
    ]
    assert {(one.indicator, one.delta, one.severity) for one in told} == {
        (TOTAL.code, -50, Severity.warning)
    }


def test_a_revision_that_leaves_the_total_names_what_moved_most() -> None:
    revised = unit({METRIC: moved(100, 90), "MDSH": moved(900, 870), "TDGQ": moved(900, 920)})
    assert only(index_changes([revised], CLOSED)).indicator == "MDSH"


@pytest.mark.parametrize(("by", "severity"), SIZES)
def test_a_revision_is_as_grave_as_its_drop_and_upwards_never(by: int, severity: Severity) -> None:
    down = only(index_changes([unit({TOTAL.code: moved(7000, 7000 - by)})], CLOSED))
    up = only(index_changes([unit({TOTAL.code: moved(1000, 1000 + by)})], CLOSED))
    assert (down.kind, down.severity, up.kind, up.severity) == (
        *("revised", severity),
        *("revised", Severity.info),
    )


# --- period_drop


@pytest.mark.parametrize(
    ("before", "severity"),
    [(7000, None), (6999, None), *((7000 + by, severity) for by, severity in SIZES)],
)
def test_a_period_that_ended_below_the_one_before_is_told_though_nothing_moved(
    before: int, severity: Severity | None
) -> None:
    told = index_changes([unit()], replace(JUST_CLOSED, previous_totals={"H01.15": before}))
    assert [(one.kind, one.severity, one.delta) for one in told] == (
        [("period_drop", severity, 7000 - before)] if severity else []
    )


@pytest.mark.parametrize("context", [LATER, CLOSED, FIRST], ids=["open", "closed", "first"])
def test_a_period_is_held_against_the_one_before_only_once_it_has_just_ended(
    context: Context,
) -> None:
    assert index_changes([unit()], replace(context, previous_totals={"H01.15": 9000})) == []


@pytest.mark.parametrize("after", [standing(None), standing(1600, active=0), None])
def test_a_unit_without_activity_or_total_has_not_fallen_since_last_period(
    after: Standing | None,
) -> None:
    context = replace(JUST_CLOSED, previous_totals={"H01.15": 9000})
    assert index_changes([unit(before=after, after=after)], context) == []


def test_a_unit_that_was_not_ranked_last_period_has_not_fallen_since() -> None:
    assert index_changes([unit()], replace(JUST_CLOSED, previous_totals={"H01.16": 9000})) == []


def test_last_periods_name_is_told() -> None:
    january = replace(
        JUST_CLOSED, period=Period("month", 2027, 1), previous_totals={"H01.15": 7035}
    )
    message = only(index_changes([unit()], january)).message
    assert "tháng 1/2027 thấp hơn tháng 12/2026 0,35 điểm (70,35 → 70,00)" in message


# --- recomputed


def many(count: int, moves: dict[str, Move]) -> list[UnitDifference]:
    return [unit(moves, code=f"H01.{number}") for number in range(count)]


TEN = replace(LATER, active_units=10)
RAISED = {"TDGQ": Move(figure(1500, maximum=2000), figure(1500, maximum=2400))}
LATE = {TOTAL.code: moved(7000, 6700), "CKMB": moved(1000, 700)}


@pytest.mark.parametrize("moves", [FALL, RAISE, RAISED], ids=["fallen", "risen", "raised"])
def test_when_most_units_move_at_once_the_portal_recounted_and_nothing_is_grave(
    moves: dict[str, Move],
) -> None:
    below = standing(6700, rank=9, class_="Trung bình")
    worse = unit(FALL, code="H01.99", after=below)
    recount, *others = index_changes([*many(6, moves), worse], TEN)
    assert (recount.dataset, recount.kind, recount.severity) == (
        *("system", "recomputed"),
        Severity.warning,
    )
    assert recount.indicator in moves
    assert recount.unit_code is None
    assert {"score_drop", "rank_drop", "class_change"} <= set(kinds(others))
    assert {one.severity for one in others} == {Severity.info}


@pytest.mark.parametrize(
    ("units", "context"),
    [
        (many(5, FALL), TEN),
        (many(5, RAISED), TEN),
        (many(10, {TOTAL.code: moved(7000, 6951)}), TEN),
        (many(10, {**LATE, "PUBLISH_ON_TIME": moved(600, 300)}), TEN),
        (many(10, {"TDGQ": Move(None, figure(900, maximum=2000))}), TEN),
        (many(10, FALL), replace(TEN, is_baseline=True)),
        (many(1, FALL), replace(LATER, active_units=1)),
    ],
    ids=["half", "half raised", "little", "province's", "new figure", "first reading", "alone"],
)
def test_otherwise_it_did_not(units: list[UnitDifference], context: Context) -> None:
    assert "recomputed" not in kinds(index_changes(units, context))


def test_half_the_units_that_fall_are_told_as_gravely_as_they_fell() -> None:
    told = index_changes(many(5, FALL), TEN)
    assert [one.severity for one in told] == [Severity.critical] * 5


def test_units_that_only_come_to_life_were_not_recounted() -> None:
    alive = [
        unit({TOTAL.code: moved(1600, 6000)}, code=f"H01.{number}", before=IDLE)
        for number in range(8)
    ]
    told = index_changes([*alive, unit(FALL, code="H01.99")], TEN)
    assert "recomputed" not in kinds(told)
    assert max(one.severity for one in told) == Severity.critical
