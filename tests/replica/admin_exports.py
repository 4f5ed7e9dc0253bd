"""The listing of a day as a file: xlsx, xls (which is HTML), csv and JSON."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Literal, NamedTuple, get_args

from .admin_columns import Column, Instant, Value, as_text, columns
from .admin_pages import TITLE, table_row
from .dossier_faults import distorted
from .dossier_rows import DossierRow, as_of
from .dossier_world import overdue
from .faults import FaultRule
from .periods import DAYS

Format = Literal["xlsx", "xls", "csv", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)

CONTENT_TYPES: dict[Format, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}

_NUMERALS = ("I", "II")
_DAY_FORMAT, _TIME_FORMAT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"


class _Group(NamedTuple):
    """The rows below one parent unit, written out."""

    title: str
    rows: list[list[Value]]


def export(day: int, kind: Format, faults: Sequence[FaultRule] = ()) -> bytes:
    """The whole overdue listing of a day as a file, as its faults leave it.

    Without faults the same day gives the same bytes, as long as the process lives.
    """
    return _written(day, kind, faults) if faults else _written_plainly(day, kind)


@lru_cache(maxsize=len(FORMATS) * len(DAYS))
def _written_plainly(day: int, kind: Format) -> bytes:
    return _written(day, kind, ())


def _written(day: int, kind: Format, faults: Sequence[FaultRule]) -> bytes:
    rows = distorted(overdue(day), faults)
    chosen, now = columns(faults), as_of(day)
    if kind == "xlsx":
        return _workbook(chosen, _groups(chosen, rows, now), now, len(rows))
    if kind == "xls":
        lines = _html_lines(chosen, _groups(chosen, rows, now), now, len(rows))
        return "\n".join(lines).encode()
    values = [_values(chosen, row, ordinal, now) for ordinal, row in enumerate(rows, 1)]
    return _delimited(chosen, values) if kind == "csv" else _json(chosen, values)


def _values(
    chosen: Sequence[Column], row: DossierRow, ordinal: int, now: dt.datetime
) -> list[Value]:
    return [column.value(row, ordinal, now) for column in chosen]


def _groups(chosen: Sequence[Column], rows: Sequence[DossierRow], now: dt.datetime) -> list[_Group]:
    """Departments before communes, the ordinals running through."""
    # The parents' names happen to stand in the right order, "S" before "U".
    ordered = sorted(rows, key=lambda row: (row.parent_unit, row.unit_code))
    groups: list[_Group] = []
    ordinal = 0
    for parent, members in groupby(ordered, key=lambda row: row.parent_unit):
        written = []
        for row in members:
            ordinal += 1
            written.append(_values(chosen, row, ordinal, now))
        numeral = _NUMERALS[len(groups)]
        groups.append(_Group(f"{numeral}. {parent} ({len(written)} hồ sơ)", written))
    return groups


def _titles(now: dt.datetime) -> tuple[str, str, str]:
    return "UBND TỈNH AN GIANG", TITLE.upper(), f"(Thời điểm lập: {now:%H:%M %d/%m/%Y})"


def _workbook(
    chosen: Sequence[Column], groups: Sequence[_Group], now: dt.datetime, total: int
) -> bytes:
    """Title rows, headings, group rows merged over the table, and a total row."""
    # Heavy to load, and most users of the replica never ask for a workbook.
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "Hồ sơ quá hạn"
    last = get_column_letter(len(chosen))
    lines: list[list[Value]] = [[title] for title in _titles(now)]
    lines.extend([[], [column.heading for column in chosen]])
    for group in groups:
        lines.extend([[group.title], *group.rows])
    lines.append(["TỔNG CỘNG", total])
    for number, values in enumerate(lines, 1):
        for place, value in enumerate(values, 1):
            cell = sheet.cell(number, place, _sheet_value(value))
            if isinstance(value, Instant):
                cell.number_format = _DAY_FORMAT if value.is_date_only else _TIME_FORMAT
        if len(values) == 1:
            sheet.merge_cells(f"A{number}:{last}{number}")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet_value(value: Value) -> object:
    """Dates as real dates, which Excel keeps without a zone."""
    if isinstance(value, Instant):
        return value.at.replace(tzinfo=None)
    return "\n".join(value) if isinstance(value, tuple) else value


def _html_lines(
    chosen: Sequence[Column], groups: Sequence[_Group], now: dt.datetime, total: int
) -> Iterator[str]:
    """What many systems call an Excel file: a page with one table."""
    span = f'<tr><td colspan="{len(chosen)}"><b>'
    yield '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8">'
    yield '</head><body><table border="1">'
    for title in _titles(now):
        yield f"{span}{escape(title)}</b></td></tr>"
    yield f"<tr>{''.join(f'<td><b>{escape(c.heading)}</b></td>' for c in chosen)}</tr>"
    for group in groups:
        yield f"{span}{escape(group.title)}</b></td></tr>"
        yield from map(table_row, group.rows)
    rest = len(chosen) - 2
    yield f'<tr><td>TỔNG CỘNG</td><td>{total}</td><td colspan="{rest}"></td></tr>'
    yield "</table></body></html>"


def _delimited(chosen: Sequence[Column], rows: Sequence[Sequence[Value]]) -> bytes:
    """As Excel saves it here: semicolons, and a mark that tells it is UTF-8."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerow([column.heading for column in chosen])
    for values in rows:
        writer.writerow([as_text(value, "##", "%H:%M:%S") for value in values])
    return file.getvalue().encode("utf-8-sig")


def _json(chosen: Sequence[Column], rows: Sequence[Sequence[Value]]) -> bytes:
    """Dates as yyyyMMddHHmmss, officers joined by "##"."""
    items = [
        {column.key: _json_value(value) for column, value in zip(chosen, values, strict=True)}
        for values in rows
    ]
    return json.dumps({"total": len(items), "data": items}, ensure_ascii=False).encode()


def _json_value(value: Value) -> str | int | None:
    if isinstance(value, Instant):
        return value.at.strftime("%Y%m%d%H%M%S")
    return "##".join(value) if isinstance(value, tuple) else value
