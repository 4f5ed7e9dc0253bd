"""What is taken from the portal's answers, field by field, and what happens when one is not there.

The requests, paging and joining are tested in `test_evaluation.py`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.errors import FormatChanged, ScrapeError
from scrapers.evaluation import read_nation, read_province
from scrapers.evaluation_groups import GROUPS
from scrapers.keys import LONGEST_KEY
from scrapers.periods import Period
from scrapers.records import NATION, Figure, IndexReading, hundredths
from tests.fixtures.portal_answers import (
    PROVINCE_ID,
    answers,
    ask_bytes,
    ask_of,
    at,
    envelope,
    nation_answers,
)

Answers = dict[str, dict[str, Any]]
Path = tuple[str | int, ...]

YEAR = Period("year", 2026)
LIST = "service-results"
SHAPE_A = ("transparency", "dossier-digitized", "handling-satisfaction")


def province(data: Answers | None = None) -> IndexReading:
    return read_province(ask_of(data or answers()), YEAR, "H01", PROVINCE_ID)


def nation(data: Answers | None = None) -> IndexReading:
    return read_nation(ask_of(data or nation_answers()), YEAR)


def of(reading: IndexReading, unit: str) -> dict[str, Figure]:
    return {figure.indicator: figure for figure in reading.figures if figure.unit_code == unit}


def fields(head: Path, *names: str) -> list[Path]:
    return [(*head, name) for name in names]


UNIT_A = ("departmentId", "departmentName", "totalScore", "totalMaxScore", "ratio", "metrics")
METRIC = ("code", "name", "numerator", "denominator", "ratio", "score", "maxScore")
SCORED = ("departmentId", "departmentName", "totalScore", "totalMaxScore", "ratio")
PAID = (
    *SCORED,
    "totalDossierOnlinePaymentSuccess",
    "totalDossierFinancialObligation",
    "totalDossierOnlineFormalityPaymentSuccess",
    "totalFeeDossierFormalityDistinct",
    "totalFeeDossierFormality",
    "totalFeeFormality",
)
PROVIDED = (
    *SCORED,
    "authorityCount",
    "partialCount",
    "fullCount",
    "onlineDossierCount",
    "onlineServiceTotal",
    "channelOnlineSum",
    "channelTotalSum",
)
PROGRESS, PROVISION, PAYMENT = (
    "dvc-progress-tree",
    "provide-online-tree",
    "formality-online-payment-tree",
)
OVERVIEW = ("departmentName", "departmentCode", "totalScore", "totalMaxScore", "ratio")

NEEDED: list[Path] = [
    *fields((LIST,), "overview", "radar", "evaluation"),
    *fields((LIST, "overview"), *OVERVIEW),
    *fields((LIST, "radar", 2), "code", "name", "score", "maxScore", "ratio"),
    *fields((LIST, "evaluation", 1), "departmentId", "departmentName", "totalScore", "ratio"),
    *[path for name in SHAPE_A for path in fields((name,), "overview", "evaluation")],
    *[path for name in SHAPE_A for path in fields((name, "overview"), *UNIT_A)],
    *[path for name in SHAPE_A for path in fields((name, "evaluation", 1), *UNIT_A)],
    *[path for name in SHAPE_A for path in fields((name, "evaluation", 0, "metrics", 1), *METRIC)],
    *[
        path
        for name in SHAPE_A
        for path in fields((name, "pagination"), "total", "currentPage", "totalPages")
    ],
    *[path for name in (PROGRESS, PROVISION, PAYMENT) for path in fields((name,), "children")],
    *fields((PROGRESS, "parent"), *SCORED, "totalReceived", "totalOnTime"),
    *fields((PROGRESS, "children", 0), "departmentId", "departmentName", "ratio", "score"),
    *fields((PROGRESS, "children", 2), "maxScore", "totalReceived", "totalOnTime", "totalOverdue"),
    *fields((PROVISION, "parent"), *PROVIDED),
    *fields((PROVISION, "children", 1), *SCORED),
    *fields((PAYMENT, "parent"), *PAID),
    *fields((PAYMENT, "children", 1), *PAID),
]
OPTIONAL: list[Path] = [
    (LIST, "evaluation", 0, "departmentCode"),
    ("dossier-digitized", "evaluation", 0, "departmentCode"),
    (PROGRESS, "children", 0, "departmentCode"),
    (PROGRESS, "children", 0, "level"),
]


def dotted(path: Path) -> str:
    return ".".join(map(str, path))


@pytest.mark.parametrize("path", NEEDED, ids=dotted)
def test_a_renamed_field_is_a_changed_format_and_named(path: Path) -> None:
    data = answers()
    holder = at(data, path[:-1])
    holder[f"{path[-1]}New"] = holder.pop(path[-1])
    with pytest.raises(FormatChanged, match="is missing") as caught:
        province(data)
    assert caught.value.path == dotted(("data", *path[1:]))
    assert str(path[0]) in str(caught.value)


@pytest.mark.parametrize("path", [*NEEDED, *OPTIONAL], ids=dotted)
def test_a_retyped_field_is_a_changed_format_and_named(path: Path) -> None:
    # A number as text, a text or list as number: the portal has sent neither.
    data = answers()
    holder, name = at(data, path[:-1]), path[-1]
    was = holder[name]
    is_number = isinstance(was, int | float) or name in ("numerator", "score")
    holder[name] = str(was) if is_number else 5
    with pytest.raises(FormatChanged) as caught:
        province(data)
    assert caught.value.path == dotted(("data", *path[1:]))


KEYS = [
    path for path in [*NEEDED, *OPTIONAL] if path[-1] in ("departmentId", "departmentCode", "code")
]


@pytest.mark.parametrize("path", KEYS, ids=dotted)
def test_a_code_or_id_beyond_all_measure_is_a_changed_format(path: Path) -> None:
    data = answers()
    at(data, path[:-1])[path[-1]] = "H" * (LONGEST_KEY + 1)
    with pytest.raises(FormatChanged, match="longer than 500 characters") as caught:
        province(data)
    assert caught.value.path == dotted(("data", *path[1:]))


@pytest.mark.parametrize(
    "path",
    [
        *fields((LIST, "evaluation", 1), "departmentId", "departmentName", "totalScore"),
        *[
            pytest.param(
                (LIST, "evaluation", 1, name),
            )
            for name in ("departmentCode", "groupScores")
        ],
    ],
)
def test_a_renamed_field_of_the_nation_is_a_changed_format(path: Path) -> None:
    data = nation_answers()
    holder = at(data, path[:-1])
    holder[f"{path[-1]}New"] = holder.pop(path[-1])
    with pytest.raises(FormatChanged) as caught:
        nation(data)
    assert caught.value.path == dotted(("data", *path[1:]))


def with_strangers(value: Any) -> Any:
    """The same with fields that nobody knows, wherever there are fields."""
    if isinstance(value, dict):
        known = {key: with_strangers(one) for key, one in value.items()}
        return {"laMoi": [None, {"x": "1"}], **known, "scoreDelta": "thêm"}
    return [with_strangers(one) for one in value] if isinstance(value, list) else value


def test_unknown_fields_are_ignored() -> None:
    data = {name: with_strangers(answer) for name, answer in answers().items()}
    assert province(data) == province()


# --- Figures


def test_a_score_is_read_under_the_name_it_has_in_each_answer() -> None:
    data = answers()
    data[PROGRESS]["children"][0] |= {"totalScore": 1, "totalMaxScore": 2}
    data[PROGRESS]["parent"] |= {"score": 1, "maxScore": 2}
    data[PAYMENT]["children"][0] |= {"score": 1, "maxScore": 2}
    reading = province(data)
    unit, whole = of(reading, "H01.15"), of(reading, "H01")
    assert (unit["TDGQ"].score, unit["TDGQ"].max_score) == (1500, 2000)
    assert (whole["TDGQ"].score, whole["TDGQ"].max_score) == (1800, 2000)
    assert (unit["TTTT"].score, unit["TTTT"].max_score) == (500, 1000)


def test_progress_is_told_with_its_counts_and_with_what_is_not_on_time() -> None:
    data = answers()
    data[PROGRESS]["children"][0]["totalOverdue"] = 9
    reading = province(data)
    unit, whole = of(reading, "H01.15"), of(reading, "H01")
    assert (unit["TDGQ"].numerator, unit["TDGQ"].denominator) == (30, 40)
    assert (unit["NOT_ON_TIME"].numerator, unit["NOT_ON_TIME"].denominator) == (9, 40)
    assert (whole["NOT_ON_TIME"].numerator, whole["NOT_ON_TIME"].denominator) == (20, 200)


METRIC_0: Path = ("transparency", "evaluation", 0, "metrics", 3)
NULLABLE = [
    (fields(METRIC_0, name)[0], "DOSSIER_SYNC", of_ours)
    for name, of_ours in {
        "numerator": "numerator",
        "denominator": "denominator",
        "ratio": "ratio",
        "score": "score",
        "maxScore": "max_score",
    }.items()
] + [
    (("dossier-digitized", "evaluation", 0, "totalScore"), "MDSH", "score"),
    ((PROGRESS, "children", 0, "score"), "TDGQ", "score"),
    ((PROGRESS, "children", 0, "totalOnTime"), "TDGQ", "numerator"),
    ((PROGRESS, "children", 0, "totalOverdue"), "NOT_ON_TIME", "numerator"),
    ((PROVISION, "children", 0, "totalScore"), "CLGQ", "score"),
    ((PAYMENT, "children", 0, "totalFeeFormality"), "FEE_FORMALITY_PROVIDED", "denominator"),
]


@pytest.mark.parametrize("printed", [None, 0])
@pytest.mark.parametrize(("path", "indicator", "ours"), NULLABLE, ids=str)
def test_null_stays_null_and_zero_stays_zero(
    path: Path, indicator: str, ours: str, printed: int | None
) -> None:
    data = answers()
    at(data, path[:-1])[path[-1]] = printed
    read = getattr(of(province(data), "H01.15")[indicator], ours)
    assert read == printed
    assert (read is None) is (printed is None)


@pytest.mark.parametrize("name", ["totalReceived", "totalOnTime"])
def test_unknown_counts_of_the_province_give_no_count_of_what_is_late(name: str) -> None:
    data = answers()
    data[PROGRESS]["parent"][name] = None
    assert of(province(data), "H01")["NOT_ON_TIME"].numerator is None


@pytest.mark.parametrize(
    ("printed", "provided"), [({}, 52), ({"partialCount": None}, None), ({"fullCount": None}, None)]
)
def test_what_is_provided_online_is_partly_and_fully_together(
    printed: dict[str, None], provided: int | None
) -> None:
    data = answers()
    data[PROVISION]["parent"] |= printed
    figure = of(province(data), "H01")["ONLINE_PROVISION"]
    assert (figure.numerator, figure.denominator) == (provided, 89)


def test_a_metric_keeps_the_portals_doubt_about_it() -> None:
    department = of(province(), "H01.15")
    assert department["DOSSIER_SYNC"].quality == "TEMP_NATIONAL_REPORT_DENOMINATOR"
    assert department["REUSED_DIGITIZED_DATA"].quality is None


def test_each_group_and_metric_says_where_it_belongs() -> None:
    indicators = province().indicators
    belongs = {code: one.group_code for code, one in indicators.items() if one.level == "metric"}
    assert belongs["DOSSIER_SYNC"] == "CKMB"
    assert belongs["NOT_ON_TIME"] == "TDGQ"
    assert belongs["ONLINE_CHANNEL"] == "CLGQ"
    assert belongs["ONLINE_PAYMENT_DOSSIER"] == "TTTT"
    assert belongs["PETITION_PROCESSING_ON_TIME"] == "MDHL"
    assert belongs["REUSED_DIGITIZED_DATA"] == "MDSH"
    assert {code for code, one in indicators.items() if one.level == "group"} == set(GROUPS)


def test_names_come_composed_and_without_stray_blanks() -> None:
    data = answers()
    data[LIST]["evaluation"][0]["departmentName"] = "  Sở  Du\u00a0lịch\n"
    units = province(data).units
    assert units["H01.113"].name == "UBND xã Nhơn Hội - tỉnh An Giang"
    assert units["H01.15"].name == "Sở Du lịch"


def test_online_service_is_an_axis_of_the_nation_and_no_group_of_a_province() -> None:
    assert "ONLINE_SERVICE" not in province().indicators
    reading = nation()
    assert of(reading, NATION)["ONLINE_SERVICE"][2:5] == (1310, 2200, 5924)
    assert not {"CLGQ", "TTTT"} & of(reading, NATION).keys()
    assert "ONLINE_SERVICE" not in of(reading, "H01")


def test_the_nation_holds_each_province_with_its_total_and_six_groups() -> None:
    reading = nation()
    assert reading.listed == {"H19", "H01", "H26"}
    assert reading.units["H01"].portal_id == "id-H01"
    scores = {code: figure.score for code, figure in of(reading, "H01").items()}
    groups = {"CKMB": 800, "TDGQ": 1798, "CLGQ": 888, "TTTT": 633, "MDHL": 1019, "MDSH": 897}
    assert scores == {"TOTAL": 6035, **groups}
    maxima = {code: figure.max_score for code, figure in of(reading, "H01").items()}
    groups = {"CKMB": 1800, "TDGQ": 2000, "CLGQ": 1200, "TTTT": 1000, "MDHL": 1800, "MDSH": 2200}
    assert maxima == {"TOTAL": 10000, **groups}


@pytest.mark.parametrize("gone", ["absent", "null"])
def test_a_province_whose_group_is_missing_gets_no_zero(gone: str) -> None:
    data = nation_answers()
    scores = data[LIST]["evaluation"][1]["groupScores"]
    scores.pop("MDHL") if gone == "absent" else scores.update(MDHL=None)
    assert of(nation(data), "H01").keys() == {"TOTAL", *GROUPS} - {"MDHL"}


@settings(deadline=None)
@given(st.integers(0, 100_000))
def test_a_printed_figure_is_kept_to_the_hundredth(whole: int) -> None:
    assert hundredths(float(f"{whole / 100:.2f}")) == whole


# --- Whatever comes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def places(value: Any, path: Path = ()) -> list[Path]:
    steps: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        steps = list(value.items() if isinstance(value, dict) else enumerate(value))
    return [p for step, one in steps for p in ((*path, step), *places(one, (*path, step)))]


PLACES = {"province": places(answers()), "nation": places(nation_answers())}


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_comes_is_a_reading_or_a_scrape_error(data: st.DataObject) -> None:
    scope = data.draw(st.sampled_from(sorted(PLACES)))
    changed = answers() if scope == "province" else nation_answers()
    path = data.draw(st.sampled_from([path for path in PLACES[scope] if len(path) > 1]))
    at(changed, path[:-1])[path[-1]] = data.draw(JSON)
    ask = ask_bytes(changed, str(path[0]), envelope(changed[str(path[0])]))
    try:
        read = partial(read_province, province_code="H01", portal_id=PROVINCE_ID)
        reading = read(ask, YEAR) if scope == "province" else read_nation(ask, YEAR)
    except ScrapeError:
        return
    assert {figure.unit_code for figure in reading.figures} <= reading.units.keys()
    assert {figure.indicator for figure in reading.figures} <= reading.indicators.keys()
    assert reading.listed <= reading.units.keys()
    assert set().union(*reading.listed_by_group.values()) <= reading.units.keys()
    assert all(code == unit.code for code, unit in reading.units.items())
