"""What stops a daemon, what keeps it from starting, and what it says of itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import forked
from tests.flow.office import SCORES, Office
from tests.flow.running import Running, settings, wait_for
from tests.replica.server import Replica

YEAR = 'periods = ["year"]\nrevisit_days = 0'


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return free_port()


@pytest.fixture
def office(tmp_path: Path, replica: Replica, port: int) -> Office:
    """An office that reads the year only, with a daemon that can be asked how it is."""
    return Office(tmp_path / "office", replica, periods=YEAR, more=settings(f"127.0.0.1:{port}"))


@pytest.fixture
def daemon(office: Office) -> Iterator[Running]:
    """A daemon of that office, not started, at seven of the first day."""
    running = Running(office)
    running.move_to(1)
    yield running
    running.__exit__(None, None, None)


def asked(port: int, path: str = "/healthz") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def refused(office: Office, *command: str, clock: Path) -> str:
    """What a command says that ends with exit code 2, which is one sentence."""
    done = forked.run(command, office.folder, {"DVCQG_CLOCK": str(clock)})
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_another_daemon_and_another_check_are_sent_away(
    office: Office, daemon: Running, replica: Replica
) -> None:
    replica.fault("hang", times=1)
    with daemon:
        assert daemon.process is not None
        wait_for(lambda: daemon.worker() is not None, "a check that begins")
        said = refused(office, "daemon", clock=daemon.clock)
        assert f"a daemon is already running on this store: process {daemon.process.pid} " in said
        said = refused(office, "check", clock=daemon.clock)
        assert f"a check is already running on this store: process {daemon.worker()} " in said
        replica.clear_faults()


def test_told_to_stop_in_the_middle_of_an_answer_it_ends_soon_and_goes_on_when_started(
    office: Office, daemon: Running, replica: Replica
) -> None:
    replica.fault("hang", province="H01", times=1)
    with daemon:
        wait_for(lambda: len(replica.requests) == 2, "the request that hangs")
        code, seconds = daemon.stop()
        assert (code, seconds < 10) == (0, True)
        assert daemon.worker() is None
        assert office.rows("SELECT scope FROM captures") == [("VN/2026",)]
        assert list((office.folder / "archive").rglob("*.part")) == []
        replica.clear_faults()
        daemon.start()
        daemon.finish_day(1)
    assert daemon.checks() == [("2026-11-26", "complete")]


def test_a_worker_that_does_not_listen_is_ended_by_force(
    office: Office, daemon: Running, replica: Replica
) -> None:
    replica.fault("hang", times=1)
    with daemon:
        wait_for(lambda: len(replica.requests) == 1, "the request that hangs")
        worker = daemon.worker()
        assert worker is not None
        os.kill(worker, signal.SIGSTOP)
        code, seconds = daemon.stop()
    assert (code, seconds < 10) == (0, True)
    assert not Path(f"/proc/{worker}").exists()
    assert office.is_whole()


def has_done(daemon: Running, number: int) -> bool:
    return len(daemon.checks()) == number and daemon.is_done()


def test_a_source_that_fails_is_tried_less_and_less_often_and_told_once(
    office: Office, daemon: Running, replica: Replica
) -> None:
    replica.fault("unavailable")
    tries = [("07:00", "07:29"), ("07:30", "08:29"), ("08:30", "10:29")]
    with daemon:
        for number, (due, too_early) in enumerate(tries, start=1):
            daemon.set_clock(f"2026-11-26T{due}:00+07:00")
            wait_for(partial(has_done, daemon, number), due)
            daemon.set_clock(f"2026-11-26T{too_early}:00+07:00")
            time.sleep(0.5)
            assert daemon.log.read_text("utf-8").count("starting a check") == number
        daemon.set_clock("2026-11-27T07:00:00+07:00")
        wait_for(partial(has_done, daemon, len(tries) + 1), "the next day")
    started = office.rows("SELECT started_at FROM check_log ORDER BY id")
    times = [row[0][11:] for row in started]
    assert times == ["00:00:00Z", "00:30:00Z", "01:30:00Z", "00:00:00Z"]
    failures = office.rows("SELECT COUNT(*) FROM changes WHERE kind = 'source_failed'")
    assert failures == [(2,)]  # two scopes, each once


def test_it_says_how_it_is(office: Office, daemon: Running, replica: Replica, port: int) -> None:
    with daemon:
        daemon.finish_day(1)
        assert asked(port) == (200, '{"status": "ok", "problems": []}')
        status, metrics = asked(port, "/metrics")
        assert status == 200
        lines = metrics.splitlines()
        assert 'dvcqg_captures{status="accepted"} 2.0' in lines
        assert 'dvcqg_freshness_seconds{dataset="index",source="portal"} 0.0' in lines
        assert "dvcqg_last_check_complete 1.0" in lines
        assert asked(port, "/anything")[0] == 404
        replica.fault("forbidden", province="H01")
        daemon.move_to(2, hour=23)
        wait_for(lambda: len(daemon.checks()) == 2, "the check that is refused")
        status, told = asked(port)
        stale = "stale: index, source portal, H01/2026: last believed 2026-11-26T00:00:00Z"
        assert (status, json.loads(told)) == (503, {"status": "failing", "problems": [stale]})


def test_a_port_that_is_taken_is_one_sentence(office: Office, daemon: Running, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        said = refused(office, "daemon", clock=daemon.clock)
    assert f"127.0.0.1:{port} cannot be listened on (Address already in use)" in said
    assert office.rows("SELECT COUNT(*) FROM check_log") == [(0,)]


def test_without_a_store_it_says_what_to_do(office: Office, daemon: Running) -> None:
    office.engine.dispose()
    (office.folder / "dvcqg.db").unlink()
    done = forked.run(("daemon",), office.folder)
    assert done.returncode == 4
    assert "create it with `dvcqg db upgrade`" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_wrong_format_of_the_log_is_told(office: Office, daemon: Running) -> None:
    said = refused(office, "daemon", "--log-format", "xml", clock=daemon.clock)
    assert "--log-format is 'xml'; allowed: lines, json." in said


def hear(manager: socket.socket, said: list[str]) -> None:
    while not said or said[-1] != "STOPPING=1":
        said.append(manager.recv(100).decode())


def test_a_service_manager_hears_that_it_is_ready_alive_and_stopping(
    office: Office, tmp_path: Path
) -> None:
    said: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        hearing = threading.Thread(target=hear, args=(manager, said))
        hearing.start()
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
        daemon = Running(office, "--log-format", "json", **told)
        daemon.move_to(1)
        with daemon:
            daemon.finish_day(1)
            assert daemon.stop()[0] == 0
        hearing.join(60)
    assert (said[0], said[-1], set(said[1:-1])) == ("READY=1", "STOPPING=1", {"WATCHDOG=1"})
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in daemon.log.read_text("utf-8").splitlines()
    ]
    messages = [line["message"] for line in lines]
    assert "starting a check: index" in messages
    assert any(line["logger"] == "sync.run" for line in lines), "what the check itself logs"
    assert messages[-1] == "stopped"


def test_a_check_by_hand_serves_the_slot(office: Office, daemon: Running) -> None:
    assert office.dvcqg("check", day=1).returncode == 0
    scores = office.rows(SCORES)
    with daemon:
        wait_for(lambda: "next check: 2026-11-27 07:00" in daemon.log.read_text(), "its plan")
        assert daemon.worker() is None
    assert len(daemon.checks()) == 1
    assert office.rows(SCORES) == scores


@pytest.mark.long
def test_a_clock_that_jumps_a_day_on_and_back_runs_one_check_a_day(
    office: Office, daemon: Running
) -> None:
    with daemon:
        for day, hour in ((1, 7), (2, 7), (1, 12), (2, 12)):
            daemon.move_to(day, hour)
            wait_for(partial(has_done, daemon, day if hour == 7 else 2), f"day {day}, {hour} h")
            time.sleep(0.5)
    assert daemon.log.read_text("utf-8").count("starting a check") == 2
    assert daemon.checks() == [("2026-11-26", "complete"), ("2026-11-27", "complete")]
