"""What several unit tests listen to, and a store on the tests' PostgreSQL server."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from sync.store import open_store
from tests.databases import Server, server


@pytest.fixture
def whole_log() -> Iterator[io.StringIO]:
    """All that a program would log with everything switched on."""
    root, text = logging.getLogger(), io.StringIO()
    handler, level = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def there() -> Server:
    """The server of the tests, whatever keeps their other stores."""
    return server()


@pytest.fixture
def name(there: Server) -> Iterator[str]:
    """A database that is an upgraded store."""
    made = there.new()
    yield made
    there.drop(made)


@pytest.fixture
def opened(there: Server, name: str) -> Iterator[Engine]:
    """That store, open."""
    engine = open_store(there.url(name))
    yield engine
    engine.dispose()
