"""The answer of `service-results`: the list of totals, with its radar and charts."""

from __future__ import annotations

import random

from .figures import Group, Sheet, half_up, ratio_of
from .scene import Row, Scene
from .texts import RADAR_NAMES
from .units import Unit
from .written import JsonAnswer, ascending_months, identity, number

_NEVER_SCORED_BEFORE = {"H37", "H49"}
"""Two provinces whose earlier period was the bare 16 points of a unit without dossiers."""


def service_results(scene: Scene) -> JsonAnswer:
    """National: 34 provinces with group scores. In a province: units with a child group."""
    head = scene.head
    return {
        "overview": {
            "departmentName": head.unit.name,
            "departmentCode": None if scene.is_national else head.unit.code,
            "totalScore": number(head.sheet.total),
            "totalMaxScore": 100,
            "ratio": number(head.sheet.total),
        },
        "growthPercent": number(_steady(f"{head.unit.code}/{scene.period}/growth", -300, 4000)),
        "radar": _radar(head.sheet),
        "donuts": _donuts(scene),
        # Best first, departments and communes mixed, without a rank; codes decide between equals.
        "evaluation": [
            _row(scene, row)
            for row in sorted(scene.rows, key=lambda row: (-row.sheet.total, row.unit.code))
        ],
        "monthlyChart": [
            {"month": month, "averageScore": None if sheet is None else number(sheet.total)}
            for month, sheet in ascending_months(scene)
        ],
        "dossierChart": [_dossiers_of(month, sheet) for month, sheet in ascending_months(scene)],
    }


def _row(scene: Scene, row: Row) -> JsonAnswer:
    total = number(row.sheet.total)
    cells = {**identity(row.unit), "totalScore": total, "ratio": total}
    if not scene.is_national:
        group = "COMMUNE" if row.unit.kind == "commune" else "AGENCY"
        return {**cells, "scoreDelta": None, "childGroup": group}
    scores = {code: number(group.score) for code, group in row.sheet.groups.items()}
    earlier = _earlier_total(row.unit, scene)
    return {**cells, "scoreDelta": number(row.sheet.total - earlier), "groupScores": scores}


def _earlier_total(unit: Unit, scene: Scene) -> int:
    """What the portal subtracts for `scoreDelta`; its base period is unknown."""
    if unit.code in _NEVER_SCORED_BEFORE:
        return 1600
    return _steady(f"{unit.code}/{scene.period}/earlier", 3500, 5200)


def _radar(sheet: Sheet) -> list[JsonAnswer]:
    """Five axes: CLGQ and TTTT are joined, and the joint ratio is the mean of their two."""
    groups = sheet.groups
    provision, payment = groups["CLGQ"], groups["TTTT"]
    online = Group(
        "ONLINE_SERVICE",
        provision.score + payment.score,
        provision.maximum + payment.maximum,
        half_up(provision.ratio + payment.ratio, 2),
        (),
    )
    axes = [groups["CKMB"], groups["TDGQ"], online, groups["MDHL"], groups["MDSH"]]
    return [
        {
            "code": axis.code,
            "name": RADAR_NAMES[axis.code],
            "score": number(axis.score),
            "maxScore": axis.maximum,
            "ratio": number(axis.ratio),
        }
        for axis in axes
    ]


def _donuts(scene: Scene) -> JsonAnswer:
    counts = scene.head.sheet.counts
    other = counts.channel_direct + counts.channel_postal
    provision = None
    if scene.period.type != "month":
        missing = counts.authority - counts.provided
        provision = _slices(
            ("FULL", "Toàn trình", counts.full),
            ("PARTIAL", "Một phần", counts.partial),
            ("NONE", "Chưa cung cấp", missing),
        )
    return {
        "onlineDossier": _slices(
            ("ONLINE", "Trực tuyến", counts.channel_online),
            ("OTHER", "Trực tiếp, bưu chính", other),
        ),
        "onlineProvision": provision,
    }


def _slices(*slices: tuple[str, str, int]) -> list[JsonAnswer]:
    whole = sum(value for _, _, value in slices)
    return [
        {"code": code, "name": name, "value": value, "percent": number(ratio_of(value, whole))}
        for code, name, value in slices
    ]


def _dossiers_of(month: str, sheet: Sheet | None) -> JsonAnswer:
    """Months to come are null here (and zero in the progress answer)."""
    if sheet is None:
        return {"month": month, "onTimePct": None, "overduePct": None}
    on_time = sheet.groups["TDGQ"].ratio
    return {"month": month, "onTimePct": number(on_time), "overduePct": number(10_000 - on_time)}


def _steady(key: str, low: int, high: int) -> int:
    """A number that depends on the key alone."""
    return random.Random(key).randint(low, high)
