"""The replica's admin site, and a saved login for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from scrapers.browser import open_browser
from scrapers.dossiers.browser import Profile, load_profile
from scrapers.dossiers.profiles import SHIPPED
from tests.replica.admin_site import COOKIE
from tests.replica.dossier_clients import dossier_sources, log_in
from tests.replica.server import Replica

Site = tuple[Replica, httpx.Client]
EXPORT = {"table": None, "export": "a.xuat-excel", "paging": {"by": "none"}}


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    with dossier_sources() as opened:
        yield opened


@pytest.fixture
def site(running: Site) -> Iterator[Replica]:
    """The admin site, without faults."""
    yield running[0]
    running[0].clear_faults()


@pytest.fixture
def saved_login(running: Site, tmp_path: Path) -> Path:
    """A fresh session, saved as a browser would save it."""
    log_in(running[1])
    return save_cookie(tmp_path / "quantri.json", COOKIE, running[1].cookies[COOKIE])


def save_cookie(path: Path, name: str, value: str) -> Path:
    cookie = {"name": name, "value": value, "domain": "127.0.0.1", "path": "/", "expires": -1}
    more = {"httpOnly": True, "secure": False, "sameSite": "Lax"}
    path.touch(mode=0o600)
    path.write_text(json.dumps({"cookies": [{**cookie, **more}], "origins": []}))
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module that look at single pages."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(SHIPPED / "replica.toml")


@pytest.fixture(scope="session")
def changed(profile: Profile) -> Callable[..., Profile]:
    """The replica's profile with other values, checked as a file would be."""
    return lambda **values: Profile.model_validate({**profile.model_dump(), **values})
