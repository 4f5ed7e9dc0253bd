"""The same 4,000 dossiers through four sources: one listing, one history, the planted changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from scrapers.browser import find_chromium
from tests.flow.office import Office
from tests.replica import admin_pages, admin_site, igate_api
from tests.replica.admin_exports import export
from tests.replica.dossier_world import effects, overdue, personal_strings
from tests.replica.faults import FaultRule
from tests.replica.server import Replica

DAYS = range(1, 8)
OVERDUE = """
    SELECT code, procedure_code, procedure_name, unit_code, unit_name, officer, state, received_at,
           due_at, days_late, working_days_late, first_overdue_at, observed_at
    FROM overdue_now ORDER BY code
"""
CHANGES = """
    SELECT kind, subject FROM changes
    WHERE dataset = 'dossiers' AND subject IS NOT NULL AND day = :day
"""
FULL = FaultRule("more_columns", None, None, None, None)


def office_of(tmp_path: Path, replica: Replica, source: str) -> Office:
    return Office(tmp_path / "office", replica, more=source)


def imported(office: Office, day: int, kind: str) -> int:
    """Import the day's export by hand; returns the exit code."""
    file = office.folder / f"qua-han-{day}.{kind}"
    file.write_bytes(export(day, kind, (FULL,)))  # type: ignore[arg-type]
    return office.dvcqg("import", file.name, "--source", "nguon", day=day).returncode


def checked(office: Office, day: int) -> int:
    return office.dvcqg("check", "--only", "dossiers", day=day).returncode


Take = Callable[[Office, int], int]


@pytest.fixture(params=["xlsx", "folder", "igate", "browser"])
def way(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    replica: Replica,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Office, Take]]:
    """An office with one source called "nguon", and how it takes a day's listing."""
    name = request.param
    if name == "igate":
        monkeypatch.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
        monkeypatch.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
        more = f'''
            [[dossiers.sources]]
            name = "nguon"
            kind = "igate"
            base_url = "{replica.url}"
            token_base_url = "{replica.url}"
            page_size = 200
        '''
        yield office_of(tmp_path, replica, more), checked
    elif name == "browser":
        replica.fault("more_columns")
        more = '[[dossiers.sources]]\nname = "nguon"\nkind = "browser"\n'
        office = office_of(tmp_path, replica, more)
        write_profile(office)
        log_in(office)
        yield office, checked
    elif name == "folder":
        more = '[[dossiers.sources]]\nname = "nguon"\nkind = "folder"\npath = "nhan"\n'
        yield office_of(tmp_path, replica, more), from_folder
    else:
        yield (
            office_of(tmp_path, replica, ""),
            lambda office, day: imported(office, day, name),
        )


def from_folder(office: Office, day: int) -> int:
    """Save the day's export into the folder, as of that morning, then check."""
    import datetime as dt
    import os

    file = office.folder / "nhan" / f"qua-han-{day}.xlsx"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(export(day, "xlsx", (FULL,)))
    saved = dt.datetime.fromisoformat(office.now(day)).timestamp()
    os.utime(file, (saved, saved))
    return checked(office, day)


def write_profile(office: Office) -> None:
    """The shipped profile of the replica's site, at the address where it runs now."""
    shipped = Path("scrapers/dossiers/profiles/replica.toml").read_text(encoding="utf-8")
    text = shipped.replace("http://127.0.0.1:8766", office.replica.url)
    (office.folder / "nguon.toml").write_text(text, encoding="utf-8")


def log_in(office: Office) -> None:
    """What a person does in the window that `dvcqg login` opens."""
    path = office.config.saved_login("nguon")
    path.parent.mkdir(mode=0o700)
    found = find_chromium()
    assert found is not None, "no Chromium: run `make browser`"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = chromium.new_page()
        page.goto(f"{office.replica.url}{admin_pages.LOGIN_PATH}")
        page.fill("[name=ten-dang-nhap]", admin_site.USER)
        page.fill("[name=mat-khau]", admin_site.PASSWORD)
        page.click("form#dang-nhap [type=submit]")
        page.wait_for_load_state()
        page.context.storage_state(path=path)
        chromium.close()
    path.chmod(0o600)


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> list[list[Any]]:
    """The list of each day, as it comes from exports that a person imports."""
    with Replica(day=1) as replica:
        office = Office(tmp_path_factory.mktemp("by hand"), replica)
        lists = []
        for day in DAYS:
            assert imported(office, day, "csv") == 0
            lists.append(office.rows(OVERDUE))
    return lists


def test_every_source_gives_the_same_list_the_planted_changes_and_nobody(
    way: tuple[Office, Take], by_hand: list[list[Any]]
) -> None:
    office, take = way
    for day, expected in zip(DAYS, by_hand, strict=True):
        assert take(office, day) == 0, day
        found = sorted(office.rows(CHANGES, day=office.now(day)[:10]))
        assert found == sorted(effects(day)), day
        assert office.rows(OVERDUE) == expected, day
        assert {row[0] for row in expected} == {row.code for row in overdue(day)}
    holds_nobody(office)


def holds_nobody(office: Office) -> None:
    """No name, number or address of a citizen in the store, the archive and the reports.

    All numbers are looked for; of names and addresses, which take long to find, every fiftieth.
    """
    people = personal_strings()
    numbers = {one for one in people if one.isdigit()}
    words = sorted(people - numbers)[::50]
    assert len(numbers) > 5_000
    for file in office.folder.rglob("*"):
        if file.is_file() and not file.name.startswith("qua-han-") and "logins" not in file.parts:
            content = readable(file)
            assert not numbers & set(re.findall(r"\d{9,}", content)), file
            assert not [one for one in words if one in content], file


def readable(file: Path) -> str:
    """A file's text, whatever holds it."""
    import gzip
    import zipfile

    if file.suffix == ".gz":
        return gzip.decompress(file.read_bytes()).decode()
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as parts:
            return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    return file.read_bytes().decode(errors="replace")


COLLAPSES: dict[str, tuple[str, dict[str, Any]]] = {
    "nothing": ("empty", {}),
    "5 %": ("keep_share", {"share": 0.05}),
    "one unit": ("one_unit", {"unit": "H01.10"}),
}


@pytest.mark.parametrize("name", COLLAPSES)
def test_a_listing_that_collapses_closes_nothing(
    tmp_path: Path, replica: Replica, name: str
) -> None:
    office = Office(tmp_path / "office", replica)
    assert imported(office, 1, "csv") == 0
    before = office.rows(OVERDUE)
    kind, options = COLLAPSES[name]
    file = office.folder / "qua-han-hong.csv"
    file.write_bytes(export(2, "csv", (FULL, FaultRule(kind, None, None, None, None, options))))
    done = office.dvcqg("import", file.name, "--source", "nguon", day=2)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert office.rows(OVERDUE) == before
    assert office.rows("SELECT kind FROM changes WHERE day = '2026-11-27'") == [("source_refused",)]
    # The same again is no news; the whole listing brings what the day holds.
    office.dvcqg("import", file.name, "--source", "nguon", day=2, hour=8)
    assert imported(office, 2, "csv") == 0
    assert sorted(office.rows(CHANGES, day="2026-11-27")) == sorted(effects(2))
