"""A day's report made by hand, as large or as empty as a test of its page wants it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from scrapers.evaluation_groups import GROUP_MAXIMA, GROUPS
from scrapers.periods import Period
from scrapers.records import Indicator, Kind
from sync.changes import Severity
from sync.report.catalogue import CatalogueLine, CatalogueReport
from sync.report.course import Course, CoursePoint, MonthTotal
from sync.report.daily import DailyReport, GroupLine, PeriodLine, ProvinceReport
from sync.report.day_changes import ChangeLine
from sync.report.duty_log import DutyDay
from sync.report.overdue import OverdueReport, UnitOverdue
from sync.report.overdue_ages import AGES, UnitAges
from sync.report.overdue_store import OverdueDossier
from sync.report.overdue_store import Standing as OverdueStanding
from sync.report.results import Results, UnitResult
from sync.rules.differences import Figure, Standing
from sync.rules.gains import Gain

DAY = dt.date(2026, 11, 27)
READ_AT = dt.datetime(2026, 11, 27, 0, 0, tzinfo=dt.UTC)
YEAR = Period("year", 2026)
INDICATORS = {
    **GROUPS,
    "REUSED": Indicator("REUSED", "metric", "MDSH", "Tỷ lệ khai thác, sử dụng lại dữ liệu số hóa"),
}


def figure(score: int | None, maximum: int | None = None) -> Figure:
    return Figure(score, maximum, None, None, None, None)


def unit(
    number: int,
    kind: Kind = "commune",
    *,
    name: str | None = None,
    total: int | None = 7000,
    before: int | None = 7000,
    class_: str | None = "Khá",
    province: str = "H01",
) -> UnitResult:
    """A unit whose rank is its number; `before` None: there was no reading before."""
    figures = {code: figure(maximum // 2) for code, maximum in GROUP_MAXIMA.items()}
    return UnitResult(
        f"{province}.{number}",
        name or f"Xã Số {number}",
        kind,
        Standing(total, number, 102, class_, 1),
        None if before is None else Standing(before, number, 102, class_, 1),
        None,
        figures,
    )


def results(units: list[UnitResult], province: str = "H01") -> Results:
    return Results(
        series="current",
        period=YEAR,
        seen_on=DAY,
        read_at=READ_AT,
        compared_with=READ_AT - dt.timedelta(days=1),
        province=UnitResult(
            province,
            f"Tỉnh {province}",
            "province",
            Standing(5973, 20, 34, "Trung bình", 1),
            Standing(6035, 19, 34, "Khá", 1),
            None,
            {"REUSED": Figure(93, 200, None, 121_633, 326_594, None)},
        ),
        units=units,
        indicators=INDICATORS,
    )


def province_report(code: str = "H01", units: int = 0) -> ProvinceReport:
    standing = Standing(5973, 20, 34, "Trung bình", 1)
    return ProvinceReport(
        code,
        f"Tỉnh {code}",
        periods=[PeriodLine(YEAR, standing, -62, 19, None, True)],
        groups=[
            GroupLine(group.name, figure(GROUP_MAXIMA[key] // 3, GROUP_MAXIMA[key]), 0)
            for key, group in GROUPS.items()
        ],
        leading=YEAR,
        units=units,
    )


def change(message: str, severity: Severity = Severity.warning) -> ChangeLine:
    return ChangeLine("score_drop", severity, message, ("H01.1", 1), "total")


def empty(day: dt.date = DAY) -> DailyReport:
    """A day on which nothing was ever believed."""
    return DailyReport(
        day=day,
        read_at=None,
        compared_with=None,
        provinces=[ProvinceReport("H01", "Tỉnh An Giang")],
        system=[],
        not_accepted=[("Cả nước, năm 2026", "Cổng từ chối")],
        overdue=[],
        due_soon=[],
        catalogue=None,
    )


def filled(units: list[UnitResult], codes: tuple[str, ...] = ("H01",)) -> DailyReport:
    """A day with all sections, for each of some provinces."""
    report = empty()
    report.not_accepted = []
    report.read_at, report.compared_with = READ_AT, READ_AT - dt.timedelta(days=1)
    report.provinces = [province_report(code, len(units)) for code in codes]
    report.results = [results(units, code) for code in codes]
    report.courses = {code: course(3) for code in codes}
    gain = Gain("REUSED", "Tỷ lệ khai thác", 107, 139_643, 107, "hồ sơ", "thêm 139.643 hồ sơ")
    report.gains = {code: [gain] for code in codes}
    report.overdue = [overdue(2, 3)]
    report.ages = {"igate": [ages(1), ages(2)]}
    report.catalogue = catalogue(1)
    report.system = [change("Cổng đổi cách tính.")]
    report.duties = [duty(DAY)]
    return report


def course(days: int) -> Course:
    """The course up to the day, one reading a day; October is known, the months before not."""
    first = DAY - dt.timedelta(days=days - 1)
    points = [
        CoursePoint(first + dt.timedelta(days=number), 6000 + number, 20, 34)
        for number in range(days)
    ]
    months = [
        MonthTotal(Period("month", 2026, number), None, None, None) for number in range(1, 10)
    ]
    return Course(points, [*months, MonthTotal(Period("month", 2026, 10), 5889, 19, 34)])


def ages(number: int) -> UnitAges:
    return UnitAges(f"H01.{number}", f"Xã Số {number}", tuple(range(len(AGES))))


def overdue(units: int, dossiers: int) -> OverdueReport:
    """A source with so many units, and so many newly overdue dossiers of the first."""
    arrived = [
        OverdueDossier(
            f"H01.1-261120-{number:04}",
            "Cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác",
            "H01.1",
            "H01.1",
            "Xã Số 1",
            "Nguyễn Thị Cán Bộ",
            "Đang xử lý",
            dt.date(2026, 11, 2),
            dt.date(2026, 11, 20),
            7,
            5,
            "newly_overdue",
        )
        for number in range(dossiers)
    ]
    return OverdueReport(
        "igate",
        DAY,
        READ_AT,
        READ_AT - dt.timedelta(days=1),
        True,
        units=[
            _unit_overdue(number, dossiers if number == 1 else 0) for number in range(1, units + 1)
        ],
        arrived=arrived,
        left=[],
        others=[],
        other_changes=0,
        counts_unconfirmed_holiday=False,
    )


def _unit_overdue(number: int, new: int) -> UnitOverdue:
    name = f"Xã Số {number}"
    oldest = OverdueStanding(f"H01.{number}", f"H01.{number}", name, new + 1, new, 30, 21)
    return UnitOverdue(f"H01.{number}", name, new, 0, 0, 1, new + 1, None, oldest, [])


def catalogue(changes: int) -> CatalogueReport:
    message = "Sửa đổi 1.012874 “Cấp giấy phép xây dựng nhà ở riêng lẻ” (Bộ Xây dựng): lệ phí."
    lines = [CatalogueLine("procedure_amended", Severity.info, message)] * changes
    return CatalogueReport(6000, 6000, DAY, 200, False, lines, Counter())


def duty(day: dt.date, status: str = "complete") -> DutyDay:
    looked_at = status != "none"
    return DutyDay(
        day,
        READ_AT if looked_at else None,
        READ_AT if looked_at else None,
        status,  # type: ignore[arg-type]
        day.weekday() < 5,
        {"index": Counter(accepted=3)} if looked_at else {},
        [],
        () if looked_at else ("index",),
    )
