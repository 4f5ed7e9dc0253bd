"""Sheets of a workbook as offices print them: lines of words, then tables.

What sources print is written as text, never as a formula, whatever it begins with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

LONGEST_TEXT = 16_000
"""Half of what an Excel cell holds, for it counts some characters twice."""
A4 = 9

Value = str | int | float | dt.date | None


@dataclass(frozen=True)
class Styles:
    """The workbook's formats."""

    title: Any
    line: Any
    head: Any
    text: Any
    whole: Any
    share: Any
    day: Any


@contextmanager
def new_workbook(path: Path) -> Iterator[Any]:
    """A workbook that stands at `path` in the end, whole or not at all.

    Raises OSError when it cannot be written, for example because it is open in Excel.
    """
    with TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as scratch:
        unfinished = Path(scratch) / path.name
        try:
            with Workbook(unfinished, {"tmpdir": scratch}) as book:
                yield book
        except FileCreateError as error:
            raise OSError(str(error)) from error
        unfinished.replace(path)


def styles_of(book: Any) -> Styles:
    """The formats, made for one workbook."""
    cell = {"border": 1, "border_color": "#BFC7CF", "valign": "top"}
    return Styles(
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


def write_table(
    sheet: Any,
    styles: Styles,
    lines: Sequence[str],
    columns: Sequence[tuple[str, int]],
    rows: Iterable[tuple[Value, ...]],
    height: int,
) -> None:
    """Lines of words, then a table that can be filtered and is ready for the printer."""
    head = len(lines)
    write_head(sheet, styles, lines, columns)
    write_rows(sheet, styles, head, [name for name, _ in columns], rows)
    sheet.freeze_panes(head + 1, 2)
    set_for_print(sheet, head, height, len(columns) - 1)


def write_head(
    sheet: Any, styles: Styles, lines: Sequence[str], columns: Sequence[tuple[str, int]]
) -> None:
    """The lines at the top, the first as a title, and the widths of the columns."""
    for column, (_, width) in enumerate(columns):
        sheet.set_column(column, column, width)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, _cell_text(line), styles.line if row else styles.title)


def write_rows(
    sheet: Any,
    styles: Styles,
    head: int,
    names: Sequence[str],
    rows: Iterable[tuple[Value, ...]],
) -> None:
    """A table whose headings stand in the row `head`, counted from 0."""
    for column, name in enumerate(names):
        sheet.write_string(head, column, name, styles.head)
    for row, values in enumerate(rows, head + 1):
        for column, value in enumerate(values):
            _write(sheet, row, column, value, styles)


def set_for_print(sheet: Any, head: int, height: int, last: int) -> None:
    """Filters on the table of that `height` below the row `head`, and the whole sheet on A4."""
    sheet.autofilter(head, 0, head + height, last)
    sheet.print_area(0, 0, head + height, last)
    sheet.repeat_rows(head)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&R&P/&N")


def _write(sheet: Any, row: int, column: int, value: Value, styles: Styles) -> None:
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
