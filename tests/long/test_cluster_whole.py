"""A backfill of the nation by three workers, of which one dies and one is cut off for 30 seconds; a
spread check with the whole catalogue. About ten minutes on two busy cores.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import POSTGRESQL, Databases, using
from tests.flow.cluster import WINDOW_S, fastest, hurt_backfill
from tests.flow.listings import igate_source
from tests.flow.office import Office
from tests.flow.test_backfill import PERIODS, STORED
from tests.flow.test_cluster import alike_on_day_two
from tests.replica.server import Replica

COMMAND = ["backfill", "index", "--from", "2025-07", "--to", "2026-03", "--province", "all"]
RATE = 5


@pytest.fixture(scope="module", autouse=True)
def databases() -> Iterator[Databases]:
    with using(POSTGRESQL) as found:
        yield found


@pytest.fixture
def replica() -> Iterator[Replica]:
    with Replica(day=1) as running:
        yield running


def test_the_nation_row_for_row(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVCQG_NOW", "2026-11-26T07:00:00+07:00")
    hurt = hurt_backfill(tmp_path, replica, COMMAND, PERIODS, RATE, cut_s=30)
    figures = f"{len(replica.requests)} requests instead of {hurt.requests}, "
    figures += f"at most {fastest(replica)} in {WINDOW_S} s"
    print(figures)
    for query in STORED:
        assert hurt.spread.rows(query) == hurt.alone.rows(query)
    assert hurt.spread.versions() == hurt.alone.versions()
    assert fastest(replica) <= RATE * WINDOW_S, figures


def test_a_check_with_the_whole_catalogue(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = igate_source(replica, 200)
    plain, spread = (
        Office(tmp_path / name, replica, more=more, periods=PERIODS, procedures="enabled = true")
        for name in ("plain", "spread")
    )
    alike_on_day_two(plain, spread, monkeypatch)
