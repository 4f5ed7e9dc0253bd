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

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text, update

from models import tables
from scrapers.archive import read_archive
from scrapers.errors import NotKept, ScrapeError
from sync import decisions, history
from sync.capture import Material, record_trouble, settle
from sync.capture_log import capture_row, open_capture, previous_capture, update_capture
from sync.catalogue_store import note_reads
from sync.config import Config
from sync.procedure_sources import procedure_settings
from sync.procedures import DecisionsMaterial, NothingMissing
from sync.reparse_differences import CHANGE_COLUMNS
from sync.reparse_plan import BELIEVED, Plan, Taken, kept_file
from sync.reparse_readings import material_of, scope_of, stored_sets
from sync.run import Progress
from sync.store import writing

NO_LONGER_KEPT = "the raw answers are no longer in the archive"

_TROUBLE = "('source_refused', 'source_failed', 'format_changed')"
_OPENED = (
    "id",
    "check_id",
    "started_at",
    "completed_at",
    "requests",
    "archive",
    "content",
    "is_backfill",
)
"""What the row of a capture says before its reading is judged, besides scope and day."""


class Stood(NamedTuple):
    """A believed capture that could not be read again, and why."""

    taken: Taken
    why: str


def why_not(taken: Taken) -> str:
    """Why a capture without a file in the archive cannot be read again."""
    if not taken.is_replayed:
        return "listings of dossiers are never kept raw, they hold citizens' data"
    return NO_LONGER_KEPT if taken.archive else "the raw answers were not kept"


class _Unread(Exception):
    """It cannot be read again; the message says why."""


class Replay:
    """A plan on its way: `stored` is the store as it stood, `again` the one that was set back."""

    def __init__(self, config: Config, stored: Connection, again: Engine, archive: Path) -> None:
        self._config, self._stored, self._again = config, stored, again
        self._archive = archive
        self.stood: list[Stood] = []
        self.read = 0
        """Captures that were done again."""

    def run(self, plan: Plan, progress: Progress) -> None:
        """Do everything again, each step in one transaction. Raises StoreError."""
        total = len(plan.captures)
        for number, step in enumerate(plan.steps()):
            progress(min(number, total), total, f"{step.taken.scope} {step.taken.day}")
            match step.what:
                case "taken":
                    self._take(step.taken)
                case "accepted":
                    self._accept(step.taken)
                case "taken back":
                    self._take_back(step.taken)
        progress(total, total, "")

    def _take(self, taken: Taken) -> None:
        """Rules 1, 2 and 4."""
        try:
            material = self._material(taken)
        except _Unread as reason:
            if taken.decision != "accepted":
                self._note(taken, str(reason))
            with writing(self._again) as again:
                self._stand(again, taken)
            return
        self.read += 1
        was = capture_row(self._stored, taken.id)
        opened = {name: getattr(was, name) for name in _OPENED}
        scope = scope_of(taken)
        with writing(self._again) as again:
            open_capture(again, taken.scope_id, {**opened, "day": taken.own_day.isoformat()})
            if isinstance(material, ScrapeError):
                record_trouble(again, taken.id, scope, material)
            else:
                settle(again, scope, taken.id, material)

    def _note(self, taken: Taken, why: str) -> None:
        if taken.is_believed:
            self.stood.append(Stood(taken, why))

    def _material(self, taken: Taken) -> Material | ScrapeError:
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
            return material_of(self._config, self._again, taken, list(read_archive(path)))
        except NotKept:
            raise _Unread("today's program asks something else than was asked then") from None
        except OSError:
            raise _Unread("the raw answers are damaged") from None
        except ScrapeError as trouble:
            return trouble

    def _stand(self, again: Connection, taken: Taken) -> None:
        """Rules 2 and 4."""
        log = dict(capture_row(self._stored, taken.id)._mapping)
        if taken.is_replayed and taken.decision == "accepted":
            # It was refused when it was taken.
            log |= {"status": "refused", "decision": None, "decided_at": None}
        again.execute(tables.captures.insert(), log)
        if not taken.is_replayed:
            return
        if taken.decision == "accepted":
            self._copy_changes(again, taken, f"kind IN {_TROUBLE}")
            return
        if taken.is_believed:
            self._reinstate(again, taken)
        self._copy_changes(again, taken)

    def _reinstate(self, again: Connection, taken: Taken) -> None:
        """Put back what the store has of a believed capture, against what stands before it."""
        previous = previous_capture(again, taken.scope_id, dt.date.fromisoformat(taken.day))
        is_same = True
        sets = stored_sets(self._stored, again, self._config, taken)
        for one in sets:
            staged = history.stage(again, one.ledger, one.rows)
            delta = history.compare(
                again, one.ledger, one.scope_id, staged=staged, is_partial=one.is_partial
            )
            is_same = is_same and delta.is_empty
            history.apply(again, one.ledger, one.scope_id, taken.id)
        again.execute(
            update(tables.scopes)
            .where(tables.scopes.c.id.in_({taken.scope_id, *(one.scope_id for one in sets)}))
            .values(last_capture_id=taken.id)
        )
        if taken.scope == "details":
            note_reads(again, taken.id, self._details_of(taken))
        status, before = BELIEVED[is_same], previous.id if previous else None
        update_capture(again, taken.id, status=status, previous_id=before)

    def _details_of(self, taken: Taken) -> Sequence[str]:
        """The procedures that a capture is known to have read."""
        found = self._stored.execute(
            text(
                "SELECT procedure_id FROM procedure_reads WHERE capture_id = :id UNION"
                " SELECT procedure_id FROM procedure_versions WHERE opened_by = :id"
            ),
            {"id": taken.id},
        )
        return found.scalars().all()

    def _copy_changes(self, again: Connection, taken: Taken, which: str = "1 = 1") -> None:
        listed = ", ".join(CHANGE_COLUMNS)
        query = f"SELECT {listed} FROM change_log WHERE capture_id = :id AND {which} ORDER BY id"
        found = self._stored.execute(text(query), {"id": taken.id}).mappings().all()
        if found:
            again.execute(tables.changes.insert(), [dict(one) for one in found])

    def _accept(self, taken: Taken) -> None:
        """Rule 3, for what a person believed after all."""
        with writing(self._again) as again:
            row = decisions.captured(again, taken.id)
            self._decide(again, taken)
            try:
                scope, material = decisions.read_again(self._config, row)
            except decisions.DecisionError:
                self._note(taken, NO_LONGER_KEPT)
                material = None
            if row.status in BELIEVED or (row.last_capture_id or 0) > taken.id:
                return
            if material is None:
                self._reinstate(again, taken)
                self._copy_changes(again, taken, f"kind NOT IN {_TROUBLE}")
            else:
                settle(again, scope, taken.id, material, overrule=True)

    def _take_back(self, taken: Taken) -> None:
        """Rule 3, for what a person took back."""
        with writing(self._again) as again:
            row = decisions.captured(again, taken.id)
            if row.status in BELIEVED and row.last_capture_id == taken.id:
                decisions.take_back(again, row)
            self._decide(again, taken, "status", "reason", "explanation")

    def _decide(self, again: Connection, taken: Taken, *more: str) -> None:
        """Write what the row of a capture says of the decision about it."""
        was = capture_row(self._stored, taken.id)
        names = ("decision", "decided_at", "day", *more)
        update_capture(again, taken.id, **{name: getattr(was, name) for name in names})
