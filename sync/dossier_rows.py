"""Dossiers as rows of their ledger, many at a time.

When a dossier is overdue, by number (the printed due date counts, it is never computed):

1. one with a time of day, when that instant has passed;
2. one with a mere date, from the next day on;
3. one without a due date, only where the source lists nothing but overdue ones;
4. in a list of dossiers in process, not when it has ended, was returned or waits for the citizen
   (`sync.in_process`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from scrapers.dossiers.records import Dossier
from sync.clock import VIETNAM
from sync.history import Values
from sync.in_process import is_in_process

_MOST_INSTANTS = 50_000


class DossierRows:
    """Makes rows of the dossiers of one listing, which shows the instant `observed_at`."""

    def __init__(self, observed_at: dt.datetime, *, only_overdue: bool) -> None:
        midnight = dt.datetime.combine(observed_at.astimezone(VIETNAM), dt.time(), VIETNAM)
        self._now, self._today = int(observed_at.timestamp()), int(midnight.timestamp())
        self._only_overdue = only_overdue
        self._seconds = _Seconds()

    def of(self, dossiers: Sequence[Dossier]) -> Iterable[Values]:
        """The rows of some dossiers, at least one: `code`, then the ledger's values."""
        column: dict[str, Any] = dict(
            zip(Dossier._fields, zip(*dossiers, strict=True), strict=True)
        )
        seconds = self._seconds.__getitem__
        due = list(map(seconds, column["due_at"]))
        units = zip(column["unit_name"], column["parent_unit"], strict=True)
        states = zip(column["state"], column["state_code"], strict=True)
        state = [words or code for words, code in states]
        is_overdue = list(map(self._is_past, due, column["due_is_date_only"]))
        if not self._only_overdue:
            in_process = map(is_in_process, column["ended_at"], column["returned_at"], state)
            is_overdue = [
                past and goes_on for past, goes_on in zip(is_overdue, in_process, strict=True)
            ]
        return zip(
            column["code"],
            column["national_code"],
            column["procedure_code"],
            column["procedure_name"],
            column["unit_code"],
            [name or parent for name, parent in units],
            column["officer"],
            state,
            map(seconds, column["received_at"]),
            due,
            map(int, column["due_is_date_only"]),
            map(seconds, column["ended_at"]),
            map(seconds, column["returned_at"]),
            map(int, is_overdue),
            column["applicant"],
            strict=True,
        )

    def _is_past(self, due: int | None, is_date_only: bool) -> bool:
        """Rules 1 to 3."""
        if due is None:
            return self._only_overdue
        return due < (self._today if is_date_only else self._now)


class _Seconds(dict[dt.datetime | None, int | None]):
    """Instant -> seconds since 1970; lists repeat few. Forgets all when it grows too large."""

    def __missing__(self, instant: dt.datetime | None) -> int | None:
        if len(self) >= _MOST_INSTANTS:
            self.clear()
        self[instant] = found = None if instant is None else int(instant.timestamp())
        return found
