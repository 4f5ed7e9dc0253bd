"""The clock: instants in UTC, days in Asia/Ho_Chi_Minh (UTC+7, no summer time).

For the demo and the tests it can be stopped at an ISO instant with an offset: `DVCQG_NOW` holds the
instant itself, `DVCQG_CLOCK` names a file that holds it, so that a running program can be moved on.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

VIETNAM = dt.timezone(dt.timedelta(hours=7), "Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """The present instant, aware, UTC, to the second."""
    file = os.environ.get("DVCQG_CLOCK")
    fixed = Path(file).read_text(encoding="ascii") if file else os.environ.get("DVCQG_NOW")
    instant = dt.datetime.fromisoformat(fixed.strip()) if fixed else dt.datetime.now(dt.UTC)
    if instant.tzinfo is None:
        raise ValueError("DVCQG_NOW needs an offset, e.g. 2026-11-26T07:00:00+07:00")
    return instant.astimezone(dt.UTC).replace(microsecond=0)


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
