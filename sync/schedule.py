"""When each source is to be asked: from the configured times and what was tried, nothing else.

The rules, by number, as `docs/operations.md` explains them:

1. A slot is one of a source's times on one day in Viet Nam. It opens at that time, and starts up
   to `jitter_minutes` later, so that not every office asks at seven sharp.
2. Only the newest slot that has started counts: what was missed before it is past.
3. A slot is served by a complete attempt since it opened, whoever made it.
4. After an attempt that was not complete it is tried again 30 minutes, 1, 2 and 4 hours later, then
   left to the next slot.
5. What was broken off before the daemon started (it was stopped, or killed) is tried again at once,
   five times in one slot; after that it counts as not complete.
6. An attempt serves the slot in whose time it lies, also one that lies in the future because the
   clock was set back since: each slot is served once, whatever the clock does.
"""

from __future__ import annotations

import datetime as dt
import random
import socket
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from sync.attempts import Attempt, Source, asked_by
from sync.clock import VIETNAM, day_of
from sync.config import Config
from sync.dossiers import DATASET as DOSSIERS

RETRY_AFTER = tuple(dt.timedelta(minutes=minutes) for minutes in (30, 60, 120, 240))
MOST_BROKEN_OFF = 5
LOOK_BACK = dt.timedelta(days=3)
"""Older attempts serve no slot that still counts."""


class Timetable(NamedTuple):
    """The times of day in Viet Nam at which each source is asked."""

    times: Mapping[Source, Sequence[dt.time]]
    jitter_minutes: float = 0.0
    seed: str = ""
    """Whatever tells this office from others: it settles its jitter."""

    def slots(self, source: Source, around: dt.datetime) -> Iterator[Slot]:
        """The slots of a source from two days before an instant to two days after it, in order."""
        for distance in range(-2, 3):
            day = day_of(around) + dt.timedelta(days=distance)
            for time in sorted(self.times[source]):
                opens_at = dt.datetime.combine(day, time, VIETNAM)
                # All that is asked at one time is asked together, so the source is no part of it.
                share = random.Random(f"{self.seed} {opens_at}").random()  # noqa: S311 - no secret
                late = dt.timedelta(minutes=share * self.jitter_minutes)
                yield Slot(opens_at, opens_at + late)


class Slot(NamedTuple):
    """One time on one day; both instants are aware."""

    opens_at: dt.datetime
    starts_at: dt.datetime


def timetable_of(config: Config) -> Timetable:
    """The times of every source that a daily check asks."""
    times = config.schedule.times_for
    return Timetable(
        {
            one: times(one.name if one.dataset == DOSSIERS else one.dataset)
            for one in asked_by(config)
        },
        config.schedule.jitter_minutes,
        f"{socket.gethostname()} {config.store_url} {config.portal.user_agent}",
    )


def due(
    timetable: Timetable, attempts: Collection[Attempt], now: dt.datetime, before: int
) -> list[Source]:
    """The sources to be asked now; `before` is as for `due_at`."""
    return [one for one in timetable.times if due_at(timetable, one, attempts, now, before) <= now]


def next_start(
    timetable: Timetable, attempts: Collection[Attempt], now: dt.datetime, before: int
) -> dt.datetime:
    """When something is to be asked next, in the past where it is due; `before` as for `due_at`."""
    return min(due_at(timetable, one, attempts, now, before) for one in timetable.times)


def due_at(
    timetable: Timetable,
    source: Source,
    attempts: Collection[Attempt],
    now: dt.datetime,
    before: int,
) -> dt.datetime:
    """From when on a source is to be asked next: not after `now` means that it is due.

    `before` is the number of the last check that began before this daemon did.
    """
    slots = list(timetable.slots(source, now))
    newest = max(slot for slot in slots if slot.starts_at <= now)
    following = min(slot.starts_at for slot in slots if slot.starts_at > now)
    its_end = min(slot.opens_at for slot in slots if slot > newest)
    tried = [
        attempt
        for attempt in attempts
        if attempt.source == source
        and newest.opens_at <= attempt.started_at
        and (attempt.started_at <= now or attempt.started_at < its_end)
    ]
    again_at = _again_at(newest, tried, before)
    return following if again_at is None else min(again_at, following)


def _again_at(slot: Slot, tried: Sequence[Attempt], before: int) -> dt.datetime | None:
    """From when on a slot is to be tried (again) after these attempts; None: not any more."""
    if any(attempt.is_complete for attempt in tried):
        return None
    broken = [one for one in tried if one.ended_at is None and one.check <= before]
    excused = {one.check for one in broken[:MOST_BROKEN_OFF]}
    failed = [one for one in tried if one.check not in excused]
    if not failed:
        return slot.starts_at
    if len(failed) > len(RETRY_AFTER):
        return None
    last = max(one.ended_at or one.started_at for one in failed)
    return last + RETRY_AFTER[len(failed) - 1]
