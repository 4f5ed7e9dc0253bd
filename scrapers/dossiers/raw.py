"""What every kind of file is turned into before anything is understood: numbered raw rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scrapers.dossiers.cells import Cell
from scrapers.dossiers.records import Declared


@dataclass(slots=True)
class RawTable:
    """The rows of one table from its very top, titles and headings included, read once.

    Rows are numbered from 1. A cell merged to the right is followed by SPANNED, one merged
    downwards is repeated in every row it covers. `texts` stand on the page outside the table.
    `is_cut_short` tells that the file ends before its table does. With `exact_width` a row of more
    cells than headings has been torn apart.
    """

    format: str
    rows: Iterator[tuple[int, list[Cell]]]
    texts: list[str] = field(default_factory=list)
    unread_tables: int = 0
    is_cut_short: bool = False
    exact_width: bool = False


@dataclass(slots=True)
class RawItems:
    """The items of a JSON list, flattened to paths; `declared` grows while they are read.

    A value that is no object gives None.
    """

    items: Iterator[tuple[int, dict[str, Cell] | None]]
    declared: list[Declared] = field(default_factory=list)
    unread_lists: int = 0
