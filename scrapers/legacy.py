"""The published 766 results of 2022 to 2025, as the portal's older interface gives them.

One request a reading: the provinces of the nation, or the units of one province, each with its
total and six groups, without metrics, counts, ratios or maxima. The nation has no row of its own,
nor has a province among its units. Nothing in an answer names the period or the province asked
for: the period rests on the request, the province is told by the codes of the units.
Communes below a district were given by district, before the mergers, and are not asked for.
Never to be joined with the results of `evaluation`: the portal changed its sources in between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from scrapers.errors import Unusable
from scrapers.evaluation_groups import GROUP_MAXIMA, GROUPS, TOTAL
from scrapers.former_provinces import is_before_mergers, predecessors
from scrapers.http import Ask
from scrapers.legacy_shapes import SERVICE, Row, kind_of, read_rows
from scrapers.periods import Period
from scrapers.records import Figure, IndexReading, Unit

ENTRY = "/jsp/rest.jsp"
WHOLE_NATION = "0"
PAGE_SIZE = 1000
"""What clients sent; the longest list seen has 117 rows, and a second page was never seen."""

MAXIMA = {TOTAL.code: 10000, **GROUP_MAXIMA}
"""In hundredths. The interface prints none: those of Decision 766, and no figure of 2025 exceeds
them. (Inferred for the years before, when the Decision was the same.)"""

_PROVINCE_CODE = re.compile(r"H[0-9]{2}")


def read_nation(ask: Ask, period: Period) -> IndexReading:
    """The table of the provinces for one period; `Unit.portal_id` is what `read_province` takes.

    A period for which the portal has nothing gives a reading without units.
    Raises FormatChanged, and Unusable when the units of a province answer.
    """
    reading = _empty(None, period)
    for position, row in enumerate(_rows(ask, period, WHOLE_NATION)):
        kind = kind_of(position, row, period)
        if kind != "province" or not _PROVINCE_CODE.fullmatch(row.MA_COQUAN):
            raise Unusable(f"{SERVICE}: asked for the nation, answered with {row.MA_COQUAN}.")
        unit = Unit(row.MA_COQUAN, row.TEN_COQUAN, kind, row.MA_COQUAN, row.ID_COQUAN)
        _add(reading, unit, row)
    return reading


def read_province(ask: Ask, period: Period, province_code: str, portal_id: str) -> IndexReading:
    """The units of one province in one period; `portal_id` is the province's agency id.

    A period for which the portal has nothing gives a reading without units.
    Raises FormatChanged, and Unusable when another province, or the nation, answers.
    """
    rows = _rows(ask, period, portal_id)
    _check_province(rows, province_code, period)
    reading = _empty(province_code, period)
    for position, row in enumerate(rows):
        kind, code = kind_of(position, row, period), row.MA_COQUAN
        if (kind == "province") != (code == province_code):
            raise Unusable(f"{SERVICE}: asked for {province_code}, answered with {code} as {kind}.")
        _add(reading, Unit(code, row.TEN_COQUAN, kind, province_code, row.ID_COQUAN), row)
    # A province was never seen among its own units; it would be their head, not one of them.
    reading.listed.discard(province_code)
    return reading


def _rows(ask: Ask, period: Period, agency_id: str) -> list[Row]:
    rows = read_rows(ask(ENTRY, _parameters(period, agency_id)))
    if len(rows) >= PAGE_SIZE:
        raise Unusable(f"{SERVICE}: {len(rows)} rows fill the page, so some may be missing.")
    return rows


def _parameters(period: Period, agency_id: str) -> dict[str, Any]:
    """The request as the clients whose answers are known sent it; all three periods 0 is a year."""
    return {
        "type": "ref",
        "service": SERVICE,
        "p_nam": str(period.year),
        "p_tinh_id": agency_id,
        "p_huyen_id": "",
        "p_loaidonvi": 1,
        "loaichitieu": 0,
        "p_6thang": 0,
        "p_quy": period.number if period.type == "quarter" else 0,
        "p_thang": period.number if period.type == "month" else 0,
        "pageIndex": 1,
        "pageSize": PAGE_SIZE,
        "p_default": 0,
    }


def _check_province(rows: Sequence[Row], province_code: str, period: Period) -> None:
    """Most units must carry the code of the province or, since then, of one merged into it.

    Not all: a unit may have kept a code from elsewhere, but a wrong answer has hardly one of ours.
    """
    merged = frozenset() if is_before_mergers(period) else predecessors(province_code)
    ours = {province_code, *merged}
    strange = [row.MA_COQUAN for row in rows if row.MA_COQUAN.split(".")[0] not in ours]
    if len(strange) * 2 > len(rows):
        raise Unusable(f"{SERVICE}: asked for {province_code}, answered with {strange[0]}.")


def _empty(province_code: str | None, period: Period) -> IndexReading:
    return IndexReading(
        province_code=province_code,
        period=period,
        units={},
        figures=[],
        indicators={TOTAL.code: TOTAL, **GROUPS},
        listed=set(),
    )


def _add(reading: IndexReading, unit: Unit, row: Row) -> None:
    if unit.code in reading.units:
        raise Unusable(f"{SERVICE}: the unit {unit.code} stands in the list twice.")
    reading.units[unit.code] = unit
    reading.listed.add(unit.code)
    scores = {TOTAL.code: row.TONG_SCORE, **{group: getattr(row, group) for group in GROUPS}}
    reading.figures.extend(
        Figure(unit.code, indicator, score, MAXIMA[indicator], None, None, None)
        for indicator, score in scores.items()
    )
