"""The dead man's switch: asked for once, never in the way, and its address stays secret."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from sync import ping
from sync.config import Config, load
from sync.ping import ping as ping_now
from tests.unit.receiver import Mood, Receiver

SECRET = "0b1d7f1e-0000-4000-8000-c0ffee"


def configured(folder: Path, url: str) -> Config:
    path = folder / "config.toml"
    path.write_text(f'[index]\nprovinces = ["H01"]\n[schedule]\nping_url = "{url}"\n')
    return load(path)


def test_the_watchdog_is_asked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole_log: io.StringIO
) -> None:
    with Receiver() as watchdog:
        url = f"http://{watchdog.address}/{SECRET}"
        ping_now(configured(tmp_path, url))
        monkeypatch.setenv("DVCQG_PING_URL", url)
        ping_now(configured(tmp_path, "env:DVCQG_PING_URL"))
    assert watchdog.paths == [f"/{SECRET}"] * 2
    assert SECRET not in whole_log.getvalue()


def test_without_an_address_nothing_is_asked(tmp_path: Path, whole_log: io.StringIO) -> None:
    ping_now(configured(tmp_path, ""))
    assert whole_log.getvalue() == ""


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("error", "the ping was answered with status 503"),
        ("reset", "the ping did not arrive: no answer (ReadError)"),
        ("hang", "the ping did not arrive: no answer"),
        ("drip", "the ping did not arrive: no answer within 0.5 s"),
    ],
)
def test_a_watchdog_in_trouble_costs_a_line_and_little_time(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    whole_log: io.StringIO,
    mood: Mood,
    said: str,
) -> None:
    monkeypatch.setattr(ping, "SECONDS", 0.5)
    started = time.monotonic()
    with Receiver(mood) as watchdog:
        ping_now(configured(tmp_path, f"http://{watchdog.address}/{SECRET}"))
        assert time.monotonic() - started < 3
    assert said in whole_log.getvalue()
    assert SECRET not in whole_log.getvalue()


def test_a_variable_that_is_not_set_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole_log: io.StringIO
) -> None:
    monkeypatch.delenv("DVCQG_PING_URL", raising=False)
    ping_now(configured(tmp_path, "env:DVCQG_PING_URL"))
    assert "is not set" in whole_log.getvalue()
