"""A replica for a test, and an office that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.office import Office
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
