"""Three of the group answers: a parent and its children, without pages and without metrics."""

from __future__ import annotations

from collections.abc import Callable

from .counts import Counts
from .figures import Group
from .scene import Row, Scene
from .units import Unit
from .written import JsonAnswer, ascending_months, identity, number


def _level(unit: Unit) -> str:
    return "COMMUNE" if unit.kind == "commune" else "PROVINCE"


def _score(group: Group) -> JsonAnswer:
    return {"totalScore": number(group.score), "totalMaxScore": group.maximum}


def progress_tree(scene: Scene) -> JsonAnswer:
    """Dossiers settled on time. A child's score has another name than its parent's."""
    head, counts = scene.head, scene.head.sheet.counts
    parent = {
        **identity(head.unit),
        "totalReceived": counts.received,
        "totalOnTime": counts.on_time,
        "totalCompleted": counts.completed,
        "avgProcessingDays": number(counts.average_days),
        "ratio": number(head.sheet.groups["TDGQ"].ratio),
        **_score(head.sheet.groups["TDGQ"]),
    }
    return {
        "parent": parent,
        "children": [_progress_child(row) for row in scene.rows],
        # Months to come are 0 and 0 here, which is no measurement.
        "monthlyChart": [
            {
                "month": month,
                "onTimePct": number(sheet.groups["TDGQ"].ratio) if sheet else 0,
                "overduePct": number(10_000 - sheet.groups["TDGQ"].ratio) if sheet else 0,
            }
            for month, sheet in ascending_months(scene)
        ],
    }


def _progress_child(row: Row) -> JsonAnswer:
    counts, group = row.sheet.counts, row.sheet.groups["TDGQ"]
    return {
        **identity(row.unit),
        "level": _level(row.unit),
        "totalReceived": counts.received,
        "totalOnTime": counts.on_time,
        "totalOverdue": counts.received - counts.on_time,
        "avgProcessingDays": number(counts.average_days),
        "ratio": number(group.ratio),
        "score": number(group.score),
        "maxScore": group.maximum,
        "scoreDelta": None,
    }


def provision_tree(scene: Scene) -> JsonAnswer:
    """Online provision. Only the parent shows counts."""
    head, counts = scene.head, scene.head.sheet.counts
    online_on_time = counts.channel_online * counts.on_time // max(counts.received, 1)
    parent = {
        **identity(head.unit),
        **_score(head.sheet.groups["CLGQ"]),
        "ratio": number(head.sheet.groups["CLGQ"].ratio),
        "authorityCount": counts.authority,
        "partialCount": counts.partial,
        "fullCount": counts.full,
        "onlineDossierCount": counts.services_used,
        "onlineServiceTotal": counts.services,
        "channelOnlineSum": counts.channel_online,
        "channelDirectSum": counts.channel_direct,
        "channelPostalSum": counts.channel_postal,
        "channelTotalSum": counts.channel_total,
        "onlineOnTimeSum": online_on_time,
        "onlineOverdueSum": counts.channel_online - online_on_time,
    }
    children = [
        {
            **identity(row.unit),
            "level": _level(row.unit),
            **_score(row.sheet.groups["CLGQ"]),
            "ratio": number(row.sheet.groups["CLGQ"].ratio),
            "scoreDelta": None,
        }
        for row in scene.rows
    ]
    return {"parent": parent, "children": children}


def payment_tree(scene: Scene) -> JsonAnswer:
    """Online payment, with the same counts for parent and children."""
    children = [
        {
            **identity(row.unit),
            "level": _level(row.unit),
            **_payment(row),
            "scoreDelta": None,
        }
        for row in scene.rows
    ]
    return {"parent": {**identity(scene.head.unit), **_payment(scene.head)}, "children": children}


def _payment(row: Row) -> JsonAnswer:
    counts: Counts = row.sheet.counts
    group = row.sheet.groups["TTTT"]
    return {
        "totalMaxScore": group.maximum,
        "ratio": number(group.ratio),
        "totalScore": number(group.score),
        "totalDossierOnlinePaymentSuccess": counts.paid_online,
        "totalDossierFinancialObligation": counts.owing,
        "totalDossierOnlineFormalityPaymentSuccess": counts.fee_paid_online,
        "totalFeeDossierFormalityDistinct": counts.fee_distinct,
        "totalFeeDossierFormality": counts.fee_provided,
        "totalFeeFormality": counts.fee_formalities,
    }


TREES: dict[str, Callable[[Scene], JsonAnswer]] = {
    "dvc-progress-tree": progress_tree,
    "provide-online-tree": provision_tree,
    "formality-online-payment-tree": payment_tree,
}
