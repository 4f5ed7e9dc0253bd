"""How each source of the fault matrix is read: by a check or a backfill, well or under a fault."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync.alerts import update_alerts
from sync.backfill import backfill_index, backfill_procedures
from sync.capture import Outcome
from sync.span import span_of
from sync.store import writing
from tests.flow.listings import (
    BROWSER_SOURCE,
    FULL,
    fault,
    folder_source,
    given_folder,
    igate_source,
    imported_here,
    make_well,
    put,
    save_login,
    write_profile,
)
from tests.flow.matrix import LIST, Cell
from tests.flow.office import SCORES, Office
from tests.replica.admin_pages import LIST_PATH
from tests.replica.faults import FaultRule
from tests.replica.legacy_rest import REST_PATH
from tests.replica.server import Replica

FAULTY_HOUR, WELL_HOUR = 7, 9
PAGE_SIZE = 60
PATIENCE_S, HANG_S = 5, 1
"""How long an answer may take, and how long it may where it never comes."""
YEAR = 'periods = ["year"]\nrevisit_days = 0'
PAST = {"index": ("2026-07", "2026-09"), "legacy": ("2024-01", "2024-01")}
"""The months of a backfill: a quarter of the newer series, a year of the older one."""
_PAST_PERIODS = {"index": 'periods = ["year", "quarter"]', "legacy": YEAR}
_IGATE_SHARE, _SITE_SHARE = fault("keep_share", share=0.04), fault("keep_share", share=0.15)
LISTED = """
    SELECT code, procedure_code, procedure_name, unit_code, unit_name, officer, state, received_at,
           due_at, days_late, working_days_late FROM overdue_now ORDER BY code
"""
PROCEDURES = """
    SELECT id, code, name, agency_code, decision_id, decision_number, published_at,
           pending_decision, updated_at, gone_at IS NULL FROM procedures ORDER BY id
"""
STANDING = (SCORES, LISTED, PROCEDURES)
"""What stands in the store now; whatever depends on the moment of reading is left out."""


@dataclass(frozen=True)
class Rig:
    """One source: its configuration, the day after its first, the words of its commands."""

    name: str
    dataset: str
    day: int = 2
    more: Callable[[Replica], str] = lambda replica: ""
    procedures: str = "enabled = false"
    share: FaultRule | None = None
    """What keeps its listing small; no fault."""

    def office(self, folder: Path, replica: Replica, *, is_backfill: bool = False) -> Office:
        """An office that reads this source, perhaps its past too."""
        periods = _PAST_PERIODS.get(self.name, YEAR) if is_backfill else YEAR
        opened = Office(
            folder, replica, more=self.more(replica), periods=periods, procedures=self.procedures
        )
        if self.name == "site":
            write_profile(opened)
        return opened

    def make_well(self, replica: Replica) -> None:
        """No faults but the one that keeps the source small."""
        wanted = [FULL, self.share] if self.name == "site" else [self.share]
        make_well(replica, *filter(None, wanted))

    def spoil(self, office: Office, day: int, kind: str, options: Mapping[str, Any]) -> None:
        """Let this fault meet the next reading, by whatever way it comes."""
        if kind == "hang":
            _set_timeout(office, PATIENCE_S, HANG_S)
        if self.name == "folder":
            self._spoil_file(office, day, kind, options)
            return
        path = {"site": LIST_PATH, "legacy": REST_PATH}.get(self.name)
        office.replica.fault(kind, **{"path": path, **options})

    def _spoil_file(self, office: Office, day: int, kind: str, options: Mapping[str, Any]) -> None:
        given_folder(office)
        if kind != "truncated":
            put(office, day, [fault(kind, **options)], FAULTY_HOUR)
            return
        file = put(office, day, (), FAULTY_HOUR)
        saved = file.stat().st_mtime
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        os.utime(file, (saved, saved))

    def ready(self, office: Office, day: int) -> None:
        """What is there before a whole reading: a new file, a fresh login, patience."""
        _set_timeout(office, HANG_S, PATIENCE_S)
        if self.name == "folder":
            put(office, day, (), WELL_HOUR)
        elif self.name == "site":
            save_login(office)

    def read(self, office: Office, day: int, hour: int, *, is_backfill: bool) -> list[Outcome]:
        """The readings of a check, or of a backfill, in this process; alerts follow a check."""
        if is_backfill:
            return self._read_past(office, day, hour)
        if self.name == "site" and hour == WELL_HOUR:
            # What a person exports and imports is the same list, and needs no browser.
            outcomes = [imported_here(office, day, [*filter(None, [self.share])], hour)]
        else:
            outcomes = office.check(day, hour, only=[self.dataset]).outcomes
        with writing(office.engine) as connection:
            now = dt.datetime.fromisoformat(office.now(day, hour))
            update_alerts(connection, office.config, now)
        return outcomes

    def run(
        self, office: Office, day: int, hour: int, *, is_backfill: bool
    ) -> subprocess.CompletedProcess[str]:
        """The same as a command."""
        command = ["check", "--only", self.dataset]
        if is_backfill:
            command = ["backfill", "procedures"]
        if is_backfill and self.dataset == "index":
            first, last = PAST[self.name]
            command = ["backfill", "index", "--from", first, "--to", last]
        return office.dvcqg(*command, day=day, hour=hour)

    def _read_past(self, office: Office, day: int, hour: int) -> list[Outcome]:
        office.replica.day = day
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("DVCQG_NOW", office.now(day, hour))
            if self.dataset == "procedures":
                return backfill_procedures(office.config, office.engine, _quiet)
            span = span_of(*PAST[self.name], ["H01"])
            return backfill_index(office.config, office.engine, span, _quiet, again=False).outcomes


RIGS = {
    rig.name: rig
    for rig in (
        Rig("index", "index"),
        Rig("legacy", "index"),
        # A list of several pages; and few procedures, all of whose details are read.
        Rig("catalogue", "procedures", procedures="enabled = true\ndetail_minutes = 0",
            share=fault("extract")),
        Rig("procedures", "procedures", procedures="enabled = true",
            share=fault("extract", share=0.0)),
        Rig("igate", "dossiers", 5, lambda replica: igate_source(replica, PAGE_SIZE),
            share=_IGATE_SHARE),
        Rig("site", "dossiers", 5, lambda replica: BROWSER_SOURCE, share=_SITE_SHARE),
        Rig("folder", "dossiers", 2, lambda replica: folder_source()),
    )
}  # fmt: skip


def _quiet(done: int, total: int, label: str) -> None:
    """Tell nobody how far it is."""


def _set_timeout(office: Office, before: int, now: int) -> None:
    text = office.config_path.read_text(encoding="utf-8")
    changed = text.replace(f"timeout_s = {before}\n", f"timeout_s = {now}\n")
    if changed != text:
        office.config_path.write_text(changed, encoding="utf-8")
        office.engine.dispose()
        office.reload()


def rig_of(cell: Cell) -> Rig:
    """The rig that a cell is played on."""
    return RIGS["catalogue" if cell.row.options.get("path") == LIST else cell.row.source]
