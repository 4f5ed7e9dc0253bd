"""How a listing of dossiers becomes records, and what the guard and the rules see of it.

When a dossier is overdue is told in `sync.dossier_rows`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from sqlalchemy import Connection, text

from scrapers.archive import Answer
from scrapers.dossiers.errors import ListingError
from scrapers.dossiers.records import DossierColumns
from scrapers.errors import Unusable
from sync import history, workdays
from sync.capture import Applied, RecordSet
from sync.capture_log import Scope
from sync.changes import Change
from sync.dossier_guard import (
    FIELDS,
    NONE_OVERDUE,
    ListingFacts,
    OverdueFacts,
    listing_objections,
)
from sync.dossier_rows import DossierRows
from sync.guard import Objection
from sync.history import DOSSIERS, Batch, Batches, Delta
from sync.overdue_days import (
    ListedUnit,
    count_staged,
    listed_units,
    unit_days,
    write_overdue_days,
)
from sync.rules.dossiers import DossierDifference, DossierValues, dossier_changes, unit_changes
from sync.set_aside import as_answers

DATASET = "dossiers"
MOST_DECLARED = 2**53
"""A source that says it lists more says nothing: no store could hold that number."""

_STANDING = "v.scope_id = :scope AND v.closed_by IS NULL AND v.is_overdue = 1"
_DIFFERING = f"""
    delta_{DOSSIERS.name} d CROSS JOIN dossier_versions v WHERE v.code = d.code AND {_STANDING}
"""
"""The overdue dossiers that leave or change. A cross join is carried out in its order: few of a
million versions are in the delta."""

_UNIT = [
    (*DOSSIERS.key, *DOSSIERS.values).index(name)
    for name in ("unit_code", "unit_name", "is_overdue")
]

Lists = Literal["overdue", "in_process"]


class Told(Protocol):
    """What a reader knows of a listing after its last record."""

    @property
    def declared_total(self) -> int | None:
        """How many the source says there are."""

    def objections(self) -> list[tuple[str, str]]:
        """Why the listing is not whole: reason and explanation."""


@dataclass(frozen=True)
class DossierSettings:
    """What the office has set for a source."""

    lists: Lists
    limits: Mapping[str, float]
    """Highest rate of overdue dossiers, in per cent, by kind of unit."""


def dossier_scope(source: str) -> Scope:
    """The scope of one source: its whole listing."""
    return Scope(DATASET, source, source, f"Hồ sơ quá hạn, nguồn {source}")


class DossierMaterial:
    """One listing on its way into the store; its records are read once, while they are staged."""

    def __init__(
        self,
        read: Callable[[], Iterable[DossierColumns]],
        told: Told,
        settings: DossierSettings,
        observed_at: dt.datetime,
    ) -> None:
        self._read, self._told, self._settings = read, told, settings
        self._observed_at = observed_at
        self._counted: Counter[tuple[str | None, str | None, int]] = Counter()
        self._units: dict[str, ListedUnit] | None = None
        self.rows = 0

    @property
    def declared_rows(self) -> int | None:
        """How many dossiers the source says it lists; None too for what no list could hold."""
        total = self._told.declared_total
        return None if total is None or total > MOST_DECLARED else total

    def record_sets(self, connection: Connection, scope_id: int) -> list[RecordSet]:
        """The dossiers; they stream from the source's file into the store."""
        workdays.fill_calendar(connection)
        return [RecordSet(DOSSIERS, scope_id, Batches(self._rows()))]

    def objections(
        self, connection: Connection, scope_id: int, deltas: dict[str, Delta], is_first: bool
    ) -> list[Objection]:
        """What the guard holds against the listing."""
        listing = deltas[DOSSIERS.name]
        units = self._listed_units(connection, listing.staged)
        return listing_objections(
            ListingFacts(
                contradictions=[Objection(*one) for one in self._told.objections()],
                listing=None if is_first else listing,
                overdue=NONE_OVERDUE if is_first else _overdue_facts(connection, scope_id),
                units_before={} if is_first else _units_before(connection, scope_id),
                units_now={unit: one.listed for unit, one in units.items()},
                is_older=not is_first and self._is_older(connection, scope_id),
            )
        )

    def changes(self, applied: Applied) -> list[Change]:
        """What the rules make of the differences; in a first listing only what is a state."""
        scope_id = applied.sets[0].scope_id
        found: list[Change] = []
        if applied.previous is not None:
            found.extend(dossier_changes(_differences(applied, scope_id)))
        units = self._listed_units(applied.connection, applied.deltas[DOSSIERS.name].staged)
        days = unit_days(applied.connection, scope_id, applied.day, self._settings.lists, units)
        previous = applied.previous
        is_first_of_day = previous is not None and previous.newest_day != applied.day
        found.extend(unit_changes(days, self._settings.limits, is_first_of_day=is_first_of_day))
        write_overdue_days(applied.connection, scope_id, applied.day, days, found)
        return found

    def set_aside(self) -> Iterator[Answer]:
        """The listing once more, for the archive; raises Unusable where it cannot be read."""
        try:
            yield from as_answers(self._read(), self._observed_at)
        except (ListingError, OSError) as error:
            raise Unusable(str(error)) from error

    def _rows(self) -> Iterator[Batch]:
        rows = DossierRows(self._observed_at, only_overdue=self._settings.lists == "overdue")
        try:
            for some in self._read():
                self.rows += len(some[0])
                batch = rows.of(some)
                self._counted.update(zip(*(batch[place] for place in _UNIT), strict=True))
                yield batch
        except ListingError as error:
            raise Unusable(str(error)) from error

    def _listed_units(self, connection: Connection, kept: int) -> dict[str, ListedUnit]:
        """The `kept` dossiers that stay staged, by unit; guard and rules look at the same."""
        if self._units is None:
            # What came is what was staged, unless codes came twice; then that is counted anew.
            counted = self._counted if kept == self.rows else count_staged(connection)
            self._units, self.rows = listed_units(connection, counted), kept
        return self._units

    def _is_older(self, connection: Connection, scope_id: int) -> bool:
        last = connection.execute(
            text(
                "SELECT c.completed_at FROM capture_log c"
                " JOIN scopes s ON s.last_capture_id = c.id WHERE s.id = :scope"
            ),
            {"scope": scope_id},
        ).scalar()
        return last is not None and dt.datetime.fromisoformat(last) > self._observed_at


def _differences(applied: Applied, scope_id: int) -> Iterator[DossierDifference]:
    earlier = {
        code
        for (code,) in applied.connection.execute(
            text(
                f"""
                SELECT d.code FROM delta_{DOSSIERS.name} d
                WHERE EXISTS (SELECT 1 FROM dossier_versions v
                              WHERE v.scope_id = :scope AND v.code = d.code AND v.is_overdue = 1
                                AND v.closed_by < :capture)
                """
            ),
            {"scope": scope_id, "capture": applied.capture_id},
        )
    }
    found = history.differences(applied.connection, DOSSIERS, scope_id, applied.capture_id)
    for one in found:
        before = DossierValues(*one.before) if one.before else None
        after = DossierValues(*one.after) if one.after else None
        yield DossierDifference(one.key[0], before, after, one.key[0] in earlier)


def _overdue_facts(connection: Connection, scope_id: int) -> OverdueFacts:
    """What the compared listing would do to the dossiers that are overdue in the store.

    They are only counted where it would do anything to them.
    """
    # Without its due date a dossier may count as overdue no longer; else those that stay are asked.
    emptied = ", ".join(
        f"COUNT(CASE WHEN v.{name} IS NOT NULL AND s.{name} IS NULL"
        f" AND s.is_overdue >= {name != 'due_at':d} THEN 1 END)"
        for name in FIELDS
    )
    left, *lost = connection.execute(
        text(
            f"""
            SELECT COUNT(CASE WHEN COALESCE(s.is_overdue, 0) = 0 THEN 1 END), {emptied}
            FROM (SELECT v.* FROM {_DIFFERING}) v
            LEFT JOIN staged_{DOSSIERS.name} s ON s.code = v.code
            """
        ),
        {"scope": scope_id},
    ).one()
    if not left and not any(lost):
        return NONE_OVERDUE
    before = connection.execute(
        text(f"SELECT COUNT(*) FROM dossier_versions v WHERE {_STANDING}"), {"scope": scope_id}
    ).scalar_one()
    return OverdueFacts(int(before), left, dict(zip(FIELDS, lost, strict=True)))


def _units_before(connection: Connection, scope_id: int) -> dict[str, int]:
    """Overdue dossiers in the store that leave or change, by unit.

    Of a unit that is listed no longer these are all; how many others have is not asked.
    """
    found: Counter[str] = Counter()
    for unit, number in connection.execute(
        text(
            f"""
            SELECT COALESCE(c.text, n.text), g.n
            FROM (SELECT v.unit_code, v.unit_name, COUNT(*) AS n
                  FROM {_DIFFERING} GROUP BY v.unit_code, v.unit_name) g
            LEFT JOIN texts c ON c.id = g.unit_code
            LEFT JOIN texts n ON n.id = g.unit_name
            """
        ),
        {"scope": scope_id},
    ):
        found[unit or ""] += number
    found.pop("", None)
    return found
