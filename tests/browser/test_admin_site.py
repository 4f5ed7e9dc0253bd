"""The replica's admin site, read in every way that a profile knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from scrapers.dossiers.browser import Profile, pages, read_paged
from scrapers.dossiers.listing import open_listing
from scrapers.dossiers.tab import Tab
from scrapers.errors import Refused, ScrapeError, SessionExpired, Unreachable
from tests.browser.conftest import EXPORT
from tests.replica.admin_pages import LIST_PATH
from tests.replica.dossier_world import overdue
from tests.replica.server import Replica

BUTTON = {"paging": {"by": "button", "selector": "button.nut-trang-sau"}}
NUMBER = {"paging": {"by": "number", "selector": 'a.so-trang:text-is("{n}")'}}


def codes(listings: Iterable[bytes]) -> list[str]:
    return [dossier.code for listing in listings for dossier in open_listing(listing)]


def test_every_way_gives_the_same_dossiers(
    site: Replica, saved_login: Path, changed: Callable[..., Profile], chromium: Browser
) -> None:
    site.fault("keep_share", share=0.25)
    ways = [
        list(pages(changed(**way), saved_login, pause_s=0, base_url=site.url))
        for way in ({}, EXPORT)
    ]
    for way in (BUTTON, NUMBER):
        profile, read = changed(**way), list[bytes]()
        with tab_of(chromium, saved_login, profile) as tab:
            read_all(tab, site.url + LIST_PATH, profile, read)
        ways.append(read)
    assert [len(read) for read in ways] == [3, 1, 3, 3]
    found = [sorted(codes(read)) for read in ways]
    assert len(set(found[0])) == len(found[0]) == 75
    assert {row.code for row in overdue(1)} >= set(found[0])
    assert found == [found[0]] * 4


@contextmanager
def tab_of(
    chromium: Browser, saved_login: Path, profile: Profile, timeout_s: float = 10
) -> Iterator[Tab]:
    context = chromium.new_context(storage_state=saved_login)
    yield Tab(context.new_page(), profile, "127.0.0.1", timeout_s)
    context.close()


@pytest.mark.parametrize(
    ("fault", "options", "came", "error", "where"),
    [
        ("session_expired", {"page": 1}, 0, SessionExpired, "the start page"),
        ("session_expired", {"page": 2}, 1, SessionExpired, "page 2"),
        ("login_200", {"page": 2}, 1, SessionExpired, "page 2"),
        ("forbidden", {}, 0, Refused, "the start page"),
        ("too_many", {}, 0, Refused, "status 429"),
        ("bad_gateway", {}, 0, Unreachable, "status 502"),
        ("hang", {}, 0, Unreachable, "the start page did not come within 3 s"),
    ],
)
def test_what_ends_a_reading_is_told_with_its_step(
    site: Replica,
    saved_login: Path,
    profile: Profile,
    chromium: Browser,
    fault: str,
    options: dict[str, Any],
    came: int,
    error: type[ScrapeError],
    where: str,
) -> None:
    site.fault(fault, **options)
    read: list[bytes] = []
    with (
        tab_of(chromium, saved_login, profile, timeout_s=3) as tab,
        pytest.raises(error, match=where),
    ):
        read_all(tab, site.url + LIST_PATH, profile, read)
    assert len(read) == came


def read_all(tab: Tab, address: str, profile: Profile, read: list[bytes]) -> None:
    tab.open(address)
    read.extend(read_paged(tab, profile, 0))


def test_a_session_that_ends_before_the_export(
    site: Replica,
    saved_login: Path,
    changed: Callable[..., Profile],
    chromium: Browser,
    tmp_path: Path,
) -> None:
    site.fault("session_expired", path="xuat-excel")
    with tab_of(chromium, saved_login, changed(**EXPORT)) as tab:
        tab.open(site.url + LIST_PATH)
        with pytest.raises(SessionExpired, match="the export"):
            tab.exported(tmp_path)


def test_a_page_that_repeats_is_given_as_it_came(
    site: Replica, saved_login: Path, profile: Profile, chromium: Browser
) -> None:
    site.fault("page_repeats", page=2)
    site.fault("keep_share", share=0.2)
    read: list[bytes] = []
    with tab_of(chromium, saved_login, profile) as tab:
        read_all(tab, site.url + LIST_PATH, profile, read)
    # Its ordinals go on, so only the dossiers betray it; whoever joins the pages sees that.
    assert codes(read[:1]) == codes(read[1:2])
