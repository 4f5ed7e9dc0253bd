"""The same 4,000 dossiers through every source: one list, the planted changes, nobody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from scrapers.browser import find_chromium
from tests.flow.listings import (
    BROWSER_SOURCE,
    FULL,
    OVERDUE,
    SOURCE,
    folder_source,
    given_folder,
    igate_source,
    imported,
    imported_here,
    put,
    said,
    told,
    write_profile,
)
from tests.flow.office import Office
from tests.flow.people import assert_nobody_in, people_in, readable
from tests.lengths import IS_LONG
from tests.replica import admin_pages, admin_site, igate_api
from tests.replica.admin_exports import export
from tests.replica.dossier_world import effects, overdue, personal_strings
from tests.replica.server import Replica

DAYS = range(1, 8)
ASKED = DAYS if IS_LONG else DAYS[:2]
"""The days on which sources that take long are asked."""
PAGED_DAY = 2
"""The site's pages are turned on this day; on the others its export is taken, which is quicker."""

Take = Callable[[Office, int], int]


def checked(office: Office, day: int) -> int:
    return said(office, "check", "--only", "dossiers", day=day)


def from_folder(office: Office, day: int) -> int:
    put(office, day)
    return checked(office, day)


def from_site(office: Office, day: int) -> int:
    write_profile(office, exports=day != PAGED_DAY)
    return checked(office, day)


def log_in(office: Office) -> None:
    """What a person does in the window that `dvcqg login` opens."""
    path = office.config.saved_login(SOURCE)
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


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Where programs put what they need in passing; Chromium wants a short path."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(params=["xlsx", "folder", "igate", "browser"])
def way(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    replica: Replica,
    monkeypatch: pytest.MonkeyPatch,
    scratch: Path,
) -> Iterator[tuple[Office, Take, range]]:
    """An office with one source, how it takes a day's listing, and the days that it is asked."""
    name, folder = request.param, tmp_path / "office"
    monkeypatch.setenv("TMPDIR", str(scratch))
    if name == "igate":
        monkeypatch.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
        monkeypatch.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
        yield Office(folder, replica, more=igate_source(replica, 200)), checked, ASKED
    elif name == "browser":
        replica.fault("more_columns")
        office = Office(folder, replica, more=BROWSER_SOURCE)
        log_in(office)
        yield office, from_site, ASKED
    elif name == "folder":
        yield Office(folder, replica, more=folder_source()), from_folder, ASKED
    else:
        yield Office(folder, replica), lambda office, day: imported(office, day, name), DAYS


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, list[list[Any]]]]:
    """The list of each day, as it comes from exports that a person imports, and their office."""
    with Replica(day=1) as replica:
        office = Office(tmp_path_factory.mktemp("hand") / "office", replica)
        lists = []
        for day in DAYS:
            assert imported_here(office, day).status in ("accepted", "unchanged")
            lists.append(office.rows(OVERDUE))
        yield office, lists


def test_every_source_gives_the_same_list_the_planted_changes_and_nobody(
    way: tuple[Office, Take, range], by_hand: tuple[Office, list[list[Any]]], scratch: Path
) -> None:
    office, take, days = way
    for day, expected in zip(days, by_hand[1], strict=False):
        assert take(office, day) == 0, day
        assert told(office, day) == sorted(effects(day)), day
        assert office.rows(OVERDUE) == expected, day
        assert {row[0] for row in expected} == {row.code for row in overdue(day)}
    assert_nobody_in(office.folder, scratch, given=given_folder(office))


def test_a_listing_imported_as_csv_leaves_nobody_behind(
    by_hand: tuple[Office, list[list[Any]]],
) -> None:
    office, _ = by_hand
    assert_nobody_in(office.folder, given=given_folder(office))


def test_the_search_for_people_finds_every_one(tmp_path: Path) -> None:
    everyone = personal_strings()
    assert len(people_in("".join(sorted(everyone)))) == len(everyone) > 20_000
    listing = tmp_path / "qua-han.xlsx"
    listing.write_bytes(export(1, "xlsx", (FULL,)))
    owners = {text for row in overdue(1) for text in (row.owner.name, row.owner.phone)}
    assert len(people_in(readable(listing))) == len(owners)
