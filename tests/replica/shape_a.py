"""Three of the group answers: an overview, a paged list of units, and each unit's metrics."""

from __future__ import annotations

from .asked import DIGITISED, SATISFACTION, Query
from .figures import Group, Metric, half_up
from .scene import Row, Scene
from .texts import METRIC_NAMES, NO_REPORT_DATA, PROVISIONAL_DENOMINATOR, SOURCES
from .units import Unit
from .written import JsonAnswer, number

GROUPS = {"transparency": "CKMB", DIGITISED: "MDSH", SATISFACTION: "MDHL"}
_NOT_WITH_A_FILTER = "CITIZEN_DATA_CONNECTED_FORMALITY"


def shape_a(scene: Scene, query: Query) -> JsonAnswer:
    """The answer for `transparency`, `dossier-digitized` or `handling-satisfaction`."""
    code = GROUPS[query.endpoint]
    rows = [row for row in scene.rows if code in row.sheet.groups]
    first = (query.page - 1) * query.page_size
    page = rows[first : first + query.page_size]
    answer: JsonAnswer = {"overview": _overview(scene.head, rows, query)}
    if query.endpoint == "transparency":
        answer["monthlyChart"] = []
    # The order is that of the codes as text; the running number is no rank.
    answer["evaluation"] = [
        _unit(row, position, query) for position, row in enumerate(page, start=first + 1)
    ]
    answer["pagination"] = {
        "total": len(rows),
        "currentPage": query.page,
        "pageSize": query.page_size,
        "totalPages": -(-len(rows) // query.page_size),
    }
    answer["source"] = SOURCES[query.endpoint]
    return answer


def _overview(head: Row, rows: list[Row], query: Query) -> JsonAnswer:
    answer = _unit(head, 1, query)
    if query.endpoint == "transparency":
        scores = [row.sheet.groups["CKMB"].score for row in rows]
        answer["averageScore"] = number(half_up(sum(scores), len(scores))) if scores else 0
    return answer


def _unit(row: Row, position: int, query: Query) -> JsonAnswer:
    group = row.sheet.groups[GROUPS[query.endpoint]]
    metrics = [
        metric
        for metric in group.metrics
        if query.formality is None or metric.code != _NOT_WITH_A_FILTER
    ]
    score = sum(metric.score or 0 for metric in metrics)
    answer: JsonAnswer = {
        "stt": position,
        "departmentId": row.unit.id,
        "departmentName": row.unit.name,
    }
    # Two of the three answers carry no code: they can only be joined by id.
    if query.endpoint == DIGITISED:
        answer["departmentCode"] = row.unit.code
    answer |= _kind_of(row.unit)
    answer |= {
        "totalScore": number(score),
        "totalMaxScore": group.maximum,
        "ratio": number(_ratio(group, score)),
        "scoreDelta": None,
        "metrics": [_metric(metric) for metric in metrics],
    }
    if query.endpoint == SATISFACTION:
        counts = row.sheet.counts
        answer |= {
            "totalPetitions": counts.petitions,
            "classifiedPetitions": counts.petitions,
            "totalDossiers": counts.received,
            "averageScore": None,
        }
    return answer


def _ratio(group: Group, score: int) -> int:
    return half_up(score * 100, group.maximum)


def _kind_of(unit: Unit) -> JsonAnswer:
    department_type = {
        "province": "PROVINCE",
        "department": "PROVINCIAL_DEPARTMENT",
        "commune": "COMMUNE_PEOPLE_COMMITTEE",
    }[unit.kind]
    return {
        "departmentType": department_type,
        "departmentLevel": "COMMUNE" if unit.kind == "commune" else "PROVINCE",
        "agencyLevel": "level_1" if unit.kind == "province" else "level_2",
    }


def _metric(metric: Metric) -> JsonAnswer:
    answer: JsonAnswer = {
        "code": metric.code,
        "name": METRIC_NAMES[metric.code],
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "ratio": number(metric.ratio),
        "score": None if metric.score is None else number(metric.score),
        "maxScore": metric.maximum,
    }
    if metric.code == "DOSSIER_SYNC":
        status, message = PROVISIONAL_DENOMINATOR if metric.denominator else NO_REPORT_DATA
        answer |= {"dataQualityStatus": status, "dataQualityMessage": message}
    return answer
