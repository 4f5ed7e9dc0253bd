"""The dossiers of An Giang over the seven days, and what a comparison of two days must find.

A day's listing is as of seven in the morning. `planted` is what was written down by hand, `effects`
what a plain comparison of two listings finds: a test holds one against the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from .dossier_events import EVENTS, Planted, is_listed_first
from .dossier_first import first_rows, unit_cells, units_with_dossiers
from .dossier_people import officers_of
from .dossier_rows import DossierRow, as_of, read_instant, write_instant

THRESHOLDS = {"department": 2.0, "commune": 3.5}
"""Percent of overdue dossiers above which a unit is flagged."""


class Rate(NamedTuple):
    """How many of a unit's dossiers in process are overdue."""

    overdue: int
    in_process: int

    @property
    def percent(self) -> float:
        """The share, 0 to 100."""
        return 100 * self.overdue / self.in_process if self.in_process else 0.0


def overdue(day: int) -> list[DossierRow]:
    """What the overdue listing of that day holds, the longest overdue first."""
    return list(_overdue(day))


def in_process(day: int) -> list[DossierRow]:
    """Every dossier that is being processed, overdue or not, in the order of codes."""
    return [row for row in on_file(day) if row.is_in_process]


def on_file(day: int) -> list[DossierRow]:
    """Every dossier that any answer holds: ended, stopped and waiting ones too."""
    return list(_on_file(day))


def planted(day: int) -> tuple[Planted, ...]:
    """What was planted for that day and is to be seen in its overdue listing."""
    return tuple(event for event in EVENTS if event.day == day and event.kind != "unseen")


def effects(day: int) -> frozenset[tuple[str, str]]:
    """Kind of change and dossier code, by comparing the overdue listings of two days plainly.

    A dossier that comes into the list is "returned" if it ever was in an earlier one. A change of
    officer and one of unit are one effect. Day 1 has none.
    """
    if day == 1:
        return frozenset()
    earlier = {row.code for number in range(1, day) for row in _overdue(number)}
    return differences(_overdue(day - 1), _overdue(day), earlier)


def differences(
    listed_before: Iterable[DossierRow], listed_now: Iterable[DossierRow], earlier: Collection[str]
) -> frozenset[tuple[str, str]]:
    """The same for any two listings; `earlier` are the codes that any listing before held."""
    before = {row.code: row for row in listed_before}
    after = {row.code: row for row in listed_now}
    found = {("gone", code) for code in before.keys() - after.keys()}
    for code in after.keys() - before.keys():
        found.add(("returned" if code in earlier else "newly_overdue", code))
    for code in before.keys() & after.keys():
        old, new = before[code], after[code]
        if old.due_at != new.due_at:
            found.add(("deadline_moved", code))
        if (old.unit_code, sorted(old.officers)) != (new.unit_code, sorted(new.officers)):
            found.add(("reassigned", code))
        if old.state_code != new.state_code:
            found.add(("state_changed", code))
    return frozenset(found)


def rates(day: int) -> dict[str, Rate]:
    """The rate of every unit that has dossiers, by code."""
    late = Counter(row.unit_code for row in _overdue(day))
    return {
        code: Rate(late[code], count)
        for code, count in Counter(row.unit_code for row in in_process(day)).items()
    }


def exceeding(day: int) -> frozenset[str]:
    """The units over their threshold on that day."""
    units = units_with_dossiers()
    return frozenset(
        code for code, rate in rates(day).items() if rate.percent > THRESHOLDS[units[code].kind]
    )


@cache
def personal_strings() -> frozenset[str]:
    """Every owner's name, phone, identity number, address and e-mail, of all seven days."""
    return frozenset(text for row in first_rows() for text in row.owner.strings())


@cache
def _overdue(day: int) -> tuple[DossierRow, ...]:
    late = [row for row in _on_file(day) if row.is_overdue(as_of(day))]
    return tuple(sorted(late, key=lambda row: (row.due_at or as_of(day), row.code)))


@cache
def _on_file(day: int) -> tuple[DossierRow, ...]:
    rows = {row.code: row for row in first_rows()}
    hidden = {event.code for event in EVENTS if not is_listed_first(event.code)}
    for event in EVENTS:
        if event.day > day:
            continue
        _check_before(event, rows[event.code])
        rows[event.code] = _after(event, rows[event.code])
        if "listed" in event.sets:
            change = hidden.discard if event.sets["listed"] == "yes" else hidden.add
            change(event.code)
    return tuple(rows[code] for code in sorted(rows.keys() - hidden))


def _check_before(event: Planted, row: DossierRow) -> None:
    """What the table says stood there must have stood there."""
    due = write_instant(row.due_at, row.due_is_date_only) if row.due_at else None
    stood = {due, row.state_code, row.unit_code, "; ".join(sorted(row.officers))}
    if event.before is not None and event.before not in stood:
        raise AssertionError(f"{event.code} has no {event.before!r} before day {event.day}")


def _after(event: Planted, row: DossierRow) -> DossierRow:
    for key, value in event.sets.items():
        if key == "due":
            row = replace(row, due_at=read_instant(value), due_is_date_only=" " not in value)
        elif key == "state":
            row = replace(row, state_code=value)
        elif key == "ended":
            row = replace(row, ended_at=read_instant(value))
        elif key == "officers":
            row = replace(row, officers=tuple(value.split("; ")))
        elif key == "unit":
            code, name, parent = unit_cells(value)
            row = replace(row, unit_code=code, unit_name=name, parent_unit=parent)
            row = replace(row, officers=officers_of(value)[:1])
    return row
