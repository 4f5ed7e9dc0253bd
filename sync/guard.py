"""The guard: is this reading of the index whole and plausible, so that it may be believed?

A wrong capture is worse than none. Each check is one function that objects or stays silent; all are
listed in `ALONE` (the reading itself) and `AGAINST_BEFORE` (the reading and the last accepted one).
An objection refuses the capture; a person may overrule it with `dvcqg captures accept`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from scrapers.evaluation_groups import GROUPS, TOTAL
from scrapers.former_provinces import is_before_mergers, provinces_in
from scrapers.provinces import PROVINCES
from scrapers.records import Figure, IndexReading
from sync import wording
from sync.history import Delta

SUM_TOLERANCE = 2
"""Hundredths: a total is the sum of rounded groups, so no more than rounding may lie between."""
MOST_GONE_SHARE = 0.10
ALWAYS_ALLOWED_GONE = 3
"""Units do disappear, a few at a time; more than a tenth at once is a broken answer."""
UNLISTED_HEADS = 1
"""The nation, or the province itself, has figures but never stands in its own list."""
EXPECTED_SHARE = 0.5
"""A first reading has nothing before it; it must at least hold half of the units known of."""


class Objection(NamedTuple):
    """Why a reading is refused: for the log (English) and for officials (Vietnamese)."""

    reason: str
    explanation: str


class Before(NamedTuple):
    """What the last accepted reading of the scope held; `active` counts units with activity."""

    active: int
    groups: Mapping[str, int]
    """Units by group code."""


class Facts(NamedTuple):
    """What a check may look at: `units` is the delta of the standings, `active` of the listed."""

    reading: IndexReading
    active: int
    units: Delta
    before: Before | None
    registry: Delta | None = None
    """The delta of the registry of units, where this reading keeps it."""
    of_past: bool = False
    """Whether it is read by a backfill, where a period may have no data."""

    @property
    def has_no_data(self) -> bool:
        """Whether the portal has nothing for a period of the past, and never had."""
        return self.of_past and not self.reading.listed and not self.units.before


def objections(facts: Facts) -> list[Objection]:
    """Every objection to a reading, in the order of the checks."""
    checks = ALONE if facts.before is None else (*ALONE, *AGAINST_BEFORE)
    return [objection for check in checks if (objection := check(facts))]


def lists_no_unit(facts: Facts) -> Objection | None:
    """An empty list, where there is always something."""
    if facts.reading.listed or facts.has_no_data:
        return None
    return Objection("the list of units is empty", "danh sách đơn vị trống")


def sends_fewer_than_declared(facts: Facts) -> Objection | None:
    """A group declares its number of units; fewer came."""
    for group, declared in facts.reading.declared.items():
        came = len(facts.reading.listed_by_group[group] - {facts.reading.province_code or ""})
        if came != declared:
            return Objection(
                f"{group} declares {declared} units and sent {came}",
                f"nhóm {GROUPS[group].name} báo có {declared} đơn vị nhưng chỉ gửi {came}",
            )
    return None


def lists_far_fewer_than_known(facts: Facts) -> Objection | None:
    """A first reading is held against the number of units the province is known to have."""
    if (facts.before is not None and facts.units.before) or facts.has_no_data:
        return None
    expected, came = _expected_units(facts.reading), len(facts.reading.listed)
    if came >= expected * EXPECTED_SHARE:
        return None
    return Objection(
        f"{came} units came where about {expected} are known",
        f"chỉ có {came} đơn vị, trong khi thường có khoảng {expected}",
    )


def _expected_units(reading: IndexReading) -> int:
    """How many units a whole answer should hold, about; nobody has counted the districts."""
    province = PROVINCES.get(reading.province_code or "")
    if reading.province_code is None:
        return len(provinces_in(reading.period))
    if province is None or is_before_mergers(reading.period):
        return 1
    return province.departments + province.communes


def lost_units(facts: Facts) -> Objection | None:
    """Many units at once are no longer listed (a unit that only a group names is not)."""
    before = facts.units.before
    gone = max(facts.units.gone, before - UNLISTED_HEADS - len(facts.reading.listed))
    if gone <= max(ALWAYS_ALLOWED_GONE, before * MOST_GONE_SHARE):
        return None
    return Objection(
        f"{gone} of {before} units are gone",
        f"{gone} trong {before} đơn vị biến mất khỏi kết quả",
    )


def empties_the_registry(facts: Facts) -> Objection | None:
    """Many units would leave the registry, perhaps by the first reading of a new period."""
    registry = facts.registry
    if registry is None:
        return None
    if registry.gone <= max(ALWAYS_ALLOWED_GONE, registry.before * MOST_GONE_SHARE):
        return None
    return Objection(
        f"{registry.gone} of {registry.before} known units are not listed",
        f"{registry.gone} trong {registry.before} đơn vị đã biết không có trong kết quả",
    )


def lost_units_of_a_group(facts: Facts) -> Objection | None:
    """A group's answer shrank although the list of units did not."""
    assert facts.before is not None
    for group, before in facts.before.groups.items():
        now = len(_units_of_group(facts.reading, group))
        if before - now > max(ALWAYS_ALLOWED_GONE, before * MOST_GONE_SHARE):
            return Objection(
                f"{group} had {before} units and has {now}",
                f"nhóm {GROUPS[group].name} từ {before} đơn vị chỉ còn {now}",
            )
    return None


def holds_few_units_of_a_group(facts: Facts) -> Objection | None:
    """A first reading's groups have only its own list to be held against."""
    if facts.before is not None or facts.reading.province_code is None:
        return None
    listed = len(facts.reading.listed)
    for group in GROUPS:
        now = len(_units_of_group(facts.reading, group))
        if now < listed * EXPECTED_SHARE:
            return Objection(
                f"{group} has {now} of {listed} units",
                f"nhóm {GROUPS[group].name} chỉ có {now}/{listed} đơn vị",
            )
    return None


def _units_of_group(reading: IndexReading, group: str) -> set[str]:
    """The units in a group, without the province itself."""
    if reading.listed_by_group:
        listed = reading.listed_by_group.get(group, set())
    else:
        listed = {figure.unit_code for figure in reading.figures if figure.indicator == group}
    return listed - {reading.province_code or ""}


def is_all_zero(facts: Facts) -> Objection | None:
    """No total is above zero: the portal has lost its data, nobody scores nothing."""
    totals = [
        figure.score
        for figure in facts.reading.figures
        if figure.indicator == TOTAL.code and figure.unit_code in facts.reading.listed
    ]
    if not totals or any(totals):
        return None
    if 0 not in totals:
        return Objection("every total is blank", "mọi tổng điểm đều để trống")
    return Objection("every total is zero", "mọi tổng điểm đều bằng 0")


def lost_all_activity(facts: Facts) -> Objection | None:
    """Units had dossiers yesterday and none has any today."""
    assert facts.before is not None
    if facts.active or not facts.before.active:
        return None
    return Objection(
        f"none of {facts.before.active} units with dossiers has any left",
        "mọi đơn vị đều về mức điểm của đơn vị không phát sinh hồ sơ",
    )


def has_wrong_sums(facts: Facts) -> Objection | None:
    """For most units the six groups do not sum to the total."""
    groups: dict[str, list[int]] = defaultdict(list)
    totals: dict[str, int] = {}
    for figure in facts.reading.figures:
        if figure.score is None:
            continue
        if figure.indicator == TOTAL.code:
            totals[figure.unit_code] = figure.score
        elif figure.indicator in GROUPS:
            groups[figure.unit_code].append(figure.score)
    whole = [code for code, scores in groups.items() if len(scores) == len(GROUPS)]
    wrong = [
        code
        for code in whole
        if code in totals and abs(sum(groups[code]) - totals[code]) > SUM_TOLERANCE
    ]
    return _most(wrong, whole, "the six groups do not sum to the total", "sáu nhóm không khớp tổng")


def has_wrong_metric_sums(facts: Facts) -> Objection | None:
    """For most groups that print metric scores, these do not sum to the group."""
    group_of = {code: indicator.group_code for code, indicator in facts.reading.indicators.items()}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    scores: dict[tuple[str, str], int] = {}
    for figure in facts.reading.figures:
        group = group_of.get(figure.indicator)
        if figure.score is None:
            continue
        if group is not None:
            sums[figure.unit_code, group] += figure.score
        elif figure.indicator in GROUPS:
            scores[figure.unit_code, figure.indicator] = figure.score
    both = [key for key in sums if key in scores]
    wrong = [key for key in both if abs(sums[key] - scores[key]) > SUM_TOLERANCE]
    return _most(
        wrong, both, "the metrics do not sum to their group", "các chỉ số không khớp điểm nhóm"
    )


def exceeds_maxima(facts: Facts) -> Objection | None:
    """A score above its maximum cannot be."""
    for figure in facts.reading.figures:
        if _exceeds(figure):
            return Objection(
                f"{figure.unit_code} has {figure.score} of {figure.max_score} hundredths "
                f"in {figure.indicator}",
                f"đơn vị {figure.unit_code} có {figure.indicator} "
                f"{wording.points(figure.score or 0)} vượt mức tối đa",
            )
    return None


def has_more_than_all(facts: Facts) -> Objection | None:
    """For most figures with counts, the part is larger than the whole."""
    counted = [
        figure
        for figure in facts.reading.figures
        if figure.numerator is not None and figure.denominator is not None
    ]
    wrong = [f for f in counted if (f.numerator or 0) > (f.denominator or 0)]
    return _most(wrong, counted, "numerators exceed denominators", "tử số lớn hơn mẫu số")


def _exceeds(figure: Figure) -> bool:
    if figure.score is None or figure.max_score is None:
        return False
    return figure.score > figure.max_score + SUM_TOLERANCE


def _most(
    wrong: list[Figure] | list[str] | list[tuple[str, str]],
    of: list[Figure] | list[str] | list[tuple[str, str]],
    reason: str,
    explanation: str,
) -> Objection | None:
    if not of or len(wrong) * 2 <= len(of):
        return None
    return Objection(
        f"{reason} in {len(wrong)} of {len(of)} cases",
        f"{explanation} ở {len(wrong)}/{len(of)} trường hợp",
    )


Check = Callable[[Facts], Objection | None]

ALONE: tuple[Check, ...] = (
    lists_no_unit,
    sends_fewer_than_declared,
    lists_far_fewer_than_known,
    holds_few_units_of_a_group,
    empties_the_registry,
    is_all_zero,
    exceeds_maxima,
    has_wrong_sums,
    has_wrong_metric_sums,
    has_more_than_all,
)
AGAINST_BEFORE: tuple[Check, ...] = (lost_units, lost_units_of_a_group, lost_all_activity)
