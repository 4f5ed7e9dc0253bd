"""A year of days read again: it reproduces the store; a bug of three months is mended exactly.

The replica's seven days come again and again, so figures, units and procedures move both ways; of
2025 the portal knows nothing, so January has refusals too. About ten minutes on two cores.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from scrapers.http import Ask
from scrapers.periods import Period
from scrapers.records import IndexReading
from sync import sources
from sync.check import run_check
from sync.reparse import reparse
from sync.reparse_output import Reparse
from sync.series import CURRENT
from tests.flow.listings import folder_source
from tests.flow.office import Office
from tests.flow.reparsing import differing, misreads, public, rows_of
from tests.replica.server import Replica

pytestmark = pytest.mark.usefixtures("pg_dump")

FIRST, DAYS = dt.date(2026, 1, 1), 365
BUG = (dt.date(2026, 9, 1), dt.date(2026, 11, 30))
SETTINGS = 'enabled = true\ndetail_refresh = "weekly"'


def instant(day: dt.date, hour: int = 7) -> str:
    return f"{day.isoformat()}T{hour:02d}:00:00+07:00"


class YearOffice(Office):
    def check_now(self, world: int) -> None:
        """The check of whatever day the clock shows, in the replica's world as it is on another."""
        self.replica.day = world
        run_check(self.config, self.engine, lambda *_: None)


def fill(office: YearOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check a day, and of everything that goes wrong something."""
    for number in range(DAYS):
        day = FIRST + dt.timedelta(days=number)
        monkeypatch.setenv("DVCQG_NOW", instant(day))
        trouble = {50: "forbidden", 120: "reset", 121: "truncated"}.get(number)
        if trouble:
            office.replica.fault(trouble, province="H01")
        office.check_now(number % 7 + 1)
        if trouble:
            office.replica.clear_faults()
            office.replica.fault("extract", share=0.001)


def read_again(office: Office, since: dt.date | None, *, apply_it: bool = False) -> Reparse:
    return reparse(office.config, office.engine, since, lambda *_: None, apply_it=apply_it)


def with_bug(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the store what it would be had a bug been there for three months."""
    right = sources.READERS[CURRENT]
    days: list[dt.date] = []

    def on_its_days(done: int, total: int, label: str) -> None:
        if label:
            days[:] = [dt.date.fromisoformat(label.split()[-1])]

    def province(ask: Ask, period: Period, code: str, portal_id: str) -> IndexReading:
        reading = right.province(ask, period, code, portal_id)
        return misreads(reading) if BUG[0] <= days[0] <= BUG[1] else reading

    with monkeypatch.context() as code:
        code.setitem(sources.READERS, CURRENT, right._replace(province=province))
        planted = reparse(office.config, office.engine, BUG[0], on_its_days, apply_it=True)
    assert planted.differing > 0


def test_a_year_is_reproduced_and_a_bug_of_three_months_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Replica(day=1) as replica:
        replica.fault("extract", share=0.001)
        months = 'periods = ["year", "month"]\nrevisit_days = 0'
        office = YearOffice(
            tmp_path / "year", replica, more=folder_source(), periods=months, procedures=SETTINGS
        )
        (office.folder / "nhan").mkdir()
        fill(office, monkeypatch)
    monkeypatch.setenv("DVCQG_NOW", instant(FIRST + dt.timedelta(days=DAYS)))
    right, shown = rows_of(office), public(office)
    result = read_again(office, None)
    assert (result.differing, result.lines, result.stood) == (0, [], [])

    with_bug(office, monkeypatch)
    wrong = rows_of(office)
    mended = read_again(office, BUG[0], apply_it=True)
    assert mended.differing == sum(differing(name, wrong[name], right[name]) for name in right)
    assert rows_of(office) == right
    assert public(office) == shown
    office.engine.dispose()
