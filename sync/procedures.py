"""How the procedure catalogue becomes records, and what the guard and the rules see of it.

One check takes several captures, in this order:

1. `catalogue`  the whole public list: which procedures there are, what came, what is gone;
2. `details`    some procedures in detail, a few hundred to a capture, so that little is lost when
                the work is broken off; what is not read this time is not gone;
3. `decisions`  what the details say of decisions, drawn together from the store: no request;
4. `missing`    only where details could not be read, or could not the last time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from scrapers.procedure_records import CatalogueReading, Procedure
from sync import catalogue_store, history, workdays
from sync.capture import Applied, RecordSet
from sync.capture_log import Scope
from sync.catalogue_store import PublishLimits
from sync.changes import SYSTEM, Change, Severity
from sync.guard import Objection
from sync.history import DECISIONS, LISTED, PROCEDURES, Delta
from sync.rules.procedures import (
    decision_changes,
    gone_changes,
    is_new_counting,
    procedure_changes,
)
from sync.rules.watch import Watch

DATASET, SOURCE = "procedures", "portal"
LABELS = {
    "catalogue": "Danh mục thủ tục",
    "details": "Chi tiết thủ tục",
    "decisions": "Quyết định công bố",
    "missing": "Chi tiết thủ tục",
}
"""The scopes of the catalogue in the words of the office."""
MOST_GONE_SHARE = 0.05
ALWAYS_ALLOWED_GONE = 50
"""Some procedures leave every week, 69 in the busiest five weeks that were seen; more than this
at once is a broken list."""


@dataclass(frozen=True)
class ProcedureSettings:
    """What the office has set for the catalogue; limits in working days."""

    watch: Watch
    limits: PublishLimits


def procedure_scope(name: str, progress: str = "") -> Scope:
    """One of the four scopes of the catalogue; `progress` says how far its reading is."""
    return Scope(DATASET, SOURCE, name, f"{LABELS[name]} {progress}".rstrip())


class CatalogueMaterial:
    """The public list on its way into the store; `states` tells of those that left it."""

    def __init__(
        self,
        reading: CatalogueReading,
        states: Mapping[str, str | None],
        settings: ProcedureSettings,
    ) -> None:
        self._reading, self._states, self._settings = reading, states, settings

    @property
    def rows(self) -> int:
        """Number of procedures that came."""
        return len(self._reading.items)

    @property
    def declared_rows(self) -> int | None:
        """The total that the last page declared."""
        return self._reading.totals[-1]

    def record_sets(self, connection: Connection, scope_id: int) -> list[RecordSet]:
        """The list, keyed by the portal's ids."""
        return [RecordSet(LISTED, scope_id, self._reading.items)]

    def objections(
        self, connection: Connection, scope_id: int, deltas: dict[str, Delta], is_first: bool
    ) -> list[Objection]:
        """A list that stops early, or that has lost too many at once."""
        delta = deltas[LISTED.name]
        checks = (self._ends_early(), None if is_first else _lost_too_many(delta))
        return [objection for objection in checks if objection]

    def changes(self, applied: Applied) -> list[Change]:
        """`procedure_gone`; what came is told with its details."""
        if applied.previous is None:
            return []
        gone = catalogue_store.gone_procedures(
            applied.connection, applied.sets[0].scope_id, applied.capture_id, self._states
        )
        return list(gone_changes(gone, self._settings.watch))

    def _ends_early(self) -> Objection | None:
        came, totals = self.rows, self._reading.totals
        if not came:
            return Objection("the list is empty", "danh mục trống")
        if min(totals) <= came <= max(totals):
            return None
        return Objection(
            f"the list ended after {came} of {totals[-1]} procedures ({self._reading.end})",
            f"danh mục chỉ trả về {came}/{totals[-1]} thủ tục",
        )


def _lost_too_many(delta: Delta) -> Objection | None:
    if delta.gone <= max(ALWAYS_ALLOWED_GONE, delta.before * MOST_GONE_SHARE):
        return None
    return Objection(
        f"{delta.gone} of {delta.before} procedures are gone at once",
        f"{delta.gone}/{delta.before} thủ tục biến mất cùng lúc",
    )


class DetailsMaterial:
    """Some details on their way into the store; `asked` counts those that were due with them."""

    def __init__(
        self, procedures: Sequence[Procedure], asked: int, settings: ProcedureSettings
    ) -> None:
        self._procedures, self._asked, self._settings = procedures, asked, settings

    @property
    def rows(self) -> int:
        """Number of details that came."""
        return len(self._procedures)

    @property
    def declared_rows(self) -> int | None:
        """Number of details that were asked for."""
        return self._asked

    def record_sets(self, connection: Connection, scope_id: int) -> list[RecordSet]:
        """The details; absence means nothing."""
        rows = (_row(one) for one in self._procedures)
        return [RecordSet(PROCEDURES, scope_id, rows, is_partial=True)]

    def objections(
        self, connection: Connection, scope_id: int, deltas: dict[str, Delta], is_first: bool
    ) -> list[Objection]:
        """None: each detail was held against what was asked when it was read."""
        return []

    def changes(self, applied: Applied) -> list[Change]:
        """What the rules make of the differences, and a note that these were read."""
        ids = [one.id for one in self._procedures]
        found = catalogue_store.procedure_differences(
            applied.connection, applied.sets[0].scope_id, applied.capture_id, ids
        )
        catalogue_store.note_reads(applied.connection, applied.capture_id, ids)
        changes = list(procedure_changes(found, self._settings.watch))
        if not is_new_counting(found, self.rows):
            return changes
        lowered = [one._replace(severity=Severity.info, is_listed=False) for one in changes]
        return [_recomputed(len(found), self.rows), *lowered]


def _recomputed(differing: int, read: int) -> Change:
    said = (
        f"Cổng thay đổi cách cung cấp dữ liệu thủ tục: {differing}/{read} thủ tục vừa đọc khác "
        "lần trước dù Cổng không ghi nhận cập nhật; các thay đổi riêng lẻ chỉ để tham khảo."
    )
    return Change(SYSTEM, "recomputed", Severity.warning, said, subject="details")


class DecisionsMaterial:
    """The decisions that procedures point to now, drawn from the store."""

    def __init__(self, settings: ProcedureSettings) -> None:
        self._settings = settings
        self.rows = 0

    @property
    def declared_rows(self) -> int | None:
        """Nobody says how many decisions there are."""
        return None

    def record_sets(self, connection: Connection, scope_id: int) -> list[RecordSet]:
        """Every decision that a public procedure points to."""
        workdays.fill_calendar(connection)
        return [RecordSet(DECISIONS, scope_id, self._decisions(connection))]

    def objections(
        self, connection: Connection, scope_id: int, deltas: dict[str, Delta], is_first: bool
    ) -> list[Objection]:
        """None: these come from captures that were believed."""
        return []

    def changes(self, applied: Applied) -> list[Change]:
        """`decision_new` and `published_late`."""
        if applied.previous is None:
            return []
        found = catalogue_store.decision_differences(
            applied.connection, applied.sets[0].scope_id, applied.capture_id, self._settings.limits
        )
        return list(decision_changes(found, self._settings.watch))

    def _decisions(self, connection: Connection) -> Iterator[history.Values]:
        for row in catalogue_store.decisions_now(connection, self._settings.limits):
            self.rows += 1
            yield row


class NothingMissing:
    """What is recorded when details that could not be read before have been read again."""

    rows = 0
    declared_rows = 0

    def record_sets(self, connection: Connection, scope_id: int) -> list[RecordSet]:
        """No records: the details themselves are in captures of their own."""
        return []

    def objections(
        self, connection: Connection, scope_id: int, deltas: dict[str, Delta], is_first: bool
    ) -> list[Objection]:
        """None."""
        return []

    def changes(self, applied: Applied) -> list[Change]:
        """None."""
        return []


def _row(one: Procedure) -> history.Values:
    decision = one.decision
    dated = decision.date if decision else None
    return (
        one.id,
        one.code,
        one.name,
        one.agency_code,
        one.agency_name,
        one.field_code,
        one.field_name,
        one.state,
        one.type,
        one.levels or None,
        one.online_level,
        one.processing,
        one.fees,
        decision.id if decision else None,
        decision.number if decision else None,
        dated.isoformat() if dated else None,
        decision.published_at if decision else None,
        one.updated_at,
        int(one.is_test),
        *one.parts.values(),
    )
