"""The clock, its two ways of being stopped, and how instants are read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sync import clock

SEVEN = dt.datetime(2026, 11, 26, 0, 0, tzinfo=dt.UTC)


def test_a_file_moves_a_running_program_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    monkeypatch.setenv("DVCQG_CLOCK", str(file))
    for day in (26, 28, 27):
        file.write_text(f"2026-11-{day}T07:00:00+07:00\n")
        assert clock.now() == SEVEN.replace(day=day)
    assert clock.pace(15) < 1


def test_left_alone_it_goes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVCQG_CLOCK", raising=False)
    monkeypatch.delenv("DVCQG_NOW", raising=False)
    assert abs(clock.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)
    assert clock.pace(15) == 15


@pytest.mark.parametrize("fixed", ["2026-11-26T07:00:00", "2026-11-26", "yesterday", "7"])
def test_what_is_no_instant_with_an_offset_stops_no_clock(
    fixed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVCQG_NOW", fixed)
    with pytest.raises(clock.ClockError, match="no instant with an offset"):
        clock.now()


def test_a_file_of_the_clock_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVCQG_CLOCK", str(tmp_path / "clock"))
    with pytest.raises(clock.ClockError, match="clock, which cannot be read"):
        clock.now()


@pytest.mark.parametrize(
    "text", ["2026-11-26T07:00", "2026-11-26T07:00:00+07:00", "2026-11-26T00:00Z"]
)
def test_what_a_person_writes_is_time_of_viet_nam(text: str) -> None:
    assert clock.read(text) == SEVEN


def test_a_day_is_its_start() -> None:
    assert clock.read("2026-11-26") == SEVEN - dt.timedelta(hours=7)
    assert clock.day_of(clock.read("2026-11-26")) == dt.date(2026, 11, 26)
