"""A listing of overdue dossiers out of an admin site, read as a person would: in a browser.

A person logs in once (`login`); the session is kept in a file that only its owner can read. From
then on `pages` opens the site with it and gives the listing page by page, or as the file that the
site exports, steered by a profile (see `scrapers.dossiers.profiles`). What comes out is for
`scrapers.dossiers.pages` to understand; nothing of it is written to disk, logged or put into a
message, and neither is an address beyond its host: addresses can hold tokens.

The page stays on its own site: a step to a host that is neither the listing's nor one of the
profile's `login_hosts` is stopped before anything is sent there.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Error

from scrapers.browser import open_browser
from scrapers.dossiers.profiles import Profile, load_profile, require_safe_address
from scrapers.dossiers.tab import Tab
from scrapers.errors import SessionExpired, Unreachable, Unusable

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

__all__ = ["Profile", "check_saved_login", "load_profile", "login", "pages"]

STEP_TIMEOUT_S = 45.0
_OWNER_ONLY = 0o600
_OTHERS = 0o077
_POLL_MS = 200
_LOCALE = "vi-VN"
_ZONE = "Asia/Ho_Chi_Minh"
"""Pages that write their dates in the browser are to write those of Viet Nam."""


def pages(
    profile: Profile,
    saved_login: Path,
    *,
    pause_s: float,
    timeout_s: float = STEP_TIMEOUT_S,
    base_url: str | None = None,
) -> Iterator[bytes]:
    """The listing's pages as HTML in UTF-8, or the one file that the site exports.

    `pause_s` (up to a quarter more, at random) lies between two pages; each step may take
    `timeout_s`. `base_url` takes the place of scheme and host of the profile's start. Reading ends
    where the paging control is gone or disabled, or leads to a page that was there before. Whatever
    is raised, what came until then is not the whole listing. Who stops before the end closes it (as
    `read_pages` does), or the browser stays.

    Raises NoBrowser, SessionExpired, Refused, Unreachable (the step is named) and Unusable (more
    pages than the profile allows, or an export that is too large).
    """
    check_saved_login(saved_login)
    state = _read_state(saved_login)
    start = _moved(profile.start, base_url)
    # In a thread of its own: another browser may be open, or asyncio in use, between two pages.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="browser") as thread:
        reading = _read(profile, start, state, pause_s, timeout_s)
        try:
            while (content := thread.submit(next, reading, None).result()) is not None:
                yield content
        finally:
            thread.submit(reading.close).result()


def login(
    start_url: str,
    saved_login: Path,
    *,
    wait_for_person: Callable[[], object],
    headed: bool = True,
) -> None:
    """Let a person log in, in a browser window, and save the session with mode 0600.

    `wait_for_person` returns when the person says that it is done (`input` will do); it runs in a
    thread of its own, for closing the window says the same. An earlier saved login is replaced.
    Raises ValueError for an address that is not https, NoBrowser, and SessionExpired when the
    browser ended before the session could be saved.
    """
    require_safe_address(start_url)
    saying = threading.Thread(target=wait_for_person, name="person", daemon=True)
    with open_browser(headed=headed) as browser:
        context = browser.new_context(locale=_LOCALE, timezone_id=_ZONE)
        page = context.new_page()
        # An error page is the person's to see, and to reload.
        with contextlib.suppress(Error):
            page.goto(start_url, wait_until="commit")
        saying.start()
        while saying.is_alive() and context.pages and browser.is_connected():
            # A window that closes while we wait is no trouble: its cookies stay in the browser.
            with contextlib.suppress(Error):
                context.pages[0].wait_for_timeout(_POLL_MS)
        try:
            state = context.storage_state()
        except Error:
            raise SessionExpired(
                "The browser ended before the login could be saved; log in again, and close only "
                "its window."
            ) from None
    _write_state(saved_login, state)


def check_saved_login(path: Path) -> None:
    """Raise SessionExpired, in one sentence, when there is no login to use or others can read it.

    Whether the site still accepts it only the site can say. Windows has no such modes; there only
    its existence is checked.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        raise SessionExpired(f"There is no saved login {path.name}; log in.") from None
    if os.name == "posix" and mode & _OTHERS:
        raise SessionExpired(
            f"Others on this computer can read the saved login {path.name}; log in again, or "
            "take that right away with chmod 600."
        )


def _read(
    profile: Profile, start: str, state: StorageState, pause_s: float, timeout_s: float
) -> Generator[bytes, None, None]:
    host = urlsplit(start).hostname or ""
    with (
        tempfile.TemporaryDirectory(prefix="dvcqg-") as folder,
        open_browser(downloads=Path(folder)) as browser,
    ):
        try:
            context = browser.new_context(
                storage_state=state, service_workers="block", locale=_LOCALE, timezone_id=_ZONE
            )
            tab = Tab(context.new_page(), profile, host, timeout_s)
            tab.open(start)
            if profile.export:
                yield tab.exported(Path(folder))
            else:
                yield from read_paged(tab, profile, pause_s)
        except Error as error:
            raise Unreachable(f"{host}: the browser gave up ({type(error).__name__}).") from None


def read_paged(tab: Tab, profile: Profile, pause_s: float) -> Iterator[bytes]:
    """The pages from the one that is open to the last. Raises Unusable and what `Tab` raises."""
    number = 1
    while True:
        yield tab.content()
        number += 1
        if not tab.leads_to(number):
            return
        if number > profile.page_limit:
            raise Unusable(
                f"{tab.host}: there are more pages than page_limit = {profile.page_limit} of the "
                "profile."
            )
        tab.pause(pause_s * random.uniform(1.0, 1.25))  # noqa: S311 - pacing, not secrecy
        if not tab.turn_to(number):
            return


def _moved(start: str, base_url: str | None) -> str:
    if base_url is None:
        return start
    parts = urlsplit(start)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base_url.rstrip('/')}{parts.path}{query}"


def _read_state(path: Path) -> StorageState:
    try:
        state: StorageState = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        state = {}
    if not isinstance(state, dict) or "cookies" not in state:
        raise SessionExpired(f"The saved login {path.name} is damaged; log in again.")
    return state


def _write_state(path: Path, state: StorageState) -> None:
    """Replace the file at once, so that no moment shows half of it or lets others read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(state, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
