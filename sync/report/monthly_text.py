"""A month in a few lines of plain text that an official can paste into a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from scrapers.evaluation_groups import GROUPS
from scrapers.records import Kind
from sync import wording
from sync.report.monthly import MonthlyReport, WeakRate
from sync.report.results import UnitResult
from sync.rules.differences import Standing

MOST_NAMED = 5
"""Units that one line names."""

_KINDS: dict[Kind, str] = {
    "department": "Sở, ban, ngành",
    "district": "Huyện",
    "commune": "Xã, phường, đặc khu",
}


def monthly_text(report: MonthlyReport) -> str:
    """The month, the most important first; ends with a line break."""
    parts = (_headline(report), _groups(report), _units(report), _weak(report), _overdue(report))
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def _headline(report: MonthlyReport) -> Iterator[str]:
    subject = report.subject
    yield f"KẾT QUẢ BỘ CHỈ SỐ 766 {wording.period(report.month).upper()}: {subject.name}"
    yield (
        f"Số liệu Cổng Dịch vụ công quốc gia lúc {wording.moment(report.cut_off)}; "
        "có thể thay đổi khi Cổng tính lại."
    )
    yield f"Tổng điểm {_standing(subject.standing)}{_since(subject)}."


def _standing(standing: Standing) -> str:
    total = "chưa có" if standing.total is None else wording.points(standing.total)
    rank = "" if standing.rank is None else f", hạng {standing.rank}/{standing.rank_of}"
    return f"{total}{rank}{f', loại {standing.class_}' if standing.class_ else ''}"


def _since(subject: UnitResult) -> str:
    """The move since the month before: points, and ranks where they are told."""
    delta, then = subject.since_period_before, subject.period_before
    if delta is None or then is None:
        return ""
    if delta == 0:
        words = "bằng tháng trước"
    else:
        moved = "tăng" if delta > 0 else "giảm"
        words = f"{moved} {wording.points(abs(delta))} điểm so tháng trước"
    rank = subject.standing.rank
    if rank is not None and then.rank is not None and rank != then.rank:
        moved = "tăng" if rank < then.rank else "tụt"
        words += f", {moved} {abs(rank - then.rank)} bậc ({then.rank} → {rank})"
    return f"; {words}"


def _groups(report: MonthlyReport) -> Iterator[str]:
    for code, group in GROUPS.items():
        figure = report.subject.figures.get(code)
        if figure is None or figure.score is None:
            continue
        maximum = "" if figure.max_score is None else f"/{wording.points(figure.max_score)}"
        yield f"- {group.name}: {wording.points(figure.score)}{maximum}"


def _units(report: MonthlyReport) -> Iterator[str]:
    for kind, name in _KINDS.items():
        units = [unit for unit in report.units if unit.kind == kind]
        if not units:
            continue
        counted = Counter(unit.standing.class_ or "không xếp loại" for unit in units)
        labels = (*(label for label, _ in report.classes), "không xếp loại")
        classes = [f"{label} {counted[label]}" for label in labels if counted[label]]
        yield f"{name}: {len(units)} đơn vị ({', '.join(classes)})"
        ranked = sorted(
            (unit for unit in units if unit.standing.rank is not None),
            key=lambda unit: (unit.standing.rank or 0, unit.name),
        )
        if ranked:
            yield f"- Cao nhất: {_named(ranked[:MOST_NAMED])}"
        if len(ranked) > MOST_NAMED:
            yield f"- Thấp nhất: {_named(ranked[MOST_NAMED:][-MOST_NAMED:])}"


def _named(units: list[UnitResult]) -> str:
    return "; ".join(f"{unit.name} {_total(unit.standing)}" for unit in units)


def _total(standing: Standing) -> str:
    return "–" if standing.total is None else wording.points(standing.total)


def _weak(report: MonthlyReport) -> Iterator[str]:
    if report.weak:
        yield "Dưới mức giao:"
    for indicator, found in groupby(report.weak, key=lambda weak: weak.indicator):
        weak = list(found)
        yield f"- {indicator.name}: {len(weak)} đơn vị; thấp nhất: {_rates(weak[:MOST_NAMED])}"


def _rates(weak: list[WeakRate]) -> str:
    return "; ".join(
        f"{one.unit.name} {wording.points(one.ratio)} % (giao {wording.points(one.target)} %)"
        for one in weak
    )


def _overdue(report: MonthlyReport) -> Iterator[str]:
    if report.overdue is None or report.overdue_as_of is None:
        return
    units = sorted(report.overdue, key=lambda unit: (-unit.overdue, unit.name))
    total = sum(unit.overdue for unit in units)
    moment = wording.moment(report.overdue_as_of)
    yield f"Hồ sơ quá hạn (danh sách lúc {moment}): {wording.count(total)} hồ sơ"
    for unit in units[:MOST_NAMED]:
        if unit.overdue:
            yield f"- {unit.name}: {wording.count(unit.overdue)}"
    rest = sum(unit.overdue for unit in units[MOST_NAMED:])
    if rest:
        yield f"- các đơn vị khác: {wording.count(rest)}"
