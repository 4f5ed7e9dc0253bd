"""How a listing of dossiers becomes records, and what the guard and the rules see of it.

When a dossier is overdue is told in `sync.dossier_rows`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, text

from scrapers.dossiers.errors import ListingError
from scrapers.dossiers.records import Dossier
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
from sync.history import DOSSIERS, Delta
from sync.overdue_days import unit_days, write_overdue_days
from sync.rules.dossiers import DossierDifference, DossierValues, dossier_changes, unit_changes

DATASET = "dossiers"
_AT_ONCE = 200

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
        read: Callable[[], Iterable[Dossier]],
        told: Told,
        settings: DossierSettings,
        observed_at: dt.datetime,
    ) -> None:
        self._read, self._told, self._settings = read, told, settings
        self._observed_at = observed_at
        self.rows = 0

    @property
    def declared_rows(self) -> int | None:
        """How many dossiers the source says it lists."""
        return self._told.declared_total

    def record_sets(self, connection: Connection, scope_id: int) -> list[RecordSet]:
        """The dossiers; they stream from the source's file into the store."""
        workdays.fill_calendar(connection)
        return [RecordSet(DOSSIERS, scope_id, self._rows())]

    def objections(
        self, connection: Connection, scope_id: int, deltas: dict[str, Delta], is_first: bool
    ) -> list[Objection]:
        """What the guard holds against the listing."""
        return listing_objections(
            ListingFacts(
                contradictions=[Objection(*one) for one in self._told.objections()],
                listing=None if is_first else deltas[DOSSIERS.name],
                overdue=NONE_OVERDUE if is_first else _overdue_facts(connection, scope_id),
                units_before={} if is_first else _units_before(connection, scope_id),
                units_now=_units_now(connection),
                is_older=not is_first and self._is_older(connection, scope_id),
            )
        )

    def changes(self, applied: Applied) -> list[Change]:
        """What the rules make of the differences; in a first listing only what is a state."""
        scope_id = applied.sets[0].scope_id
        found: list[Change] = []
        if applied.previous is not None:
            found.extend(dossier_changes(_differences(applied, scope_id)))
        days = unit_days(applied.connection, scope_id, applied.day, self._settings.lists)
        is_first_of_day = applied.previous is not None and applied.previous.day < applied.day
        found.extend(unit_changes(days, self._settings.limits, is_first_of_day=is_first_of_day))
        write_overdue_days(applied.connection, scope_id, applied.day, days, found)
        return found

    def _rows(self) -> Iterator[history.Values]:
        rows = DossierRows(self._observed_at, only_overdue=self._settings.lists == "overdue")
        dossiers = iter(self._read())
        try:
            while some := list(islice(dossiers, _AT_ONCE)):
                self.rows += len(some)
                yield from rows.of(some)
        except ListingError as error:
            raise Unusable(str(error)) from error

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
    """What the compared listing would do to the dossiers that are overdue in the store."""
    standing = "v.scope_id = :scope AND v.closed_by IS NULL AND v.is_overdue = 1"
    # Without its due date a dossier may count as overdue no longer; else those that stay are asked.
    emptied = ", ".join(
        f"SUM(v.{name} IS NOT NULL AND s.{name} IS NULL AND s.is_overdue >= {name != 'due_at':d})"
        for name in FIELDS
    )
    before = connection.execute(
        text(f"SELECT COUNT(*) FROM dossier_versions v WHERE {standing}"), {"scope": scope_id}
    ).scalar_one()
    left, *lost = connection.execute(
        text(
            f"""
            SELECT SUM(COALESCE(s.is_overdue, 0) = 0), {emptied}
            FROM delta_{DOSSIERS.name} d
            JOIN dossier_versions v ON v.code = d.code AND {standing}
            LEFT JOIN staged_{DOSSIERS.name} s ON s.code = d.code
            """
        ),
        {"scope": scope_id},
    ).one()
    numbers = [number or 0 for number in lost]
    return OverdueFacts(int(before), left or 0, dict(zip(FIELDS, numbers, strict=True)))


def _units_before(connection: Connection, scope_id: int) -> dict[str, int]:
    """Overdue dossiers by unit, as they stand in the store."""
    standing = "dossier_versions WHERE scope_id = :scope AND closed_by IS NULL AND is_overdue = 1"
    return _by_unit(connection, standing, scope=scope_id)


def _units_now(connection: Connection) -> dict[str, int]:
    """Dossiers by unit, as they were staged; a unit that still lists any has not vanished."""
    return _by_unit(connection, f"staged_{DOSSIERS.name}")


def _by_unit(connection: Connection, rows: str, **bound: Any) -> dict[str, int]:
    grouped = f"SELECT unit_code, unit_name, COUNT(*) AS n FROM {rows} GROUP BY 1, 2"
    found: Counter[str] = Counter()
    for unit, number in connection.execute(
        text(
            f"""
            SELECT COALESCE(c.text, n.text), g.n FROM ({grouped}) g
            LEFT JOIN texts c ON c.id = g.unit_code
            LEFT JOIN texts n ON n.id = g.unit_name
            """
        ),
        bound,
    ):
        found[unit or ""] += number
    found.pop("", None)
    return found
