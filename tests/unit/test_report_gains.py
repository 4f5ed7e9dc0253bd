"""Points lost, and what would win them back: only what the printed figures prove."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scrapers.evaluation_groups import GROUPS, NOT_ON_TIME
from scrapers.records import Indicator
from sync.rules.causes import PROVINCE_WIDE
from sync.rules.differences import Figure
from sync.rules.gains import RULES_SINCE, Gain, Rule, gains, rules_of, score_by
from tests.replica import figures as portal

RULES = rules_of(2026)
TTTT = ("ONLINE_PAYMENT_FORMALITY", "FEE_FORMALITY_PROVIDED", "ONLINE_PAYMENT_DOSSIER")
MDSH = ("ORIGINAL_RESULT_AVAILABLE", "SO_HOA_GIAY_TO_GIAI_QUYET", "REUSED_DIGITIZED_DATA")
INDICATORS = {
    **GROUPS,
    NOT_ON_TIME.code: NOT_ON_TIME,
    **{code: Indicator(code, "metric", "TTTT", f"Tỷ lệ {code}") for code in TTTT},
    **{code: Indicator(code, "metric", "MDSH", f"Tỷ lệ {code}") for code in MDSH},
    **{code: Indicator(code, "metric", "CKMB", f"Tỷ lệ {code}") for code in PROVINCE_WIDE},
    "NEW_ONE": Indicator("NEW_ONE", "metric", "MDSH", "Chỉ tiêu mới"),
}


def printed(
    score: int | None,
    maximum: int | None = None,
    numerator: int | None = None,
    denominator: int | None = None,
) -> Figure:
    return Figure(score, maximum, None, numerator, denominator, None)


def only(figures: dict[str, Figure], **known: bool) -> Gain:
    (gain,) = gains(figures, INDICATORS, 2026, **known)
    return gain


def test_the_message_says_how_many_and_how_much() -> None:
    gain = only({"REUSED_DIGITIZED_DATA": printed(160, 200, 1664, 2600)})
    assert (gain.lost, gain.more, gain.points) == (40, 416, 40)
    assert gain.message == "thêm 416 hồ sơ tái sử dụng dữ liệu số hóa → +0,40 điểm"


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        (printed(160, 200, None, 2600), "no numerator"),
        (printed(160, 200, 1664, None), "no denominator"),
        (printed(0, 200, 0, 0), "nothing to divide by"),
        (printed(160, 200, 2601, 2600), "more than all"),
        (printed(162, 200, 1664, 2600), "the rule gives two hundredths less"),
        (printed(160, 250, 1664, 2600), "another maximum"),
    ],
)
def test_what_the_figures_do_not_prove_is_only_counted_as_lost(figure: Figure, why: str) -> None:
    gain = only({"REUSED_DIGITIZED_DATA": figure})
    assert (gain.more, gain.points) == (None, None), why
    assert figure.score is not None
    assert figure.max_score is not None
    assert gain.lost == figure.max_score - figure.score
    assert "chưa đủ căn cứ" in gain.message


def test_a_hundredth_of_rounding_is_forgiven_and_never_won_beyond_the_maximum() -> None:
    gain = only({"REUSED_DIGITIZED_DATA": printed(161, 200, 1664, 2600)})
    assert (gain.more, gain.points) == (416, 39)


def test_full_points_unprinted_scores_and_unscored_metrics_lose_nothing() -> None:
    figures = {
        "REUSED_DIGITIZED_DATA": printed(200, 200, 2600, 2600),
        "ORIGINAL_RESULT_AVAILABLE": printed(None, 600, 10, 20),
        "SO_HOA_GIAY_TO_GIAI_QUYET": printed(0, 0, 10, 20),
    }
    assert gains(figures, INDICATORS, 2026) == []


def test_a_metric_without_a_rule_and_a_year_without_rules_have_no_estimate() -> None:
    gain = only({"NEW_ONE": printed(100, 300, 1, 3)})
    assert (gain.name, gain.lost, gain.more) == ("Chỉ tiêu mới", 200, None)
    (past,) = gains({"REUSED_DIGITIZED_DATA": printed(160, 200, 1664, 2600)}, INDICATORS, 2025)
    assert (past.lost, past.more) == (40, None)


def test_counts_without_scores_are_explained_by_the_score_of_their_group() -> None:
    counts = {
        "ONLINE_PAYMENT_FORMALITY": printed(None, None, 4, 10),
        "FEE_FORMALITY_PROVIDED": printed(None, None, 8, 10),
        "ONLINE_PAYMENT_DOSSIER": printed(None, None, 50, 100),
    }
    found = gains({"TTTT": printed(600, 1000), **counts}, INDICATORS, 2026)
    assert [(one.indicator, one.lost, one.more) for one in found] == [
        ("ONLINE_PAYMENT_DOSSIER", 300, 50),
        ("ONLINE_PAYMENT_FORMALITY", 100, 4),
    ]
    for score, is_explained in ((596, False), (597, True), (603, True), (604, False)):
        found = gains({"TTTT": printed(score, 1000), **counts}, INDICATORS, 2026)
        assert ("TTTT" not in {one.indicator for one in found}) is is_explained, score
    gain = only({"TTTT": printed(604, 1000), **counts})
    assert (gain.indicator, gain.lost, gain.more) == ("TTTT", 396, None)
    counts["FEE_FORMALITY_PROVIDED"] = printed(None, None, None, 10)
    assert only({"TTTT": printed(600, 1000), **counts}).indicator == "TTTT"


def test_progress_of_a_province_is_counted_from_what_is_not_on_time() -> None:
    late = {NOT_ON_TIME.code: printed(None, None, 200, 1000)}
    gain = only({"TDGQ": printed(1600, 2000), **late})
    assert gain.message == "thêm 200 hồ sơ giải quyết đúng hạn → +4,00 điểm"
    own = only({"TDGQ": printed(1600, 2000, 80, 100), **late})
    assert own.more == 20
    assert only({"TDGQ": printed(1600, None)}).lost == 400


def test_publishing_is_the_provinces_to_mend() -> None:
    figures = {"PUBLISH_ON_TIME": printed(300, 600, 1, 2)}
    assert only(figures).more == 1
    assert gains(figures, INDICATORS, 2026, is_province=False) == []


def test_most_points_come_first() -> None:
    figures = {
        "REUSED_DIGITIZED_DATA": printed(160, 200, 1664, 2600),
        "ORIGINAL_RESULT_AVAILABLE": printed(300, 600, 1, 2),
    }
    assert [one.lost for one in gains(figures, INDICATORS, 2026)] == [300, 40]


def test_a_year_keeps_the_rules_before_it_until_it_has_its_own() -> None:
    assert rules_of(2031) == RULES_SINCE[max(RULES_SINCE)]
    assert rules_of(min(RULES_SINCE) - 1) == {}


def test_the_rules_are_those_by_which_the_portal_of_the_tests_pays() -> None:
    paid = {
        "TDGQ" if rule.code == "ON_TIME" else rule.code: (rule.maximum * 100, rule.full_at)
        for rule in portal.RULES
        if rule.maximum
    }
    paid[portal.CERTIFIED_COPY] = (200, 100)
    assert {code: (rule.points, rule.full_at) for code, rule in RULES.items()} == paid


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("PUBLISH_ON_TIME", "thủ tục công bố đúng hạn"),
        ("PUBLIC_UPDATE_ON_TIME", "thủ tục cập nhật, công khai đúng hạn"),
        ("PUBLIC_CONTENT_FULL", "thủ tục công khai đầy đủ nội dung"),
        ("DOSSIER_SYNC", "hồ sơ đồng bộ lên Cổng"),
        ("TDGQ", "hồ sơ giải quyết đúng hạn"),
        ("ONLINE_PROVISION", "thủ tục cung cấp dịch vụ công trực tuyến"),
        ("ONLINE_SERVICE_USED", "dịch vụ công có phát sinh hồ sơ trực tuyến"),
        ("ONLINE_CHANNEL", "hồ sơ nộp trực tuyến"),
        ("ONLINE_PAYMENT_FORMALITY", "thủ tục có giao dịch thanh toán trực tuyến"),
        ("FEE_FORMALITY_PROVIDED", "thủ tục cho thanh toán trên Cổng"),
        ("ONLINE_PAYMENT_DOSSIER", "hồ sơ thanh toán trực tuyến"),
        ("ORIGINAL_RESULT_AVAILABLE", "hồ sơ cấp kết quả điện tử"),
        ("SO_HOA_GIAY_TO_GIAI_QUYET", "hồ sơ số hóa"),
        ("REUSED_DIGITIZED_DATA", "hồ sơ tái sử dụng dữ liệu số hóa"),
        (
            "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
            "hồ sơ kết nối, chia sẻ dữ liệu để tái sử dụng",
        ),
        ("CITIZEN_DATA_CONNECTED_FORMALITY", "thủ tục kết nối dữ liệu dân cư"),
        ("CITIZEN_DATA_CONNECTED_DOSSIER", "hồ sơ sử dụng dữ liệu dân cư"),
        ("ELECTRONIC_CERTIFIED_COPY", "xã chứng thực bản sao điện tử"),
        ("PETITION_PROCESSING_ON_TIME", "phản ánh xử lý đúng hạn"),
        ("PETITION_HANDLING_SATISFACTION", "phản ánh được xử lý hài lòng"),
        ("DOSSIER_RECEIVING_SATISFACTION", "hồ sơ được đánh giá hài lòng"),
    ],
)
def test_every_indicator_says_what_one_more_of_it_is(code: str, words: str) -> None:
    known = {**INDICATORS, code: INDICATORS.get(code) or Indicator(code, "metric", "CKMB", code)}
    rule = RULES[code]
    [gain] = gains({code: printed(0, rule.points, 0, 2000)}, known, 2026)
    assert gain.more == 20 * rule.full_at
    assert gain.message == (
        f"thêm {gain.more // 1000}.{gain.more % 1000:03} {words} → +{rule.points // 100},00 điểm"
    )


def test_what_is_lost_without_an_estimate_is_told_so() -> None:
    gain = only({"REUSED_DIGITIZED_DATA": printed(160, 200, None, 2600)})
    assert gain.message == "mất 0,40 điểm; chưa đủ căn cứ để ước tính"
    assert gain.unit_word == "hồ sơ"
    assert only({"NEW_ONE": printed(100, 300, 1, 3)}).unit_word == ""


@given(st.sampled_from(sorted(set(RULES) & set(INDICATORS) - set(GROUPS))), st.data())
def test_what_is_promised_is_what_the_rule_gives(code: str, data: st.DataObject) -> None:
    rule = RULES[code]
    denominator = data.draw(st.integers(1, 10**7))
    numerator = data.draw(st.integers(0, denominator))
    off = data.draw(st.integers(-1, 1))
    score = score_by(rule, numerator, denominator) + off
    assume(0 <= score < rule.points)
    gain = only({code: printed(score, rule.points, numerator, denominator)})
    if gain.more is None or gain.points is None:
        return
    assert 0 < gain.more <= denominator - numerator
    assert score_by(rule, numerator + gain.more, denominator) == score + gain.points
    assert score + gain.points <= rule.points
    assert gain.points <= gain.lost


@given(st.integers(1, 10**6), st.integers(1, 100), st.integers(1, 2000), st.data())
def test_a_score_never_falls_with_more_nor_passes_its_maximum(
    denominator: int, full_at: int, points: int, data: st.DataObject
) -> None:
    rule = Rule(points, full_at, "hồ sơ", "")
    fewer = data.draw(st.integers(0, denominator))
    more = data.draw(st.integers(fewer, denominator))
    assert 0 <= score_by(rule, fewer, denominator) <= score_by(rule, more, denominator) <= points
    assert score_by(rule, denominator, denominator) == points
