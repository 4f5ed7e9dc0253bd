"""The page's drawings: inert, told as text, and never a bar where nothing was printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scrapers.periods import Period
from sync import wording
from sync.report import charts
from sync.report.course import CoursePoint, MonthTotal
from sync.report.daily import GroupLine
from tests.unit.page_world import figure

ALLOWED = {"svg", "title", "desc", "defs", "pattern", "g", "path", "rect", "circle", "text"}
SCORES = st.integers(0, 10_000)
FIRST = dt.date(2026, 1, 5)


def drawn(svg: str) -> Any:
    """The drawing, taken apart; it is inert and says what it is."""
    root = etree.fromstring(svg)
    nodes = list(root.iter())
    assert {node.tag for node in nodes} <= ALLOWED
    assert not [name for node in nodes for name in node.attrib if name.startswith("on")]
    assert "://" not in svg
    assert root.get("role") == "img"
    ids = [node.get("id") for node in nodes if node.get("id")]
    assert root.get("aria-labelledby").split() == [root[0].get("id"), root[1].get("id")]
    assert (root[0].tag, root[1].tag) == ("title", "desc")
    assert root[0].text
    assert len(ids) == len(set(ids)) == 3
    return root


def texts(root: Any) -> list[str]:
    return [node.text for node in root.iter("text")]


def points(totals: Sequence[int], step: int = 1) -> list[CoursePoint]:
    return [
        CoursePoint(FIRST + dt.timedelta(days=step * place), total, 20, 34)
        for place, total in enumerate(totals)
    ]


@given(st.lists(SCORES, min_size=2, max_size=366))
def test_a_course_tells_its_ends_and_extremes(totals: list[int]) -> None:
    root = drawn(charts.course_chart("a", points(totals), "Tỉnh An Giang"))
    told = {wording.points(each) for each in (totals[0], totals[-1], min(totals), max(totals))}
    assert told <= set(texts(root))
    assert all(each in root[1].text for each in told)
    line = root.find(".//g[@class='series serie-0 color-0']/path").get("d")
    assert len(line.split("L")[0].split() + line.split("L")[1].split()) == 2 * len(totals)


@given(st.lists(SCORES, min_size=2, max_size=60), st.integers(1, 6))
def test_the_axis_of_a_course_holds_it(totals: list[int], step: int) -> None:
    root = drawn(charts.course_chart("a", points(totals, step), "Tỉnh An Giang"))
    heights = [float(dot.get("cy")) for dot in root.iter("circle")]
    assert heights
    assert all(0 <= height <= 230 for height in heights)
    labels = [node.text for node in root.iterfind(".//g[@class='axis x']//text")]
    first, last = FIRST, FIRST + dt.timedelta(days=step * (len(totals) - 1))
    assert (labels[0], labels[-1]) == (f"{first:%d/%m}", f"{last:%d/%m}")
    assert len(labels) <= 7


def test_days_stand_by_their_dates_and_not_by_their_places() -> None:
    late = CoursePoint(FIRST + dt.timedelta(days=10), 6100, 20, 34)
    root = drawn(charts.course_chart("a", [*points([6000, 6000]), late], "Tỉnh An Giang"))
    path = root.find(".//g[@class='series serie-0 color-0']/path").get("d")
    across = [float(each) for each in path.replace("M", "").replace("L", "").split()[::2]]
    assert (across[1] - across[0]) / (across[2] - across[0]) == pytest.approx(0.1, abs=0.01)


def test_months_without_a_total_have_no_bar() -> None:
    months = [
        MonthTotal(Period("month", 2026, number), total, None, None)
        for number, total in ((1, None), (2, 5889), (3, 0), (4, 6023))
    ]
    root = drawn(charts.months_chart("m", months, "Tỉnh An Giang"))
    assert len(list(root.iter("rect"))) == 3
    assert [each for each in texts(root) if each.startswith("T")] == ["T1", "T2", "T3", "T4"]
    assert {"58,89", "0,00", "60,23"} <= set(texts(root))
    assert "tháng 1/2026" not in root[1].text
    assert "tháng 3/2026: 0,00" in root[1].text


@given(st.lists(st.tuples(st.none() | SCORES, st.none() | SCORES), min_size=1, max_size=6))
def test_groups_tell_their_share_or_that_it_is_unknown(pairs: list[tuple[int | None, ...]]) -> None:
    lines = [GroupLine(f"Nhóm {n}", figure(*pair), None) for n, pair in enumerate(pairs)]
    root = drawn(charts.groups_chart("g", lines, "Tỉnh An Giang"))
    said = texts(root)
    for line, (score, maximum) in zip(lines, pairs, strict=True):
        share = charts.share_of_maximum(line)
        if score is None or not maximum:
            assert share is None
            assert f"{line.name} (–)" in said
            assert f"{line.name}:" not in root[1].text
        else:
            assert share == round(10_000 * score / maximum)
            assert line.name in said
            assert f"{line.name}: {share // 100}" in root[1].text or share % 100 >= 95


def test_what_is_missing_to_the_maximum_is_hatched_and_not_only_coloured() -> None:
    lines = [GroupLine("Số hóa hồ sơ", figure(688, 2200), None)]
    root = drawn(charts.groups_chart("g", lines, "Tỉnh An Giang"))
    reached, missing = root.iter("rect")
    assert reached.get("fill") is None
    assert missing.get("fill") == f"url(#{root.find('defs/pattern').get('id')})"
    assert "31,3 %" in texts(root)


def test_ages_tell_their_numbers_zero_too() -> None:
    counts = [("đến 3 ngày", 12), ("4–10 ngày", 0), ("trên 90 ngày", 1021)]
    root = drawn(charts.ages_chart("t", counts, "nguồn igate"))
    assert {"12", "0", "1.021", *(label for label, _ in counts)} <= set(texts(root))
    assert root[1].text == "đến 3 ngày: 12; 4–10 ngày: 0; trên 90 ngày: 1.021."
