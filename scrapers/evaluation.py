"""The published 766 results, as the portal's JSON API of 2026 gives them.

One reading of a province is seven requests: the list of its units with their totals, and six
groups with every metric; all are joined by the portal's unit id, because two groups print no code.
The reading of the nation is one request: 34 provinces with their totals and six groups.
Unknown and therefore only here: other years than 2026, units below the commune, ministries.
"""

from __future__ import annotations

from collections.abc import Iterable

from scrapers import evaluation_shapes as shapes
from scrapers.envelope import read_envelope
from scrapers.errors import FormatChanged, Unusable
from scrapers.evaluation_groups import GROUP_MAXIMA, GROUPS, TOTAL
from scrapers.evaluation_readers import (
    API,
    GROUP_READERS,
    Group,
    group_figure,
    period_body,
)
from scrapers.http import Ask
from scrapers.periods import Period
from scrapers.records import (
    NATION,
    Figure,
    IndexReading,
    Indicator,
    Kind,
    Unit,
    clean,
    hundredths,
)

_KINDS: dict[str | None, Kind] = {
    "AGENCY": "department",
    "COMMUNE": "commune",
    "PROVINCE": "department",
    "PROVINCIAL_DEPARTMENT": "department",
    "COMMUNE_PEOPLE_COMMITTEE": "commune",
}
"""childGroup of the list, `level` of shape B (where PROVINCE means "at province level"),
departmentType of shape A."""


def read_nation(ask: Ask, period: Period) -> IndexReading:
    """The table of the provinces for one period (`service-results`), and the nation's own figures.

    The nation has five radar axes instead of six groups; they are kept as the portal names them.
    """
    body = {**period_body(period), "departmentType": "ADMINISTRATIVE_UNIT"}
    answer = ask(f"{API}/service-results", body)
    head = read_envelope(answer, shapes.Headed).overview
    if head.departmentCode is not None:
        raise Unusable(
            f"service-results: asked for the nation, answered for {head.departmentCode}."
        )
    data = read_envelope(answer, shapes.NationRanking)
    reading = IndexReading(
        province_code=None,
        period=period,
        units={NATION: Unit(NATION, clean(data.overview.departmentName), "nation", None, None)},
        figures=[_total(NATION, data.overview.totalScore, data.overview.ratio)],
        indicators={TOTAL.code: TOTAL, **GROUPS},
        listed=set(),
    )
    for axis in data.radar:
        reading.indicators.setdefault(
            axis.code, Indicator(axis.code, "group", None, clean(axis.name))
        )
        reading.figures.append(
            group_figure(NATION, axis.code, axis.score, axis.maxScore, axis.ratio)
        )
    for row in data.evaluation:
        code = _code(row.departmentCode, row.departmentId)
        _list_unit(
            reading, Unit(code, clean(row.departmentName), "province", code, row.departmentId)
        )
        reading.figures.append(_total(code, row.totalScore, row.ratio))
        for group, score in row.groupScores.items():
            if group in GROUPS and score is not None:
                maximum = GROUP_MAXIMA[group] / 100
                reading.figures.append(group_figure(code, group, score, maximum, None))
    return reading


def read_province(ask: Ask, period: Period, province_code: str, portal_id: str) -> IndexReading:
    """Everything about one province in one period: its units, their totals, groups and metrics.

    `portal_id` is the province's id on the portal. Raises Unusable when another province answers.
    """
    body = {**period_body(period), "rootDepartmentId": portal_id}
    data = read_envelope(ask(f"{API}/service-results", body), shapes.Ranking)
    answered = data.overview.departmentCode
    if answered is None or clean(answered) != province_code:
        raise Unusable(
            f"service-results: asked for {province_code}, answered for {answered or 'the nation'}."
        )
    name = clean(data.overview.departmentName)
    reading = IndexReading(
        province_code=province_code,
        period=period,
        units={province_code: Unit(province_code, name, "province", province_code, portal_id)},
        figures=[_total(province_code, data.overview.totalScore, data.overview.ratio)],
        indicators={TOTAL.code: TOTAL, **GROUPS},
        listed=set(),
    )
    groups = {code: read(ask, period, portal_id) for code, read in GROUP_READERS.items()}
    codes = _codes(data.evaluation, groups.values())
    codes[portal_id] = province_code
    for row in data.evaluation:
        kind = _kind(row.childGroup, "service-results", "evaluation.childGroup")
        code = codes[row.departmentId]
        name = clean(row.departmentName)
        _list_unit(reading, Unit(code, name, kind, province_code, row.departmentId))
        reading.figures.append(_total(code, row.totalScore, row.ratio))
    for group, answer in groups.items():
        _join_group(reading, group, answer, codes, portal_id)
    return reading


def _list_unit(reading: IndexReading, unit: Unit) -> None:
    if unit.code in reading.listed:
        raise Unusable(f"service-results: the unit {unit.code} stands in the list twice.")
    reading.listed.add(unit.code)
    reading.units[unit.code] = unit


def _join_group(
    reading: IndexReading, group: str, answer: Group, codes: dict[str, str], portal_id: str
) -> None:
    """Add one group's answer to the reading, by unit id."""
    asked = reading.province_code
    province = answer.province
    if province.portal_id != portal_id or province.code not in (None, asked):
        raise Unusable(
            f"{group}: asked for {asked}, answered for {province.code or province.name}."
        )
    present: set[str] = set()
    for node in (province, *answer.units):
        code = codes[node.portal_id]
        if code in present:
            raise Unusable(f"{group}: the unit {code} stands in the answer twice.")
        present.add(code)
        if node is not province and code not in reading.units:
            kind = _kind(node.kind_word, group, "level")
            reading.units[code] = Unit(code, node.name, kind, asked, node.portal_id)
        reading.figures.append(node.group._replace(unit_code=code))
        for indicator, figure in node.metrics:
            reading.indicators.setdefault(indicator.code, indicator)
            reading.figures.append(figure._replace(unit_code=code))
    reading.listed_by_group[group] = present
    if answer.declared is not None:
        reading.declared[group] = answer.declared


def _total(code: str, score: float, ratio: float) -> Figure:
    return Figure(code, TOTAL.code, hundredths(score), 10000, hundredths(ratio), None, None)


def _codes(rows: Iterable[shapes.RankingRow], groups: Iterable[Group]) -> dict[str, str]:
    """Portal id -> unit code, from wherever a code is printed."""
    codes: dict[str, str] = {}
    for group in groups:
        for node in (group.province, *group.units):
            if node.code or node.portal_id not in codes:
                codes[node.portal_id] = _code(node.code, node.portal_id)
    for row in rows:
        if row.departmentCode or row.departmentId not in codes:
            codes[row.departmentId] = _code(row.departmentCode, row.departmentId)
    return codes


def _code(printed: str | None, portal_id: str) -> str:
    """The unit's code; a unit that is printed without one anywhere is known by the portal's id."""
    return clean(printed) if printed else portal_id


def _kind(word: str | None, where: str, path: str) -> Kind:
    if word in _KINDS:
        return _KINDS[word]
    raise FormatChanged(where, path, f"has an unknown value ({word!r})")
