"""The pace that several workers share: rule by rule, on a real server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from sqlalchemy import Engine, update

from models import tables
from scrapers.errors import NotAsked, Refused, Unreachable
from scrapers.http import Manners, PortalClient
from sync import pace
from sync.pace import SharedPace, forget_refusals, refusal_of
from sync.store import writing
from tests.conftest import USER_AGENT, ScriptedPortal, Step
from tests.databases import POSTGRESQL, Databases, using

HOST = "http://portal.test"
SOON_S = 0.02
"""Two clocks and a thread's wakening lie between a slot and the moment that is measured."""


@pytest.fixture(scope="module", autouse=True)
def databases() -> Iterator[Databases]:
    with using(POSTGRESQL) as found:
        yield found


def go_on() -> None: ...


def manners(rate: float, url: str = HOST, attempts: int = 1) -> Manners:
    return Manners(url, USER_AGENT, rate, 5, attempts)


def test_two_starts_are_never_closer_whoever_makes_them(engine: Engine) -> None:
    rate, starts = 20, list[float]()

    def ask() -> None:
        mine = SharedPace(engine, manners(rate), go_on)
        for _ in range(5):
            mine.wait()
            starts.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(starts) == 15
    assert max(starts) - min(starts) >= 14 / rate - SOON_S


def test_hosts_do_not_wait_for_each_other(engine: Engine) -> None:
    began = time.monotonic()
    for number in range(5):
        SharedPace(engine, manners(0.1, f"http://host-{number}.test"), go_on).wait()
    assert time.monotonic() - began < 5


def test_no_pace_is_no_waiting(engine: Engine) -> None:
    free = SharedPace(engine, manners(0), go_on)
    began = time.monotonic()
    for _ in range(20):
        free.wait()
    assert time.monotonic() - began < 5


def test_a_time_that_one_is_told_holds_all(engine: Engine, portal: ScriptedPortal) -> None:
    portal.script = [Step(503, headers={"Retry-After": "1"}), Step()]
    told, other = (SharedPace(engine, manners(50, portal.base_url), go_on) for _ in range(2))
    client = PortalClient(manners(50, portal.base_url), pace=told)
    with pytest.raises(Unreachable):
        client.ask("/api", {})
    client.close()
    began = time.monotonic()
    other.wait()
    assert 1 - SOON_S - 0.5 <= time.monotonic() - began < 5


def test_who_already_has_a_slot_is_held_too(engine: Engine) -> None:
    first, second = (SharedPace(engine, manners(2), go_on) for _ in range(2))
    first.wait()
    threading.Timer(0.1, first.hold, (1.0,)).start()
    began = time.monotonic()
    second.wait()
    assert time.monotonic() - began >= 1.1 - SOON_S


def test_a_refusal_holds_all_until_it_is_forgotten(engine: Engine, portal: ScriptedPortal) -> None:
    portal.script = [Step(403)]
    clients = [
        PortalClient(
            manners(0, portal.base_url),
            pace=SharedPace(engine, manners(0, portal.base_url), go_on),
        )
        for _ in range(2)
    ]
    with pytest.raises(Refused, match="refuses to answer"):
        clients[0].ask("/api", {})
    with pytest.raises(NotAsked, match=r"because /api: the portal refuses"):
        clients[1].ask("/api", {})
    assert len(portal.seen) == 1
    assert "status 403" in str(refusal_of(engine, portal.base_url))
    forget_refusals(engine)
    assert refusal_of(engine, portal.base_url) is None
    for one in clients:
        one.close()


def test_a_slot_that_was_slept_through_is_lost(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_LATE_MS", 50)
    slots: list[int] = []
    late = SharedPace(engine, manners(5), go_on)
    take = late._take_slot

    def sleepy() -> int:
        slots.append(take())
        if len(slots) == 1:
            time.sleep(0.3)
        return slots[-1]

    monkeypatch.setattr(late, "_take_slot", sleepy)
    late.wait()
    assert len(slots) == 2
    assert all(later - earlier >= 200 for earlier, later in pairwise(slots))


def test_who_waits_hears_that_it_is_to_stop(engine: Engine) -> None:
    with writing(engine) as connection:
        far = int(time.time() * 1000) + 60_000
        SharedPace(engine, manners(1), go_on)
        connection.execute(update(tables.paces).values(next_at=far))

    def stop() -> None:
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        SharedPace(engine, manners(1), stop).wait()
    assert time.monotonic() - began < 5
