"""The doctor where the portal is asked by a browser: it starts, and its page tells the time."""

from __future__ import annotations

import email.utils
from pathlib import Path

import pytest

from sync import clock
from sync.doctor import network, sources
from sync.doctor.findings import State
from tests.replica.routes import HTML_TYPE, Answer, Call
from tests.replica.server import Replica
from tests.unit.doctor_office import office, only


def test_a_browser_starts_looks_and_reads_the_clock(tmp_path: Path) -> None:
    def route(call: Call) -> Answer:
        date = email.utils.format_datetime(clock.now(), usegmt=True)
        return Answer(200, b"<!doctype html><title>Cong</title>", HTML_TYPE, {"Date": date})

    with Replica(routes=[route]) as replica:
        more = f'portal = {{ base_url = "{replica.url}", transport = "browser" }}'
        config = office(tmp_path, more)
        assert only(sources.browser(config)).said.startswith("Chromium ")
        portal, clock_ = network.portal(config)
        assert (portal.state, clock_.state) == (State.ok, State.ok), (portal, clock_)
        assert "apart" in clock_.said


def test_a_refusal_to_the_browser_suggests_no_browser(tmp_path: Path) -> None:
    with Replica() as replica:
        replica.fault("forbidden")
        more = f'portal = {{ base_url = "{replica.url}", transport = "browser" }}'
        portal, _clock = network.portal(office(tmp_path, more))
        assert portal.state is State.bad
        assert "transport" not in portal.said


def test_a_driver_that_may_not_run_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/bin/false")
    config = office(tmp_path, 'portal = { base_url = "http://127.0.0.1:9", transport = "browser" }')
    finding = only(sources.browser(config))
    assert finding.state is State.bad
    assert "deploy/chromium.conf" in finding.said
    assert "\n" not in finding.said
