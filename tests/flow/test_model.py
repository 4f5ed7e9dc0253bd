"""Random days of one source, held against a plain model in memory after each step.

The world changes as it likes; listings come whole, cut, twice or not at all; a process dies while
it stores; a person believes a refused listing or takes a believed one back. Whatever happens, the
store says what the model says: what is overdue and since when, what each listing showed, what was
told.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from scrapers.archive import ArchiveFile
from scrapers.dossiers.records import Dossier, in_columns
from sync import clock, store
from sync.capture import Outcome, Reading, take
from sync.config import load
from sync.decisions import accept_capture, reject_capture
from sync.dossiers import DossierMaterial, DossierSettings, dossier_scope
from sync.store import reading
from tests.lengths import IS_LONG

SOURCE = "nguon"
START = dt.datetime(2026, 11, 2, 7, tzinfo=clock.VIETNAM)
UNITS = (("H01.11", "Sở Tư pháp"), ("H01.12", "UBND phường Long Xuyên"), (None, "Tổ Một cửa"))

CODES = st.integers(1, 12).map(lambda number: f"H01.11-2611{number:02d}-{number:04d}")


class Row(NamedTuple):
    """What a source prints of one overdue dossier."""

    unit: tuple[str | None, str]
    officer: str
    state: str
    due: dt.date
    procedure: str


Listing = Mapping[str, Row]
ROWS = st.builds(
    Row,
    st.sampled_from(UNITS),
    st.sampled_from(("Cán bộ Một", "Cán bộ Hai")),
    st.sampled_from(("Đang xử lý", "Chờ bổ sung")),
    st.dates(dt.date(2026, 10, 1), dt.date(2026, 10, 5)),
    st.sampled_from(("Trích lục", "Khai sinh")),
)


class Change(NamedTuple):
    """What is told of one dossier."""

    kind: str
    code: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Believed:
    """One listing that was believed, and what it told."""

    capture: int
    taken_at: dt.datetime
    listing: Listing
    changes: Counter[Change]


class Died(BaseException):
    """The process is killed."""


def differences(believed: list[Believed], now: Listing) -> Counter[Change]:
    """What a plain comparison with the last listing finds, knowing all that came before."""
    if not believed:
        return Counter()
    before, found = believed[-1].listing, Counter[Change]()
    earlier = {code for one in believed[:-1] for code in one.listing}
    for code, row in now.items():
        if code not in before:
            kind = "returned" if code in earlier else "newly_overdue"
            found[Change(kind, code, None, _day(row.due))] += 1
            continue
        old = before[code]
        for kind, was, is_ in (
            ("deadline_moved", _day(old.due), _day(row.due)),
            ("reassigned", _handler(old), _handler(row)),
            ("state_changed", old.state, row.state),
        ):
            if was != is_:
                found[Change(kind, code, was, is_)] += 1
    for code in before.keys() - now.keys():
        found[Change("gone", code, _day(before[code].due), None)] += 1
    return found


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _handler(row: Row) -> str:
    return f"{row.unit[1]}, {row.officer}"


class _Told:
    """What a source declares; a cut listing contradicts it."""

    def __init__(self, declared: int, rows: int) -> None:
        self.declared_total, self._rows = declared, rows

    def objections(self) -> list[tuple[str, str]]:
        if self._rows == self.declared_total:
            return []
        return [("rows are missing", "danh sách không đầy đủ")]


class _Dying(DossierMaterial):
    """The process is killed when all is stored but the commit."""

    def changes(self, applied: Any) -> list[Any]:
        super().changes(applied)
        raise Died


class Days(RuleBasedStateMachine):
    """The source, the store, and the model of what the store must say."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        (folder / "config.toml").write_text('[index]\nprovinces = ["H01"]\n', encoding="utf-8")
        self.config = load(folder / "config.toml")
        store.upgrade(self.config.store_url)
        self.engine = store.open_store(self.config.store_url)
        self.clock = patch.dict(os.environ)
        self.clock.start()
        self.now = START
        self.world: dict[str, Row] = {}
        self.believed: list[Believed] = []
        self.rejected: set[int] = set()
        self.refused: tuple[int, dt.datetime, Listing] | None = None
        """The newest capture, where it was refused: number, instant, what it held."""

    def teardown(self) -> None:
        self.clock.stop()
        self.engine.dispose()
        self._folder.cleanup()

    # The world

    @initialize(rows=st.dictionaries(CODES, ROWS, max_size=8))
    def begins(self, rows: dict[str, Row]) -> None:
        self.world = rows

    @rule(code=CODES, row=ROWS)
    def adds_or_changes(self, code: str, row: Row) -> None:
        """A dossier comes, comes back, changes hands, or nothing of it changes."""
        self.world[code] = row

    @rule(code=CODES)
    def removes(self, code: str) -> None:
        self.world.pop(code, None)

    @rule(new=st.sampled_from(("UBND phường Long Xuyên", "UBND P. Long Xuyên")))
    def renames_a_unit(self, new: str) -> None:
        self.world = {
            code: row._replace(unit=(row.unit[0], new)) if row.unit[0] == "H01.12" else row
            for code, row in self.world.items()
        }

    # What is read of it

    @rule(hours=st.sampled_from((1, 24, 24, 72)))
    def reads(self, hours: int) -> None:
        self._later(hours)
        told = differences(self.believed, self.world)
        outcome = self._take(self.world, len(self.world))
        is_same = bool(self.believed) and dict(self.believed[-1].listing) == self.world
        first_of_nothing = not self.believed and not self.world
        assert outcome.status == ("unchanged" if is_same or first_of_nothing else "accepted")
        self._believe(outcome.capture_id, self.now, self.world, told)

    @precondition(lambda self: self.world)
    @rule(data=st.data())
    def reads_a_part(self, data: st.DataObject) -> None:
        """Half an answer changes nothing, whatever is missing."""
        self._later(1)
        codes = data.draw(st.sets(st.sampled_from(sorted(self.world)), max_size=8), label="cut")
        part = {code: row for code, row in self.world.items() if code not in codes}
        outcome = self._take(part, len(self.world) + 1)
        assert outcome.status == "refused"
        self.refused = (outcome.capture_id, self.now, part)

    @rule()
    def dies_while_it_stores(self) -> None:
        self._later(1)
        try:
            self._take(self.world, len(self.world), kind=_Dying)
        except Died:
            return
        raise AssertionError("nothing died")

    # A person's word

    @precondition(lambda self: self.refused)
    @rule()
    def believes_the_refused(self) -> None:
        assert self.refused is not None
        capture, taken_at, listing = self.refused
        self._later(1)
        told = differences(self.believed, listing)
        accept_capture(self.config, self.engine, capture)
        self._believe(capture, taken_at, listing, told)

    @precondition(lambda self: self.believed)
    @rule()
    def takes_back_the_last(self) -> None:
        self._later(1)
        last = self.believed.pop()
        reject_capture(self.engine, last.capture)
        self.rejected.add(last.capture)
        self.refused = None

    # What must hold after each step

    @invariant()
    def says_what_is_overdue_and_since_when(self) -> None:
        last = self.believed[-1].listing if self.believed else {}
        expected = {
            (code, *row.unit, row.officer, row.state, row.procedure, _instant(self._since(code)))
            for code, row in last.items()
        }
        columns = "code, unit_code, unit_name, officer, state, procedure_name, first_overdue_at"
        assert self._rows(f"SELECT {columns} FROM overdue_now") == Counter(expected)

    @invariant()
    def knows_what_every_listing_showed(self) -> None:
        for one in self.believed:
            shown = self._rows(
                "SELECT v.code, o.text, s.text FROM dossier_versions v"
                " JOIN texts o ON o.id = v.officer JOIN texts s ON s.id = v.state"
                f" WHERE v.opened_by <= {one.capture}"
                f" AND (v.closed_by IS NULL OR v.closed_by > {one.capture})"
            )
            listed = one.listing.items()
            assert shown == Counter((code, row.officer, row.state) for code, row in listed)

    @invariant()
    def tells_each_thing_once(self) -> None:
        expected = Counter(
            (one.capture, *change) for one in self.believed for change in one.changes.elements()
        )
        query = (
            "SELECT capture_after, kind, subject, before_value, after_value FROM changes"
            " WHERE dataset = 'dossiers' AND subject IS NOT NULL"
        )
        assert self._rows(query) == expected

    @invariant()
    def counts_by_day_and_unit_what_it_told(self) -> None:
        unit = "COALESCE(unit_code, unit_name)"
        counted = self._rows(
            f"SELECT day, {unit}, new, gone, returned FROM overdue_daily"
            " WHERE new + gone + returned > 0"
        )
        told = self._rows(
            f"SELECT day, {unit}, SUM(CASE WHEN kind = 'newly_overdue' THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN kind = 'gone' THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN kind = 'returned' THEN 1 ELSE 0 END) FROM changes"
            " WHERE kind IN ('newly_overdue', 'gone', 'returned') GROUP BY 1, 2"
        )
        assert counted == told

    @invariant()
    def counts_what_is_overdue(self) -> None:
        listing = self.believed[-1].listing if self.believed else {}
        units = Counter(row.unit[0] or row.unit[1] for row in listing.values())
        query = (
            "SELECT COALESCE(unit_code, unit_name), overdue FROM overdue_daily"
            " WHERE day = (SELECT MAX(day) FROM overdue_daily) AND overdue > 0"
        )
        assert self._rows(query) == Counter(units.items())

    @invariant()
    def marks_what_was_believed(self) -> None:
        query = "SELECT id FROM captures WHERE status IN ('accepted', 'unchanged')"
        assert self._rows(query) == Counter((one.capture,) for one in self.believed)

    # Helpers

    def _later(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        os.environ["DVCQG_NOW"] = self.now.isoformat()

    def _take(
        self, listing: Listing, declared: int, kind: type[DossierMaterial] = DossierMaterial
    ) -> Outcome:
        dossiers = [_printed(code, row) for code, row in listing.items()]
        told = _Told(declared, len(dossiers))
        limits = DossierSettings("overdue", {"commune": 3.5})
        material = kind(lambda: in_columns(dossiers), told, limits, self.now)
        assert self.config.archive_folder is not None
        aside = ArchiveFile(
            self.config.archive_folder, clock.day_of(self.now), f"{self.now:%H%M%S}-aside"
        )
        due = Reading(dossier_scope(SOURCE), lambda: material)
        return take(self.engine, due, check_id=None, archive=None, requests=lambda: 0, aside=aside)

    def _believe(
        self, capture: int, taken_at: dt.datetime, listing: Listing, told: Counter[Change]
    ) -> None:
        self.believed.append(Believed(capture, taken_at, dict(listing), told))
        self.refused = None

    def _since(self, code: str) -> dt.datetime:
        return next(one.taken_at for one in self.believed if code in one.listing)

    def _rows(self, query: str) -> Counter[tuple[Any, ...]]:
        with reading(self.engine) as connection:
            return Counter(tuple(row) for row in connection.execute(text(query)))


def _instant(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _printed(code: str, row: Row) -> Dossier:
    values: dict[str, Any] = dict.fromkeys(Dossier._fields) | {
        "code": code,
        "procedure_name": row.procedure,
        "unit_code": row.unit[0],
        "unit_name": row.unit[1],
        "officer": row.officer,
        "state": row.state,
        "due_at": dt.datetime.combine(row.due, dt.time(), clock.VIETNAM),
        "due_is_date_only": True,
        "applicant": "Nguyễn Văn Dân",
    }
    return Dossier(**values)


def test_history_and_changes_are_those_of_a_plain_model() -> None:
    run_state_machine_as_test(
        Days,
        settings=settings(
            max_examples=400 if IS_LONG else 12,
            stateful_step_count=40 if IS_LONG else 20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
