"""A listing of overdue dossiers, from whatever an office can save or export, as records.

The one door of this package. A listing is read once, from its first row to its last, and streams:
memory does not grow with its length. Nothing personal comes out of it: columns about owners are
dropped by their headings, free text is stripped of phone and identity numbers, and no error and no
fact holds a cell.

    with open_listing(Path("qua-han.xls")) as listing:
        for dossier in listing:
            ...
    if listing.facts.declared_total not in (None, listing.facts.rows_read):
        ...  # incomplete: nothing may be called gone
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, groupby, islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from scrapers.dossiers.cells import Cell
from scrapers.dossiers.columns import Readings
from scrapers.dossiers.errors import Damaged, MissingColumn, NoListing
from scrapers.dossiers.heading_rows import (
    SEARCHED_ROWS,
    find_headings,
    folded_texts,
    heading_texts,
)
from scrapers.dossiers.headings import (
    REQUIRED_FIELDS,
    Columns,
    Vocabulary,
    dossier_vocabulary,
    fold,
    show,
)
from scrapers.dossiers.raw import RawItems, RawTable
from scrapers.dossiers.records import Dossier, DossierColumns, Facts
from scrapers.dossiers.repeats import Repeats
from scrapers.dossiers.row_kinds import RowKind, kind_of_row, labelled_unit
from scrapers.dossiers.rows import RowReader
from scrapers.dossiers.tables import open_raw
from scrapers.dossiers.totals import declared_in

_ROWS_AT_ONCE: Final = 400
_ITEMS_AT_ONCE: Final = 100
_MOST_KEY_SETS: Final = 500
_MOST_HEADINGS: Final = 200


class Listing:
    """The records of one listing, to be iterated once, and the `facts` that fill up meanwhile.

    Iterating raises ListingError when the file turns out damaged further down; what was read until
    then is not a listing. Closes its file at the end, or as a context manager.
    """

    def __init__(self, facts: Facts, records: Iterator[DossierColumns], stream: BinaryIO) -> None:
        self.facts = facts
        self._records: Iterator[DossierColumns] | None = records
        self._stream = stream

    def __iter__(self) -> Iterator[Dossier]:
        """The records one by one; see `columns`."""
        return (Dossier._make(one) for some in self.columns() for one in zip(*some, strict=True))

    def columns(self) -> Iterator[DossierColumns]:
        """The records, some at once; a second time would silently be an empty listing and is
        refused."""
        if self._records is None:
            raise RuntimeError("a listing can be read only once")
        records, self._records = self._records, None
        return records

    def __enter__(self) -> Listing:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; allowed at any time and more than once."""
        self._stream.close()


def open_listing(
    source: bytes | Path,
    *,
    name: str = "",
    keep_applicant: bool = False,
    drop_repeats: bool = True,
    required: frozenset[str] = REQUIRED_FIELDS,
) -> Listing:
    """Open a listing in xlsx, xls, html, csv or json; its content decides which, not its name.

    `name` is what errors call the file (default: its own name). With `keep_applicant` the owner's
    name is kept in `Dossier.applicant`. Without `drop_repeats` a code that comes again is a record
    again, which saves the memory of all codes, for a caller that keeps them anyway. `required` are
    the fields without which the table is not accepted; an empty cell in such a column is. The
    headings are found and understood before this returns, so `facts.columns` is filled, except that
    JSON may show further keys later.

    Raises ListingError (see `errors`), or OSError when the file cannot be opened.
    """
    stream: BinaryIO = source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
    where = name or (source.name if isinstance(source, Path) else "the listing")
    repeats = Repeats() if drop_repeats else None
    wanted = dossier_vocabulary(required, keep_applicant)
    try:
        raw = open_raw(stream, where, wanted)
        if isinstance(raw, RawItems):
            facts = Facts(where, "json", declared=raw.declared)
            records = _item_records(raw, facts, wanted, repeats)
        else:
            facts = Facts(where, raw.format, unread_tables=raw.unread_tables)
            records = _table_records(raw, facts, wanted, repeats)
    except RecursionError:
        stream.close()
        raise Damaged(where, "it is nested too deeply") from None
    except BaseException:
        stream.close()
        raise
    return Listing(facts, _until_the_end(records, facts, stream), stream)


def _until_the_end(
    records: Iterator[DossierColumns], facts: Facts, stream: BinaryIO
) -> Iterator[DossierColumns]:
    try:
        yield from records
    except RecursionError:
        raise Damaged(facts.name, "it is nested too deeply") from None
    finally:
        stream.close()
    facts.complete = True


def _table_records(
    raw: RawTable,
    facts: Facts,
    wanted: Vocabulary,
    repeats: Repeats | None,
) -> Iterator[DossierColumns]:
    """Understand the top of a table; the records of the rest are read when they are asked for."""
    head = list(islice(raw.rows, SEARCHED_ROWS))
    found = find_headings([cells for _, cells in head], wanted)
    if found is None:
        raise NoListing(
            facts.name, "no row has the headings of a listing", "export the listing itself"
        )
    _accept_columns(found.columns, facts, wanted)
    for text in raw.texts:
        facts.declared.extend(declared_in(text))
    titles, group = _read_titles([cells for _, cells in head[: found.first]], facts)
    facts.skipped["heading"] += found.end - found.first
    kind_of = partial(
        kind_of_row,
        columns=found.columns,
        headings={folded_texts(cells) for _, cells in head[found.first : found.end]},
        titles=titles,
    )
    reader = RowReader(
        found.columns,
        facts,
        Readings(),
        repeats,
        kind_of,
        group=group,
        exact_width=raw.exact_width,
    )
    return _read_rows(raw, chain(head[found.end :], raw.rows), reader, facts)


def _read_rows(
    raw: RawTable, rows: Iterator[tuple[int, list[Cell]]], reader: RowReader, facts: Facts
) -> Iterator[DossierColumns]:
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield from reader.read(some)
    # A cut page may still hold the whole list, but then it must say so itself.
    if raw.is_cut_short and facts.declared_total != facts.rows_read:
        raise Damaged(facts.name, f"the page breaks off behind row {facts.rows_read}")


def _read_titles(rows: list[list[Cell]], facts: Facts) -> tuple[set[str], str | None]:
    """The texts above the headings, folded, and the unit that the last of them names."""
    titles: set[str] = set()
    group = None
    for row in rows:
        texts = [text for text in heading_texts(row) if text]
        facts.skipped["title" if texts else "empty"] += 1
        for text in dict.fromkeys(texts):
            facts.declared.extend(declared_in(text))
            if unit := labelled_unit(text):
                group = unit
            else:
                titles.add(fold(text))
    return titles, group


def _item_records(
    raw: RawItems,
    facts: Facts,
    wanted: Vocabulary,
    repeats: Repeats | None,
) -> Iterator[DossierColumns]:
    """Understand the first items of a JSON list, which need not all have the same keys."""
    head = list(islice(raw.items, SEARCHED_ROWS))
    keys = dict.fromkeys(key for _, item in head if item for key in item)
    columns = wanted.choose(list(keys))
    if head and columns.known < 2:
        raise NoListing(
            facts.name, "the items of the JSON list are no dossiers", "save the listing itself"
        )
    if head:
        _accept_columns(columns, facts, wanted)
    return _read_items(raw, chain(head, raw.items), facts, wanted, repeats)


def _read_items(
    raw: RawItems,
    items: Iterator[tuple[int, dict[str, Cell] | None]],
    facts: Facts,
    wanted: Vocabulary,
    repeats: Repeats | None,
) -> Iterator[DossierColumns]:
    readings = Readings()
    readers: dict[tuple[str, ...], RowReader] = {}
    while some := list(islice(items, _ITEMS_AT_ONCE)):
        for keys, alike in groupby(some, _keys):
            if keys is None:
                for number, _ in alike:
                    facts.rejected.add(number, "not an object")
                continue
            if keys not in readers:
                if len(readers) >= _MOST_KEY_SETS:
                    readers.clear()
                columns = wanted.choose(keys)
                _describe(columns, facts)
                readers[keys] = RowReader(columns, facts, readings, repeats, _always_a_dossier)
            rows = [(number, list(item.values())) for number, item in alike if item is not None]
            yield from readers[keys].read(rows)
    facts.unread_tables = raw.unread_lists


def _keys(item: tuple[int, dict[str, Cell] | None]) -> tuple[str, ...] | None:
    return None if item[1] is None else tuple(item[1])


def _always_a_dossier(cells: Sequence[Cell]) -> RowKind:
    return RowKind("dossier")


def _accept_columns(columns: Columns, facts: Facts, wanted: Vocabulary) -> None:
    """Write down what the columns became. Raises MissingColumn."""
    if lacking := wanted.lacks(columns):
        shown = [show(heading) for heading in columns.headings if heading][:_MOST_HEADINGS]
        raise MissingColumn(facts.name, lacking[0], shown)
    _describe(columns, facts)


def _describe(columns: Columns, facts: Facts) -> None:
    headings = [show(heading) for heading in columns.headings]
    for name, index in columns.by_field.items():
        facts.columns.setdefault(headings[index], name)
    for index, name in columns.outranked.items():
        facts.outranked.setdefault(headings[index], name)
    for indexes, told in ((columns.personal, facts.personal), (columns.ignored, facts.ignored)):
        for index in indexes:
            if headings[index] and headings[index] not in told and len(told) < _MOST_HEADINGS:
                told.append(headings[index])
