"""What a right program must hold after reading the replica: a slow and plain second reckoning.

It takes only the counts from the world and applies the portal's rules again with decimal numbers;
nothing here uses the code that writes the answers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .counts import Counts
from .effects import Effect
from .periods import Period
from .planted import planted
from .provinces import BY_CODE, NATION_CODE
from .units import ABSENT_GROUPS, NATION, Unit, province_unit, provinces_as_units
from .world import counts_on, units_on

__all__ = [
    "Effect", "Figure", "Scope", "figures", "planted", "rank_of", "ranks", "units",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """One reading: the nation ("VN") or a province, in one period."""

    code: str
    period: Period


class Figure(NamedTuple):
    """One figure as the portal prints it; None where it prints none."""

    score: Decimal | None = None
    max_score: Decimal | None = None
    ratio: Decimal | None = None
    numerator: int | None = None
    denominator: int | None = None


Pair = tuple[int, int]
Key = tuple[str, str]

_NONE = Decimal(0)
_FULL = Decimal(1)

# Group, code, points, the two counts, and the share from which on the points are full.
_METRICS: tuple[tuple[str, str, int, Callable[[Counts], Pair], Decimal], ...] = (
    ("CKMB", "PUBLISH_ON_TIME", 6, lambda c: (c.published_on_time, c.published), _FULL),
    ("CKMB", "PUBLIC_UPDATE_ON_TIME", 4, lambda c: (c.updated_on_time, c.updated), _FULL),
    ("CKMB", "PUBLIC_CONTENT_FULL", 2, lambda c: (c.content_full, c.content), _FULL),
    ("CKMB", "DOSSIER_SYNC", 6, lambda c: (c.synced, c.sync_base), _FULL),
    ("MDSH", "ORIGINAL_RESULT_AVAILABLE", 6, lambda c: (c.original_result, c.received), _FULL),
    ("MDSH", "SO_HOA_GIAY_TO_GIAI_QUYET", 4, lambda c: (c.digitised, c.received), _FULL),
    ("MDSH", "REUSED_DIGITIZED_DATA", 2, lambda c: (c.reused, c.received), Decimal("0.8")),
    ("MDSH", "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", 4, lambda c: (c.stored, c.received), _FULL),
    ("MDSH", "CITIZEN_DATA_CONNECTED_DOSSIER", 2,
     lambda c: (c.citizen_dossiers, c.received), _FULL),
    ("MDSH", "CITIZEN_DATA_CONNECTED_FORMALITY", 2,
     lambda c: (c.citizen_formalities, c.formalities), _FULL),
    ("MDHL", "DOSSIER_RECEIVING_SATISFACTION", 6,
     lambda c: (c.satisfied, c.received), Decimal("0.9")),
    ("MDHL", "PETITION_PROCESSING_ON_TIME", 6,
     lambda c: (c.petitions_on_time, c.petitions), _FULL),
    ("MDHL", "PETITION_HANDLING_SATISFACTION", 6,
     lambda c: (c.petitions_satisfied, c.petitions), _FULL),
)  # fmt: skip
_FULL_WITHOUT_PETITIONS = ("PETITION_PROCESSING_ON_TIME", "PETITION_HANDLING_SATISFACTION")
_MAXIMA = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22}


def units(day: int, province: str) -> dict[str, tuple[str, str]]:
    """Code to name (NFC) and kind: the units of a province, or for "VN" the provinces."""
    listed = provinces_as_units() if province == NATION_CODE else units_on(day, province)
    return {unit.code: (unicodedata.normalize("NFC", unit.name), unit.kind) for unit in listed}


def figures(day: int, scope: Scope) -> dict[Key, Figure]:
    """Every figure of a scope by unit and indicator; empty for a period without data."""
    if not scope.period.has_data(day):
        return {}
    if scope.code == NATION_CODE:
        return _nation(day, scope.period)
    province = province_unit(scope.code)
    counts = counts_on(day, province, scope.period)
    found = {(scope.code, code): figure for code, figure in _province_rows(counts).items()}
    for unit in units_on(day, scope.code):
        rows = _unit_rows(counts_on(day, unit, scope.period), ABSENT_GROUPS.get(unit.code, ()))
        found.update({(unit.code, code): figure for code, figure in rows.items()})
    return found


def ranks(day: int, scope: Scope) -> dict[str, int | None]:
    """Rank by total within the kind of unit; ties share a rank; None without activity."""
    if not scope.period.has_data(day):
        return {}
    result: dict[str, int | None] = {}
    standing = _standing(day, scope)
    for unit, total in standing:
        others = [other for rival, other in standing if rival.kind == unit.kind and other]
        result[unit.code] = None if total is None else 1 + sum(o > total for o in others)
    return result


def rank_of(day: int, scope: Scope) -> dict[str, int]:
    """How many units of each kind are ranked."""
    result: dict[str, int] = {}
    for unit, total in _standing(day, scope):
        result[unit.kind] = result.get(unit.kind, 0) + (total is not None)
    return result


def _standing(day: int, scope: Scope) -> list[tuple[Unit, Decimal | None]]:
    listed = provinces_as_units() if scope.code == NATION_CODE else units_on(day, scope.code)
    standing: list[tuple[Unit, Decimal | None]] = []
    for unit in listed:
        counts = counts_on(day, unit, scope.period)
        dossiers = counts.received + counts.sync_base + counts.channel_total + counts.owing
        groups = _groups(counts, ABSENT_GROUPS.get(unit.code, ()))
        standing.append((unit, _total(groups) if dossiers else None))
    return standing


def _nation(day: int, period: Period) -> dict[Key, Figure]:
    found: dict[Key, Figure] = {}
    for code in BY_CODE:
        groups = _groups(counts_on(day, province_unit(code), period), ())
        total = _total(groups)
        found[code, "TOTAL"] = Figure(total, Decimal(100), total)
        for group, figure in groups.items():
            # The national rows print the bare score of each group.
            found[code, group] = Figure(figure.score, figure.max_score)
    counts = counts_on(day, NATION, period)
    groups = _groups(counts, ())
    total = _total(groups)
    found[NATION_CODE, "TOTAL"] = Figure(total, Decimal(100), total)
    for group in ("CKMB", "TDGQ", "MDHL", "MDSH"):
        found[NATION_CODE, group] = groups[group]._replace(numerator=None, denominator=None)
    provision, payment = groups["CLGQ"], groups["TTTT"]
    found[NATION_CODE, "ONLINE_SERVICE"] = Figure(
        _known(provision.score) + _known(payment.score),
        Decimal(22),
        _two_decimals((_known(provision.ratio) + _known(payment.ratio)) / 2),
    )
    return found


def _unit_rows(counts: Counts, absent: tuple[str, ...]) -> dict[str, Figure]:
    groups = _groups(counts, absent)
    total = _total(groups)
    rows = {"TOTAL": Figure(total, Decimal(100), total), **groups, **_counted(counts)}
    rows.update(_metrics(counts, absent))
    return rows


def _province_rows(counts: Counts) -> dict[str, Figure]:
    """A province's total and groups belong to the national scope, so only the rest stands here."""
    return {
        **_metrics(counts, ()),
        **_counted(counts),
        "ONLINE_PROVISION": _only_counts(counts.partial + counts.full, counts.authority),
        "ONLINE_SERVICE_USED": _only_counts(counts.services_used, counts.services),
        "ONLINE_CHANNEL": _only_counts(counts.channel_online, counts.channel_total),
    }


def _counted(counts: Counts) -> dict[str, Figure]:
    late = counts.received - counts.on_time
    return {
        "NOT_ON_TIME": _only_counts(late, counts.received),
        "ONLINE_PAYMENT_FORMALITY": _only_counts(counts.fee_paid_online, counts.fee_distinct),
        "FEE_FORMALITY_PROVIDED": _only_counts(counts.fee_provided, counts.fee_formalities),
        "ONLINE_PAYMENT_DOSSIER": _only_counts(counts.paid_online, counts.owing),
    }


def _metrics(counts: Counts, absent: tuple[str, ...]) -> dict[str, Figure]:
    rows: dict[str, Figure] = {}
    for group, code, points, pair, full_at in _METRICS:
        if group not in absent:
            whole = points if code in _FULL_WITHOUT_PETITIONS else 0
            rows[code] = _scored(points, *pair(counts), full_at, whole)
    if "MDSH" not in absent:
        rows["ELECTRONIC_CERTIFIED_COPY"] = Figure(Decimal(2), Decimal(2), Decimal(100))
    if "MDHL" not in absent:
        for code, numerator in (
            ("PETITION_CLASSIFICATION_TTHC", counts.petitions_rules),
            ("PETITION_CLASSIFICATION_STAFF", counts.petitions_staff),
        ):
            ratio = _percent(numerator, counts.petitions)
            rows[code] = Figure(None, _NONE, ratio, numerator, counts.petitions)
    return rows


def _groups(counts: Counts, absent: tuple[str, ...]) -> dict[str, Figure]:
    scores = dict.fromkeys(_MAXIMA, _NONE)
    for code, figure in _metrics(counts, ()).items():
        group = next((row[0] for row in _METRICS if row[1] == code), "MDSH")
        if figure.score is not None:
            scores[group] += figure.score
    progress = _scored(20, counts.on_time, counts.received)
    scores["TDGQ"] = _known(progress.score)
    eighty = Decimal("0.8")
    scores["CLGQ"] = (
        _points(2, counts.partial + counts.full, counts.authority, eighty)
        + _points(4, counts.services_used, counts.services)
        + _points(6, counts.channel_online, counts.channel_total, Decimal("0.5"))
    )
    scores["TTTT"] = (
        _points(6, counts.paid_online, counts.owing)
        + _points(2, counts.fee_paid_online, counts.fee_distinct, eighty)
        + _points(2, counts.fee_provided, counts.fee_formalities, eighty)
    )
    groups = {
        code: Figure(score, Decimal(_MAXIMA[code]), _two_decimals(100 * score / _MAXIMA[code]))
        for code, score in scores.items()
        if code not in absent
    }
    groups["TDGQ"] = progress
    return groups


def _total(groups: dict[str, Figure]) -> Decimal:
    return sum((_known(figure.score) for figure in groups.values()), _NONE)


def _scored(
    points: int, numerator: int, denominator: int, full_at: Decimal = _FULL, without_cases: int = 0
) -> Figure:
    score = _points(points, numerator, denominator, full_at, without_cases)
    ratio = _percent(numerator, denominator)
    return Figure(score, Decimal(points), ratio, numerator, denominator)


def _points(
    points: int, numerator: int, denominator: int, full_at: Decimal = _FULL, without_cases: int = 0
) -> Decimal:
    if denominator == 0:
        return Decimal(without_cases)
    return min(Decimal(points), _two_decimals(points * numerator / (denominator * full_at)))


def _percent(numerator: int, denominator: int) -> Decimal:
    return _two_decimals(Decimal(100 * numerator) / denominator) if denominator else _NONE


def _only_counts(numerator: int, denominator: int) -> Figure:
    return Figure(None, None, None, numerator, denominator)


def _two_decimals(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _known(value: Decimal | None) -> Decimal:
    assert value is not None
    return value
