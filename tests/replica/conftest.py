"""One running replica for the replica's own tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .server import Replica


@pytest.fixture(scope="module")
def running() -> Iterator[Replica]:
    """The server behind `portal`."""
    with Replica() as replica:
        yield replica


@pytest.fixture
def portal(running: Replica) -> Iterator[Replica]:
    """A replica on day 1 without faults."""
    running.day = 1
    running.requests.clear()
    yield running
    running.clear_faults()
