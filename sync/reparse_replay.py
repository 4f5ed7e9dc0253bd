"""Captures done again, one after the other, in a copy of the store that was set back.

Each goes through the same rooms as ever (scraper, guard, history, rules), under its own number,
instants and day. By number:

1. What was read is read again from its raw answers. Decisions of the catalogue, which are drawn
   from the store, are drawn again.
2. What cannot be read again stands: the store's own words about it take its place, and what
   follows is compared with that.
3. What a person decided is decided again at its moment: what was accepted is accepted whatever the
   guard thinks, what was rejected stays out.
4. A capture that brought nothing, then or by its answers, keeps its reason and what it told.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text, update

from models import tables
from scrapers.archive import read_archive
from scrapers.errors import NotKept, ScrapeError
from sync import capture_log, decisions, history
from sync.capture import Material, record_trouble, settle
from sync.catalogue_store import note_reads
from sync.config import Config
from sync.procedure_sources import procedure_settings
from sync.procedures import DecisionsMaterial, NothingMissing
from sync.reparse_plan import BELIEVED, Plan, Step, Taken, kept_file
from sync.reparse_readings import material_of, scope_of, stored_sets
from sync.run import Progress
from sync.store import writing

LISTING = "listings of dossiers are never kept raw, they hold citizens' data"
NEVER_KEPT = "the raw answers were not kept"
NO_LONGER_KEPT = "the raw answers are no longer in the archive"
ASKED_OTHERWISE = "today's program asks something else than was asked then"
DAMAGED = "the raw answers are damaged"

_TROUBLE = "('source_refused', 'source_failed', 'format_changed')"
_COPIED = ", ".join(f'"{one.name}"' for one in tables.changes.c if one.name != "id")


class Stood(NamedTuple):
    """A believed capture that could not be read again, and why."""

    taken: Taken
    why: str


def why_not(taken: Taken) -> str:
    """Why a capture without a file in the archive cannot be read again."""
    if not taken.is_replayed:
        return LISTING
    return NO_LONGER_KEPT if taken.archive else NEVER_KEPT


class _Unread(Exception):
    """It cannot be read again; the message says why."""


class Replay:
    """A plan on its way; `engine` has the copy, with the store as it stood attached as `stored`."""

    def __init__(self, config: Config, engine: Engine, archive: Path) -> None:
        self._config, self._engine, self._archive = config, engine, archive
        self.stood: list[Stood] = []
        self.read = 0
        """Captures that were done again."""

    def run(self, plan: Plan, progress: Progress) -> None:
        """Do everything again, each step in one transaction. Raises StoreError."""
        total = len(plan.captures)
        for number, step in enumerate(plan.steps()):
            progress(min(number, total), total, f"{step.taken.scope} {step.taken.day}")
            self._do(step)
        progress(total, total, "")

    def _do(self, step: Step) -> None:
        taken = step.taken
        if step.what == "accepted":
            with writing(self._engine) as connection:
                self._accept(connection, taken)
            return
        if step.what == "taken back":
            with writing(self._engine) as connection:
                _take_back(connection, taken)
            return
        try:
            material = self._again(taken)
        except _Unread as reason:
            if taken.decision != "accepted":
                self._note(taken, str(reason))
            material = None
        with writing(self._engine) as connection:
            if material is None:
                self._stand(connection, taken)
            else:
                self.read += 1
                _settle(connection, taken, material)

    def _note(self, taken: Taken, why: str) -> None:
        if taken.is_believed:
            self.stood.append(Stood(taken, why))

    def _again(self, taken: Taken) -> Material | ScrapeError:
        """What a capture brings today. Raises _Unread."""
        if not taken.is_replayed:
            raise _Unread(why_not(taken))
        if taken.decision == "rejected" and not taken.was_taken_back:
            raise _Unread("a person has rejected it")
        if taken.is_believed and taken.is_drawn:
            settings = procedure_settings(self._config)
            return DecisionsMaterial(settings) if taken.scope == "decisions" else NothingMissing()
        path = kept_file(self._archive, taken)
        if path is None:
            raise _Unread(why_not(taken))
        try:
            return material_of(self._config, self._engine, taken, list(read_archive(path)))
        except NotKept:
            raise _Unread(ASKED_OTHERWISE) from None
        except OSError:
            raise _Unread(DAMAGED) from None
        except ScrapeError as trouble:
            return trouble

    def _stand(self, connection: Connection, taken: Taken) -> None:
        """Rules 2 and 4."""
        connection.execute(
            text("INSERT INTO capture_log SELECT * FROM stored.capture_log WHERE id = :id"),
            {"id": taken.id},
        )
        if not taken.is_replayed:
            return
        if taken.decision == "accepted":
            # It was refused when it was taken.
            not_yet = {"status": "refused", "decision": None, "decided_at": None}
            capture_log.update_capture(connection, taken.id, **not_yet)
            _copy_changes(connection, taken, f"kind IN {_TROUBLE}")
            return
        if taken.is_believed:
            self._reinstate(connection, taken)
        _copy_changes(connection, taken, "1 = 1")

    def _reinstate(self, connection: Connection, taken: Taken) -> None:
        """Put back what the store has of a believed capture, against what stands before it."""
        previous = capture_log.previous_capture(connection, taken.scope_id)
        is_same = True
        sets = stored_sets(connection, self._config, taken)
        for one in sets:
            history.stage(connection, one.ledger, one.rows)
            delta = history.compare(connection, one.ledger, one.scope_id, is_partial=one.is_partial)
            is_same = is_same and delta.is_empty
            history.apply(connection, one.ledger, one.scope_id, taken.id)
        connection.execute(
            update(tables.scopes)
            .where(tables.scopes.c.id.in_({taken.scope_id, *(one.scope_id for one in sets)}))
            .values(last_capture_id=taken.id)
        )
        if taken.scope == "details":
            note_reads(connection, taken.id, _details_of(connection, taken))
        status, before = BELIEVED[is_same], previous.id if previous else None
        capture_log.update_capture(connection, taken.id, status=status, previous_id=before)

    def _accept(self, connection: Connection, taken: Taken) -> None:
        """Rule 3, for what a person believed after all."""
        row = decisions.captured(connection, taken.id)
        is_past = (row.last_capture_id or 0) > taken.id
        try:
            again = decisions.read_again(self._config, row)
        except decisions.DecisionError:
            again = None
            self._note(taken, NO_LONGER_KEPT)
        _write_decision(connection, taken)
        if row.status in BELIEVED or is_past:
            return
        if again is None:
            self._reinstate(connection, taken)
            _copy_changes(connection, taken, f"kind NOT IN {_TROUBLE}")
        else:
            scope, material = again
            settle(connection, scope, taken.id, material, overrule=True)


def _settle(connection: Connection, taken: Taken, material: Material | ScrapeError) -> None:
    """Open the row of a capture as it was opened then, and judge what it brings."""
    connection.execute(
        text(
            "INSERT INTO capture_log (id, scope_id, check_id, started_at, completed_at, day,"
            " status, requests, archive, content, is_backfill)"
            " SELECT id, scope_id, check_id, started_at, completed_at, :day, 'failed', requests,"
            " archive, content, is_backfill FROM stored.capture_log WHERE id = :id"
        ),
        {"id": taken.id, "day": taken.own_day.isoformat()},
    )
    if isinstance(material, ScrapeError):
        record_trouble(connection, taken.id, scope_of(taken), material)
    else:
        settle(connection, scope_of(taken), taken.id, material)


def _take_back(connection: Connection, taken: Taken) -> None:
    """Rule 3, for what a person took back."""
    row = decisions.captured(connection, taken.id)
    if row.status in BELIEVED and row.last_capture_id == taken.id:
        decisions.take_back(connection, row)
    connection.execute(
        text(
            "UPDATE capture_log SET (status, reason, explanation) ="
            " (SELECT status, reason, explanation FROM stored.capture_log WHERE id = :id)"
            " WHERE id = :id"
        ),
        {"id": taken.id},
    )
    _write_decision(connection, taken)


def _write_decision(connection: Connection, taken: Taken) -> None:
    connection.execute(
        text(
            "UPDATE capture_log SET (decision, decided_at, day) ="
            " (SELECT decision, decided_at, day FROM stored.capture_log WHERE id = :id)"
            " WHERE id = :id"
        ),
        {"id": taken.id},
    )


def _copy_changes(connection: Connection, taken: Taken, which: str) -> None:
    connection.execute(
        text(
            f"INSERT INTO change_log ({_COPIED}) SELECT {_COPIED} FROM stored.change_log"
            f" WHERE capture_id = :id AND {which} ORDER BY id"
        ),
        {"id": taken.id},
    )


def _details_of(connection: Connection, taken: Taken) -> list[str]:
    """The procedures that a capture is known to have read."""
    found = connection.execute(
        text(
            "SELECT procedure_id FROM stored.procedure_reads WHERE capture_id = :id UNION"
            " SELECT procedure_id FROM stored.procedure_versions WHERE opened_by = :id"
        ),
        {"id": taken.id},
    )
    return list(found.scalars())
