"""A day's overdue dossiers as one Excel workbook: the units at a glance, then a sheet for each.

What sources print is written as text, never as a formula, whatever it begins with.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

from sync import wording
from sync.report.overdue import OverdueDossier, OverdueReport, UnitOverdue

SUMMARY = "Tổng hợp"
ARRIVALS = {"newly_overdue": "Mới", "returned": "Trở lại"}
LONGEST_NAME = 31
"""Excel's limit for the name of a sheet."""
LONGEST_TEXT = 16_000
"""Half of what an Excel cell holds, for it counts some characters twice."""
MOST_ROWS = 1_000_000
"""On one sheet; Excel stops at 1,048,576. A longer list goes on in a sheet of its own."""
MANY_DOSSIERS, MANY_SHEETS = 50_000, 200
"""From so many dossiers on rows go to disk at once; each sheet then keeps a file open, and some
systems allow 256. Else texts are shared between cells, which simple viewers read better."""
A4 = 9
APOSTROPHES = "' "
"""May neither begin nor end the name of a sheet; spaces are only ugly there."""

Value = str | int | float | dt.date | None

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


@dataclass(frozen=True)
class _Styles:
    """The workbook's formats."""

    title: Any
    line: Any
    head: Any
    text: Any
    whole: Any
    share: Any
    day: Any


def write_workbook(reports: Sequence[OverdueReport], folder: Path) -> Path | None:
    """Write `overdue-<day>.xlsx`, whole or not at all; None when there is no source to tell of.

    Raises OSError when it cannot be written, for example because it is open in Excel.
    """
    if not reports:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"overdue-{reports[0].day.isoformat()}.xlsx"
    units = [unit for report in reports for unit in report.units]
    is_long = sum(unit.overdue for unit in units) > MANY_DOSSIERS and len(units) < MANY_SHEETS
    with TemporaryDirectory(prefix=f"{path.name}.", dir=folder) as scratch:
        unfinished = Path(scratch) / path.name
        options = {"constant_memory": is_long, "tmpdir": scratch}
        try:
            with Workbook(unfinished, options) as book:
                _fill(book, reports)
        except FileCreateError as error:
            raise OSError(str(error)) from error
        unfinished.replace(path)
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


def _fill(book: Any, reports: Sequence[OverdueReport]) -> None:
    newest = max(report.read_at for report in reports)
    title = f"Hồ sơ quá hạn ngày {wording.day(reports[0].day)}"
    book.set_properties({"title": title, "created": newest.replace(tzinfo=None)})
    styles = _styles(book)
    _summary(book, styles, title, reports)
    # "History" is a name that Excel keeps for itself.
    taken = {SUMMARY.casefold(), "history"}
    for report in reports:
        source = report.source if len(reports) > 1 else None
        for unit in report.units:
            for start in range(0, unit.overdue, MOST_ROWS):
                sheet = book.add_worksheet(sheet_name(unit.name, source, taken))
                _unit_sheet(sheet, styles, report, unit, start)


def _styles(book: Any) -> _Styles:
    cell = {"border": 1, "border_color": "#BFC7CF", "valign": "top"}
    return _Styles(
        title=book.add_format({"bold": True, "font_size": 14}),
        line=book.add_format({}),
        head=book.add_format(
            {**cell, "bold": True, "text_wrap": True, "align": "center", "bg_color": "#E8EDF2"}
        ),
        text=book.add_format({**cell, "text_wrap": True}),
        whole=book.add_format({**cell, "num_format": "#,##0"}),
        share=book.add_format({**cell, "num_format": "0.00"}),
        day=book.add_format({**cell, "num_format": "dd/mm/yyyy", "align": "center"}),
    )


def _summary(book: Any, styles: _Styles, title: str, reports: Sequence[OverdueReport]) -> None:
    sheet = book.add_worksheet(SUMMARY)
    lines = [f"Nguồn {one.source}: {one.headline} ({one.occasion})." for one in reports]
    lines += reports[0].remarks
    pairs = [(report.source, unit) for report in reports for unit in report.units]
    rows = (_unit_row(number, *pair) for number, pair in enumerate(pairs, 1))
    _table(sheet, styles, (title, *lines), _UNIT_COLUMNS, rows, len(pairs))


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


def _unit_sheet(
    sheet: Any, styles: _Styles, report: OverdueReport, unit: UnitOverdue, start: int
) -> None:
    code = f" ({unit.code})" if unit.code and unit.code != unit.name else ""
    lines = (
        f"{unit.name}{code}: {wording.count(unit.overdue)} hồ sơ quá hạn",
        f"Ngày {wording.day(report.day)}, nguồn {report.source}, {report.occasion}.",
    )
    dossiers = unit.dossiers[start : start + MOST_ROWS]
    rows = (_dossier_row(number, one) for number, one in enumerate(dossiers, start + 1))
    _table(sheet, styles, lines, _DOSSIER_COLUMNS, rows, len(dossiers))


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


def _table(
    sheet: Any,
    styles: _Styles,
    lines: Sequence[str],
    columns: Sequence[tuple[str, int]],
    rows: Iterable[tuple[Value, ...]],
    height: int,
) -> None:
    """Lines of words, then a table that can be filtered and is ready for the printer."""
    head, last = len(lines), len(columns) - 1
    for column, (_, width) in enumerate(columns):
        sheet.set_column(column, column, width)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, _cell_text(line), styles.line if row else styles.title)
    for column, (name, _) in enumerate(columns):
        sheet.write_string(head, column, name, styles.head)
    for row, values in enumerate(rows, head + 1):
        for column, value in enumerate(values):
            _write(sheet, row, column, value, styles)
    sheet.freeze_panes(head + 1, 2)
    sheet.autofilter(head, 0, head + height, last)
    sheet.print_area(0, 0, head + height, last)
    sheet.repeat_rows(head)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&R&P/&N")


def _write(sheet: Any, row: int, column: int, value: Value, styles: _Styles) -> None:
    """One cell, by the type of its value alone."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, styles.text)
    elif isinstance(value, str):
        sheet.write_string(row, column, _cell_text(value), styles.text)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, styles.day)
    else:
        style = styles.whole if isinstance(value, int) else styles.share
        sheet.write_number(row, column, value, style)


def _cell_text(text: str) -> str:
    # XlsxWriter takes a text in <r>…</r> for markup of its own and would write it unescaped.
    return f"{' ' if text.startswith('<r>') else ''}{text[:LONGEST_TEXT]}"
