"""A day's overdue dossiers as one Excel workbook: the units at a glance, then a sheet for each.

What sources print is written as text, never as a formula, whatever it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any

from sync import wording
from sync.report.due_soon import DueSoonReport
from sync.report.due_soon_sheet import write_due_soon
from sync.report.overdue import OverdueReport, UnitOverdue
from sync.report.overdue_store import OverdueDossier
from sync.report.sheets import Styles, Value, new_workbook, styles_of, write_table

SUMMARY = "Tổng hợp"
DUE_SOON = "Sắp đến hạn"
REST = "xem đủ trong cơ sở dữ liệu (khung nhìn overdue_now)"
ARRIVALS = {"newly_overdue": "Mới", "returned": "Trở lại"}
LONGEST_NAME = 31
"""Excel's limit for the name of a sheet."""
APOSTROPHES = "' "
"""May neither begin nor end the name of a sheet; spaces are only ugly there."""

_UNIT_COLUMNS = (
    ("STT", 6),
    ("Đơn vị", 45),
    ("Mã đơn vị", 16),
    ("Nguồn", 16),
    ("Quá hạn mới", 10),
    ("Trở lại", 10),
    ("Rời danh sách", 10),
    ("Còn từ trước", 10),
    ("Đang quá hạn", 10),
    ("Lâu nhất (ngày)", 10),
    ("Lâu nhất (ngày làm việc)", 12),
    ("Tỷ lệ quá hạn (%)", 10),
)
_DOSSIER_COLUMNS = (
    ("STT", 6),
    ("Mã hồ sơ", 27),
    ("Tên thủ tục", 55),
    ("Cán bộ xử lý", 24),
    ("Trạng thái", 20),
    ("Ngày tiếp nhận", 12),
    ("Ngày hẹn trả", 12),
    ("Số ngày quá hạn", 10),
    ("Số ngày làm việc quá hạn", 12),
    ("Mới", 9),
)


def write_workbook(
    reports: Sequence[OverdueReport], folder: Path, due_soon: Sequence[DueSoonReport] = ()
) -> Path | None:
    """Write `overdue-<day>.xlsx`, whole or not at all; None when there is no source to tell of.

    Raises OSError when it cannot be written, for example because it is open in Excel.
    """
    if not reports:
        return None
    path = folder / f"overdue-{reports[0].day.isoformat()}.xlsx"
    with new_workbook(path) as book:
        _fill(book, reports, due_soon)
    return path


def sheet_name(wanted: str, source: str | None, taken: set[str]) -> str:
    """A valid name that no other sheet has, whatever the case; it is added to the taken ones.

    The source, where one is given, tells equal names apart before a number does.
    """
    name = _valid(wanted) or "Đơn vị"
    told = _valid(source or "")[:12]
    for ending in chain(
        [""], [f" ({told})"] if told else [], (f" ({number})" for number in count(2))
    ):
        found = f"{name[: LONGEST_NAME - len(ending)].rstrip(APOSTROPHES)}{ending}"
        if found.casefold() not in taken:
            taken.add(found.casefold())
            return found
    raise AssertionError("numbers do not end")


def _valid(name: str) -> str:
    """Without what Excel forbids; without rare characters too, which it counts twice."""
    allowed = re.sub(r"[\[\]:*?/\\]|[^\x20-\uffff]", " ", name)
    return " ".join("".join(filter(str.isprintable, allowed)).split()).strip(APOSTROPHES)


def _fill(book: Any, reports: Sequence[OverdueReport], due_soon: Sequence[DueSoonReport]) -> None:
    newest = max(report.read_at for report in reports)
    title = f"Hồ sơ quá hạn ngày {wording.day(reports[0].day)}"
    book.set_properties({"title": title, "created": newest.replace(tzinfo=None)})
    styles = styles_of(book)
    _summary(book, styles, title, reports)
    if due_soon:
        write_due_soon(book.add_worksheet(DUE_SOON), styles, due_soon)
    # "History" is a name that Excel keeps for itself.
    taken = {SUMMARY.casefold(), DUE_SOON.casefold(), "history"}
    for report in reports:
        source = report.source if len(reports) > 1 else None
        for unit in report.units:
            if unit.dossiers:
                sheet = book.add_worksheet(sheet_name(unit.name, source, taken))
                _unit_sheet(sheet, styles, report, unit)


def _summary(book: Any, styles: Styles, title: str, reports: Sequence[OverdueReport]) -> None:
    sheet = book.add_worksheet(SUMMARY)
    lines = [f"Nguồn {one.source}: {one.headline} ({one.occasion})." for one in reports]
    listed = sum(len(unit.dossiers) for report in reports for unit in report.units)
    if listed < sum(report.overdue for report in reports):
        lines.append(
            f"Các bảng theo đơn vị chỉ có {wording.count(listed)} hồ sơ quá hạn lâu nhất; {REST}."
        )
    lines += reports[0].remarks
    pairs = [(report.source, unit) for report in reports for unit in report.units]
    rows = (_unit_row(number, *pair) for number, pair in enumerate(pairs, 1))
    write_table(sheet, styles, (title, *lines), _UNIT_COLUMNS, rows, len(pairs))


def _unit_row(number: int, source: str, unit: UnitOverdue) -> tuple[Value, ...]:
    return (
        number,
        unit.name,
        unit.code,
        source,
        unit.new,
        unit.returned,
        unit.gone,
        unit.still,
        unit.overdue,
        unit.oldest.days_late if unit.oldest else None,
        unit.oldest.working_days_late if unit.oldest else None,
        None if unit.rate is None else unit.rate / 100,
    )


def _unit_sheet(sheet: Any, styles: Styles, report: OverdueReport, unit: UnitOverdue) -> None:
    code = f" ({unit.code})" if unit.code and unit.code != unit.name else ""
    lines = [
        f"{unit.name}{code}: {wording.count(unit.overdue)} hồ sơ quá hạn",
        f"Ngày {wording.day(report.day)}, nguồn {report.source}, {report.occasion}.",
    ]
    if len(unit.dossiers) < unit.overdue:
        lines.append(
            f"Bảng này có {wording.count(len(unit.dossiers))} hồ sơ quá hạn lâu nhất; {REST}."
        )
    rows = (_dossier_row(number, one) for number, one in enumerate(unit.dossiers, 1))
    write_table(sheet, styles, lines, _DOSSIER_COLUMNS, rows, len(unit.dossiers))


def _dossier_row(number: int, one: OverdueDossier) -> tuple[Value, ...]:
    return (
        number,
        one.code,
        one.procedure,
        one.officer,
        one.state,
        one.received_on,
        one.due_on,
        one.days_late,
        one.working_days_late,
        ARRIVALS[one.arrival] if one.arrival else None,
    )
