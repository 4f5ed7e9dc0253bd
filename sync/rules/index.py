"""The rules of the published index: from what differs about one unit to what people are told.

`RULES` is the whole list, in the order in which a unit's changes are reported. Severities are told
in `docs/rules.md` under the same names. One difference is everything that moved for one unit
between two accepted captures of one scope; in a first capture (`baseline`) only states are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scrapers.evaluation_groups import NOT_ON_TIME, TOTAL
from sync import wording
from sync.changes import SYSTEM, Change, Severity
from sync.rules.causes import PROVINCE_WIDE, because, from_to, own_delta, what
from sync.rules.differences import LEVELS, Context, Figure, Move, Renaming, UnitDifference
from sync.standings import DOSSIER_INDICATORS, class_of

RANK_WARNING_SHARE = 0.1
"""A unit that falls past a tenth of its kind is worth a warning; a province, at every place."""

GROWTH_WARNING = (10, 0.1)
"""Dossiers not on time: at least so many more, and so much more of them, make a warning."""

FEW_DOSSIERS = 30
"""A unit of which no more than this many dossiers moved may fall by points over a single one, as
all do in a period's first days: that is told, and alarms nobody."""

RECOUNTED_SHARE = 0.5
"""More than this share of units moving at once is the portal's doing, not the units'."""


Rule = Callable[[UnitDifference, Context], Iterator[Change]]


def index_changes(differences: Iterable[UnitDifference], context: Context) -> list[Change]:
    """All changes of one capture; after a recount they are facts, but no alarms."""
    everything = list(differences)
    found = [_of_known_indicators(unit, context) for unit in everything]
    watched = [unit for unit in found if context.is_watched(unit.unit_code)]
    changes = [change for unit in watched for rule in RULES for change in rule(unit, context)]
    recount = recomputed(everything, context)
    if recount is None:
        return changes
    return [recount, *(change._replace(severity=Severity.info) for change in changes)]


def recomputed(differences: list[UnitDifference], context: Context) -> Change | None:
    """Most units moved at once by what would be a warning, or an indicator itself changed."""
    if context.is_baseline:
        return None
    compared = [
        unit for unit in differences if unit.before and unit.after and not unit.changed_activity
    ]
    least = context.thresholds[Severity.warning]
    for code in sorted({code for unit in compared for code in unit.moves} - PROVINCE_WIDE):
        moves = [(unit, unit.moves[code]) for unit in compared if code in unit.moves]
        known = code in context.indicators
        signs = {
            "đổi cùng lúc": known and sum(_is_large(u, code, context, least) for u, _ in moves),
            "đổi điểm tối đa": sum(_maximum_changed(move) for _, move in moves),
            "không còn được công bố": sum(move.after is None for _, move in moves),
        }
        for how, units in signs.items():
            if units > max(1, RECOUNTED_SHARE * context.active_units):
                name = context.indicators[code].name if known else code
                return Change(
                    SYSTEM,
                    "recomputed",
                    Severity.warning,
                    f"Cổng đã tính lại số liệu {wording.period(context.period)}: "
                    f"{name} {how} ở {wording.count(units)} đơn vị. "
                    "Các tăng, giảm cùng đợt chỉ để tham khảo.",
                    indicator=code,
                )
    return None


def _is_large(unit: UnitDifference, code: str, context: Context, least: int) -> bool:
    return not has_few_dossiers(unit) and abs(own_delta(unit, code, context) or 0) >= least


def score_moves(unit: UnitDifference, context: Context) -> Iterator[Change]:
    """`score_drop`, `score_rise`: a figure of an open period moved.

    A unit that lost its last dossier, or got its first, has neither fallen nor risen.
    """
    if context.is_baseline or context.was_closed or unit.changed_activity:
        return
    for code in sorted(unit.moves, key=lambda code: LEVELS.index(context.indicators[code].level)):
        move = unit.moves[code]
        delta = move.delta
        if delta is None or abs(delta) < context.thresholds[Severity.info]:
            continue
        assert move.before is not None
        assert move.after is not None
        verb = "giảm" if delta < 0 else "tăng"
        yield Change(
            "index",
            "score_drop" if delta < 0 else "score_rise",
            _severity_of(unit, code, delta, context),
            f"{wording.unit(unit.name)}: {what(code, context)} {wording.period(context.period)} "
            f"{verb} {wording.points(abs(delta))} điểm ({from_to(move)})"
            f"{because(unit, code, delta, context)}.",
            unit_code=unit.unit_code,
            indicator=code,
            before=wording.plain(move.before.score),
            after=wording.plain(move.after.score),
            delta=delta,
        )


def revisions(unit: UnitDifference, context: Context) -> Iterator[Change]:
    """`revised`: the portal recomputed a period that was already over. One change a unit."""
    deltas = {code: move.delta for code, move in unit.moves.items() if move.delta}
    if context.is_baseline or not context.was_closed or unit.changed_activity or not deltas:
        return
    code = max(deltas, key=lambda name: (name == TOTAL.code, abs(deltas[name] or 0)))
    delta, move = deltas[code] or 0, unit.moves[code]
    assert move.before is not None
    assert move.after is not None
    yield Change(
        "index",
        "revised",
        _severity_of(unit, code, delta, context),
        f"{wording.unit(unit.name)}: Cổng tính lại {wording.period(context.period)} đã kết thúc, "
        f"{what(code, context)} {wording.signed(delta)} điểm ({from_to(move)})"
        f"{because(unit, code, delta, context)}.",
        unit_code=unit.unit_code,
        indicator=code,
        before=wording.plain(move.before.score),
        after=wording.plain(move.after.score),
        delta=delta,
    )


def rank_moves(unit: UnitDifference, context: Context) -> Iterator[Change]:
    """`rank_drop`, `rank_rise`: another place among the units of its kind."""
    before, after = unit.before, unit.after
    if before is None or after is None or before.rank is None or after.rank is None:
        return
    places = after.rank - before.rank
    if not places:
        return
    verb = "tụt" if places > 0 else "tăng"
    is_far = unit.kind == "province" or places > after.rank_of * RANK_WARNING_SHARE
    yield Change(
        "index",
        "rank_drop" if places > 0 else "rank_rise",
        _at_most_told(unit, Severity.warning if places > 0 and is_far else Severity.info),
        f"{wording.unit(unit.name)}: {verb} {abs(places)} bậc {wording.period(context.period)} "
        f"({before.rank} → {after.rank} trong {after.rank_of}).",
        unit_code=unit.unit_code,
        indicator=TOTAL.code,
        before=str(before.rank),
        after=str(after.rank),
    )


def class_changes(unit: UnitDifference, context: Context) -> Iterator[Change]:
    """`class_change`: another class because of another total (not because of other settings)."""
    before, after = unit.before, unit.after
    if before is None or after is None or before.class_ is None or after.class_ is None:
        return
    if before.total is None or after.total is None or before.total == after.total:
        return
    if before.class_ == after.class_:
        return
    labels = [label for label, _ in context.classes]
    # By today's settings on both sides: other settings are no change of the unit.
    class_before = class_of(before.total, context.classes)
    class_now = class_of(after.total, context.classes)
    if class_before is None or class_now is None or class_before == class_now:
        return
    fell = labels.index(class_now) > labels.index(class_before)
    yield Change(
        "index",
        "class_change",
        _at_most_told(unit, Severity.warning if fell else Severity.info),
        f"{wording.unit(unit.name)}: {'xuống' if fell else 'lên'} loại {class_now} "
        f"{wording.period(context.period)} (trước là {class_before}; "
        f"{wording.points(before.total)} → {wording.points(after.total)}).",
        unit_code=unit.unit_code,
        indicator=TOTAL.code,
        before=class_before,
        after=class_now,
        delta=after.total - before.total,
    )


def activity_lost(unit: UnitDifference, context: Context) -> Iterator[Change]:
    """`no_activity`: a unit without a single dossier in the period; a state, told at once."""
    if unit.after is None or unit.after.has_activity:
        return
    if unit.before is not None and not unit.before.has_activity:
        return
    yield Change(
        "index",
        "no_activity",
        Severity.info,
        f"{wording.unit(unit.name)}: không phát sinh hồ sơ {wording.period(context.period)}, "
        "điểm không phản ánh kết quả phục vụ.",
        unit_code=unit.unit_code,
        indicator=TOTAL.code,
    )


def targets_missed(unit: UnitDifference, context: Context) -> Iterator[Change]:
    """`below_target`: a rate fell under, or was first seen under, the rate assigned to the unit.

    What is seen for the first time was so before anyone looked, or rests on the first few dossiers
    of a period: information, where a fall is a warning.
    """
    if unit.after is not None and not unit.after.has_activity:
        return
    for code, move in unit.moves.items():
        target = context.target_for(unit.unit_code, code)
        if target is None or move.after is None:
            continue
        if code in PROVINCE_WIDE and unit.kind != "province":
            continue
        rate, rate_before = rate_of(move.after), move.before and rate_of(move.before)
        if rate is None or reaches(rate, target):
            continue
        if rate_before is not None and not reaches(rate_before, target):
            continue
        counts = ""
        if move.after.denominator is not None:
            counts = f" ({wording.fraction(move.after.numerator, move.after.denominator)})"
        yield Change(
            "index",
            "below_target",
            Severity.info if rate_before is None else Severity.warning,
            f"{wording.unit(unit.name)}: {what(code, context)} {wording.period(context.period)} "
            f"đạt {wording.points(round(rate))} %, dưới mức giao "
            f"{wording.points(round(target * 100))} %{counts}.",
            unit_code=unit.unit_code,
            indicator=code,
            before=wording.plain(None if rate_before is None else round(rate_before)),
            after=wording.plain(round(rate)),
        )


def late_dossiers_grown(unit: UnitDifference, context: Context) -> Iterator[Change]:
    """`overdue_growing`: more dossiers of an open period are not on time than before."""
    move = unit.moves.get(NOT_ON_TIME.code)
    if context.is_baseline or context.was_closed or move is None:
        return
    if move.before is None or move.after is None:
        return
    before, after = move.before.numerator, move.after.numerator
    if before is None or after is None or after <= before:
        return
    number, share = GROWTH_WARNING
    is_fast = after - before >= number and after - before >= share * before
    yield Change(
        "index",
        "overdue_growing",
        Severity.warning if is_fast else Severity.info,
        f"{wording.unit(unit.name)}: thêm {wording.count(after - before)} hồ sơ ngoài nhóm đúng "
        f"hạn {wording.period(context.period)} ({wording.count(before)} → {wording.count(after)} "
        f"trong {wording.count(move.after.denominator or 0)} hồ sơ tiếp nhận).",
        unit_code=unit.unit_code,
        indicator=NOT_ON_TIME.code,
        before=str(before),
        after=str(after),
    )


def fallen_since_last_period(unit: UnitDifference, context: Context) -> Iterator[Change]:
    """`period_drop`: the period is over and the total is lower than in the period before it."""
    if not context.just_closed or unit.after is None or not unit.after.has_activity:
        return
    before, after = context.previous_totals.get(unit.unit_code), unit.after.total
    if before is None or after is None or before - after < context.thresholds[Severity.info]:
        return
    yield Change(
        "index",
        "period_drop",
        _drop_severity(after - before, context),
        f"{wording.unit(unit.name)}: tổng điểm {wording.period(context.period)} thấp hơn "
        f"{wording.period(context.period.previous())} {wording.points(before - after)} điểm "
        f"({wording.points(before)} → {wording.points(after)}).",
        unit_code=unit.unit_code,
        indicator=TOTAL.code,
        before=wording.plain(before),
        after=wording.plain(after),
        delta=after - before,
    )


RULES: tuple[Rule, ...] = (
    score_moves,
    revisions,
    rank_moves,
    class_changes,
    activity_lost,
    targets_missed,
    late_dossiers_grown,
    fallen_since_last_period,
)


def registry_changes(renamings: Iterable[Renaming]) -> Iterator[Change]:
    """`unit_new`, `unit_missing`, `unit_renamed`: a registry that was known before has changed."""
    for code, before, after in renamings:
        if before is None and after is not None:
            kind, severity = "unit_new", Severity.info
            message = f"{wording.unit(after[0])} ({code}): đơn vị mới trong kết quả."
        elif after is None and before is not None:
            kind, severity = "unit_missing", Severity.warning
            message = f"{wording.unit(before[0])} ({code}): không còn trong kết quả."
        elif before and after and before[0] != after[0]:
            kind, severity = "unit_renamed", Severity.info
            message = f"{code}: đổi tên từ “{before[0]}” thành “{after[0]}”."
        else:
            continue
        yield Change(
            "index",
            kind,
            severity,
            message,
            unit_code=code,
            before=before and before[0],
            after=after and after[0],
        )


def rate_of(figure: Figure) -> float | None:
    """The printed ratio in hundredths of a per cent, else what the counts give, else None.

    Nothing out of nothing is no rate: the portal prints 0 % for a unit without petitions and gives
    it full points.
    """
    if figure.denominator == 0:
        return None
    if figure.ratio is not None:
        return figure.ratio
    if figure.numerator is None or not figure.denominator:
        return None
    return figure.numerator / figure.denominator * 10000


def reaches(rate: float, target: float) -> bool:
    """Whether a rate in hundredths of a per cent, as it is told, reaches a target in per cent."""
    return round(rate) >= round(target * 100)


def _of_known_indicators(unit: UnitDifference, context: Context) -> UnitDifference:
    """Without figures whose indicator the portal no longer prints: nothing can be said of them."""
    known = {code: move for code, move in unit.moves.items() if code in context.indicators}
    return unit._replace(moves=known)


def _severity_of(unit: UnitDifference, code: str, delta: int, context: Context) -> Severity:
    """A drop is graded by what the unit did itself; a rise is always information."""
    if delta > 0:
        return Severity.info
    return _at_most_told(unit, _drop_severity(own_delta(unit, code, context) or 0, context))


def has_few_dossiers(unit: UnitDifference) -> bool:
    """Whether the figures that moved count only a few dossiers, where they print how many."""
    counted = [
        move.after.denominator
        for code, move in unit.moves.items()
        if code in DOSSIER_INDICATORS and move.after and move.after.denominator is not None
    ]
    return bool(counted) and max(counted) <= FEW_DOSSIERS


def _at_most_told(unit: UnitDifference, severity: Severity) -> Severity:
    return Severity.info if has_few_dossiers(unit) else severity


def _drop_severity(delta: int, context: Context) -> Severity:
    """How much a drop of so many hundredths matters; a rise is always information."""
    reached = [grade for grade, least in context.thresholds.items() if -delta >= least]
    return max(reached, default=Severity.info)


def _maximum_changed(move: Move | None) -> bool:
    if move is None or move.before is None or move.after is None:
        return False
    return move.before.max_score != move.after.max_score
