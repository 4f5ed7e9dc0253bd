"""The hours in which nobody wants to be told, in the time of Viet Nam."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sync.clock import VIETNAM


def end_of_quiet(instant: dt.datetime, quiet: Sequence[str]) -> dt.datetime:
    """The instant itself, or the end of the quiet time in which it falls, in UTC.

    `quiet` is empty, or two times of day as "21:00", "06:00"; the second may be on the next day.
    The last instant of the quiet time is outside it.
    """
    if not quiet:
        return instant
    start, end = (dt.time.fromisoformat(moment) for moment in quiet)
    local = instant.astimezone(VIETNAM)
    time = local.time()
    is_evening = start > end and time >= start
    is_morning = time < end and (start > end or start <= time)
    if not is_evening and not is_morning:
        return instant
    day = local.date() + dt.timedelta(days=is_evening)
    return dt.datetime.combine(day, end, VIETNAM).astimezone(dt.UTC)
