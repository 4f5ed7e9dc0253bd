"""How the older interface's rows are read: texts for numbers, old codes, and nothing to say whose.

The rows are cut from answers of October 2025.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.archive import Answer
from scrapers.errors import FormatChanged, Unusable
from scrapers.evaluation_groups import GROUPS
from scrapers.http import Ask
from scrapers.legacy import ENTRY, PAGE_SIZE, read_nation, read_province
from scrapers.legacy_shapes import unit_code
from scrapers.periods import Period
from scrapers.records import Figure, IndexReading, Unit

Row = dict[str, Any]

YEAR = Period("year", 2025)
LAST_MONTH_BEFORE = Period("month", 2025, 6)
AN_GIANG = "398126"
SCORES = ("TDGQ", "MDHL", "MDSH", "TTTT", "CLGQ", "CKMB", "TONG_SCORE")
NEEDED = (*SCORES, "ID_COQUAN", "TEN_COQUAN", "MA_COQUAN", "LOAI_COQUAN")


def row(code: str, name: str, kind: str, scores: str, identifier: str = "470152") -> Row:
    """One row in the portal's order; `scores` are the six groups and the total."""
    return {
        "ID": identifier,
        "TEN": name,
        "TEN_COQUAN": name,
        "MA_COQUAN": code,
        "LOAI_COQUAN": kind,
        "CAPDONVIID": "2" if kind == "3" else "1",
        "ID_COQUAN": identifier,
        **dict(zip(SCORES, scores.split(), strict=True)),
        "ROW_STT": "1",
    }


def nation_rows() -> list[Row]:
    return [
        row("H05", "UBND tỉnh Bắc Ninh", "1", "19.05 17.86 20.79 10 8.36 15.64 91.7", "401621"),
        row("000.00.00.H37", "UBND tỉnh Lạng Sơn", "1", "18 17.5 20 9 8 15 87.5", "417489"),
        row("H01", "UBND tỉnh  An Giang ", "1", "18.5 17.5 20 9 8 14.86 87.86", AN_GIANG),
    ]


def province_rows() -> list[Row]:
    return [
        row(
            "H01.187", "UBND xã Đông Thái - tỉnh An Giang", "3", "19.81 18 20.75 8.55 8.1 18 93.21"
        ),
        row(
            "H01.113",
            unicodedata.normalize("NFD", "UBND phường Long Phú - tỉnh An Giang"),
            "3",
            "19.86 18 20.68 8.52 8.11 18 93.17",
        ),
        row("H01.06", "Sở Công Thương - tỉnh An Giang", "2", "19.03 18 15.37 9.79 10 18 90.19"),
        row("H01.07", "Sở Dân tộc và Tôn giáo - tỉnh An Giang", "2", "15 17 18 10 10 18 88"),
    ]


def asking_for(body: object, status: int = 200, sent: list[Row] | None = None) -> Ask:
    """A portal that answers anything with this body; `sent` receives what it is asked."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()

    def ask(path: str, params: Row) -> Answer:
        assert path == ENTRY
        if sent is not None:
            sent.append(params)
        return Answer(path, params, status, "text/html", raw, dt.datetime.now(dt.UTC))

    return ask


def nation(rows: object, period: Period = YEAR) -> IndexReading:
    return read_nation(asking_for(rows), period)


def province(rows: object, period: Period = YEAR, code: str = "H01") -> IndexReading:
    return read_province(asking_for(rows), period, code, AN_GIANG)


def scores_of(reading: IndexReading, unit: str) -> dict[str, int | None]:
    return {one.indicator: one.score for one in reading.figures if one.unit_code == unit}


# --- What is read


def test_the_nation_is_its_provinces_and_nothing_above_them() -> None:
    reading = nation(nation_rows())
    assert (reading.province_code, reading.period) == (None, YEAR)
    assert reading.listed == reading.units.keys() == {"H05", "H37", "H01"}
    assert reading.units["H37"] == Unit("H37", "UBND tỉnh Lạng Sơn", "province", "H37", "417489")
    assert reading.units["H01"].name == "UBND tỉnh An Giang"
    assert scores_of(reading, "H05") == {
        "TOTAL": 9170, "CKMB": 1564, "TDGQ": 1905, "CLGQ": 836, "TTTT": 1000, "MDHL": 1786,
        "MDSH": 2079,
    }  # fmt: skip


def test_a_province_is_its_departments_and_communes() -> None:
    reading = province(province_rows())
    assert reading.province_code == "H01"
    assert reading.listed == reading.units.keys() == {"H01.187", "H01.113", "H01.06", "H01.07"}
    kinds = {code: unit.kind for code, unit in reading.units.items()}
    assert [kinds["H01.187"], kinds["H01.06"]] == ["commune", "department"]
    assert reading.units["H01.113"].name == "UBND phường Long Phú - tỉnh An Giang"
    assert {unit.province_code for unit in reading.units.values()} == {"H01"}
    assert (reading.declared, reading.listed_by_group) == ({}, {})


def test_a_figure_has_the_maximum_of_the_decision_and_neither_ratio_nor_counts() -> None:
    figures = province(province_rows()).figures
    assert Figure("H01.06", "CLGQ", 1000, 1200, None, None, None) in figures
    assert Figure("H01.06", "TTTT", 979, 1000, None, None, None) in figures
    assert Figure("H01.06", "TOTAL", 9019, 10000, None, None, None) in figures
    assert len(figures) == 4 * (1 + len(GROUPS))


def test_every_indicator_is_told() -> None:
    indicators = province(province_rows()).indicators
    assert indicators.keys() == {"TOTAL", *GROUPS}
    assert indicators["CLGQ"].name == "Dịch vụ công trực tuyến"
    assert indicators["TTTT"].name == "Thanh toán trực tuyến"


def test_a_period_without_data_is_a_reading_without_units() -> None:
    for reading in (nation([]), province([])):
        assert (reading.units, reading.figures, reading.listed) == ({}, [], set())


# --- What is asked


@pytest.mark.parametrize(
    ("period", "year", "quarter", "month"),
    [
        (YEAR, "2025", 0, 0),
        (Period("quarter", 2024, 3), "2024", 3, 0),
        (Period("month", 2022, 12), "2022", 0, 12),
    ],
)
def test_a_request_is_as_it_was_seen_to_work(
    period: Period, year: str, quarter: int, month: int
) -> None:
    sent: list[Row] = []
    read_nation(asking_for(nation_rows(), sent=sent), period)
    read_province(asking_for([], sent=sent), period, "H01", AN_GIANG)
    fixed = {
        "type": "ref", "service": "report_tinh_766_service", "p_huyen_id": "", "p_loaidonvi": 1,
        "loaichitieu": 0, "p_6thang": 0, "pageIndex": 1, "pageSize": 1000, "p_default": 0,
    }  # fmt: skip
    asked = {"p_nam": year, "p_quy": quarter, "p_thang": month}
    assert sent == [
        {**fixed, **asked, "p_tinh_id": "0"},
        {**fixed, **asked, "p_tinh_id": AN_GIANG},
    ]


# --- Texts for numbers, names and codes


@given(
    st.integers(0, 10000), st.sampled_from(".,"), st.sampled_from(["", " ", "\t"]), st.booleans()
)
def test_a_score_is_read_to_the_hundredth_however_it_is_written(
    hundredths: int, point: str, blank: str, is_short: bool
) -> None:
    text = f"{hundredths // 100}.{hundredths % 100:02d}"
    if is_short:
        text = text.rstrip("0").rstrip(".")
    rows = [{**province_rows()[0], "TDGQ": f"{blank}{text.replace('.', point)}{blank}"}]
    assert scores_of(province(rows), "H01.187")["TDGQ"] == hundredths


@pytest.mark.parametrize("nothing", ["", "  ", None])
@pytest.mark.parametrize("field", SCORES)
def test_no_score_is_not_zero(field: str, nothing: str | None) -> None:
    indicator = field.replace("TONG_SCORE", "TOTAL")
    found = scores_of(province([{**province_rows()[0], field: nothing}]), "H01.187")
    assert found.pop(indicator) is None
    assert None not in found.values()
    assert scores_of(province([{**province_rows()[0], field: "0"}]), "H01.187")[indicator] == 0


@given(st.sampled_from(["NFC", "NFD", "NFKC"]), st.sampled_from([" ", "  ", "\t", "\xa0"]))
def test_a_name_is_the_same_however_it_is_encoded(form: Any, blank: str) -> None:
    rows = province_rows()
    for one in rows:
        name = unicodedata.normalize(form, one["TEN_COQUAN"])
        one["TEN_COQUAN"] = f"{blank}{name.replace(' ', blank)}{blank}"
    assert province(rows) == province(province_rows())


@given(st.permutations(range(4)), st.permutations(range(1, 5)))
def test_neither_order_nor_row_number_means_anything(
    order: Sequence[int], numbers: Sequence[int]
) -> None:
    rows = [
        {**province_rows()[place], "ROW_STT": str(number)}
        for place, number in zip(order, numbers, strict=True)
    ]
    shuffled, plain = province(rows), province(province_rows())
    assert shuffled.units == plain.units
    assert sorted(shuffled.figures) == sorted(plain.figures)


PARTS = st.lists(st.integers(1, 99).map("{:02d}".format), max_size=3)


@given(st.integers(1, 63).map("H{:02d}".format), PARTS)
def test_a_code_of_the_older_form_is_turned_round(province_code: str, parts: list[str]) -> None:
    code = ".".join([province_code, *parts])
    older = ".".join([*["000", "00", "00"][: 3 - len(parts)], *reversed(parts), province_code])
    assert unit_code(older) == unit_code(code) == code


# --- What is refused


@pytest.mark.parametrize("field", NEEDED)
def test_a_field_that_is_gone_is_a_changed_format(field: str) -> None:
    rows = province_rows()
    rows[2]["NEW"] = rows[2].pop(field)
    with pytest.raises(FormatChanged, match="is missing") as caught:
        province(rows)
    assert caught.value.path == f"rows.2.{field}"


@pytest.mark.parametrize("field", ["ID", "TEN", "CAPDONVIID", "ROW_STT"])
def test_a_field_that_is_not_needed_may_go(field: str) -> None:
    rows = province_rows()
    for one in rows:
        del one[field]
    assert province(rows) == province(province_rows())


@pytest.mark.parametrize(
    "wrong",
    [
        *(91.7, 91, True, [], {}),
        *("abc", "-1", "+1", "1e1", "NaN", "1.", ".5", "1.000,5", "9" * 400, "1\n2", "٣"),
    ],
)
@pytest.mark.parametrize("field", SCORES)
def test_a_score_that_is_no_text_of_a_number_is_a_changed_format(field: str, wrong: object) -> None:
    with pytest.raises(FormatChanged) as caught:
        province([*province_rows(), {**province_rows()[0], field: wrong}])
    assert caught.value.path == f"rows.4.{field}"


@pytest.mark.parametrize("wrong", ["", "  ", None, 1, ["H01.06"]])
@pytest.mark.parametrize("field", ["ID_COQUAN", "TEN_COQUAN", "MA_COQUAN", "LOAI_COQUAN"])
def test_a_unit_without_identity_is_a_changed_format(field: str, wrong: object) -> None:
    with pytest.raises(FormatChanged) as caught:
        nation([{**nation_rows()[0], field: wrong}])
    assert caught.value.path == f"rows.0.{field}"


@pytest.mark.parametrize("length", [500, 501])
def test_a_code_beyond_all_measure_is_a_changed_format(length: int) -> None:
    code = "H37." + "1" * (length - 4)
    rows = [*province_rows(), {**province_rows()[0], "MA_COQUAN": code}]
    if length == 500:
        assert code in province(rows).units
        return
    with pytest.raises(FormatChanged) as caught:
        province(rows)
    assert caught.value.path == "rows.4.MA_COQUAN"


def test_a_code_of_nothing_but_zeros_is_a_changed_format() -> None:
    with pytest.raises(FormatChanged) as caught:
        province([{**province_rows()[0], "MA_COQUAN": "000.00"}])
    assert caught.value.path == "rows.0.MA_COQUAN"


@pytest.mark.parametrize(
    ("period", "word", "kind"),
    [
        (YEAR, "2", "department"),
        (YEAR, "3", "commune"),
        (Period("month", 2025, 7), "3", "commune"),
        (LAST_MONTH_BEFORE, "2", "department"),
        (LAST_MONTH_BEFORE, "3", "district"),
        (Period("year", 2024), "4", "commune"),
    ],
)
def test_districts_stood_where_communes_stand(period: Period, word: str, kind: str) -> None:
    reading = province([{**province_rows()[0], "LOAI_COQUAN": word}], period)
    assert reading.units["H01.187"].kind == kind


@pytest.mark.parametrize(("period", "word"), [(YEAR, "4"), (LAST_MONTH_BEFORE, "5"), (YEAR, "x")])
def test_an_unknown_kind_is_a_changed_format(period: Period, word: str) -> None:
    rows = province_rows()
    rows[1]["LOAI_COQUAN"] = word
    with pytest.raises(FormatChanged, match=word) as caught:
        province(rows, period)
    assert caught.value.path == "rows.1.LOAI_COQUAN"


@pytest.mark.parametrize("body", [{"data": nation_rows()}, None, "[]", 5, {}])
def test_anything_but_a_bare_list_is_a_changed_format(body: object) -> None:
    with pytest.raises(FormatChanged) as caught:
        nation(body)
    assert caught.value.path == "rows"


@given(st.floats(0, 1, exclude_max=True))
def test_a_truncated_answer_is_unusable(share: float) -> None:
    whole = json.dumps(province_rows()).encode()
    with pytest.raises(Unusable, match="no whole JSON"):
        province(whole[: int(len(whole) * share)])


@pytest.mark.parametrize("status", [204, 400, 404, 500])
def test_another_status_is_unusable(status: int) -> None:
    with pytest.raises(Unusable, match=str(status)):
        read_nation(asking_for(nation_rows(), status), YEAR)


def test_a_unit_that_stands_twice_is_unusable() -> None:
    with pytest.raises(Unusable, match=re.escape("H01.187 stands in the list twice")):
        province([*province_rows(), province_rows()[0]])
    with pytest.raises(Unusable, match="H37 stands in the list twice"):
        nation([*nation_rows(), {**nation_rows()[0], "MA_COQUAN": "H37"}])


def test_a_list_that_fills_the_page_may_be_cut() -> None:
    rows = [{**province_rows()[0], "MA_COQUAN": f"H01.{number}"} for number in range(PAGE_SIZE)]
    assert len(province(rows[1:]).listed) == PAGE_SIZE - 1
    with pytest.raises(Unusable, match="fill the page"):
        province(rows)


# --- Whose answer it is


def test_the_units_of_a_province_are_not_the_nation() -> None:
    with pytest.raises(Unusable, match=re.escape("asked for the nation, answered with H01.187")):
        nation(province_rows())
    with pytest.raises(Unusable, match="asked for the nation"):
        nation([{**nation_rows()[0], "MA_COQUAN": "G05"}])


@pytest.mark.parametrize("code", ["H05", "H01", "H37"])
def test_the_nation_is_no_province(code: str) -> None:
    with pytest.raises(Unusable, match=f"asked for {code}"):
        province(nation_rows(), code=code)


def test_another_province_is_unusable() -> None:
    with pytest.raises(Unusable, match=re.escape("asked for H53, answered with H01.187")):
        province(province_rows(), code="H53")


@pytest.mark.parametrize(("strange", "is_believed"), [(0, True), (2, True), (3, False), (4, False)])
def test_most_units_must_be_of_the_province(strange: int, is_believed: bool) -> None:
    rows = province_rows()
    for number, one in enumerate(rows[:strange]):
        one["MA_COQUAN"] = f"G17.{number}"
    if is_believed:
        assert len(province(rows).listed) == 4
    else:
        with pytest.raises(Unusable, match=re.escape("answered with G17.0")):
            province(rows)


def test_a_merged_province_may_list_units_by_their_former_codes() -> None:
    rows = [{**one, "MA_COQUAN": one["MA_COQUAN"].replace("H01", "H33")} for one in province_rows()]
    assert "H33.187" in province(rows).listed
    with pytest.raises(Unusable, match="asked for H01"):
        province(rows, LAST_MONTH_BEFORE)


def test_a_province_among_its_own_units_is_their_head() -> None:
    reading = province([nation_rows()[2], *province_rows()])
    assert reading.units["H01"].kind == "province"
    assert "H01" not in reading.listed
    with pytest.raises(Unusable, match="answered with H01 as department"):
        province([{**nation_rows()[2], "LOAI_COQUAN": "2"}])
