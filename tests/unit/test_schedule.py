"""When each source is asked: by example, and what holds over every random history."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from sync.attempts import Attempt, Source
from sync.clock import VIETNAM
from sync.schedule import MOST_BROKEN_OFF, RETRY_AFTER, Timetable, due_at

INDEX = Source("index", "portal")
SEVEN = Timetable({INDEX: [dt.time(7)]})
MINUTE = dt.timedelta(minutes=1)


def at(day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """An instant of November 2026 in Viet Nam."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


def tried(started_at: dt.datetime, *, complete: bool = False, check: int = 10) -> Attempt:
    return Attempt(check, INDEX, started_at, started_at, complete)


def next_at(now: dt.datetime, *attempts: Attempt, before: int = 0) -> dt.datetime:
    return due_at(SEVEN, INDEX, attempts, now, before)


def test_a_slot_that_nobody_served_is_due_also_hours_later() -> None:
    assert next_at(at(26, 7)) == at(26, 7)
    assert next_at(at(26, 23, 59)) == at(26, 7)
    assert next_at(at(27, 6, 59), tried(at(26, 7), complete=True)) == at(27, 7)


def test_after_days_without_power_only_the_newest_slot_is_made_up_for() -> None:
    assert next_at(at(29, 9), tried(at(26, 7), complete=True)) == at(29, 7)
    assert next_at(at(29, 9, 1), tried(at(29, 9), complete=True)) == at(30, 7)


def test_before_its_time_the_slot_of_yesterday_counts() -> None:
    assert next_at(at(27, 3)) == at(26, 7)
    assert next_at(at(27, 3), tried(at(27, 2), complete=True)) == at(27, 7)


def test_a_check_by_hand_serves_the_slot_but_not_the_one_to_come() -> None:
    assert next_at(at(26, 8), tried(at(26, 7, 30), complete=True)) == at(27, 7)
    assert next_at(at(26, 7), tried(at(26, 6, 59), complete=True)) == at(26, 7)


def test_what_fails_is_tried_again_less_and_less_often_and_then_left() -> None:
    attempts = [tried(at(26, 7))]
    for pause in RETRY_AFTER:
        expected = attempts[-1].started_at + pause
        assert next_at(expected - MINUTE, *attempts) == expected
        attempts.append(tried(expected))
    assert next_at(at(26, 20), *attempts) == at(27, 7)
    assert next_at(at(27, 7), *attempts) == at(27, 7)


def test_a_later_success_ends_the_tries_and_a_later_failure_does_not_renew_them() -> None:
    history = [tried(at(26, 7)), tried(at(26, 7, 30), complete=True), tried(at(26, 9))]
    assert next_at(at(26, 12), *history) == at(27, 7)


def test_the_pause_is_counted_from_the_end_of_a_long_check() -> None:
    long = Attempt(10, INDEX, at(26, 7), at(26, 7, 50), False)
    assert next_at(at(26, 8), long) == at(26, 8, 20)


def test_what_was_stopped_with_the_daemon_is_taken_up_at_once_but_not_for_ever() -> None:
    broken = [Attempt(n, INDEX, at(26, 7), None, False) for n in range(1, MOST_BROKEN_OFF + 2)]
    assert next_at(at(26, 7, 1), *broken[:MOST_BROKEN_OFF], before=99) == at(26, 7)
    assert next_at(at(26, 7, 1), *broken, before=99) == at(26, 7, 30)


def test_what_broke_while_the_daemon_ran_is_a_failure() -> None:
    broken = Attempt(5, INDEX, at(26, 7), None, False)
    assert next_at(at(26, 7, 1), broken, before=4) == at(26, 7, 30)
    assert next_at(at(26, 7, 1), broken, before=5) == at(26, 7)


def test_sources_are_told_apart() -> None:
    igate = Source("dossiers", "igate")
    both = Timetable({INDEX: [dt.time(7)], igate: [dt.time(6, 30), dt.time(13)]})
    done = [tried(at(26, 7), complete=True)]
    assert due_at(both, INDEX, done, at(26, 13), 0) == at(27, 7)
    assert due_at(both, igate, done, at(26, 13), 0) == at(26, 13)
    assert due_at(both, igate, done, at(26, 12), 0) == at(26, 6, 30)


@given(st.text(max_size=8), st.floats(0, 60), st.integers(1, 28))
def test_jitter_is_bounded_settled_and_shared(seed: str, minutes: float, day: int) -> None:
    other = Source("procedures", "portal")
    jittery = Timetable({INDEX: [dt.time(7)], other: [dt.time(7)]}, minutes, seed)
    for source in (INDEX, other):
        assert list(jittery.slots(source, at(day))) == list(jittery.slots(INDEX, at(day, 23)))
        for slot in jittery.slots(source, at(day)):
            late = slot.starts_at - slot.opens_at
            assert dt.timedelta() <= late <= dt.timedelta(minutes=minutes)


def test_offices_and_days_differ_in_their_jitter() -> None:
    starts = {
        slot.starts_at.time()
        for seed in ("a", "b", "c")
        for slot in Timetable({INDEX: [dt.time(7)]}, 10, seed).slots(INDEX, at(26))
    }
    assert len(starts) == 15


def test_a_check_between_opening_and_start_serves_the_slot() -> None:
    late = Timetable({INDEX: [dt.time(7)]}, 60, "seed")
    slot = next(slot for slot in late.slots(INDEX, at(26)) if slot.opens_at == at(26, 7))
    early = tried(slot.opens_at, complete=True)
    assert due_at(late, INDEX, [early], slot.starts_at, 0) > at(27, 6)


class World:
    """A daemon that looks now and then; what each look starts ends in some way."""

    def __init__(self, times: list[dt.time], jitter_minutes: float) -> None:
        self.timetable = Timetable({INDEX: times}, jitter_minutes)
        self.attempts: list[Attempt] = []
        self.before = 0

    def look(self, now: dt.datetime, ending: str) -> bool:
        """One look; whether something was started."""
        if due_at(self.timetable, INDEX, self.attempts, now, self.before) > now:
            return False
        number = len(self.attempts) + 1
        ended_at = now if ending in ("complete", "incomplete") else None
        self.attempts.append(Attempt(number, INDEX, now, ended_at, ending == "complete"))
        if ending == "stopped":
            self.before = number
        return True

    def slot(self, now: dt.datetime) -> dt.datetime:
        """When the newest slot that has started opened, found the long way."""
        started = [one for one in self.timetable.slots(INDEX, now) if one.starts_at <= now]
        return sorted(started)[-1].opens_at


TIMES = st.lists(
    st.times(timezones=st.none()).map(lambda time: time.replace(second=0, microsecond=0)),
    min_size=1,
    max_size=3,
    unique=True,
)
ENDINGS = st.sampled_from(["complete", "incomplete", "broken", "stopped"])
LOOKS = st.lists(st.tuples(st.integers(0, 3_000), ENDINGS), max_size=60)


@given(TIMES, LOOKS)
def test_every_slot_that_is_looked_at_is_served_once_and_failures_are_bounded(
    times: list[dt.time], looks: list[tuple[int, str]]
) -> None:
    world, now = World(times, 0), at(1)
    runs: dict[dt.datetime, list[tuple[dt.datetime, str]]] = defaultdict(list)
    for minutes, ending in looks:
        now += minutes * MINUTE
        if world.look(now, ending):
            runs[world.slot(now)].append((now, ending))
        assert runs[world.slot(now)], "a slot was missed and nobody made up for it"
    for of_slot in runs.values():
        endings = [ending for _, ending in of_slot]
        assert "complete" not in endings[:-1], "a slot that was complete was run again"
        assert len(endings) <= 1 + len(RETRY_AFTER) + MOST_BROKEN_OFF
        for (earlier, ending), (later, _) in pairwise(of_slot):
            assert ending == "stopped" or later - earlier >= RETRY_AFTER[0]


@given(TIMES, st.floats(0, 60), LOOKS)
def test_with_jitter_no_slot_is_missed_and_none_served_twice(
    times: list[dt.time], jitter_minutes: float, looks: list[tuple[int, str]]
) -> None:
    world, now, served = World(times, jitter_minutes), at(1), set()
    for minutes, _ in looks:
        now += minutes * MINUTE
        if world.look(now, "complete"):
            assert world.slot(now) not in served
            served.add(world.slot(now))
        assert not world.look(now, "complete"), "a second look at the same instant ran again"


@given(TIMES, st.lists(st.integers(-4_000, 4_000), max_size=60))
@example([dt.time(0, 0)], [0, -1])
def test_whatever_the_clock_does_a_slot_is_served_once(
    times: list[dt.time], jumps: list[int]
) -> None:
    world, now, served = World(times, 0), at(15), set()
    for minutes in jumps:
        now += minutes * MINUTE
        if world.look(now, "complete"):
            assert world.slot(now) not in served
            served.add(world.slot(now))
        assert world.slot(now) in served
