"""The clock: instants in UTC, days in Asia/Ho_Chi_Minh (UTC+7, no summer time).

For the demo and the tests it can be stopped at an ISO instant with an offset: `DVCQG_NOW` holds the
instant itself, `DVCQG_CLOCK` names a file that holds it, so that a running program can be moved on.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from sync.failures import Failure

VIETNAM = dt.timezone(dt.timedelta(hours=7), "Asia/Ho_Chi_Minh")


class ClockError(Failure):
    """The clock was stopped at something that is no instant."""

    exit_code = 2


def now() -> dt.datetime:
    """The present instant, aware, UTC, to the second. Raises ClockError."""
    file = os.environ.get("DVCQG_CLOCK")
    fixed = _written(Path(file)) if file else os.environ.get("DVCQG_NOW")
    instant = _stopped_at(fixed.strip()) if fixed else dt.datetime.now(dt.UTC)
    return instant.astimezone(dt.UTC).replace(microsecond=0)


def _written(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ClockError(f"DVCQG_CLOCK names {file}, which cannot be read: {error}.") from error


def _stopped_at(fixed: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(fixed)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ClockError(
            f"the clock is stopped at {fixed!r} (DVCQG_NOW or DVCQG_CLOCK), which is no instant "
            "with an offset, such as 2026-11-26T07:00:00+07:00."
        )
    return instant


def pace(seconds: float) -> float:
    """How long to wait, in real seconds, between two looks at a clock that moves by itself.

    One that somebody moves on is looked at ten times a second: its jumps come at any moment.
    """
    return 0.1 if os.environ.get("DVCQG_CLOCK") else seconds


def read(text: str) -> dt.datetime:
    """The instant that a person wrote: ISO, a day being its start, in Viet Nam unless it has an
    offset. Raises ValueError.
    """
    instant = dt.datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)


def day_of(instant: dt.datetime) -> dt.date:
    """The calendar day in Viet Nam on which an aware instant falls."""
    return instant.astimezone(VIETNAM).date()
