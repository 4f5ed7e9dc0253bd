"""Who may share work, with whom, and when a job is tried again."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from sync import cluster
from sync.cluster import CannotSpread, NotNow, pause_before_retry, watchful
from sync.config import Config, load
from sync.failures import StoreError
from sync.fences import Outranked
from sync.spread import require_spreadable
from tests.flow.office import DVCQG

SERVER = 'store.url = "postgresql+psycopg://dvcqg@localhost/dvcqg"\n'
COMMANDS = [
    ["worker"],
    ["check", "--distributed"],
    ["backfill", "index", "--from", "2026-01", "--to", "2026-02", "--distributed"],
]


def config(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(f'{text}\n[index]\nprovinces = ["H01"]\n', encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("command", COMMANDS)
def test_on_a_file_it_is_one_sentence(store_path: Path, command: list[str]) -> None:
    config(store_path.parent, "")
    told = subprocess.run(
        [DVCQG, *command], cwd=store_path.parent, capture_output=True, encoding="utf-8", check=False
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.splitlines()[-1].startswith("dvcqg: several workers need a store in Postgr")
    assert len(told.stderr.splitlines()) == 1


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = config(tmp_path, SERVER)
    require_spreadable(settings)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CannotSpread, match=r"pip install 'dvcqg-sync\[cluster\]'"):
        require_spreadable(settings)


def test_a_browser_is_one_visitor(tmp_path: Path) -> None:
    with pytest.raises(CannotSpread, match='transport = "http"'):
        require_spreadable(config(tmp_path, SERVER + '[portal]\ntransport = "browser"'))


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        ("[portal]\nrequests_per_second = 0.5", True),
        ("[procedures]\nenabled = false", True),
        ('[schedule]\ncheck = "06:00"', False),
    ],
)
def test_jobs_are_for_workers_that_read_alike(tmp_path: Path, change: str, is_other: bool) -> None:
    one, other = config(tmp_path, SERVER), config(tmp_path, SERVER + change)
    assert (cluster._queue(one, "check") != cluster._queue(other, "check")) == is_other
    assert cluster._queue(one, "check") != cluster._queue(one, "backfill")


def test_a_worker_is_watched_and_keeps_its_own_settings() -> None:
    url = make_url(
        watchful("postgresql+psycopg://u:p%40ss@h/d?options=-c%20jit%3Doff&sslmode=require")
    )
    assert (url.password, url.query["sslmode"]) == ("p@ss", "require")
    assert url.query["options"] == "-c jit=off -c idle_in_transaction_session_timeout=60s"
    assert url.query["keepalives_count"] == "3"


@given(st.integers(0, 10_000))
def test_trouble_of_ours_is_tried_again_ever_more_rarely(attempts: int) -> None:
    trouble = StoreError("the disk is full")
    pause, following = (pause_before_retry(trouble, number) for number in (attempts, attempts + 1))
    assert pause is not None
    assert following is not None
    assert 1 <= pause <= following <= 60


def test_what_another_has_and_what_is_our_mistake_is_not_tried_again() -> None:
    assert pause_before_retry(Outranked("another worker has taken over"), 0) is None
    assert pause_before_retry(KeyError("period"), 0) is None
    assert pause_before_retry(NotNow("a check runs"), 99) == 2
