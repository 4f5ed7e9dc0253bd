"""How a listing of dossiers becomes records, and what the guard and the rules see of it.

When a dossier is overdue, by number (the printed due date counts, it is never computed):

1. one with a time of day, when that instant has passed;
2. one with a mere date, from the next day on;
3. one without a due date, only where the source lists nothing but overdue ones;
4. in a list of dossiers in process, not when it has ended, was returned or waits for the citizen.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, text

from scrapers.dossiers.errors import ListingError
from scrapers.dossiers.records import Dossier
from scrapers.errors import Unusable
from sync import history, workdays
from sync.capture import Applied, RecordSet
from sync.capture_log import Scope
from sync.changes import Change
from sync.dossier_guard import ListingFacts, listing_objections
from sync.guard import Objection
from sync.history import DOSSIERS, Delta
from sync.overdue_days import unit_days, write_overdue_days
from sync.rules.dossiers import DossierDifference, DossierValues, dossier_changes, unit_changes

DATASET = "dossiers"
DAY_SECONDS = 86_400
WAITING_STATES = (
    "bổ sung",
    "nghĩa vụ tài chính",
    "rút hồ sơ",
    "dừng xử lý",
    "từ chối",
    "không được",
)
DONE_STATES = ("đã xử lý xong", "đã trả kết quả", "trả kết quả", "hoàn thành", "kết thúc")
"""Words of states in which a dossier is not being processed. Inferred from the national list of
states; local systems have other lists."""

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
        observed = int(self._observed_at.timestamp())
        today = observed - (observed + 7 * 3600) % DAY_SECONDS
        only_overdue = self._settings.lists == "overdue"
        try:
            for one in self._read():
                self.rows += 1
                due = None if one.due_at is None else int(one.due_at.timestamp())
                state = one.state or one.state_code
                yield (
                    one.code,
                    one.national_code,
                    one.procedure_code,
                    one.procedure_name,
                    one.unit_code,
                    one.unit_name or one.parent_unit,
                    one.officer,
                    state,
                    _seconds(one.received_at),
                    due,
                    int(one.due_is_date_only),
                    _seconds(one.ended_at),
                    _seconds(one.returned_at),
                    int(
                        _is_past(due, one.due_is_date_only, observed, today, only_overdue)
                        and (only_overdue or _is_in_process(one, state))
                    ),
                    one.applicant,
                )
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


def _seconds(instant: dt.datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())


def _is_past(
    due: int | None, is_date_only: bool, observed: int, today: int, only_overdue: bool
) -> bool:
    """Rules 1 to 3; `today` is the instant at which the day of the listing began in Viet Nam."""
    if due is None:
        return only_overdue
    return due < today if is_date_only else due < observed


def _is_in_process(one: Dossier, state: str | None) -> bool:
    """Rule 4."""
    if one.ended_at is not None or one.returned_at is not None:
        return False
    folded = (state or "").casefold()
    return not any(word in folded for word in (*WAITING_STATES, *DONE_STATES))


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
