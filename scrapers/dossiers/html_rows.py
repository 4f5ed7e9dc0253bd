"""Cells of one HTML table row: their visible text, and their share of merged cells.

A line break in the source is a blank; `<br>` and the end of a block are line breaks. What a reader
of the page does not see (scripts, hidden sort keys, tables inside a cell) is not in the text.
"""

from __future__ import annotations

from typing import Any, Final

from scrapers.dossiers.cells import SPANNED, Cell

MAX_SPAN: Final = 512
"""The widest merged cell that is followed; browsers stop at 1,000."""

_TALLEST = 65_534  # also for rowspan=0, which reaches to the end
_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "tr", "dt", "dd", "h1", "h2", "h3", "h4", "h5"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "table", "select", "textarea"})
_UNSEEN_CLASSES = frozenset({"d-none", "hidden", "sr-only", "visually-hidden"})


class RowSpans:
    """Cells of one table that reach down into rows to come."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[int, Cell]] = {}
        self._section: Any = None

    def cells(self, row: Any) -> list[Cell]:
        """The cells of the table's next row, merged ones as `raw.RawTable` wants them."""
        if self._open and row.getparent() is not self._section:
            self._open.clear()  # no cell reaches out of its thead, tbody or tfoot
        cells: list[Cell] = []
        for element in _cell_elements(row):
            while self._open and len(cells) in self._open:
                self._continue(cells)
            cells.append(_text(element) if len(element) else _one_line(element.text))
            if element.attrib:
                wide, tall = element.get("colspan"), element.get("rowspan")
                if wide or tall:
                    self._section = row.getparent()
                    self._merge(cells, _span(wide, MAX_SPAN, 1), _span(tall, _TALLEST, _TALLEST))
        while self._open and any(column >= len(cells) for column in self._open):
            self._continue(cells)
        return cells

    def _merge(self, cells: list[Cell], wide: int, tall: int) -> None:
        first = len(cells) - 1
        cells.extend([SPANNED] * (wide - 1))
        if tall > 1:
            for column in range(first, len(cells)):
                self._open[column] = (tall - 1, cells[column])

    def _continue(self, cells: list[Cell]) -> None:
        """Put the cell from above, or nothing, into the next place of a row."""
        column = len(cells)
        left, value = self._open.pop(column, (0, None))
        cells.append(value)
        if left > 1:
            self._open[column] = (left - 1, value)


def _cell_elements(row: Any) -> list[Any]:
    elements = list(row.iterchildren("td", "th"))
    # A form that wraps the cells is wrong and common.
    return elements or [
        cell for cell in row.iter("td", "th") if next(cell.iterancestors("tr"), None) is row
    ]


def _span(text: str | None, most: int, if_zero: int) -> int:
    if text is None or not text.strip().isdecimal():
        return 1
    return min(int(text.strip()[:6]) or if_zero, most)


def _text(element: Any) -> str:
    parts = [_one_line(element.text)]
    for child in element:
        parts.append(_text_of_child(child))
        parts.append(_one_line(child.tail))
    return "".join(parts)


def _text_of_child(child: Any) -> str:
    tag = child.tag
    if tag == "br":
        return "\n"
    if not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(child):
        return ""
    return f"\n{_text(child)}\n" if tag in _BLOCKS else _text(child)


def _is_hidden(element: Any) -> bool:
    attributes = element.attrib
    if not attributes:
        return False
    style = attributes.get("style", "").replace(" ", "").lower()
    classes = attributes.get("class", "").split()
    return (
        "hidden" in attributes or "display:none" in style or not _UNSEEN_CLASSES.isdisjoint(classes)
    )


def _one_line(text: str | None) -> str:
    if not text:
        return ""
    return text.replace("\r", " ").replace("\n", " ") if "\n" in text or "\r" in text else text
