"""What many tests stand on: an empty store of the newest revision, one of its own for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync import store


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store, upgraded and empty. Never written to: tests get copies of it."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    store.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def store_path(empty_store: Path, tmp_path: Path) -> Path:
    """The file of a fresh, upgraded store."""
    path = tmp_path / "dvcqg.db"
    shutil.copyfile(empty_store, path)
    return path


@pytest.fixture
def store_url(store_path: Path) -> str:
    """The address of a fresh, upgraded store."""
    return f"sqlite:///{store_path}"


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """A fresh, upgraded store, open; closed again when the test is over."""
    opened = store.open_store(store_url)
    yield opened
    opened.dispose()
