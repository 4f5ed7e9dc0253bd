"""Plays the fault matrix: what a fault leaves in the store, what it tells, and what follows it.

In every cell: nothing is gone, no score and no dossier moves, and the next whole reading brings
what a day without the fault would have brought, and closes the alert. A short run plays each fault
once, at one source after the other; with DVCQG_LONG=1 all cells are played.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.databases import Databases
from tests.flow import matrix, matrix_page
from tests.flow.listings import save_login
from tests.flow.matrix import BACKFILL, BY_COMMAND, CELLS, FIRST, IN_TURN, OCCASIONS, Cell
from tests.flow.matrix_rigs import FAULTY_HOUR, STANDING, WELL_HOUR, Rig, rig_of
from tests.flow.office import CHANGES, Office
from tests.lengths import IS_LONG
from tests.replica import igate_api
from tests.replica.faults import KINDS
from tests.replica.server import Replica

DOCUMENT = Path(__file__).parents[2] / "docs/reliability.md"
TOLD = CHANGES.replace("FROM changes", "FROM changes WHERE dataset <> 'system'")
SYSTEM = "SELECT kind, message FROM changes WHERE dataset = 'system'"
CAPTURES = "SELECT status, COALESCE(reason, '') FROM captures WHERE id > :before ORDER BY id"
TROUBLE = """
    SELECT kind, state FROM alerts
    WHERE kind IN ('source_refused', 'source_failed', 'format_changed')
"""


class Steady(NamedTuple):
    """What an occasion leaves where nothing goes wrong."""

    told: list[Any]
    standing: list[list[Any]]


class World:
    """One portal, and for each source the office as it stood before its occasions."""

    def __init__(self, folder: Path, replica: Replica) -> None:
        self.folder, self.replica = folder, replica
        self._steady: dict[tuple[str, str], Steady] = {}

    def office(self, rig: Rig, occasion: str, name: str) -> Office:
        """An office before an occasion: with an empty store, or with that of its first day."""
        folder = self.folder / name
        if occasion != FIRST and not (occasion == BACKFILL and rig.dataset == "procedures"):
            shutil.copytree(self._first_day(rig), folder)
        rig.make_well(self.replica)
        return rig.office(folder, self.replica, is_backfill=occasion == BACKFILL)

    def steady(self, rig: Rig, occasion: str) -> Steady:
        """What the occasion leaves without a fault."""
        key = (rig.name, occasion)
        if key not in self._steady:
            office = self.office(rig, occasion, f"steady-{rig.name}-{occasion}")
            read_well(rig, office, occasion)
            self._steady[key] = seen(office)
            office.engine.dispose()
        return self._steady[key]

    def _first_day(self, rig: Rig) -> Path:
        folder = self.folder / f"first-{rig.name}"
        if not folder.exists():
            rig.make_well(self.replica)
            office = rig.office(folder, self.replica)
            read_well(rig, office, FIRST)
            office.engine.dispose()
        return folder


def day_of(rig: Rig, occasion: str) -> int:
    return 1 if occasion in (FIRST, BACKFILL) else rig.day


def seen(office: Office) -> Steady:
    return Steady(office.rows(TOLD), [office.rows(query) for query in STANDING])


def read_well(rig: Rig, office: Office, occasion: str) -> None:
    """A reading of the occasion without a fault."""
    rig.make_well(office.replica)
    rig.ready(office, day_of(rig, occasion))
    is_backfill = occasion == BACKFILL
    outcomes = rig.read(office, day_of(rig, occasion), WELL_HOUR, is_backfill=is_backfill)
    # A file that was refused lies there still, and is read before the whole one.
    assert all(one.reason is None for one in outcomes[-1:]), outcomes


@pytest.fixture(scope="module")
def world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Replica(day=1) as replica, pytest.MonkeyPatch.context() as environment:
        environment.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
        environment.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
        environment.setenv("NO_PROXY", "127.0.0.1")
        yield World(tmp_path_factory.mktemp("matrix"), replica)


@pytest.mark.parametrize("cell", CELLS if IS_LONG else IN_TURN, ids=str)
def test_a_fault_loses_nothing_and_is_told(world: World, cell: Cell, tmp_path: Path) -> None:
    rig, occasion, fate = rig_of(cell), cell.occasion, cell.fate
    steady = world.steady(rig, occasion)
    office = world.office(rig, occasion, tmp_path.name)
    before = seen(office)
    captures = office.rows("SELECT COALESCE(MAX(id), 0) FROM captures")[0][0]
    if rig.name == "site":
        save_login(office)
    rig.spoil(office, day_of(rig, occasion), cell.row.kind, cell.row.options)
    play(rig, office, cell)

    taken = office.rows(CAPTURES, before=captures)
    assert tuple(dict.fromkeys(one for one, _ in taken if one in BAD)) == fate.stored, taken
    assert not fate.reason or any(fate.reason in reason for _, reason in taken), taken
    assert_told(office, cell)
    if fate.is_whole:
        assert seen(office) == steady
    elif fate.stored:
        after = seen(office)
        assert set(after.told) <= {*before.told, *steady.told}
        assert_nothing_moved(before, after, cell)

    read_well(rig, office, occasion)
    if not fate.note:
        assert seen(office) == steady
    elif rig.dataset != "index":
        assert seen(office).standing == steady.standing
    assert all(state == "closed" for _kind, state in office.rows(TROUBLE))
    office.engine.dispose()


BAD = ("refused", "failed")


def play(rig: Rig, office: Office, cell: Cell) -> None:
    """Read under the fault, in this process or as the command that stands for its kind."""
    day, is_backfill = day_of(rig, cell.occasion), cell.occasion == BACKFILL
    if BY_COMMAND[cell.row.kind] != str(cell):
        outcomes = rig.read(office, day, FAULTY_HOUR, is_backfill=is_backfill)
        is_bad = any(one.reason is not None for one in outcomes)
        assert is_bad == bool(cell.fate.exit_code)
        return
    done = rig.run(office, day, FAULTY_HOUR, is_backfill=is_backfill)
    assert done.returncode == cell.fate.exit_code, done.stderr
    assert done.stderr.count("\n") == bool(cell.fate.exit_code), done.stderr
    if cell.fate.kind is not None:
        # Lines are broken where they are long.
        assert cell.fate.told in " ".join(done.stdout.split())


def assert_told(office: Office, cell: Cell) -> None:
    """The fault is told by its kind and in words, and an alert is open; of the past nothing is."""
    fate, told = cell.fate, office.rows(SYSTEM)
    if fate.kind is None:
        assert told == []
        return
    assert [message for kind, message in told if kind == fate.kind and fate.told in message], told
    assert (fate.kind, "open") in office.rows(TROUBLE)


def assert_nothing_moved(before: Steady, after: Steady, cell: Cell) -> None:
    """What stood stands, row for row; what a refused reading left out was read apart from it."""
    for one, other in zip(before.standing, after.standing, strict=True):
        if cell.row.source == "procedures":
            assert {row[0] for row in one} <= {row[0] for row in other}
        elif cell.occasion == BACKFILL:
            assert set(one) <= set(other)
        else:
            assert one == other


# --- The table itself


def test_every_fault_of_the_replica_stands_in_the_table_or_has_a_reason() -> None:
    played = {(row.source, row.kind) for row in matrix.ROWS}
    for source in OCCASIONS:
        for kind in KINDS:
            has_reason = matrix.reason_against(source, kind) is not None
            assert has_reason != ((source, kind) in played), (source, kind)


def test_no_two_cells_are_the_same() -> None:
    assert len({str(cell) for cell in CELLS}) == len(CELLS)


def test_the_page_is_that_of_the_table() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == matrix_page.document()
