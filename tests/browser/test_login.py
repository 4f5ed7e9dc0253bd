"""Logging in as a person does, and the one secret that is kept of it."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Frame

from scrapers.browser import NoBrowser, open_browser
from scrapers.dossiers.browser import Profile, check_saved_login, login, pages
from scrapers.errors import SessionExpired
from tests.replica.admin_pages import LIST_PATH, LOGIN_PATH
from tests.replica.admin_site import PASSWORD, USER
from tests.replica.dossier_routes import DOSSIER_ROUTES
from tests.replica.routes import Answer, Call, page
from tests.replica.server import Replica

# What a person does in the window, done by the page itself.
FORM = f"""<form method="post" action="{LOGIN_PATH}">
<input name="ten-dang-nhap" value="{USER}"><input name="mat-khau" value="{PASSWORD}"></form>"""
TYPED = f"{FORM}<script>document.forms[0].submit()</script>"
SPOKEN_AFTER_S = 120
"""Longer than a step may take or a browser to end, which has 30 s before it is killed."""


def person(call: Call) -> Answer | None:
    return page(TYPED) if call.path == "/typed" else None


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica(routes=(person, *DOSSIER_ROUTES)) as replica:
        yield replica


def until_listed(site: Replica) -> None:
    """Returns once the listing was shown, as a person would say so."""
    for _ in range(200):
        if any((seen.path, seen.status) == (LIST_PATH, 200) for seen in site.requests):
            return
        time.sleep(0.05)


def test_a_login_is_saved_for_its_owner_alone_and_opens_the_listing(
    site: Replica, tmp_path: Path, profile: Profile, capfd: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "logins" / "quantri.json"
    before = os.umask(0)
    try:
        login(f"{site.url}/typed", saved, wait_for_person=lambda: until_listed(site), headed=False)
    finally:
        os.umask(before)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert [path.name for path in saved.parent.iterdir()] == ["quantri.json"]
    assert PASSWORD not in saved.read_text()
    assert "phien" not in "".join(capfd.readouterr())
    first_page = next(pages(profile, saved, pause_s=0, base_url=site.url))
    assert "Mã hồ sơ" in first_page.decode()


def test_closing_the_window_says_the_same(
    site: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scrapers.dossiers.browser.open_browser", closed_at_the_listing)
    saved, is_over, has_spoken = tmp_path / "quantri.json", threading.Event(), threading.Event()

    def speak_late() -> None:
        is_over.wait(SPOKEN_AFTER_S)
        has_spoken.set()

    login(f"{site.url}/typed", saved, wait_for_person=speak_late, headed=False)
    assert not has_spoken.is_set()
    is_over.set()
    cookies = {each["name"]: each["value"] for each in json.loads(saved.read_text())["cookies"]}
    listing = httpx.get(site.url + LIST_PATH, cookies=cookies, trust_env=False)
    assert "Mã hồ sơ" in listing.text


@contextlib.contextmanager
def closed_at_the_listing(headed: bool) -> Iterator[Browser]:
    """A browser whose person closes the window as soon as the listing is there."""

    def close(frame: Frame) -> None:
        if frame.url.endswith(LIST_PATH):
            frame.page.close()

    def new_context(**options: Any) -> BrowserContext:
        context = make(**options)
        context.on("page", lambda page: page.on("framenavigated", close))
        return context

    with open_browser(headed=headed) as browser:
        make = browser.new_context
        browser.new_context = new_context  # type: ignore[method-assign]
        yield browser


def test_a_login_needs_a_screen_and_a_safe_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(NoBrowser, match="no screen here"):
        login("https://site.test/", tmp_path / "login", wait_for_person=lambda: None)
    with pytest.raises(ValueError, match="https://"):
        login("http://site.test/", tmp_path / "login", wait_for_person=lambda: None)


def test_a_login_that_others_can_read_or_that_is_none_is_not_used(tmp_path: Path) -> None:
    saved = tmp_path / "quantri.json"
    with pytest.raises(SessionExpired, match=r"no saved login quantri.json"):
        check_saved_login(saved)
    saved.write_text('{"cookies": [], "origins": []}')
    saved.chmod(0o600)
    check_saved_login(saved)
    for mode in (0o640, 0o604):
        saved.chmod(mode)
        with pytest.raises(SessionExpired, match="chmod 600"):
            check_saved_login(saved)


def test_a_damaged_login_asks_for_a_new_one(tmp_path: Path, profile: Profile) -> None:
    saved = tmp_path / "quantri.json"
    for text in ("", "[]", "{}"):
        saved.write_text(text)
        saved.chmod(0o600)
        with pytest.raises(SessionExpired, match="damaged"):
            next(pages(profile, saved, pause_s=0))
