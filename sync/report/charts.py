"""The page's charts: static SVG without scripts, styles or addresses, coloured by `report.css`.

pygal reckons where things stand; what it adds for a page of its own is taken out. Every chart says
its figures as text, has a title and a description, and stands beside a table that says the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from lxml import etree

from sync import wording
from sync.report.course import CoursePoint, MonthTotal
from sync.report.daily import GroupLine

WIDTH = 480
"""Units of the drawing; small, so that its text is still read on a phone."""
TEXT = 13
FULL = 10_000
"""A whole, in hundredths of a per cent."""
_LEAST_SPAN = 100
"""Hundredths of a point that the axis of a course shows at least: noise must look like noise."""
_DROPPED = ("style", "script", "title", "desc", "defs")
_HATCH = (
    '<defs><pattern id="{id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path d="M0 0v6" class="hatch"/></pattern></defs>'
)


def course_chart(key: str, points: Sequence[CoursePoint], name: str) -> str:
    """The total day by day, on a true axis of time; `key` begins the ids of the drawing.

    `points` in hundredths, in order of days, two at least. The first, last, lowest and highest
    are told as text.
    """
    totals = [point.total for point in points]
    low, high = _span(min(totals), max(totals))
    chart = _pygal().XY(
        **_common(230),
        range=(low, high),
        y_labels=[low + (high - low) * step // 4 for step in range(5)],
        value_formatter=_points,
        x_labels=[day.toordinal() for day in _ticks(points[0].day, points[-1].day)],
        x_value_formatter=_short_day,
        print_labels=True,
        dots_size=3,
        margin_right=30,
    )
    chart.add("", [(point.day.toordinal(), point.total) for point in points], show_dots=False)
    told = {0, len(points) - 1, totals.index(min(totals)), totals.index(max(totals))}
    chart.add("", [_told(points[place]) for place in sorted(told)], stroke=False)
    first, last = points[0], points[-1]
    return _drawing(
        chart,
        key,
        f"Tổng điểm của {name} theo ngày",
        f"Từ {wording.points(first.total)} ngày {wording.day(first.day)} đến "
        f"{wording.points(last.total)} ngày {wording.day(last.day)}; thấp nhất "
        f"{wording.points(min(totals))}, cao nhất {wording.points(max(totals))}.",
    )


def months_chart(key: str, months: Sequence[MonthTotal], name: str) -> str:
    """The totals of the months, as bars from zero; months without a total have none."""
    chart = _pygal().Bar(
        **_common(160),
        range=(0, FULL),
        y_labels=[0, FULL // 2, FULL],
        value_formatter=_points,
        print_labels=True,
        print_values_position="top",
    )
    chart.x_labels = [f"T{month.period.number}" for month in months]
    chart.add("", [_labelled(month.total, wording.points) for month in months])
    told = (
        f"{wording.period(month.period)}: {wording.points(month.total)}"
        for month in months
        if month.total is not None
    )
    return _drawing(chart, key, f"Tổng điểm từng tháng của {name}", f"{'; '.join(told)}.")


def groups_chart(key: str, lines: Sequence[GroupLine], name: str) -> str:
    """Each group's score as a share of its maximum; what is missing is hatched.

    Groups whose score or maximum is not printed have no bar.
    """
    shares = [share_of_maximum(line) for line in reversed(lines)]
    chart = _pygal().HorizontalStackedBar(
        **_common(240),
        range=(0, FULL),
        y_labels=[0, FULL // 4, FULL // 2, 3 * FULL // 4, FULL],
        value_formatter=lambda value: f"{value / 100:.0f} %",
        print_labels=True,
        margin_right=25,
    )
    chart.x_labels = [
        line.name if share is not None else f"{line.name} (–)"
        for line, share in zip(reversed(lines), shares, strict=True)
    ]
    chart.add("", [_labelled(share, _per_cent) for share in shares])
    chart.add("", [None if share is None else FULL - share for share in shares])
    told = (
        f"{line.name}: {_per_cent(share)}"
        for line, share in zip(lines, reversed(shares), strict=True)
        if share is not None
    )
    return _drawing(
        chart, key, f"Mức đạt của sáu nhóm chỉ số so với điểm tối đa, {name}", f"{'; '.join(told)}."
    )


def ages_chart(key: str, counts: Sequence[tuple[str, int]], name: str) -> str:
    """How many dossiers are overdue for how long; `counts` are labels with numbers."""
    chart = _pygal().HorizontalBar(
        **_common(40 + 30 * len(counts)),
        show_x_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        print_labels=True,
        print_values_position="top",
        margin_right=40,
    )
    chart.x_labels = [label for label, _ in reversed(counts)]
    chart.add("", [_labelled(number, wording.count) for _, number in reversed(counts)])
    told = "; ".join(f"{label}: {wording.count(number)}" for label, number in counts)
    return _drawing(chart, key, f"Số hồ sơ quá hạn theo thời gian quá hạn, {name}", f"{told}.")


def share_of_maximum(line: GroupLine) -> int | None:
    """A group's score over its maximum, in hundredths of a per cent; None where one is unknown."""
    score, maximum = line.figure.score, line.figure.max_score
    return None if score is None or not maximum else round(FULL * score / maximum)


def _pygal() -> Any:
    """The library, loaded only when something is drawn."""
    import pygal

    return pygal


def _common(height: int) -> dict[str, Any]:
    """What all charts have: sizes to reckon with, nothing that moves."""
    from pygal.style import Style

    sizes = dict.fromkeys(
        ("label_font_size", "major_label_font_size", "value_font_size", "value_label_font_size"),
        TEXT,
    )
    return {
        "width": WIDTH,
        "height": height,
        "style": Style(**sizes),
        "show_legend": False,
        "js": [],
        "margin": 12,
        "no_data_text": "",
    }


def _labelled(value: int | None, words: Callable[[int], str]) -> dict[str, Any] | None:
    return None if value is None else {"value": value, "label": words(value)}


def _told(point: CoursePoint) -> dict[str, Any]:
    return {"value": (point.day.toordinal(), point.total), "label": wording.points(point.total)}


def _points(value: float) -> str:
    return wording.points(round(value))


def _per_cent(hundredths: int) -> str:
    tenths = round(hundredths / 10)
    return f"{tenths // 10},{tenths % 10} %"


def _short_day(ordinal: float) -> str:
    return f"{dt.date.fromordinal(round(ordinal)):%d/%m}"


def _span(low: int, high: int) -> tuple[int, int]:
    """An axis whose quarters are round, around the totals, between 0 and 100 points."""
    room = max(_LEAST_SPAN - (high - low), (high - low) // 4, 40) // 2
    low = (low - room) // 20 * 20
    high = low + -(-(high + room - low) // 80) * 80
    return max(low, 0), min(high, FULL)


def _ticks(first: dt.date, last: dt.date) -> list[dt.date]:
    """At most seven days, evenly spread, the first and the last among them."""
    days = (last - first).days
    steps = min(days, 6)
    return [first + dt.timedelta(days=days * step // steps) for step in range(steps + 1)]


def _drawing(chart: Any, key: str, title: str, description: str) -> str:
    """The chart as an inert drawing that says what it shows."""
    drawn = chart.render_tree()
    svg = etree.Element(
        "svg",
        {
            "class": "chart",
            "viewBox": drawn.get("viewBox"),
            "role": "img",
            "aria-labelledby": f"{key}-title {key}-words",
        },
    )
    for name, ending, words in (("title", "title", title), ("desc", "words", description)):
        etree.SubElement(svg, name, id=f"{key}-{ending}").text = words
    svg.append(etree.fromstring(_HATCH.format(id=key)))
    svg.extend(child for child in drawn if child.tag == "g")
    _quieten(svg, key)
    return str(etree.tostring(svg, encoding="unicode"))


def _quieten(svg: Any, key: str) -> None:
    """Take out what is for a mouse, and write coordinates as short as they are meant."""
    graph = svg.find("g")
    for node in list(graph.iter()):
        is_for_the_mouse = "tooltip-overlay" in node.get("class", "")
        if node.tag in _DROPPED or is_for_the_mouse or node.get("class") == "background":
            node.getparent().remove(node)
    for node in graph.iter():
        for name, value in node.attrib.items():
            if name == "class":
                node.set(name, value.replace(" reactive tooltip-trigger", ""))
            else:
                node.set(name, re.sub(r"-?\d+\.\d+", _shortened, value))
            if node.get(name) == "" or name in ("rx", "ry"):
                del node.attrib[name]
    for bar in graph.iterfind(".//g[@class='series serie-1 color-1']//rect"):
        bar.set("fill", f"url(#{key}-hatch)")


def _shortened(match: re.Match[str]) -> str:
    return f"{float(match[0]):.1f}".removesuffix(".0")
