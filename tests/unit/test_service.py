"""What a service manager hears."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from pathlib import Path

import pytest

from sync import service


@pytest.mark.parametrize("is_abstract", [False, True])
def test_states_arrive_on_the_socket_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_abstract: bool
) -> None:
    name = f"@dvcqg-test-{os.getpid()}" if is_abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name.replace("@", "\0", 1))
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        for state in ("READY=1", "WATCHDOG=1", "STOPPING=1"):
            service.notify(state)
            assert manager.recv(100).decode() == state


def test_a_manager_that_is_stuck_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as others:
            others.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                for _ in range(100_000):
                    others.sendto(b"WATCHDOG=1", str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        began = time.monotonic()
        service.notify("STOPPING=1")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("address", [None, "", "relative", "/nobody/listens/here"])
def test_where_nobody_listens_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    if address is None:
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    else:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    service.notify("READY=1")


@pytest.mark.parametrize(
    ("microseconds", "process", "expected"),
    [
        (None, None, None),
        ("", None, None),
        ("soon", None, None),
        ("30000000", None, 15.0),
        pytest.param("30000000", str(os.getpid()), 15.0, id="our own process"),
        ("30000000", "1", None),
    ],
)
def test_the_watchdog_is_fed_twice_as_often_as_it_asks(
    monkeypatch: pytest.MonkeyPatch,
    microseconds: str | None,
    process: str | None,
    expected: float | None,
) -> None:
    for name, value in (("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", process)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert service.watchdog_seconds() == expected
