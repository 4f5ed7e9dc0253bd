"""The six groups of the index, each read from its own endpoint into one form.

Two shapes come from the portal: A (a flat list with metrics that carry codes) and B (a parent and
its children with bare counts). Above this file nobody knows which group came in which.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from scrapers import evaluation_shapes as shapes
from scrapers.envelope import read_envelope
from scrapers.evaluation_groups import (
    FEE_FORMALITY,
    NOT_ON_TIME,
    ONLINE_CHANNEL,
    ONLINE_PROVISION,
    ONLINE_SERVICE_USED,
    PAYMENT_DOSSIER,
    PAYMENT_FORMALITY,
)
from scrapers.http import Ask
from scrapers.periods import Period
from scrapers.records import Figure, Indicator, clean, hundredths

API = "/api/v1/reporting/evaluation"
PAGE_SIZE = 300
"""More than the largest province has units (188); further pages are read where declared."""
MOST_PAGES = 50


class Node(NamedTuple):
    """One unit in one group's answer, whichever shape it came in."""

    portal_id: str
    name: str
    code: str | None
    kind_word: str | None
    group: Figure
    metrics: list[tuple[Indicator, Figure]]


class Group(NamedTuple):
    """One group's answer: the province first, then its units; `declared` units if it says so."""

    province: Node
    units: list[Node]
    declared: int | None


def _read_measured(endpoint: str, group: str, ask: Ask, period: Period, portal_id: str) -> Group:
    """A group of shape A, all its pages."""
    satisfaction = endpoint == "handling-satisfaction"
    body = _date_body(period) if satisfaction else period_body(period)
    first: shapes.Measured | None = None
    units: list[Node] = []
    for page in range(1, MOST_PAGES + 1):
        request = {
            **body,
            "rootDepartmentId": portal_id,
            "currentPage": page,
            "pageSize": PAGE_SIZE,
        }
        data = read_envelope(ask(f"{API}/{endpoint}", request), shapes.Measured)
        first = first or data
        units.extend(_measured_node(group, unit) for unit in data.evaluation)
        if data.pagination is None or page >= data.pagination.totalPages:
            break
    assert first is not None
    declared = first.pagination.total if first.pagination else None
    return Group(_measured_node(group, first.overview), units, declared)


def _measured_node(group: str, unit: shapes.MeasuredUnit) -> Node:
    return Node(
        portal_id=unit.departmentId,
        name=clean(unit.departmentName),
        code=_clean_or_none(unit.departmentCode),
        kind_word=unit.departmentType,
        group=group_figure("", group, unit.totalScore, unit.totalMaxScore, unit.ratio),
        metrics=[
            (
                Indicator(metric.code, "metric", group, clean(metric.name)),
                Figure(
                    "",
                    metric.code,
                    hundredths(metric.score),
                    hundredths(metric.maxScore),
                    hundredths(metric.ratio),
                    metric.numerator,
                    metric.denominator,
                    metric.dataQualityStatus,
                ),
            )
            for metric in unit.metrics
        ],
    )


def _read_progress(ask: Ask, period: Period, portal_id: str) -> Group:
    """TDGQ: its own figure carries on time / received; what is not on time is a metric of ours."""
    data = _ask_tree("dvc-progress-tree", shapes.Progress, ask, period, portal_id)

    def node(
        unit: shapes.ProgressParent | shapes.ProgressChild,
        score: float | None,
        maximum: float | None,
        late: int | None,
    ) -> Node:
        received, on_time = unit.totalReceived, unit.totalOnTime
        figure = group_figure("", "TDGQ", score, maximum, unit.ratio)
        return _tree_node(
            unit,
            figure._replace(numerator=on_time, denominator=received),
            [_counted(NOT_ON_TIME, late, received)],
        )

    parent = data.parent
    if parent.totalReceived is None or parent.totalOnTime is None:
        not_on_time = None
    else:
        not_on_time = parent.totalReceived - parent.totalOnTime
    return Group(
        node(parent, parent.totalScore, parent.totalMaxScore, not_on_time),
        [node(unit, unit.score, unit.maxScore, unit.totalOverdue) for unit in data.children],
        None,
    )


def _read_provision(ask: Ask, period: Period, portal_id: str) -> Group:
    """CLGQ: only the province has counts."""
    data = _ask_tree("provide-online-tree", shapes.Provision, ask, period, portal_id)
    parent = data.parent
    if parent.partialCount is None or parent.fullCount is None:
        provided = None
    else:
        provided = parent.partialCount + parent.fullCount
    return Group(
        _tree_node(
            parent,
            _scored("CLGQ", parent),
            [
                _counted(ONLINE_PROVISION, provided, parent.authorityCount),
                _counted(ONLINE_SERVICE_USED, parent.onlineDossierCount, parent.onlineServiceTotal),
                _counted(ONLINE_CHANNEL, parent.channelOnlineSum, parent.channelTotalSum),
            ],
        ),
        [_tree_node(unit, _scored("CLGQ", unit), []) for unit in data.children],
        None,
    )


def _read_payment(ask: Ask, period: Period, portal_id: str) -> Group:
    """TTTT: three pairs of counts for the province and for each unit."""
    data = _ask_tree("formality-online-payment-tree", shapes.Payment, ask, period, portal_id)

    def node(unit: shapes.PaymentNode) -> Node:
        return _tree_node(
            unit,
            _scored("TTTT", unit),
            [
                _counted(
                    PAYMENT_FORMALITY,
                    unit.totalDossierOnlineFormalityPaymentSuccess,
                    unit.totalFeeDossierFormalityDistinct,
                ),
                _counted(FEE_FORMALITY, unit.totalFeeDossierFormality, unit.totalFeeFormality),
                _counted(
                    PAYMENT_DOSSIER,
                    unit.totalDossierOnlinePaymentSuccess,
                    unit.totalDossierFinancialObligation,
                ),
            ],
        )

    return Group(node(data.parent), [node(unit) for unit in data.children], None)


GROUP_READERS: dict[str, Callable[[Ask, Period, str], Group]] = {
    "CKMB": partial(_read_measured, "transparency", "CKMB"),
    "TDGQ": _read_progress,
    "CLGQ": _read_provision,
    "TTTT": _read_payment,
    "MDHL": partial(_read_measured, "handling-satisfaction", "MDHL"),
    "MDSH": partial(_read_measured, "dossier-digitized", "MDSH"),
}
"""The six groups, in the portal's order, and how each is read."""


def _ask_tree(
    endpoint: str, shape: type[shapes.AnyTree], ask: Ask, period: Period, portal_id: str
) -> shapes.AnyTree:
    """A group of shape B; it has no paging, and ignores a page size."""
    request = {
        **period_body(period),
        "rootDepartmentId": portal_id,
        "currentPage": 1,
        "pageSize": PAGE_SIZE,
    }
    return read_envelope(ask(f"{API}/{endpoint}", request), shape)


def _tree_node(
    unit: shapes.TreeUnit, group: Figure, metrics: list[tuple[Indicator, Figure]]
) -> Node:
    return Node(
        portal_id=unit.departmentId,
        name=clean(unit.departmentName),
        code=_clean_or_none(unit.departmentCode),
        kind_word=unit.level,
        group=group,
        metrics=metrics,
    )


def _scored(group: str, unit: shapes.ScoredNode) -> Figure:
    return group_figure("", group, unit.totalScore, unit.totalMaxScore, unit.ratio)


def _counted(
    indicator: Indicator, numerator: int | None, denominator: int | None
) -> tuple[Indicator, Figure]:
    """A pair of counts that the portal prints without score or ratio of its own."""
    return indicator, Figure("", indicator.code, None, None, None, numerator, denominator)


def group_figure(
    code: str, group: str, score: float | None, maximum: float | None, ratio: float | None
) -> Figure:
    """The figure of a group itself; the unit's code may be put in later."""
    return Figure(
        code, group, hundredths(score), hundredths(maximum), hundredths(ratio), None, None
    )


def period_body(period: Period) -> dict[str, Any]:
    """How a request names a period: timeType, year, and quarter or month."""
    body: dict[str, Any] = {"timeType": period.type, "year": period.year}
    if period.type != "year":
        body[period.type] = period.number
    return body


def _date_body(period: Period) -> dict[str, Any]:
    """handling-satisfaction takes days instead of a timeType."""
    return {
        "fromDate": period.first_day.isoformat(),
        "toDate": period.last_day.isoformat(),
    }


def _clean_or_none(text: str | None) -> str | None:
    return clean(text) if text else None
