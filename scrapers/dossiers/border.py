"""The border of a site: a page of the browser is stopped there, before anything is sent beyond.

Playwright's own routing sees only the first hop of a redirect; the browser's "Fetch" domain sees
every one, so that is what is used here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error, Page


def keep_inside(
    page: Page, is_allowed: Callable[[str], bool], note_stray: Callable[[str], None]
) -> None:
    """Let a page, and windows that it opens, go to allowed addresses only.

    `note_stray` gets the address where the page itself was stopped. Frames inside the page are left
    alone: they are not what is read.
    """
    _guard(page, is_allowed, note_stray)

    def guard_popup(popup: Page) -> None:
        # One that only starts a download is gone at once.
        with contextlib.suppress(Error):
            _guard(popup, is_allowed, lambda address: None)

    page.on("popup", guard_popup)


def _guard(
    page: Page, is_allowed: Callable[[str], bool], note_stray: Callable[[str], None]
) -> None:
    session = page.context.new_cdp_session(page)
    own = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def decide(event: dict[str, Any]) -> None:
        call = {"requestId": event["requestId"]}
        address = event["request"]["url"]
        # The page may be gone by now, and the request with it.
        with contextlib.suppress(Error):
            if event["frameId"] != own or is_allowed(address):
                session.send("Fetch.continueRequest", call)
            else:
                note_stray(address)
                session.send("Fetch.failRequest", {**call, "errorReason": "BlockedByClient"})

    session.on("Fetch.requestPaused", decide)
    session.send("Fetch.enable", {"patterns": [{"resourceType": "Document"}]})
