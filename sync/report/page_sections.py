"""The sections of a day's page, in their order: what each shows, and its place in the contents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from scrapers.records import Kind
from sync import wording
from sync.changes import Severity
from sync.report.course import Course
from sync.report.daily import DailyReport, ProvinceReport
from sync.report.day_changes import ChangeLine
from sync.report.due_soon import DueSoonReport
from sync.report.duty_log import DutyDay
from sync.report.overdue import OverdueReport
from sync.report.overdue_ages import AGES, UnitAges
from sync.report.results import Results, UnitResult
from sync.rules.differences import Figure
from sync.rules.gains import Gain

KIND_TITLES: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("Sở, ban, ngành", ("department", "ministry")),
    ("Huyện, thị xã, thành phố", ("district",)),
    ("Xã, phường, đặc khu", ("commune",)),
)
"""The tables of units; a rank counts within a kind."""


class Section(NamedTuple):
    """One section: its anchor, its heading, the template that fills it and what from."""

    id: str
    title: str
    template: str
    content: Any


@dataclass(frozen=True)
class ProvinceView:
    """A province with all that the day's report has about it."""

    report: ProvinceReport
    results: Results | None
    """Its leading period; None where it was not read."""
    course: Course | None
    gains: list[Gain]

    @property
    def code(self) -> str:
        """Its code, which also tells the ids of its sections apart."""
        return self.report.code

    @property
    def name(self) -> str:
        """Its name, as officials write it."""
        return self.report.name

    @property
    def year(self) -> int | None:
        """The year of its leading period."""
        return self.report.leading.year if self.report.leading else None

    @property
    def class_before(self) -> str | None:
        """Its class at the reading before; None where there was none."""
        before = self.results.province.before if self.results else None
        return before.class_ if before else None

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Its own figures in the leading period, by indicator."""
        return self.results.province.figures if self.results else {}

    @cached_property
    def kinds(self) -> list[tuple[str, list[UnitResult]]]:
        """The tables of units with their titles, best unit first; none is empty."""
        if self.results is None:
            return []
        tables = ((title, self.results.of_kind(*kinds)) for title, kinds in KIND_TITLES)
        return [(title, units) for title, units in tables if units]

    @property
    def has_moves(self) -> bool:
        """Whether any unit's total can be held against the reading before."""
        return bool(self._moves)

    @property
    def risen(self) -> int:
        """Units whose total rose since the reading before."""
        return sum(move > 0 for move in self._moves)

    @property
    def lowered(self) -> int:
        """Units whose total fell since the reading before."""
        return sum(move < 0 for move in self._moves)

    @cached_property
    def grave(self) -> list[ChangeLine]:
        """Warnings and worse, gravest first."""
        return [line for line in self.report.changes if line.severity > Severity.info]

    @property
    def critical(self) -> int:
        """How many of them are critical."""
        return sum(line.severity == Severity.critical for line in self.grave)

    @cached_property
    def minor(self) -> list[ChangeLine]:
        """All other changes."""
        return [line for line in self.report.changes if line.severity == Severity.info]

    def group_of(self, indicator: str) -> str:
        """The name of an indicator's group; empty where the indicator is a group itself."""
        known = self.results.indicators if self.results else {}
        group = known[indicator].group_code if indicator in known else None
        return known[group].name if group is not None and group in known else ""

    @cached_property
    def _moves(self) -> list[int]:
        units = self.results.units if self.results else []
        return [unit.since_last for unit in units if unit.since_last is not None]


class Summary(NamedTuple):
    """The headline figures."""

    provinces: list[ProvinceView]


class OverdueView(NamedTuple):
    """A source of overdue dossiers; `key` begins the ids of its section."""

    key: str
    report: OverdueReport
    ages: list[UnitAges]

    @property
    def age_totals(self) -> list[tuple[str, int]]:
        """How many dossiers are overdue for how long, all units together."""
        return [
            (label, sum(unit.counts[place] for unit in self.ages))
            for place, (label, _, _) in enumerate(AGES)
        ]


class DueSoonView(NamedTuple):
    """A source of dossiers that will soon be due."""

    key: str
    report: DueSoonReport


def sections(report: DailyReport) -> list[Section]:
    """The sections that have something to say that day; the summary is always there."""
    views = [_view(report, province) for province in report.provinces]
    found = [Section("tong-quan", "Tổng quan", "summary.html", Summary(views))]
    for view in views:
        ending = f", {view.name}" if len(views) > 1 else ""
        for section in _of_province(view):
            found.append(section._replace(title=section.title + ending))
    found += _of_dossiers(report)
    if report.catalogue is not None:
        title = "Thủ tục hành chính và quyết định công bố"
        found.append(Section("thu-tuc", title, "procedures.html", report.catalogue))
    if report.system:
        found.append(Section("nguon", "Cổng và nguồn số liệu", "system.html", report.system))
    if report.duties:
        found.append(Section("nhat-ky", "Nhật ký kiểm tra", "duty.html", _runs(report.duties)))
    return found


def _runs(duties: list[DutyDay]) -> list[list[DutyDay]]:
    """The days of the log; those in a row on which nobody looked are one line of it."""
    runs: list[list[DutyDay]] = []
    for one in duties:
        if runs and one.status == runs[-1][0].status == "none":
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _view(report: DailyReport, province: ProvinceReport) -> ProvinceView:
    own = (one for one in report.results if one.province.code == province.code)
    return ProvinceView(
        province,
        next(own, None),
        report.courses.get(province.code),
        report.gains.get(province.code, []),
    )


def _of_province(view: ProvinceView) -> Iterator[Section]:
    code = view.code
    if view.course is not None:
        yield Section(f"dien-bien-{code}", f"Diễn biến năm {view.year}", "course.html", view)
    if view.report.groups:
        yield Section(f"nhom-{code}", "Sáu nhóm chỉ số", "groups.html", view)
    if view.gains:
        yield Section(f"mat-diem-{code}", "Điểm bị mất", "gains.html", view)
    if view.results is not None and view.kinds:
        period = wording.period(view.results.period)
        yield Section(f"don-vi-{code}", f"Đơn vị, {period}", "units.html", view)
    if view.report.periods:
        number = wording.count(len(view.report.changes))
        title = f"Thay đổi trong ngày: {number}"
        yield Section(f"thay-doi-{code}", title, "changes.html", view)


def _of_dossiers(report: DailyReport) -> Iterator[Section]:
    for number, source in enumerate(report.overdue, 1):
        key, title = f"qua-han-{number}", f"Hồ sơ quá hạn, nguồn {source.source}"
        view = OverdueView(key, source, report.ages.get(source.source, []))
        yield Section(key, title, "overdue.html", view)
    for number, soon in enumerate(report.due_soon, 1):
        key, title = f"sap-den-han-{number}", f"Sắp đến hạn, nguồn {soon.source}"
        yield Section(key, title, "due_soon.html", DueSoonView(key, soon))
