"""The record of one dossier, and the facts about the listing it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Literal, NamedTuple, TypeAlias

KEPT_NOTES = 200
"""How many single rows a list of notes names; the rest is only counted."""

DeclaredBy = Literal["json", "paging", "text", "total row", "column"]
"""Where a total stands, the most reliable first."""

_RELIABILITY: tuple[DeclaredBy, ...] = ("json", "paging", "text", "total row", "column")


class Dossier(NamedTuple):
    """One dossier as its listing prints it. A value that is not printed is None.

    Instants are aware and in UTC; what was printed without a zone is Viet Nam time (UTC+7). A value
    printed without a time of day is midnight at the start of its day in Viet Nam. Fractions of a
    second are dropped: most lists do not print them, so they would look like changes.

    `code` is normalised (`codes.normalise_code`), `unit_code` too (`codes.normalise_unit_code`).
    `parent_unit` is the heading row above a group of rows, where the rows name their own unit;
    where they do not, that heading row is the `unit_name`. `officer` holds several names in
    alphabetical order, joined by "; ". `state_code` is the source's own code: lists of codes differ
    between systems. `due_is_date_only` is true when no time of day was printed or when it was
    midnight, which is how systems store a mere date. `printed_days_late` is what the list says,
    by the list's own way of counting. `applicant` is always None unless the operator asked for it.
    """

    code: str
    national_code: str | None
    procedure_code: str | None
    procedure_name: str | None
    field: str | None
    unit_code: str | None
    unit_name: str | None
    parent_unit: str | None
    officer: str | None
    state: str | None
    state_code: str | None
    received_at: datetime | None
    due_at: datetime | None
    due_is_date_only: bool
    ended_at: datetime | None
    returned_at: datetime | None
    printed_days_late: int | None
    note: str | None
    applicant: str | None

    def __repr__(self) -> str:
        """Enough to recognise the dossier in a log, and no person's name."""
        return f"Dossier(code={self.code!r}, unit_code={self.unit_code!r}, due_at={self.due_at})"


DossierColumns: TypeAlias = Sequence[Sequence[Any]]
"""Some dossiers, at least one, column by column in the order of a Dossier's fields. A million of
them are made and taken apart much faster so."""


def in_columns(dossiers: Iterable[Dossier], at_once: int = 200) -> Iterator[DossierColumns]:
    """Dossiers column by column, so many at once."""
    remaining = iter(dossiers)
    while some := list(islice(remaining, at_once)):
        yield list(zip(*some, strict=True))


class RowNote(NamedTuple):
    """What was odd about one row (counted from 1, headings included); never what stood in it."""

    row: int
    reason: str


@dataclass(slots=True)
class RowNotes:
    """Notes about rows: how many, how many of each reason, and the first of them one by one."""

    count: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    first: list[RowNote] = field(default_factory=list)

    def add(self, row: int, reason: str) -> None:
        """Note one row."""
        self.count += 1
        self.by_reason[reason] += 1
        if len(self.first) < KEPT_NOTES:
            self.first.append(RowNote(row, reason))


class Declared(NamedTuple):
    """A total that the source itself prints; `rows_here` when it prints a range ("1–50 / 120")."""

    by: DeclaredBy
    total: int
    rows_here: int | None = None


@dataclass(slots=True)
class Facts:
    """What is known about a listing beside its records, for the guard and for a person.

    Complete only after the last record has been taken; until then `complete` is False. Always
    `rows_read` = records + identical + conflicting + rejected. `columns` maps a heading to the
    field it became; `outranked` one that lost to a better heading for the same field; `ignored`
    are headings without a meaning for us, `personal` those whose values were dropped unread.
    `rejected` rows gave no record, `problems` are about rows that did. `identical` and
    `conflicting` are rows whose code had come before; the first row stands. `skipped` counts rows
    that are no dossiers, by kind (title, heading, group, total, notice, footer, empty).
    `unread_tables` is the number of other tables or sheets that look like listings and were not
    read.
    """

    name: str
    format: str
    columns: dict[str, str] = field(default_factory=dict)
    outranked: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    records: int = 0
    identical: int = 0
    conflicting: RowNotes = field(default_factory=RowNotes)
    rejected: RowNotes = field(default_factory=RowNotes)
    problems: RowNotes = field(default_factory=RowNotes)
    skipped: Counter[str] = field(default_factory=Counter)
    without_due: int = 0
    unread_tables: int = 0
    complete: bool = False

    @property
    def rows_read(self) -> int:
        """Rows of dossiers met so far, repeated and rejected ones included."""
        return self.records + self.identical + self.conflicting.count + self.rejected.count

    @property
    def declared_total(self) -> int | None:
        """How many dossiers the source says it has; None when it is silent or contradicts itself.

        The most reliable kind of statement counts, and only if all of that kind agree. Of several
        total rows the last counts if it is the sum of two or more others: of just two, one may be
        the total of a group as well as of the listing.
        """
        for kind in _RELIABILITY:
            figures = [declared.total for declared in self.declared if declared.by == kind]
            if figures:
                return _one_figure(figures, is_summed=kind == "total row")
        return None

    @property
    def declared_rows_here(self) -> int | None:
        """How many of them stand on this page, where the source prints a range."""
        here = {declared.rows_here for declared in self.declared} - {None}
        return here.pop() if len(here) == 1 else None


def _one_figure(figures: list[int], is_summed: bool) -> int | None:
    if is_summed and len(figures) > 1:
        return figures[-1] if len(figures) > 2 and figures[-1] == sum(figures[:-1]) else None
    return figures[0] if len(set(figures)) == 1 else None
