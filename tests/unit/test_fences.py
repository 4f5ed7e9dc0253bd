"""Only the last of those who worked at a thing may write what came of it."""

from __future__ import annotations

from typing import NoReturn

import pytest
from sqlalchemy import Engine, func, select

from models import tables
from scrapers.errors import Unreachable
from sync.capture import Reading, take
from sync.capture_log import Scope
from sync.fences import Fence, Outranked, outrank
from sync.leases import held_by
from sync.store import reading, writing

pytestmark = pytest.mark.both_databases
WORK = "index H01/2026"
SCOPE = Scope("index", "portal", "H01/2026", "An Giang, năm 2026")


def rows(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(
            connection.execute(select(func.count()).select_from(tables.captures)).scalar_one()
        )


def test_every_later_number_outranks_the_earlier_ones(engine: Engine) -> None:
    fences = [outrank(engine, WORK) for _ in range(3)]
    assert [one.number for one in fences] == [1, 2, 3]
    assert outrank(engine, "index H53/2026").number == 1
    with writing(engine) as connection:
        fences[-1].require(connection)
        for old in fences[:-1]:
            with pytest.raises(Outranked, match="another worker has taken over index H01/2026"):
                old.require(connection)


def test_a_number_that_was_never_given_is_none(engine: Engine) -> None:
    with writing(engine) as connection, pytest.raises(Outranked):
        Fence(WORK, 1).require(connection)


def test_nobody_seems_to_hold_it(engine: Engine) -> None:
    outrank(engine, WORK)
    with reading(engine) as connection:
        assert held_by(connection, WORK) is None


def test_what_was_read_by_one_who_is_outranked_leaves_no_trace(engine: Engine) -> None:
    mine = outrank(engine, WORK)

    def fetch() -> NoReturn:
        # While it was asking, it was given up, and another began.
        outrank(engine, WORK)
        raise Unreachable("no answer")

    with pytest.raises(Outranked):
        take(
            engine,
            Reading(SCOPE, fetch),
            check_id=None,
            archive=None,
            requests=lambda: 0,
            may_write=mine.require,
        )
    assert rows(engine) == 0
