"""One look at the portal: who is let in, who is told to use a browser, and whose clock is wrong."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scrapers.browser import NoBrowser
from scrapers.http import LANDING
from sync import clock, sources
from sync.config import Config
from sync.doctor import network
from sync.doctor.findings import CONFIGURATION, SOURCE, Finding, State
from tests.conftest import asking
from tests.replica.routes import HTML_TYPE, Answer, Call
from tests.replica.server import Replica
from tests.unit.doctor_office import office

PAGE = b"<!doctype html><title>Danh gia</title>"


@contextmanager
def answering(headers: dict[str, str], body: bytes = PAGE, status: int = 200) -> Iterator[Replica]:
    """A portal that gives every caller one answer."""

    def route(call: Call) -> Answer:
        return Answer(status, body, HTML_TYPE, headers)

    with Replica(routes=[route]) as replica:
        yield replica


def pointed_at(folder: Path, replica: Replica, more: str = "") -> Config:
    return office(folder, f'portal.base_url = "{replica.url}"\n{more}')


def http_date(ahead: dt.timedelta) -> str:
    return email.utils.format_datetime(clock.now() + ahead, usegmt=True)


def looked(config: Config) -> tuple[Finding, Finding]:
    portal, clock_ = network.portal(config)
    return portal, clock_


@pytest.mark.parametrize("minutes", [-4, 0, 4])
def test_a_clock_that_agrees_is_well(tmp_path: Path, minutes: int) -> None:
    with answering({"Date": http_date(dt.timedelta(minutes=minutes))}) as replica:
        portal, clock_ = looked(pointed_at(tmp_path, replica))
        assert (portal.state, clock_.state) == (State.ok, State.ok)
        assert [request.path for request in replica.requests] == [LANDING]


@pytest.mark.parametrize(("minutes", "said"), [(-6, "6 minutes"), (60 * 24, "1440 minutes")])
def test_a_clock_that_is_wrong_is_bad(tmp_path: Path, minutes: int, said: str) -> None:
    shown = http_date(dt.timedelta(minutes=minutes, seconds=20 if minutes > 0 else -20))
    with answering({"Date": shown}) as replica:
        portal, clock_ = looked(pointed_at(tmp_path, replica))
    assert portal.state is State.ok
    assert (clock_.state, clock_.exit_code) == (State.bad, CONFIGURATION)
    assert said in clock_.said


def test_a_page_out_of_a_cache_says_how_old_it_is(tmp_path: Path) -> None:
    headers = {"Date": http_date(-dt.timedelta(hours=2)), "Age": "7200"}
    with answering(headers) as replica:
        assert looked(pointed_at(tmp_path, replica))[1].state is State.ok


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Nov 2026 00:00:00 GMT"])
def test_a_portal_that_tells_no_time_leaves_the_clock_in_doubt(tmp_path: Path, date: str) -> None:
    with answering({"Date": date} if date else {}) as replica:
        portal, clock_ = looked(pointed_at(tmp_path, replica))
    assert (portal.state, clock_.state) == (State.ok, State.warning)


REFUSALS = ["forbidden", "html", "too_many"]


@pytest.mark.parametrize("fault", [*REFUSALS, "reset", "bad_gateway"])
def test_who_is_not_let_in_is_told_of_the_browser_after_one_request(
    tmp_path: Path, fault: str
) -> None:
    with Replica() as replica:
        replica.fault(fault)
        portal, clock_ = looked(pointed_at(tmp_path, replica))
        assert len(replica.requests) == 1
        assert (portal.state, portal.exit_code) == (State.bad, SOURCE)
        assert portal.said.startswith(f"{replica.url}{LANDING}: ")
        assert 'transport = "browser"' in portal.said
        assert ("wait some hours" in portal.said) is (fault in REFUSALS)
        assert clock_.state is State.warning


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_page_that_is_not_there_lets_nobody_in(tmp_path: Path, status: int) -> None:
    with answering({"Location": "/"}, status=status) as replica:
        portal, _clock = looked(pointed_at(tmp_path, replica))
    assert portal.state is State.bad
    assert str(status) in portal.said


def test_only_the_beginning_of_a_page_is_read() -> None:
    with answering({}, PAGE + b"x" * 20_000_000) as replica:
        assert asking(replica.url).client.look(LANDING) is None


def test_nothing_that_listens_is_told_as_such(tmp_path: Path) -> None:
    config = office(tmp_path, 'portal.base_url = "http://127.0.0.1:9"')
    portal, _clock = looked(config)
    assert portal.exit_code == SOURCE
    assert "firewall" in portal.said


def test_without_a_browser_its_own_sentence_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_config: Config) -> None:
        raise NoBrowser("There is no Chromium on this computer; install one.")

    monkeypatch.setattr(sources, "transport", none)
    config = office(tmp_path, 'portal = { base_url = "http://127.0.0.1:9", transport = "browser" }')
    portal, _clock = looked(config)
    assert portal.exit_code == SOURCE
    assert "install one" in portal.said
    assert "firewall" not in portal.said
