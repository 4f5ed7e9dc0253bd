"""Reads the replica's answers back into figures, for the replica's own tests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from .asked import RESULTS, SATISFACTION
from .evaluation import ENDPOINTS, PREFIX, evaluation_route
from .expected import Figure, Key, Scope
from .provinces import BY_CODE, NATION_CODE
from .routes import Answer, Call
from .shape_a import GROUPS

_PAYMENT = {
    "ONLINE_PAYMENT_FORMALITY": (
        "totalDossierOnlineFormalityPaymentSuccess",
        "totalFeeDossierFormalityDistinct",
    ),
    "FEE_FORMALITY_PROVIDED": ("totalFeeDossierFormality", "totalFeeFormality"),
    "ONLINE_PAYMENT_DOSSIER": (
        "totalDossierOnlinePaymentSuccess",
        "totalDossierFinancialObligation",
    ),
}
_TREE_GROUPS = {
    "dvc-progress-tree": "TDGQ",
    "provide-online-tree": "CLGQ",
    "formality-online-payment-tree": "TTTT",
}


def body_for(endpoint: str, scope: Scope, **more: object) -> dict[str, object]:
    """The body a client sends for one scope."""
    period = scope.period
    body: dict[str, object] = {"currentPage": 1, "pageSize": 200}
    if endpoint == SATISFACTION:
        first, last = period.first_and_last()
        body |= {"fromDate": first.isoformat(), "toDate": last.isoformat()}
    else:
        body |= {"timeType": period.type, "year": period.year}
        if period.number:
            body[period.type] = period.number
    if scope.code != NATION_CODE:
        body["rootDepartmentId"] = BY_CODE[scope.code].id
    return {**body, **more}


def asked_directly(day: int, endpoint: str, body: dict[str, object]) -> Answer:
    """The answer without a network in between."""
    answer = evaluation_route(Call("POST", PREFIX + endpoint, "", {}, b"", body, day))
    assert answer is not None
    return answer


def data_of(day: int, endpoint: str, scope: Scope, **more: object) -> Any:
    """The `data` of one answer, its numbers as exact decimals."""
    answer = asked_directly(day, endpoint, body_for(endpoint, scope, **more))
    assert answer.status == 201
    return json.loads(answer.body, parse_float=Decimal)["data"]


def read(day: int, scope: Scope) -> dict[Key, Figure]:
    """All figures of a scope, from one answer for the nation and from seven for a province."""
    if scope.code == NATION_CODE:
        return _nation(data_of(day, RESULTS, scope))
    answers = {endpoint: data_of(day, endpoint, scope) for endpoint in ENDPOINTS}
    code_of = {row["departmentId"]: row["departmentCode"] for row in _rows(answers[RESULTS])}
    code_of[BY_CODE[scope.code].id] = scope.code
    found = {
        (row["departmentCode"], "TOTAL"): _figure(row["totalScore"], 100, row["ratio"])
        for row in _rows(answers[RESULTS])
    }
    for endpoint, group in GROUPS.items():
        for unit in (answers[endpoint]["overview"], *_rows(answers[endpoint])):
            code = code_of[unit["departmentId"]]
            if code != scope.code:
                found[code, group] = _figure(
                    unit["totalScore"], unit["totalMaxScore"], unit["ratio"]
                )
            for metric in unit["metrics"]:
                found[code, metric["code"]] = _metric(metric)
    for endpoint, group in _TREE_GROUPS.items():
        parent = answers[endpoint]["parent"]
        for unit in (parent, *_rows(answers[endpoint])):
            found.update(_tree_unit(unit, group, unit is parent))
    return found


def _tree_unit(unit: Any, group: str, is_parent: bool) -> Iterable[tuple[Key, Figure]]:
    code = unit["departmentCode"]
    if not is_parent:
        score = unit["score"] if group == "TDGQ" else unit["totalScore"]
        maximum = unit["maxScore"] if group == "TDGQ" else unit["totalMaxScore"]
        counts = (unit["totalOnTime"], unit["totalReceived"]) if group == "TDGQ" else (None, None)
        yield (code, group), _figure(score, maximum, unit["ratio"], *counts)
    if group == "TDGQ":
        received = unit["totalReceived"]
        yield (code, "NOT_ON_TIME"), _counts(received - unit["totalOnTime"], received)
    elif group == "TTTT":
        for name, (numerator, denominator) in _PAYMENT.items():
            yield (code, name), _counts(unit[numerator], unit[denominator])
    elif is_parent:
        provided = unit["partialCount"] + unit["fullCount"]
        yield (code, "ONLINE_PROVISION"), _counts(provided, unit["authorityCount"])
        used = _counts(unit["onlineDossierCount"], unit["onlineServiceTotal"])
        yield (code, "ONLINE_SERVICE_USED"), used
        channel = _counts(unit["channelOnlineSum"], unit["channelTotalSum"])
        yield (code, "ONLINE_CHANNEL"), channel


def _nation(data: Any) -> dict[Key, Figure]:
    overview = data["overview"]
    found = {
        (NATION_CODE, "TOTAL"): _figure(overview["totalScore"], 100, overview["ratio"]),
    }
    for axis in data["radar"]:
        figure = _figure(axis["score"], axis["maxScore"], axis["ratio"])
        found[NATION_CODE, axis["code"]] = figure
    maxima = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22}
    for row in data["evaluation"]:
        code = row["departmentCode"]
        found[code, "TOTAL"] = _figure(row["totalScore"], 100, row["ratio"])
        for group, score in row["groupScores"].items():
            found[code, group] = Figure(Decimal(score), Decimal(maxima[group]))
    return found


def _rows(data: Any) -> list[Any]:
    rows: list[Any] = data["evaluation"] if "evaluation" in data else data["children"]
    return rows


def _metric(metric: Any) -> Figure:
    counts = metric["numerator"], metric["denominator"]
    if metric["score"] is None:
        return Figure(None, Decimal(metric["maxScore"]), Decimal(metric["ratio"]), *counts)
    return _figure(metric["score"], metric["maxScore"], metric["ratio"], *counts)


def _figure(
    score: Any, maximum: Any, ratio: Any, numerator: Any = None, denominator: Any = None
) -> Figure:
    return Figure(Decimal(score), Decimal(maximum), Decimal(ratio), numerator, denominator)


def _counts(numerator: int, denominator: int) -> Figure:
    return Figure(None, None, None, numerator, denominator)
