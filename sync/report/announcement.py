"""The month's announcement as a Word draft: a `MonthlyReport` put into the words of an office.

Whatever needs a decision is decided here, so that the template only places texts; its tags are the
fields of `Announcement`. Number, date and signature are nowhere: a person gives them.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from scrapers.evaluation_groups import GROUPS
from scrapers.periods import Period
from sync import wording
from sync.report.announcement_content import (
    LEVELS,
    NOTHING,
    Annex,
    Announcement,
    Below,
    GroupLine,
    OverdueLine,
    RateLine,
    Target,
    WeakLine,
    at_least,
    counts,
    percent,
    points,
    some,
    whole,
)
from sync.report.announcement_units import (
    asked,
    class_ranges,
    label_of,
    level_lines,
    unit_tables,
)
from sync.report.monthly import MonthlyReport, WeakRate
from sync.report.results import UnitResult
from sync.report.word import TEMPLATES, write_document
from sync.rules.causes import PROVINCE_WIDE
from sync.rules.differences import Standing
from sync.rules.index import rate_of, reaches
from sync.series import LEGACY
from sync.standings import Classes

TEMPLATE = TEMPLATES / "announcement.docx"

_NUMERALS = ("I", "II", "III", "IV")


def write_announcement(monthly: MonthlyReport, path: Path, template: Path | None = None) -> Path:
    """Write the draft of a month; returns its path.

    `template` is the office's own. Raises TemplateFailure, and OSError where it cannot be written.
    """
    return write_document(template or TEMPLATE, vars(announcement(monthly)), path)


def announcement(monthly: MonthlyReport) -> Announcement:
    """A month as the template takes it."""
    own, weak, overdue = _own_rates(monthly), _weak(monthly.weak), _overdue(monthly)
    title, tables = unit_tables(monthly)
    numbers = iter(_NUMERALS)
    own_annex, weak_annex, overdue_annex = (
        Annex(next(numbers), rows) if rows else None for rows in (own, weak, overdue)
    )
    units_annex = Annex(next(numbers), tables)
    own_below, below = _own_below(monthly), _below(monthly, _reference(weak_annex))
    labels, levels = level_lines(monthly.units, monthly.classes)
    return Announcement(
        subject=monthly.subject.name,
        subject_within=wording.within(monthly.subject.name),
        month=_month(monthly.month),
        cut_off=wording.moment(monthly.cut_off),
        result=_result(monthly.subject, monthly.classes),
        change=_change(monthly.subject, monthly.month, monthly.classes),
        groups=_groups(monthly.subject),
        classes=labels,
        class_ranges=class_ranges(monthly.classes),
        levels=levels,
        **asked(monthly.units, monthly.classes, _reference(units_annex))._asdict(),
        own_below=own_below,
        below=below,
        rates_remark="" if own_below or below else _rates_remark(monthly),
        targets=[Target(one.indicator.name, at_least(one.target)) for one in monthly.rates],
        overdue_result=_overdue_result(monthly, _reference(overdue_annex)),
        overdue_total=wording.count(sum(one.overdue for one in monthly.overdue or ())),
        overdue_as_of=wording.moment(monthly.overdue_as_of) if monthly.overdue_as_of else "",
        own_annex=own_annex,
        weak_annex=weak_annex,
        overdue_annex=overdue_annex,
        units_annex=units_annex,
        units_title=title,
    )


def _reference(annex: Annex | None) -> str:
    return f"Phụ lục {annex.number}" if annex else ""


# --- The subject


def _month(period: Period) -> str:
    return f"tháng {period.number} năm {period.year}"


def _result(subject: UnitResult, classes: Classes) -> str:
    standing = subject.standing
    if standing.total is None:
        return "chưa có tổng điểm trên Cổng Dịch vụ công quốc gia"
    parts = [f"đạt {wording.points(standing.total)}/100 điểm"]
    if standing.rank is not None:
        among = LEVELS[subject.kind].lower()
        parts.append(f"xếp hạng {standing.rank}/{standing.rank_of} {among}")
    label = label_of(standing, classes)
    parts.append(f"xếp loại {label}" if label else "không xếp loại")
    return ", ".join(parts)


def _change(subject: UnitResult, month: Period, classes: Classes) -> str:
    """What moved against the month before; "giảm 1 bậc so với tháng trước đó (5 → 6)"."""
    now, before, delta = subject.standing, subject.period_before, subject.since_period_before
    if before is None or before.total is None or now.total is None or delta is None:
        return f"Không có số liệu {_month(month.previous())} để so sánh"
    totals = f"({wording.points(before.total)} → {wording.points(now.total)})"
    moved = f"Tổng điểm không đổi {totals}"
    if delta:
        moved = f"Tổng điểm {_up_or_down(delta)} {wording.points(abs(delta))} điểm {totals}"
    moved += f"{_ranks(now, before)} so với tháng trước đó{_places(now, before)}"
    labels = [label_of(standing, classes) for standing in (before, now)]
    if None in labels or labels[0] == labels[1]:
        return moved
    return f"{moved}; xếp loại {labels[0]} → {labels[1]}"


def _ranks(now: Standing, before: Standing) -> str:
    if now.rank is None or before.rank is None:
        return ""
    fell = now.rank - before.rank
    if not fell:
        return ", giữ nguyên thứ hạng"
    return f", xếp hạng {_up_or_down(-fell)} {abs(fell)} bậc"


def _places(now: Standing, before: Standing) -> str:
    """Both ranks, with how many were ranked where that changed; or nothing."""
    if now.rank is None or before.rank is None:
        return ""
    if now.rank_of != before.rank_of:
        return f" ({before.rank}/{before.rank_of} → {now.rank}/{now.rank_of})"
    return f" ({before.rank} → {now.rank})" if now.rank != before.rank else ""


def _up_or_down(delta: int) -> str:
    return "tăng" if delta > 0 else "giảm"


def _groups(subject: UnitResult) -> list[GroupLine]:
    lines = []
    for code, group in GROUPS.items():
        figure = subject.figures.get(code)
        if figure is None or figure.score is None:
            continue
        share = None if not figure.max_score else round(figure.score * 10_000 / figure.max_score)
        lines.append(
            GroupLine(group.name, points(figure.score), points(figure.max_score), points(share))
        )
    return lines


def _own_rates(monthly: MonthlyReport) -> list[RateLine]:
    """The subject's rates, by group."""
    order = list(GROUPS)
    targets = {one.indicator.code: one.target for one in monthly.rates}
    metrics = [
        (order.index(indicator.group_code), indicator, figure)
        for code, figure in monthly.subject.figures.items()
        if (indicator := monthly.results.indicators.get(code)) is not None
        and indicator.level == "metric"
        and indicator.group_code in order
    ]
    lines = []
    for _, indicator, figure in sorted(metrics, key=lambda one: (one[0], one[1].code)):
        rate = rate_of(figure)
        lines.append(
            RateLine(
                indicator.name,
                counts(figure.numerator, figure.denominator),
                points(None if rate is None else round(rate)),
                points(targets.get(indicator.code)),
                NOTHING
                if figure.score is None
                else f"{points(figure.score)}/{points(figure.max_score)}",
            )
        )
    return lines


# --- Rates and dossiers


def _own_below(monthly: MonthlyReport) -> str:
    """Which assigned rates the subject itself misses; what the province publishes is its own."""
    told = []
    for indicator, target in monthly.rates:
        figure = monthly.subject.figures.get(indicator.code)
        is_repeated = indicator.code in PROVINCE_WIDE and monthly.subject.kind != "province"
        rate = None if figure is None or is_repeated else rate_of(figure)
        if rate is not None and not reaches(rate, target / 100):
            told.append(f"{indicator.name} {percent(round(rate))} (chỉ tiêu {at_least(target)})")
    return "; ".join(told)


def _below(monthly: MonthlyReport, annex: str) -> list[Below]:
    """The subject's units that miss a rate, one line for each rate and target."""

    def rate(one: WeakRate) -> tuple[str, int]:
        return one.indicator.code, one.target

    lines = []
    units = [one for one in monthly.weak if one.unit.code != monthly.subject.code]
    for _, group in groupby(sorted(units, key=rate), key=rate):
        members = list(group)
        named = [f"{wording.within(one.unit.name)} {percent(one.ratio)}" for one in members]
        lines.append(
            Below(
                members[0].indicator.name,
                at_least(members[0].target),
                wording.count(len(members)),
                some(named, annex),
            )
        )
    return lines


def _weak(weak: Iterable[WeakRate]) -> list[WeakLine]:
    return [
        WeakLine(
            one.unit.name,
            one.indicator.name,
            counts(one.numerator, one.denominator),
            points(one.ratio),
            points(one.target),
        )
        for one in weak
    ]


def _rates_remark(monthly: MonthlyReport) -> str:
    """Why no rate is told."""
    if monthly.results.series == LEGACY:
        return (
            "Số liệu Cổng công bố cho kỳ này không có các tỷ lệ thành phần, nên không đánh giá "
            "theo chỉ tiêu được giao"
        )
    if not monthly.rates:
        return "Không có chỉ tiêu được giao để đánh giá"
    codes = {one.indicator.code for one in monthly.rates}
    units = [monthly.subject, *monthly.units]
    told = (unit.figures[code] for unit in units for code in codes & unit.figures.keys())
    if all(rate_of(figure) is None for figure in told):
        return "Cổng không công bố tỷ lệ nào thuộc các chỉ tiêu được giao trong kỳ này"
    return "Không có đơn vị nào chưa đạt chỉ tiêu được giao"


def _overdue(monthly: MonthlyReport) -> list[OverdueLine]:
    return [
        OverdueLine(
            one.name,
            wording.count(one.overdue),
            whole(one.oldest.days_late if one.oldest else None),
            points(one.rate),
        )
        for one in monthly.overdue or ()
        if one.overdue
    ]


def _overdue_result(monthly: MonthlyReport, annex: str) -> str:
    if monthly.overdue is None or monthly.overdue_as_of is None:
        return "Chưa nhận được danh sách hồ sơ quá hạn"
    listing = f"Theo danh sách lúc {wording.moment(monthly.overdue_as_of)}"
    late = [one for one in monthly.overdue if one.overdue]
    if not late:
        return f"{listing}, không có hồ sơ quá hạn đang xử lý"
    total = wording.count(sum(one.overdue for one in late))
    named = [f"{wording.within(one.name)} {wording.count(one.overdue)} hồ sơ" for one in late]
    return f"{listing}, có {total} hồ sơ quá hạn đang xử lý, gồm: {some(named, annex)}"
