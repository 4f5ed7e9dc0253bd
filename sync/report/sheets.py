"""Sheets of a workbook as offices print them: lines of words, then tables.

What sources print is written as text, never as a formula, whatever it begins with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

from sync.clock import VIETNAM
from sync.report.whole_file import whole

LONGEST_TEXT = 16_000
"""Half of what an Excel cell holds, for it counts some characters twice."""
A4 = 9
LINE_HEIGHT = 15
"""Points of a line of the workbook's font."""
SMALL_LETTERS = 1.1
"""At least so many small letters take the room of a digit, by which columns are measured."""
MOST_LINES = 27
"""Excel has no higher rows than 409 points."""

FONT = {"font_name": "Times New Roman", "font_size": 11, "font_scheme": "none"}
"""What decree 30/2020/NĐ-CP asks of documents."""
MOVE_FORMAT = '"▲ +"0.00;"▼ −"0.00;"= "0.00'
"""A rise, a fall and no move read without their colours too."""

Value = str | int | float | dt.date | None
"""What a cell holds; a dt.datetime is aware, and shown in Viet Nam's time."""


class Cell(NamedTuple):
    """A value in a format of its own, where that of its type will not do."""

    value: Value
    style: Any


@dataclass(frozen=True)
class Styles:
    """The workbook's formats."""

    title: Any
    line: Any
    centred_title: Any
    centred_line: Any
    heading: Any
    head: Any
    text: Any
    whole: Any
    share: Any
    day: Any
    moment: Any
    centred: Any
    alarm: Any
    strong: Any
    strong_whole: Any
    strong_share: Any
    rise: Any
    fall: Any
    no_move: Any

    def move(self, value: float | None) -> Cell | None:
        """A difference, by its direction; nothing where there is none to tell."""
        if value is None:
            return None
        style = self.rise if value > 0 else self.fall if value < 0 else self.no_move
        return Cell(value, style)


@contextmanager
def new_workbook(path: Path) -> Iterator[Any]:
    """A workbook that stands at `path` in the end, whole or not at all.

    Its folder is made if need be. Raises OSError when it cannot be written, for example because it
    is open in Excel.
    """
    with whole(path) as unfinished:
        try:
            options = {"tmpdir": str(unfinished.parent), "default_format_properties": dict(FONT)}
            with Workbook(unfinished, options) as book:
                yield book
        except FileCreateError as error:
            raise OSError(str(error)) from error


def styles_of(book: Any) -> Styles:
    """The formats, made for one workbook."""
    cell = {"border": 1, "border_color": "#BFC7CF", "valign": "top"}
    strong = {**cell, "bold": True, "bg_color": "#F3F6F9"}
    move = {**cell, "num_format": MOVE_FORMAT}

    def style(**properties: object) -> Any:
        return book.add_format(properties)

    return Styles(
        title=style(bold=True, font_size=14),
        line=style(),
        centred_title=style(bold=True, font_size=14, align="center"),
        centred_line=style(italic=True, align="center"),
        heading=style(bold=True, font_size=12),
        head=style(
            **{**cell, "valign": "vcenter"},
            bold=True,
            text_wrap=True,
            align="center",
            bg_color="#E8EDF2",
        ),
        text=style(**cell, text_wrap=True),
        whole=style(**cell, num_format="#,##0"),
        share=style(**cell, num_format="0.00"),
        day=style(**cell, num_format="dd/mm/yyyy", align="center"),
        moment=style(**cell, num_format="hh:mm dd/mm/yyyy", align="center"),
        centred=style(**cell, align="center", text_wrap=True),
        alarm=style(**cell, align="center", text_wrap=True, bold=True, bg_color="#FBE0C8"),
        strong=style(**strong, text_wrap=True),
        strong_whole=style(**strong, num_format="#,##0"),
        strong_share=style(**strong, num_format="0.00"),
        rise=style(**move, font_color="#0B5D1E", bg_color="#DDF2DF"),
        fall=style(**move, font_color="#9C0006", bg_color="#FBDDDF"),
        no_move=style(**move, font_color="#5F4B00", bg_color="#FFFAE3"),
    )


def write_table(
    sheet: Any,
    styles: Styles,
    lines: Sequence[str],
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Value | Cell]],
    height: int,
    *,
    is_centred: bool = False,
) -> None:
    """Lines of words, then a table that can be filtered and is ready for the printer."""
    head = len(lines)
    write_head(sheet, styles, lines, columns, is_centred=is_centred)
    names, widths = [name for name, _ in columns], [width for _, width in columns]
    write_rows(sheet, styles, head, names, rows, widths)
    sheet.freeze_panes(head + 1, 2)
    set_for_print(sheet, head, height, len(columns) - 1)


def write_head(
    sheet: Any,
    styles: Styles,
    lines: Sequence[str],
    columns: Sequence[tuple[str, int]],
    *,
    is_centred: bool = False,
) -> None:
    """The lines at the top, the first as a title, and the widths of the columns."""
    for column, (_, width) in enumerate(columns):
        sheet.set_column(column, column, width)
    title, line = styles.title, styles.line
    if is_centred:
        title, line = styles.centred_title, styles.centred_line
    for row, words in enumerate(lines):
        style = line if row else title
        if is_centred:
            # The words come after it: merging would take them for a formula if they look like one.
            sheet.merge_range(row, 0, row, len(columns) - 1, "", style)
        write_line(sheet, row, words, style)


def write_line(sheet: Any, row: int, words: str, style: Any) -> None:
    """Words that begin in the first column of a row, and may run over the next ones."""
    sheet.write_string(row, 0, _cell_text(words), style)


def write_rows(
    sheet: Any,
    styles: Styles,
    head: int,
    names: Sequence[str],
    rows: Iterable[Sequence[Value | Cell]],
    widths: Sequence[int] = (),
) -> None:
    """A table whose headings stand in the row `head`, counted from 0.

    Where the widths of its columns are given, its rows are as high as their words need: Excel
    would find that out by itself, other programs do not.
    """
    body_widths = [round(width * SMALL_LETTERS) for width in widths]
    _set_height(sheet, head, names, widths)
    for column, name in enumerate(names):
        sheet.write_string(head, column, _cell_text(name), styles.head)
    for row, values in enumerate(rows, head + 1):
        _set_height(sheet, row, values, body_widths)
        for column, value in enumerate(values):
            _write(sheet, row, column, value, styles)


def set_for_print(sheet: Any, head: int, height: int, last: int) -> None:
    """Filters on the table of that `height` below the row `head`, and the whole sheet on A4."""
    sheet.autofilter(head, 0, head + height, last)
    sheet.repeat_rows(head)
    set_pages(sheet, head + height, last)


def set_pages(sheet: Any, bottom: int, last: int) -> None:
    """The sheet down to its last row and column on A4 across, with numbered pages."""
    sheet.print_area(0, 0, bottom, last)
    sheet.set_landscape()
    sheet.center_horizontally()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&R&P/&N")


def _set_height(
    sheet: Any, row: int, values: Sequence[Value | Cell], widths: Sequence[int]
) -> None:
    """Leave a row to its usual height unless some text needs more than one line."""
    texts = (value.value if isinstance(value, Cell) else value for value in values)
    lines = max(
        (
            _lines(text, width)
            for text, width in zip(texts, widths, strict=False)
            if isinstance(text, str)
        ),
        default=1,
    )
    if lines > 1:
        sheet.set_row(row, LINE_HEIGHT * min(lines, MOST_LINES))


@lru_cache(maxsize=1024)  # the same few hundred procedures fill long listings
def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; rather one too many than one too few."""
    if len(text) <= width and "\n" not in text:
        return 1
    shown = text[: 2 * MOST_LINES * width].splitlines()
    return sum(max(len(wrap(line, width)), 1) for line in shown)


def _write(sheet: Any, row: int, column: int, cell: Value | Cell, styles: Styles) -> None:
    """One cell, by the type of its value alone."""
    value, own = cell if isinstance(cell, Cell) else (cell, None)
    if value is None or value == "":
        sheet.write_blank(row, column, None, own or styles.text)
    elif isinstance(value, str):
        sheet.write_string(row, column, _cell_text(value), own or styles.text)
    elif isinstance(value, dt.datetime):
        local = value.astimezone(VIETNAM).replace(tzinfo=None)
        sheet.write_datetime(row, column, local, own or styles.moment)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, own or styles.day)
    else:
        style = styles.whole if isinstance(value, int) else styles.share
        sheet.write_number(row, column, value, own or style)


def _cell_text(text: str) -> str:
    # XlsxWriter takes a text in <r>…</r> for markup of its own and would write it unescaped.
    return f"{' ' if text.startswith('<r>') else ''}{text[:LONGEST_TEXT]}"
