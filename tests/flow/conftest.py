"""A replica for a test, and an office that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import cli
from tests.flow.office import Dvcqg, Office, Said
from tests.replica.server import Replica


@pytest.fixture
def replica() -> Iterator[Replica]:
    with Replica(day=1) as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, replica: Replica) -> Iterator[Office]:
    opened = Office(tmp_path / "office", replica)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def year_office(tmp_path: Path, replica: Replica) -> Iterator[Office]:
    """An office that reads the year only: two readings a check."""
    periods = 'periods = ["year"]\nrevisit_days = 0'
    opened = Office(tmp_path / "year", replica, periods=periods)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def dvcqg(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Dvcqg:
    """The command line in this process, which starts sooner than one of its own."""

    def run(office: Office, *command: str, day: int = 2, hour: int = 8) -> Said:
        office.replica.day = day
        monkeypatch.chdir(office.folder)
        monkeypatch.setenv("DVCQG_NOW", office.now(day, hour))
        monkeypatch.setattr("sys.argv", ["dvcqg", *command])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        return Said(int(end.value.code or 0), *capsys.readouterr())

    return run
