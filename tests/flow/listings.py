"""What flow tests of overdue dossiers share: sources, a day's listing from each, what is told."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from scrapers.dossiers.profiles import SHIPPED
from sync.capture import Outcome
from sync.check import CheckResult
from sync.imports import import_listing
from tests.flow.office import Office
from tests.replica.admin_exports import Format, export
from tests.replica.admin_site import COOKIE
from tests.replica.dossier_clients import log_in
from tests.replica.dossier_faults import distorted
from tests.replica.dossier_rows import DossierRow, as_of
from tests.replica.dossier_world import differences, on_file, overdue
from tests.replica.faults import DATA_KINDS, FaultRule
from tests.replica.server import Replica

SOURCE = "nguon"
OVERDUE = """
    SELECT code, procedure_code, procedure_name, unit_code, unit_name, officer, state, received_at,
           due_at, days_late, working_days_late, first_overdue_at, observed_at
    FROM overdue_now ORDER BY code
"""
_TOLD = """
    SELECT kind, subject FROM changes
    WHERE dataset = 'dossiers' AND subject IS NOT NULL AND day = :day
"""
_SYSTEM = "SELECT kind, message FROM changes WHERE dataset = 'system' AND day = :day"
_ASKED_STATES = {"2", "3", "4", "5", "8", "9", "10"}
"""The states of which `scrapers.dossiers.igate` asks for dossiers, as far as there are any."""


def fault(kind: str, **options: object) -> FaultRule:
    """A fault to hand to an export."""
    return FaultRule(kind, None, None, None, None, options={**DATA_KINDS[kind], **options})


FULL = fault("more_columns")
"""Codes of procedure and unit are listed too, as in iGate."""


def igate_source(replica: Replica, page_size: int) -> str:
    """The configuration of the replica's iGate, read as one source."""
    return f'''
        [[dossiers.sources]]
        name = "{SOURCE}"
        kind = "igate"
        base_url = "{replica.url}"
        token_base_url = "{replica.url}"
        page_size = {page_size}
    '''


def folder_source(path: str = "nhan") -> str:
    """The configuration of a folder as one source."""
    return f'[[dossiers.sources]]\nname = "{SOURCE}"\nkind = "folder"\npath = "{path}"\n'


BROWSER_SOURCE = f'[[dossiers.sources]]\nname = "{SOURCE}"\nkind = "browser"\n'


def write_profile(office: Office, *, exports: bool = False) -> None:
    """The shipped profile of the replica's site, where it runs now; perhaps by its export."""
    text = (SHIPPED / "replica.toml").read_text(encoding="utf-8")
    text = text.replace("http://127.0.0.1:8766", office.replica.url)
    if exports:
        text = text.partition("\n[paging]")[0]
        text = text.replace('\ntable = "table#danh-sach"', '\nexport = "a.xuat-excel"')
    (office.folder / f"{SOURCE}.toml").write_text(text, encoding="utf-8")


def save_login(office: Office) -> None:
    """A fresh session of the admin site, as a browser would save it."""
    with httpx.Client(base_url=office.replica.url, trust_env=False) as client:
        log_in(client)
        value = client.cookies[COOKIE]
    cookie = {"name": COOKIE, "value": value, "domain": "127.0.0.1", "path": "/", "expires": -1}
    more = {"httpOnly": True, "secure": False, "sameSite": "Lax"}
    path = office.config.saved_login(SOURCE)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"cookies": [{**cookie, **more}], "origins": []}))


def imported(
    office: Office, day: int, kind: Format, faults: Sequence[FaultRule] = (), hour: int = 7
) -> int:
    """Import the day's export by hand, as its faults leave it; returns the exit code."""
    file = given_folder(office) / f"qua-han-{day}-{len(faults)}.{kind}"
    file.write_bytes(export(day, kind, (FULL, *faults)))
    return said(office, "import", str(file), "--source", SOURCE, day=day, hour=hour)


def imported_here(
    office: Office, day: int, faults: Sequence[FaultRule] = (), hour: int = 7
) -> Outcome:
    """The same as csv, in this process, which is quicker; returns what became of it."""
    file = given_folder(office) / f"qua-han-{day}-{hour}.csv"
    file.write_bytes(export(day, "csv", (FULL, *faults)))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DVCQG_NOW", office.now(day, hour))
        return import_listing(office.config, office.engine, file, SOURCE, None)


def put(office: Office, day: int, faults: Sequence[FaultRule] = (), hour: int = 7) -> Path:
    """Save the day's export into the source's folder, as of that hour."""
    file = given_folder(office) / f"qua-han-{day}-{hour}.xlsx"
    file.write_bytes(export(day, "xlsx", (FULL, *faults)))
    saved = dt.datetime.fromisoformat(office.now(day, hour)).timestamp()
    os.utime(file, (saved, saved))
    return file


def given_folder(office: Office) -> Path:
    """Where the office's own files stand, the only ones that name citizens."""
    folder = office.folder / "nhan"
    folder.mkdir(exist_ok=True)
    return folder


def said(office: Office, *command: str, day: int, hour: int = 7) -> int:
    """Run a command, keep all it says beside the store; returns its exit code."""
    done = office.dvcqg(*command, "--verbose", day=day, hour=hour)
    assert "Traceback" not in done.stderr, done.stderr
    with (office.folder / "said.txt").open("a", encoding="utf-8") as file:
        file.write(done.stdout + done.stderr)
    return done.returncode


def make_well(replica: Replica, *faults: FaultRule) -> None:
    """No faults but these."""
    replica.clear_faults()
    for one in faults:
        options: dict[str, Any] = one.options
        replica.fault(one.kind, **options)


class Case(NamedTuple):
    """A fault, what becomes of the capture, its reason, and a part of what an official reads."""

    kind: str
    options: dict[str, Any]
    status: str
    reason: str
    told: str
    told_as: str = "source_refused"


def repeated(*pages: int) -> list[Case]:
    """One of these pages is the page before once more."""
    return [
        Case("page_repeats", {"page": page}, "refused", "pages repeat", f"(trang {page})")
        for page in pages
    ]


def assert_closes_nothing(office: Office, day: int, case: Case) -> None:
    """A check under a fault: its reason is stored and told, and no dossier is touched."""
    before = office.rows(OVERDUE)
    office.replica.fault(case.kind, **case.options)
    assert not checked(office, day).is_complete
    status, reason = last_capture(office)
    assert status == case.status
    assert case.reason in reason
    assert told(office, day) == []
    [(kind, message)] = told_of_source(office, day)
    assert kind == case.told_as
    assert case.told in message
    assert office.rows(OVERDUE) == before


COLLAPSES = {
    "nothing": fault("empty"),
    "5 %": fault("keep_share", share=0.05),
    "one unit": fault("one_unit", unit="H01.12"),
}
"""What no morning brings: so many dossiers do not go at once."""

Take = Callable[[Sequence[FaultRule], int], object]
"""Takes the day's listing with these faults, at that hour."""


def assert_collapse_closes_nothing(office: Office, day: int, take: Take, collapse: str) -> None:
    """Twice a listing that collapsed, then the whole one: one refusal, and all that changed."""
    before = office.rows(OVERDUE)
    for hour in (7, 8):
        take([COLLAPSES[collapse]], hour)
        assert last_capture(office)[0] == "refused"
    assert told(office, day) == []
    [(kind, message)] = told_of_source(office, day)
    assert kind == "source_refused"
    assert "biến mất cùng lúc" in message
    assert office.rows(OVERDUE) == before
    take([], 9)
    assert last_capture(office)[0] == "accepted"
    assert len(told_of_source(office, day)) == 1


def checked(office: Office, day: int, hour: int = 7) -> CheckResult:
    """The daily check, of dossiers alone, in this process."""
    return office.check(day, hour, only={"dossiers"})


def told(office: Office, day: int) -> list[tuple[str, str]]:
    """The changes of dossiers told on a day: kind and code."""
    return sorted((kind, code) for kind, code in office.rows(_TOLD, day=office.now(day)[:10]))


def told_of_source(office: Office, day: int) -> list[tuple[str, str]]:
    """What a day's changes say of the sources themselves: kind and message."""
    return [(kind, message) for kind, message in office.rows(_SYSTEM, day=office.now(day)[:10])]


def last_capture(office: Office) -> tuple[str, str]:
    """Status and reason of the newest capture."""
    [(status, reason)] = office.rows("SELECT status, reason FROM captures ORDER BY id DESC LIMIT 1")
    return status, reason


def site_list(day: int, *faults: FaultRule) -> list[DossierRow]:
    """What the admin site and its exports list."""
    return list(distorted(overdue(day), faults))


def igate_list(day: int, *faults: FaultRule) -> list[DossierRow]:
    """The overdue ones of what iGate lists."""
    asked = [row for row in on_file(day) if row.state_code in _ASKED_STATES]
    return [row for row in distorted(asked, faults) if row.is_overdue(as_of(day))]


def between(before: Sequence[DossierRow], after: Sequence[DossierRow]) -> list[tuple[str, str]]:
    """What is to be told of two listings, when there was none before the first."""
    return sorted(differences(before, after, {row.code for row in before}))
