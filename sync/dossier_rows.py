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
from collections.abc import Sequence
from typing import Any

from scrapers.dossiers.records import Dossier, DossierColumns
from sync.canonical import is_empty
from sync.clock import VIETNAM
from sync.in_process import is_in_process

_MOST_INSTANTS = 50_000


class DossierRows:
    """Makes rows of the dossiers of one listing, which shows the instant `observed_at`."""

    def __init__(self, observed_at: dt.datetime, *, only_overdue: bool) -> None:
        midnight = dt.datetime.combine(observed_at.astimezone(VIETNAM), dt.time(), VIETNAM)
        self._now, self._today = int(observed_at.timestamp()), int(midnight.timestamp())
        self._only_overdue = only_overdue
        self._seconds = _Seconds()

    def of(self, dossiers: DossierColumns) -> list[Sequence[Any]]:
        """The rows of some dossiers, column by column: `code`, then the ledger's values."""
        column = dict(zip(Dossier._fields, dossiers, strict=True))
        due = self._seconds.of(column["due_at"])
        state = _either(column["state"], column["state_code"])
        is_overdue = self._are_past(due, column["due_is_date_only"])
        if not self._only_overdue:
            in_process = map(is_in_process, column["ended_at"], column["returned_at"], state)
            is_overdue = [
                past and goes_on for past, goes_on in zip(is_overdue, in_process, strict=True)
            ]
        return [
            column["code"],
            column["national_code"],
            column["procedure_code"],
            column["procedure_name"],
            column["unit_code"],
            _either(column["unit_name"], column["parent_unit"]),
            column["officer"],
            state,
            self._seconds.of(column["received_at"]),
            due,
            list(map(int, column["due_is_date_only"])),
            self._seconds.of(column["ended_at"]),
            self._seconds.of(column["returned_at"]),
            list(map(int, is_overdue)),
            column["applicant"],
        ]

    def _are_past(self, due: Sequence[int | None], are_dates: Sequence[bool]) -> list[bool]:
        """Rules 1 to 3."""
        today, now = self._today, self._now
        return [
            self._only_overdue if instant is None else instant < (today if is_date else now)
            for instant, is_date in zip(due, are_dates, strict=True)
        ]


def _either(preferred: Sequence[Any], other: Sequence[Any]) -> Sequence[Any]:
    """The values of one column, those of another where it has none."""
    if is_empty(other):
        return preferred
    return [one or another for one, another in zip(preferred, other, strict=True)]


class _Seconds(dict[dt.datetime | None, int | None]):
    """Instant -> seconds since 1970; lists repeat few. Forgets all when it grows too large."""

    def of(self, instants: Sequence[dt.datetime | None]) -> Sequence[int | None]:
        """The seconds of a column of instants."""
        return (
            [None] * len(instants) if is_empty(instants) else list(map(self.__getitem__, instants))
        )

    def __missing__(self, instant: dt.datetime | None) -> int | None:
        if len(self) >= _MOST_INSTANTS:
            self.clear()
        self[instant] = found = None if instant is None else int(instant.timestamp())
        return found
