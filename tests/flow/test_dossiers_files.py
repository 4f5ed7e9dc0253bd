"""Files that a person imports or saves into a folder: what collapses closes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.flow.listings import (
    COLLAPSES,
    assert_collapse_closes_nothing,
    checked,
    fault,
    folder_source,
    imported,
    imported_here,
    last_capture,
    put,
    told,
    told_of_source,
)
from tests.flow.office import Office
from tests.replica.dossier_world import effects
from tests.replica.faults import FaultRule
from tests.replica.server import Replica


@pytest.mark.parametrize("collapse", COLLAPSES)
def test_an_import_that_collapses_closes_nothing(office: Office, collapse: str) -> None:
    assert imported_here(office, 1).status == "accepted"

    def take(faults: Sequence[FaultRule], hour: int) -> None:
        imported_here(office, 2, faults, hour)

    assert_collapse_closes_nothing(office, 2, take, collapse)
    assert told(office, 2) == sorted(effects(2))


def test_the_command_says_why_it_does_not_take_a_listing(office: Office) -> None:
    assert imported(office, 1, "csv") == 0
    assert imported(office, 2, "csv", [fault("empty")]) == 3
    text = (office.folder / "said.txt").read_text(encoding="utf-8")
    assert "299 of 299 dossiers are gone at once" in text
    assert "299 trong 299 hồ sơ biến mất cùng lúc" in text


@pytest.mark.parametrize("collapse", COLLAPSES)
def test_a_folder_whose_file_collapses_closes_nothing(
    tmp_path: Path, replica: Replica, collapse: str
) -> None:
    office = Office(tmp_path / "office", replica, more=folder_source())
    put(office, 1)
    assert checked(office, 1).is_complete

    def take(faults: Sequence[FaultRule], hour: int) -> None:
        if hour != 8:  # by then the first file is still there
            put(office, 2, faults, hour)
        checked(office, 2, hour)

    assert_collapse_closes_nothing(office, 2, take, collapse)
    assert told(office, 2) == sorted(effects(2))
    # The file that was refused is past now, though it is still there.
    assert checked(office, 2, hour=10).is_complete
    put(office, 3)
    assert checked(office, 3).is_complete
    assert told(office, 3) == sorted(effects(3))
    assert len(told_of_source(office, 2)) == 1
    assert told_of_source(office, 3) == []


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_folder_that_is_empty_or_gone_closes_nothing(
    tmp_path: Path, replica: Replica, is_gone: bool
) -> None:
    office = Office(tmp_path / "office", replica, more=folder_source())
    file = put(office, 1)
    assert checked(office, 1).is_complete
    file.unlink()
    if is_gone:
        file.parent.rmdir()
    for hour in (7, 8):
        assert checked(office, 2, hour).is_complete is not is_gone
    assert told(office, 2) == []
    assert [kind for kind, _ in told_of_source(office, 2)] == ["source_failed"] * is_gone
    put(office, 2, hour=9)
    assert checked(office, 2, hour=9).is_complete
    assert last_capture(office)[0] == "accepted"
    assert told(office, 2) == sorted(effects(2))
