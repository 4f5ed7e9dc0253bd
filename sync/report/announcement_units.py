"""The units in an announcement: how many in which class, who is asked what, their figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scrapers.evaluation_groups import GROUPS
from scrapers.records import Kind
from sync import wording
from sync.report.announcement_content import (
    LEVELS,
    NOTHING,
    ClassList,
    LevelLine,
    UnitLine,
    UnitTable,
    plain,
    points,
    some,
    whole,
)
from sync.report.monthly import MonthlyReport
from sync.report.results import UnitResult
from sync.rules.differences import Standing
from sync.standings import Classes, class_of

_SHORT: dict[Kind, str] = {"department": "Sở, ngành", "district": "Huyện", "commune": "Xã"}
"""Levels in a narrow column."""
KEEP_FROM, STRIVE_FROM = 80.0, 70.0
"""Points from which a class is asked to keep it up, or to strive for more; below, to mend. What
offices ask of Tốt, Khá and Trung bình, whatever the labels are called."""


class Asked(NamedTuple):
    """Who is asked what; None where nobody is. `goal` is the class to strive for."""

    keep: ClassList | None
    strive: ClassList | None
    mend: ClassList | None
    unclassed: ClassList | None
    goal: str


def label_of(standing: Standing, classes: Classes) -> str | None:
    """The class by the labels as they are configured today; None where it has none."""
    if standing.class_ is None or standing.total is None:
        return None
    return class_of(standing.total, classes)


def best_first(units: Iterable[UnitResult]) -> list[UnitResult]:
    """Of all levels together, by total; those without one last."""

    def place(unit: UnitResult) -> tuple[bool, int, str, str]:
        total = unit.standing.total
        return total is None, -(total or 0), unit.name, unit.code

    return sorted(units, key=place)


def class_ranges(classes: Classes) -> str:
    """Xuất sắc từ 90 điểm, …, Yếu dưới 50 điểm."""
    ranges = [f"{label} từ {plain(lowest)} điểm" for label, lowest in classes[:-1]]
    last = classes[-1][0]
    if not ranges:
        return last
    return ", ".join([*ranges, f"{last} dưới {plain(classes[-2][1])} điểm"])


def level_lines(units: Iterable[UnitResult], classes: Classes) -> tuple[list[str], list[LevelLine]]:
    """The labels, and how many units of each level, of all and in per cent have each; or nothing.

    Units without a class get a column of their own, where there are any.
    """
    found = [(unit.kind, label_of(unit.standing, classes)) for unit in units]
    if not found:
        return [], []
    columns: list[str | None] = [label for label, _ in classes]
    every = [label for _, label in found]
    if None in every:
        columns.append(None)
    lines = [
        _level(name, [label for own, label in found if own == kind], columns)
        for kind, name in _SHORT.items()
        if any(own == kind for own, _ in found)
    ]
    shares = [wording.points(round(every.count(one) * 10_000 / len(every))) for one in columns]
    lines += [_level("Tổng", every, columns), LevelLine("Tỷ lệ (%)", shares, "100,00")]
    return [column or "Không xếp loại" for column in columns], lines


def _level(name: str, labels: list[str | None], columns: list[str | None]) -> LevelLine:
    counts = [wording.count(labels.count(column)) for column in columns]
    return LevelLine(name, counts, wording.count(len(labels)))


def asked(units: Iterable[UnitResult], classes: Classes, annex: str) -> Asked:
    """Who is to keep it up, to strive, to mend; `annex` is where all units stand.

    Those who are to mend come worst first, the others best first.
    """
    ordered = best_first(units)
    keep = [label for label, lowest in classes if lowest >= KEEP_FROM]
    strive = [label for label, lowest in classes if STRIVE_FROM <= lowest < KEEP_FROM]
    mend = [label for label, lowest in classes if lowest < STRIVE_FROM]
    idle = [
        wording.within(unit.name) for unit in ordered if label_of(unit.standing, classes) is None
    ]
    return Asked(
        _listed(ordered, keep, classes, annex),
        _listed(ordered, strive, classes, annex),
        _listed(ordered[::-1], mend, classes, annex),
        ClassList("Không xếp loại", wording.count(len(idle)), some(idle, annex)) if idle else None,
        goal=keep[-1] if keep else classes[0][0],
    )


def _listed(
    units: Sequence[UnitResult], labels: Sequence[str], classes: Classes, annex: str
) -> ClassList | None:
    labelled = [(unit, label_of(unit.standing, classes)) for unit in units]
    members = [unit for unit, label in labelled if label in labels]
    if not members:
        return None
    present = [label for label in labels if any(label == own for _, own in labelled)]
    named = [f"{wording.within(unit.name)} ({points(unit.standing.total)})" for unit in members]
    return ClassList(", ".join(present), wording.count(len(members)), some(named, annex))


def unit_tables(monthly: MonthlyReport) -> tuple[str, list[UnitTable]]:
    """A title, and the subject's units by level; of one without any, those it is ranked among."""
    units, title = monthly.units, f"Kết quả các đơn vị thuộc {wording.within(monthly.subject.name)}"
    if not units and monthly.subject.kind != "province":
        units = monthly.results.of_kind(monthly.subject.kind)
        title = "Kết quả các đơn vị cùng cấp"
    ordered = best_first(units)
    return title, [
        UnitTable(name, [_line(unit, monthly.classes) for unit in ordered if unit.kind == kind])
        for kind, name in LEVELS.items()
        if any(unit.kind == kind for unit in ordered)
    ]


def _line(unit: UnitResult, classes: Classes) -> UnitLine:
    figures = {code: unit.figures.get(code) for code in GROUPS}
    since, before = unit.since_period_before, unit.period_before
    return UnitLine(
        rank=whole(unit.standing.rank),
        name=unit.name,
        groups={code: points(one.score if one else None) for code, one in figures.items()},
        total=points(unit.standing.total),
        label=label_of(unit.standing, classes) or NOTHING,
        since=NOTHING if since is None else wording.signed(since),
        rank_before=whole(before.rank if before else None),
    )
