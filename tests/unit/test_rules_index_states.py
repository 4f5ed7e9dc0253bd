"""What the rules of the index tell of standings and states, how gravely, and when not.

Figures that moved are tested in `test_rules_index.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from scrapers.evaluation_groups import TOTAL
from scrapers.records import Figure as Printed
from scrapers.records import Kind, Unit
from sync.changes import Change, Severity
from sync.rules.differences import Context, Figure, Move, Renaming, Standing, UnitDifference
from sync.rules.index import index_changes, registry_changes
from sync.standings import standings
from tests.fixtures.differences import (
    CLOSED,
    EVERY_TIME,
    FIRST,
    IDLE,
    LATER,
    METRIC,
    figure,
    kinds,
    moved,
    standing,
    unit,
    with_target,
)


def only(changes: Sequence[Change]) -> Change:
    assert len(changes) == 1, changes
    return changes[0]


# --- rank_drop, rank_rise


@pytest.mark.parametrize(
    ("kind", "before", "after", "of", "severity"),
    [
        ("department", 5, 6, 15, Severity.info),
        ("department", 5, 7, 15, Severity.warning),
        ("commune", 1, 11, 102, Severity.info),
        ("commune", 1, 12, 102, Severity.warning),
        ("commune", 1, 11, 100, Severity.info),
        ("province", 6, 7, 34, Severity.warning),
    ],
)
def test_a_lost_place_matters_to_a_province_and_many_to_a_unit(
    kind: Kind, before: int, after: int, of: int, severity: Severity
) -> None:
    stood, stands = standing(rank=before, of=of), standing(rank=after, of=of)
    down = only(index_changes([unit(kind=kind, before=stood, after=stands)], LATER))
    assert (down.kind, down.severity) == ("rank_drop", severity)
    assert (down.before, down.after) == (str(before), str(after))
    up = only(index_changes([unit(kind=kind, before=stands, after=stood)], LATER))
    assert (up.kind, up.severity) == ("rank_rise", Severity.info)


@pytest.mark.parametrize("missing", [standing(rank=None), None])
def test_who_was_or_is_unranked_gains_and_loses_no_place(missing: Standing | None) -> None:
    ranked = standing(rank=9)
    assert index_changes([unit(before=missing, after=ranked)], LATER) == []
    assert index_changes([unit(before=ranked, after=missing)], LATER) == []


def test_to_be_caught_up_with_costs_no_place_and_to_be_passed_costs_one() -> None:
    def places(*totals: int) -> list[Standing]:
        units = [Unit(f"H01.{n}", "Sở", "department", "H01", None) for n in range(len(totals))]
        printed = [
            Printed(f"H01.{n}", TOTAL.code, total, 10000, total, None, None)
            for n, total in enumerate(totals)
        ]
        return [
            Standing(one.total, one.rank, one.rank_of, one.class_, int(one.has_activity))
            for one in standings(units, printed, [("Mọi loại", 0)])
        ]

    def told(before: list[Standing], after: list[Standing]) -> list[tuple[str | None, str]]:
        units = [
            unit(code=f"H01.{n}", before=old, after=new)
            for n, (old, new) in enumerate(zip(before, after, strict=True))
        ]
        return [(one.unit_code, one.kind) for one in index_changes(units, LATER)]

    apart, tied = places(9000, 8000, 7000, 6000), places(9000, 8000, 8000, 6000)
    passed = places(9000, 8000, 8001, 6000)
    assert told(apart, tied) == [("H01.2", "rank_rise")]
    assert told(tied, passed) == [("H01.1", "rank_drop")]
    assert told(tied, tied) == []


# --- class_change


def test_another_class_is_a_warning_downwards_and_information_upwards() -> None:
    good, fair = standing(8000, class_="Tốt"), standing(7999, class_="Khá")
    down = only(index_changes([unit(before=good, after=fair)], LATER))
    up = only(index_changes([unit(before=fair, after=good)], LATER))
    assert (down.kind, down.severity, down.before, down.after, down.delta) == (
        *("class_change", Severity.warning),
        *("Tốt", "Khá", -1),
    )
    assert (up.kind, up.severity, up.before, up.after, up.delta) == (
        *("class_change", Severity.info),
        *("Khá", "Tốt", 1),
    )
    assert "xuống loại Khá" in down.message
    assert "lên loại Tốt" in up.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (standing(7600, class_="Khá"), standing(7600, class_="Tốt")),
        (standing(7600, class_="Khá"), standing(7601, class_="Khá")),
        (standing(7600, class_=None), standing(8000, class_="Tốt")),
        (standing(7600, class_="Khá"), standing(3000, class_=None)),
        (None, standing(8000, class_="Tốt")),
    ],
    ids=["other settings", "same class", "from none", "to none", "first seen"],
)
def test_no_other_class_is_told_where_the_total_did_not_bring_it(
    before: Standing | None, after: Standing
) -> None:
    assert "class_change" not in kinds(index_changes([unit(before=before, after=after)], LATER))


def test_a_better_class_by_other_settings_is_no_fall_though_the_total_fell() -> None:
    eased = unit(before=standing(7600, class_="Khá"), after=standing(7599, class_="Tốt"))
    told = [one for one in index_changes([eased], LATER) if one.kind == "class_change"]
    assert not any("xuống loại" in one.message for one in told)


# --- no_activity


@pytest.mark.parametrize("context", EVERY_TIME.values(), ids=EVERY_TIME)
def test_a_unit_without_activity_is_told_on_entering_that_state_only(context: Context) -> None:
    entered = [unit(before=standing(), after=IDLE), unit(before=None, after=IDLE)]
    found = [only(index_changes([one], context)) for one in entered]
    assert [(one.kind, one.severity) for one in found] == [("no_activity", Severity.info)] * 2
    for before, after in [(IDLE, IDLE), (IDLE, standing()), (standing(), None)]:
        assert index_changes([unit(before=before, after=after)], context) == []


# --- below_target


def rated(before: int | None, after: int | None) -> Move:
    """A metric whose ratio moved and whose score did not."""
    return Move(
        figure(100, ratio=before, numerator=312, denominator=1204),
        figure(100, ratio=after, numerator=300, denominator=1204),
    )


@pytest.mark.parametrize(
    ("move", "told"),
    [
        (rated(5200, 5199), True),
        (rated(9000, 0), True),
        (rated(5201, 5200), False),
        (rated(5199, 5100), False),
        (rated(5100, 5300), False),
        (Move(None, figure(100, ratio=5199, numerator=1, denominator=2)), True),
        (Move(None, figure(100, ratio=5200, numerator=1, denominator=2)), False),
        (Move(figure(100, ratio=0, numerator=0, denominator=0), rated(1, 5199).after), True),
        (Move(figure(100, ratio=5300, numerator=1, denominator=1), None), False),
        (Move(None, figure(200, ratio=0, numerator=0, denominator=0)), False),
        (Move(None, figure(None)), False),
        (Move(None, figure(None, numerator=51, denominator=100)), True),
        (Move(None, figure(None, numerator=52, denominator=100)), False),
    ],
)
@pytest.mark.parametrize("context", EVERY_TIME.values(), ids=EVERY_TIME)
def test_a_rate_is_told_when_it_falls_or_is_first_seen_below_the_assigned_one(
    move: Move, told: bool, context: Context
) -> None:
    changes = index_changes([unit({METRIC: move})], with_target(context, 52))
    assert kinds(changes) == ["below_target"] * told
    was_known = move.before is not None and bool(move.before.denominator)
    severity = Severity.warning if was_known else Severity.info
    assert all(one.severity == severity for one in changes)


def test_a_unit_without_activity_misses_no_target() -> None:
    fallen = unit({METRIC: rated(5300, 100)}, before=IDLE, after=IDLE)
    assert index_changes([fallen], with_target(LATER, 52)) == []


def test_where_no_rate_is_assigned_none_is_missed() -> None:
    assert index_changes([unit({METRIC: rated(5300, 100)})], with_target(LATER, 52, "X")) == []


def test_a_missed_target_is_told_with_rate_target_and_counts() -> None:
    message = only(index_changes([unit({METRIC: rated(5300, 2492)})], with_target(LATER, 52)))
    assert message.message == (
        "Sở Du lịch: “Khai thác, sử dụng lại dữ liệu số hóa” tháng 11/2026 đạt 24,92 %, "
        "dưới mức giao 52,00 % (300/1.204)."
    )


@pytest.mark.parametrize(
    ("after", "target"),
    [
        (figure(100, ratio=110, numerator=11, denominator=1000), 1.1),
        (figure(None, numerator=57, denominator=100), 57),
    ],
)
def test_a_rate_that_is_just_reached_is_reached(after: Figure, target: float) -> None:
    assert index_changes([unit({METRIC: Move(None, after)})], with_target(LATER, target)) == []


def test_a_target_for_the_total_is_told_without_counts() -> None:
    below = unit({TOTAL.code: Move(None, figure(7000, ratio=7000))})
    told = only(index_changes([below], with_target(LATER, 80, TOTAL.code)))
    assert "?" not in told.message


def test_a_rate_that_is_told_as_the_target_has_reached_it() -> None:
    after = figure(None, numerator=11600, denominator=20001)  # 57,9971 %
    assert index_changes([unit({METRIC: Move(None, after)})], with_target(LATER, 58)) == []


def test_a_target_for_what_the_province_does_is_the_provinces_alone() -> None:
    late = {"PUBLISH_ON_TIME": rated(9500, 8000)}
    assigned = with_target(LATER, 90, "PUBLISH_ON_TIME")
    told = index_changes([unit(late), unit(late, code="H01", kind="province")], assigned)
    assert [one.unit_code for one in told] == ["H01"]


# --- overdue_growing


def late(before: int | None, after: int | None) -> UnitDifference:
    def counted(number: int | None) -> Figure:
        return figure(None, numerator=number, denominator=2000)

    return unit({"NOT_ON_TIME": Move(counted(before), counted(after))})


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        (5, 6, Severity.info),
        (0, 9, Severity.info),
        (0, 10, Severity.warning),
        (100, 110, Severity.warning),
        (101, 111, Severity.info),
        (1100, 1210, Severity.warning),
    ],
)
def test_more_dossiers_not_on_time_are_told_and_many_more_are_a_warning(
    before: int, after: int, severity: Severity
) -> None:
    grown = only(index_changes([late(before, after)], LATER))
    assert (grown.kind, grown.severity) == ("overdue_growing", severity)
    assert (grown.before, grown.after) == (str(before), str(after))
    assert f"thêm {after - before} hồ sơ ngoài nhóm đúng hạn" in grown.message
    assert "trong 2.000 hồ sơ tiếp nhận" in grown.message


@pytest.mark.parametrize(
    ("before", "after"), [(9, 9), (9, 8), (9, 0), (None, 99), (9, None), (None, None)]
)
def test_as_many_fewer_or_unknown_is_no_growth(before: int | None, after: int | None) -> None:
    assert index_changes([late(before, after)], LATER) == []


@pytest.mark.parametrize("context", [FIRST, CLOSED], ids=["first", "closed"])
def test_growth_is_told_of_an_open_period_that_was_seen_before(context: Context) -> None:
    assert index_changes([late(0, 99)], context) == []


# --- Who is watched, and the registry


def test_an_unwatched_province_is_silent_and_still_takes_its_place() -> None:
    watching = replace(LATER, is_watched=lambda code: code == "H01", active_units=2)
    fallen = {TOTAL.code: moved(7000, 6000)}
    other = unit(fallen, code="H53", kind="province", after=standing(6000, rank=9))
    assert index_changes([other], watching) == []
    told = index_changes([other, unit(fallen, code="H01", kind="province")], watching)
    assert kinds(told) == ["recomputed", "score_drop"]
    assert told[1].unit_code == "H01"


def test_the_registry_tells_who_came_who_left_and_who_was_renamed() -> None:
    name, other = ("UBND xã Hòa Hội", "commune"), ("UBND phường Hòa Hội", "commune")
    told = list(
        registry_changes(
            [
                Renaming("H21.204", None, name),
                Renaming("H21.205", name, None),
                Renaming("H21.206", name, other),
                Renaming("H21.207", name, ("UBND xã Hòa Hội", "department")),
            ]
        )
    )
    assert [(one.kind, one.severity, one.unit_code) for one in told] == [
        ("unit_new", Severity.info, "H21.204"),
        ("unit_missing", Severity.warning, "H21.205"),
        ("unit_renamed", Severity.info, "H21.206"),
    ]
    assert (told[2].before, told[2].after) == (name[0], other[0])
