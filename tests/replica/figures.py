"""How the portal turns counts into scores: the rules recovered from its own answers.

All scores and ratios are whole hundredths (8.56 is 856), so sums are exact; the portal rounds
half up to two decimals, a group is the sum of its rounded metrics, the total of its groups.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from .counts import Counts

GROUP_MAXIMA = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22}
"""The six groups in the order of the portal's `groupScores`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One component: its points are `maximum` times the share, full from `full_at` percent on.

    `without_cases` is the score in points where the denominator is zero.
    """

    code: str
    group: str
    maximum: int
    numerator: str
    denominator: str
    full_at: int = 100
    without_cases: int = 0


RULES = (
    Rule("PUBLISH_ON_TIME", "CKMB", 6, "published_on_time", "published"),
    Rule("PUBLIC_UPDATE_ON_TIME", "CKMB", 4, "updated_on_time", "updated"),
    Rule("PUBLIC_CONTENT_FULL", "CKMB", 2, "content_full", "content"),
    Rule("DOSSIER_SYNC", "CKMB", 6, "synced", "sync_base"),
    Rule("ON_TIME", "TDGQ", 20, "on_time", "received"),
    Rule("ONLINE_PROVISION", "CLGQ", 2, "provided", "authority", 80),
    Rule("ONLINE_SERVICE_USED", "CLGQ", 4, "services_used", "services"),
    Rule("ONLINE_CHANNEL", "CLGQ", 6, "channel_online", "channel_total", 50),
    Rule("ONLINE_PAYMENT_DOSSIER", "TTTT", 6, "paid_online", "owing"),
    Rule("ONLINE_PAYMENT_FORMALITY", "TTTT", 2, "fee_paid_online", "fee_distinct", 80),
    Rule("FEE_FORMALITY_PROVIDED", "TTTT", 2, "fee_provided", "fee_formalities", 80),
    Rule("PETITION_CLASSIFICATION_TTHC", "MDHL", 0, "petitions_rules", "petitions"),
    Rule("DOSSIER_RECEIVING_SATISFACTION", "MDHL", 6, "satisfied", "received", 90),
    Rule("PETITION_PROCESSING_ON_TIME", "MDHL", 6, "petitions_on_time", "petitions", 100, 6),
    Rule("PETITION_HANDLING_SATISFACTION", "MDHL", 6, "petitions_satisfied", "petitions", 100, 6),
    Rule("PETITION_CLASSIFICATION_STAFF", "MDHL", 0, "petitions_staff", "petitions"),
    Rule("ORIGINAL_RESULT_AVAILABLE", "MDSH", 6, "original_result", "received"),
    Rule("SO_HOA_GIAY_TO_GIAI_QUYET", "MDSH", 4, "digitised", "received"),
    Rule("REUSED_DIGITIZED_DATA", "MDSH", 2, "reused", "received", 80),
    Rule("SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "MDSH", 4, "stored", "received"),
    Rule("CITIZEN_DATA_CONNECTED_DOSSIER", "MDSH", 2, "citizen_dossiers", "received"),
    Rule("CITIZEN_DATA_CONNECTED_FORMALITY", "MDSH", 2, "citizen_formalities", "formalities"),
)
"""In the order of the answers. The certified copy stands apart: it has no counts."""

CERTIFIED_COPY = "ELECTRONIC_CERTIFIED_COPY"

_RULES_OF = {code: [rule for rule in RULES if rule.group == code] for code in GROUP_MAXIMA}
_FIGURES_OF = {
    code: attrgetter(*(name for rule in rules for name in (rule.numerator, rule.denominator)))
    for code, rules in _RULES_OF.items()
}
"""All numerators and denominators of a group, read from the counts in one go."""


class Metric(NamedTuple):
    """One component with its figures; ratio and score in hundredths, the maximum in points."""

    code: str
    numerator: int | None
    denominator: int | None
    ratio: int
    score: int | None
    maximum: int


class Group(NamedTuple):
    """One of the six groups; score and ratio in hundredths, the maximum in points."""

    code: str
    score: int
    maximum: int
    ratio: int
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the portal says of one unit in one period."""

    counts: Counts
    groups: dict[str, Group]
    total: int

    def metric(self, code: str) -> Metric:
        """The component of that code."""
        for group in self.groups.values():
            for metric in group.metrics:
                if metric.code == code:
                    return metric
        raise KeyError(code)


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two numbers that are not negative, rounded half up to a whole number."""
    return (2 * numerator + denominator) // (2 * denominator)


def ratio_of(numerator: int, denominator: int) -> int:
    """Percent in hundredths; 0 where there is nothing to divide by, as the portal prints it."""
    return half_up(numerator * 10_000, denominator) if denominator else 0


def score_of(rule: Rule, numerator: int, denominator: int) -> int:
    """The points of one component in hundredths."""
    if not denominator:
        return rule.without_cases * 100
    points = half_up(numerator * rule.maximum * 10_000, denominator * rule.full_at)
    return min(rule.maximum * 100, points)


def sheet_of(counts: Counts, absent_groups: Iterable[str] = ()) -> Sheet:
    """Score a unit's counts. Groups the portal does not have for the unit add nothing."""
    absent = tuple(absent_groups)
    groups = {
        code: _group(code, counts) for code in GROUP_MAXIMA if not absent or code not in absent
    }
    return Sheet(counts, groups, sum([group.score for group in groups.values()]))


def _group(code: str, counts: Counts) -> Group:
    figures = _FIGURES_OF[code](counts)
    metrics = []
    for position, rule in enumerate(_RULES_OF[code]):
        numerator, denominator = figures[2 * position], figures[2 * position + 1]
        score = score_of(rule, numerator, denominator) if rule.maximum else None
        ratio = ratio_of(numerator, denominator)
        metrics.append(Metric(rule.code, numerator, denominator, ratio, score, rule.maximum))
    if code == "MDSH":
        # Nothing to certify counts as full marks; no case with counts was ever seen.
        metrics.append(Metric(CERTIFIED_COPY, None, None, 10_000, 200, 2))
    score = sum([metric.score or 0 for metric in metrics])
    maximum = GROUP_MAXIMA[code]
    # The ratio of the progress group is the on-time share itself, not score by maximum.
    ratio = metrics[0].ratio if code == "TDGQ" else ratio_of(score, maximum * 100)
    return Group(code, score, maximum, ratio, tuple(metrics))
