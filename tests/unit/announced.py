"""A month to be announced, built by hand: a province with a few units of each kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scrapers.evaluation_groups import GROUPS
from scrapers.periods import Period
from scrapers.records import Indicator, Kind
from sync.report.monthly import AssignedRate, MonthlyReport, WeakRate
from sync.report.overdue import UnitOverdue
from sync.report.overdue_store import Standing as OverdueStanding
from sync.report.results import Results, UnitResult
from sync.rules.differences import Figure, Standing
from sync.series import Series
from sync.standings import class_of

CLASSES = (("Xuất sắc", 90.0), ("Tốt", 80.0), ("Khá", 70.0), ("Trung bình", 50.0), ("Yếu", 0.0))
REUSE = Indicator(
    "REUSED_DIGITIZED_DATA", "metric", "MDSH", "Tỷ lệ hồ sơ khai thác, sử dụng lại dữ liệu số hóa"
)
MONTH = Period("month", 2026, 9)
READ_AT = dt.datetime(2026, 10, 4, 9, 30, tzinfo=dt.UTC)


def standing(total: int | None, rank: int | None = 1, rank_of: int = 9) -> Standing:
    """A standing with its class; without a rank, the unit had no dossiers."""
    label = None if total is None or rank is None else class_of(total, CLASSES)
    return Standing(total, rank, rank_of, label, int(rank is not None))


def unit(
    code: str,
    name: str,
    kind: Kind,
    now: Standing,
    period_before: Standing | None = None,
    figures: Mapping[str, Figure] | None = None,
) -> UnitResult:
    """A unit whose groups are all 10,00 of 20,00 unless figures are given."""
    groups = {code: Figure(1000, 2000, 5000, None, None, None) for code in GROUPS}
    return UnitResult(code, name, kind, now, None, period_before, {**groups, **(figures or {})})


def reuse(numerator: int | None, denominator: int | None, ratio: int | None) -> dict[str, Figure]:
    """The one metric of these months."""
    return {REUSE.code: Figure(100, 200, ratio, numerator, denominator, None)}


def weak(one: UnitResult, ratio: int, target: int = 5200) -> WeakRate:
    """A unit that misses the rate of reuse."""
    return WeakRate(one, REUSE, ratio, target, ratio, 10_000)


def overdue(code: str, name: str, number: int, days: int | None = 12) -> UnitOverdue:
    """A unit with overdue dossiers, or one that has none any more."""
    oldest = OverdueStanding(code, code, name, number, 0, days, days) if number else None
    return UnitOverdue(code, name, 0, 0, 0, number, number, None, oldest, [])


PROVINCE = unit(
    "H01", "An Giang", "province", standing(8270, 6, 63), standing(8305, 5, 63), reuse(40, 80, 5000)
)
UNITS = (
    unit("H01.01", "Sở Công Thương", "department", standing(9012, 1, 3), standing(9000, 1, 3)),
    unit("H01.02", "Sở Xây dựng", "department", standing(7431, 2, 3), None, reuse(0, 5, 0)),
    unit("H01.03", "Thanh tra", "department", standing(1600, None, 3)),
    unit("H01.40", "Huyện Tri Tôn", "district", standing(4999, 1, 1)),
)


def month(**changed: Any) -> MonthlyReport:
    """September 2026 of An Giang, with changes."""
    results = Results(
        series="current",
        period=MONTH,
        seen_on=dt.date(2026, 10, 4),
        read_at=READ_AT,
        compared_with=None,
        province=PROVINCE,
        units=list(UNITS),
        indicators={REUSE.code: REUSE},
    )
    usual = MonthlyReport(
        subject=PROVINCE,
        province="An Giang",
        month=MONTH,
        seen_on=dt.date(2026, 10, 4),
        cut_off=READ_AT,
        results=results,
        units=list(UNITS),
        weak=[weak(UNITS[1], 0), weak(UNITS[0], 4786)],
        rates=[AssignedRate(REUSE, 5200)],
        overdue=[overdue("H01.02", "Sở Xây dựng", 81), overdue("H01.40", "Huyện Tri Tôn", 1)],
        overdue_as_of=READ_AT,
        classes=CLASSES,
        duties=[],
    )
    return replace(usual, **changed)


def of_series(series: Series, monthly: MonthlyReport) -> MonthlyReport:
    """The same month as another series has it."""
    return replace(monthly, results=replace(monthly.results, series=series))


def many(number: int, total: int) -> Sequence[UnitResult]:
    """Communes that all have the same total."""
    return [
        unit(f"H01.{100 + one}", f"Xã Số {one}", "commune", standing(total, 1, number))
        for one in range(1, number + 1)
    ]
