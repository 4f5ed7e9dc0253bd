"""The clock: instants in UTC, days in Asia/Ho_Chi_Minh (UTC+7, no summer time).

`DVCQG_NOW` (an ISO instant with an offset) stops the clock, for the demo and the tests.
"""

from __future__ import annotations

import datetime as dt
import os

VIETNAM = dt.timezone(dt.timedelta(hours=7), "Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """The present instant, aware, UTC, to the second."""
    fixed = os.environ.get("DVCQG_NOW")
    instant = dt.datetime.fromisoformat(fixed) if fixed else dt.datetime.now(dt.UTC)
    if instant.tzinfo is None:
        raise ValueError("DVCQG_NOW needs an offset, e.g. 2026-11-26T07:00:00+07:00")
    return instant.astimezone(dt.UTC).replace(microsecond=0)


def day_of(instant: dt.datetime) -> dt.date:
    """The calendar day in Viet Nam on which an aware instant falls."""
    return instant.astimezone(VIETNAM).date()
