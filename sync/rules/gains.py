"""Points lost by indicator, and an estimate of what it would take to win them back.

Rules, by number, as `docs/report.md` explains them:

1. What is lost is the printed maximum less the printed score.
2. An estimate is given only where the rule below reproduces the printed score from the printed
   numerator and denominator to a hundredth of a point. Where the portal prints counts without a
   score, the rules of the whole group have to reproduce the group's score.
3. `more` is what the numerator lacks for the rule's full points; it is never more than the
   denominator less the numerator.
4. What is not printed gives no estimate, nor does what is counted downwards.
5. Publishing, which the portal repeats for every unit of a province, is the province's to mend.

Pure: no SQL, no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scrapers.evaluation_groups import GROUP_MAXIMA, GROUPS, NOT_ON_TIME
from scrapers.records import Indicator
from sync import wording
from sync.rules.causes import PROVINCE_WIDE
from sync.rules.differences import Figure

TOLERANCE = 1
"""Hundredths by which a reproduced score may miss the printed one: the portal rounds twice."""


class Rule(NamedTuple):
    """Full `points` (hundredths) from `full_at` per cent on, in proportion below it."""

    points: int
    full_at: int
    unit_word: str
    doing: str
    """What one more in the numerator is, after the word for the unit."""


RULES_SINCE: Mapping[int, Mapping[str, Rule]] = {
    2026: {
        # Source: the description of the formulas of Decision 766/QĐ-TTg that the portal is used
        # with, held against 36 published scores of autumn 2026 (largest difference 0.005 point).
        # Confidence: high, but for the shares of CLGQ (2, 4, 6) and the first of TTTT, medium:
        # the portal prints no maxima there, and three yearly totals fit.
        "PUBLISH_ON_TIME": Rule(600, 100, "thủ tục", "công bố đúng hạn"),
        "PUBLIC_UPDATE_ON_TIME": Rule(400, 100, "thủ tục", "cập nhật, công khai đúng hạn"),
        "PUBLIC_CONTENT_FULL": Rule(200, 100, "thủ tục", "công khai đầy đủ nội dung"),
        "DOSSIER_SYNC": Rule(600, 100, "hồ sơ", "đồng bộ lên Cổng"),
        "TDGQ": Rule(2000, 100, "hồ sơ", "giải quyết đúng hạn"),
        "ONLINE_PROVISION": Rule(200, 80, "thủ tục", "cung cấp dịch vụ công trực tuyến"),
        "ONLINE_SERVICE_USED": Rule(400, 100, "dịch vụ công", "có phát sinh hồ sơ trực tuyến"),
        "ONLINE_CHANNEL": Rule(600, 50, "hồ sơ", "nộp trực tuyến"),
        "ONLINE_PAYMENT_FORMALITY": Rule(200, 80, "thủ tục", "có giao dịch thanh toán trực tuyến"),
        "FEE_FORMALITY_PROVIDED": Rule(200, 80, "thủ tục", "cho thanh toán trên Cổng"),
        "ONLINE_PAYMENT_DOSSIER": Rule(600, 100, "hồ sơ", "thanh toán trực tuyến"),
        "ORIGINAL_RESULT_AVAILABLE": Rule(600, 100, "hồ sơ", "cấp kết quả điện tử"),
        "SO_HOA_GIAY_TO_GIAI_QUYET": Rule(400, 100, "hồ sơ", "số hóa"),
        "REUSED_DIGITIZED_DATA": Rule(200, 80, "hồ sơ", "tái sử dụng dữ liệu số hóa"),
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": Rule(
            400, 100, "hồ sơ", "kết nối, chia sẻ dữ liệu để tái sử dụng"
        ),
        "CITIZEN_DATA_CONNECTED_FORMALITY": Rule(200, 100, "thủ tục", "kết nối dữ liệu dân cư"),
        "CITIZEN_DATA_CONNECTED_DOSSIER": Rule(200, 100, "hồ sơ", "sử dụng dữ liệu dân cư"),
        "ELECTRONIC_CERTIFIED_COPY": Rule(200, 100, "xã", "chứng thực bản sao điện tử"),
        "PETITION_PROCESSING_ON_TIME": Rule(600, 100, "phản ánh", "xử lý đúng hạn"),
        "PETITION_HANDLING_SATISFACTION": Rule(600, 100, "phản ánh", "được xử lý hài lòng"),
        "DOSSIER_RECEIVING_SATISFACTION": Rule(600, 90, "hồ sơ", "được đánh giá hài lòng"),
    },
}
"""First year -> indicator -> rule, until the next year that stands here."""


class Gain(NamedTuple):
    """Points lost on one indicator; points and `lost` in hundredths."""

    indicator: str
    name: str
    lost: int
    more: int | None
    """How many more in the numerator; None where there is no estimate."""
    points: int | None
    """What these would win, by the rule: an estimate."""
    unit_word: str
    message: str


class _Lost(NamedTuple):
    code: str
    figure: Figure
    score: int
    maximum: int


def rules_of(year: int) -> Mapping[str, Rule]:
    """The rules that hold in a year; none of a year before the first that is known."""
    since = max((first for first in RULES_SINCE if first <= year), default=None)
    return {} if since is None else RULES_SINCE[since]


def score_by(rule: Rule, numerator: int, denominator: int) -> int:
    """The points, in hundredths, that counts give; half a hundredth is rounded up.

    `denominator` must be above zero.
    """
    points = (200 * numerator * rule.points + denominator * rule.full_at) // (
        2 * denominator * rule.full_at
    )
    return min(rule.points, points)


def gains(
    figures: Mapping[str, Figure],
    indicators: Mapping[str, Indicator],
    year: int,
    *,
    is_province: bool = True,
) -> list[Gain]:
    """What a unit loses by indicator in a period of a year, most points first.

    `figures` are those of one unit, `is_province` says whether it is the province itself.
    """
    rules = rules_of(year)
    found = [
        _gain(one, rules.get(one.code), indicators)
        for group in GROUPS
        for one in _lost_in(group, figures, indicators, rules)
        if one.score < one.maximum and (is_province or one.code not in PROVINCE_WIDE)
    ]
    return sorted(found, key=lambda gain: (-gain.lost, gain.indicator))


def _lost_in(
    group: str,
    figures: Mapping[str, Figure],
    indicators: Mapping[str, Indicator],
    rules: Mapping[str, Rule],
) -> Iterator[_Lost]:
    """The scores of a group's metrics, or where they cannot be told, of the group itself."""
    metrics = {
        code: figure
        for code, figure in figures.items()
        if code in indicators and indicators[code].group_code == group
    }
    scored = [
        _Lost(code, figure, figure.score, figure.max_score)
        for code, figure in metrics.items()
        if figure.score is not None and figure.max_score is not None
    ]
    whole = _with_counts(group, figures)
    if scored or whole is None or whole.score is None:
        yield from scored
        return
    bare = _reproduced(whole.score, metrics, rules)
    if bare:
        yield from bare
    else:
        yield _Lost(group, whole, whole.score, whole.max_score or GROUP_MAXIMA[group])


def _with_counts(group: str, figures: Mapping[str, Figure]) -> Figure | None:
    """The group's own figure; a province's has no counts, but those of what is not on time."""
    whole, late = figures.get(group), figures.get(NOT_ON_TIME.code)
    if whole is None or group != NOT_ON_TIME.group_code or late is None:
        return whole
    if whole.denominator is not None or late.numerator is None or late.denominator is None:
        return whole
    on_time = late.denominator - late.numerator
    return whole._replace(numerator=on_time, denominator=late.denominator)


def _reproduced(
    score: int, metrics: Mapping[str, Figure], rules: Mapping[str, Rule]
) -> list[_Lost]:
    """The metrics that print counts only, where their rules give the printed score of the group."""
    found = [
        _Lost(code, figure, score_by(rule, *counts), rule.points)
        for code, figure in metrics.items()
        for rule in [rules.get(code)]
        for counts in [_counts(figure)]
        if rule is not None and counts is not None
    ]
    is_whole = len(found) == sum(code in rules for code in metrics)
    missed = abs(sum(one.score for one in found) - score)
    return found if is_whole and missed <= TOLERANCE * len(found) else []


def _gain(lost: _Lost, rule: Rule | None, indicators: Mapping[str, Indicator]) -> Gain:
    indicator = indicators.get(lost.code)
    name = indicator.name if indicator else GROUPS[lost.code].name
    more = None if rule is None else _more(lost, rule)
    missing = lost.maximum - lost.score
    if rule is None or more is None:
        message = f"mất {wording.points(missing)} điểm; chưa đủ căn cứ để ước tính"
        return Gain(lost.code, name, missing, None, None, rule.unit_word if rule else "", message)
    message = (
        f"thêm {wording.count(more)} {rule.unit_word} {rule.doing} → {wording.signed(missing)} điểm"
    )
    return Gain(lost.code, name, missing, more, missing, rule.unit_word, message)


def _more(lost: _Lost, rule: Rule) -> int | None:
    """What the numerator lacks for full points; None where the rule is not what was printed."""
    counts = _counts(lost.figure)
    if counts is None or lost.maximum != rule.points:
        return None
    numerator, denominator = counts
    if abs(score_by(rule, numerator, denominator) - lost.score) > TOLERANCE:
        return None
    more = -(-denominator * rule.full_at // 100) - numerator
    return more if more > 0 else None


def _counts(figure: Figure) -> tuple[int, int] | None:
    """Numerator and denominator, where both are printed and make sense as a share."""
    numerator, denominator = figure.numerator, figure.denominator
    if numerator is None or not denominator or not 0 <= numerator <= denominator:
        return None
    return numerator, denominator
