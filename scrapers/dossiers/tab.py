"""The one page of the browser that `scrapers.dossiers.browser` reads: it steps, waits and judges.

After each step the page is watched until it stands still: its table is there, its text no longer
changes and no call is on its way. Only then is it judged, because on the way there a site may well
pass over its log-in address. What is wrong is told by host and step alone.
"""

from __future__ import annotations

import contextlib
import re
import time
import unicodedata
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Download, Error, Locator, Page, Request, Response, TimeoutError

from scrapers.dossiers.border import keep_inside
from scrapers.dossiers.profiles import Profile, is_safe
from scrapers.errors import Refused, SessionExpired, Unreachable, Unusable
from scrapers.refusals import has_refusing_words

LARGEST_EXPORT: Final = 64 * 1024 * 1024
"""In bytes; a hundred times what a province exports."""

_POLL_MS: Final = 50
_STILL_S: Final = 0.3
_UNCHANGED_S: Final = 2.0
"""A page that is the same for so long after a step, with nothing on its way, stays the same."""
_AWAITED: Final = frozenset({"document", "xhr", "fetch"})
_REFUSING_STATUS: Final = frozenset({403, 406, 429})
_LONGEST_REFUSAL: Final = 2_000
_IS_DISABLED: Final = """element => {
  const off = /(^|[-_])disabled?$/;
  return [element, element.parentElement].some(each => each && (
    each.matches(':disabled, [aria-disabled="true"]') || [...each.classList].some(n => off.test(n))
  ));
}"""


class Tab:
    """A page on the site `host`; each step may take `timeout_s`."""

    def __init__(self, page: Page, profile: Profile, host: str, timeout_s: float) -> None:
        self.host = host
        self._page = page
        self._profile = profile
        self._timeout_s = timeout_s
        self._hosts = {host, *profile.login_hosts}
        self._step = "the start page"
        self._shown = ""
        self._seen: set[str] = set()
        self._pending: set[Request] = set()
        self._has_asked = False
        self._downloads: list[Download] = []
        self._status = 0
        self._failed_calls: list[int] = []
        self._broken = ""
        self._stray = ""
        page.on("request", self._note_request)
        page.on("requestfinished", self._note_end)
        page.on("requestfailed", self._note_failure)
        page.on("response", self._note_response)
        page.on("download", self._note_download)
        keep_inside(page, self._is_allowed, self._note_stray)

    def open(self, address: str) -> None:
        """Go to the start page. Raises as every step does: see `_judge`, and Unreachable."""
        try:
            self._page.goto(address, wait_until="commit", timeout=self._timeout_s * 1000)
        except TimeoutError:
            raise self._late() from None
        except Error as error:
            if _is_trouble(reason := _reason(error)):
                self._broken = reason
        self._shown = self._settled(None)
        self._seen.add(self._shown)

    def content(self) -> bytes:
        """The page as it stands, as HTML in UTF-8 (marked, for the page may name another)."""
        return self._page.content().encode("utf-8-sig")

    def leads_to(self, number: int) -> bool:
        """Whether there is a control to page `number` that can be used."""
        control = self._control(number)
        return control is not None and not control.evaluate(_IS_DISABLED)

    def turn_to(self, number: int) -> bool:
        """Use the control to page `number`; False when what comes was there before."""
        self._begin(f"page {number}")
        control = self._control(number)
        if control is None:
            raise Unusable(f"{self.host}: the control to {self._step} went away before its use.")
        self._click(control)
        self._shown = self._settled(self._shown)
        if self._shown not in self._seen:
            self._seen.add(self._shown)
            return True
        if self._failed_calls:
            self._judge_status(self._failed_calls[0])
        return False

    def exported(self, folder: Path) -> bytes:
        """Click the export and give the file, which comes into `folder` and is deleted."""
        self._begin("the export")
        self._click(self._visible(str(self._profile.export)).first)
        deadline, size, quiet_since = self._deadline(), 0, time.monotonic()
        while not (self._downloads and _has_arrived(folder)):
            self._page.wait_for_timeout(_POLL_MS)
            if size < (size := _size_of(folder)):
                deadline = self._deadline()
            if size > LARGEST_EXPORT:
                raise Unusable(f"{self.host}: the export is larger than {LARGEST_EXPORT} bytes.")
            if self._pending or self._downloads:
                quiet_since = time.monotonic()
            is_quiet = time.monotonic() - quiet_since > _STILL_S
            if is_quiet or time.monotonic() > deadline:
                self._judge()
            if time.monotonic() > deadline:
                raise self._late()
        try:
            content = self._downloads[0].path().read_bytes()
            self._downloads[0].delete()
        except Error as error:
            raise Unreachable(f"{self.host}: the export broke off ({_reason(error)}).") from None
        return content

    def pause(self, seconds: float) -> None:
        """Wait, while the page lives on."""
        self._page.wait_for_timeout(seconds * 1000)

    def _begin(self, step: str) -> None:
        self._step = step
        self._pending.clear()
        self._failed_calls.clear()
        self._has_asked = False
        self._status = 0

    def _click(self, control: Locator) -> None:
        try:
            control.click(timeout=self._timeout_s * 1000)
        except TimeoutError:
            self._judge()
            raise Unreachable(
                f"{self.host}: what leads to {self._step} could not be clicked within "
                f"{self._timeout_s:g} s."
            ) from None

    def _settled(self, before: str | None) -> str:
        """The table's text once the page stands still; `before` when the site showed it again.

        A step that changes nothing without asking the site anything is no answer: it may be slow.
        """
        self._page.wait_for_timeout(self._profile.wait_ms)
        deadline, text, since = self._deadline(), None, time.monotonic()
        while True:
            last, text = text, self._table_text()
            if text != last or self._pending:
                since = time.monotonic()
            still = time.monotonic() - since
            if still >= _STILL_S or self._stray or self._broken:
                self._judge()
                is_again = self._has_asked and still >= _UNCHANGED_S
                if text is not None and (text != before or is_again):
                    return text
            if time.monotonic() > deadline:
                self._judge()
                raise self._late()
            self._page.wait_for_timeout(_POLL_MS)

    def _table_text(self) -> str | None:
        """What changes from page to page; None while the page is not complete."""
        profile = self._profile
        try:
            if profile.ready and not self._visible(profile.ready).count():
                return None
            found = self._visible(profile.table or str(profile.export))
            return found.first.text_content(timeout=1000) if found.count() else None
        except Error:
            # The page changes under our hands, or the table is not there yet: look again.
            return None

    def _judge(self) -> None:
        """Raise SessionExpired, Refused, Unreachable or Unusable, or find nothing wrong."""
        if self._stray:
            raise Refused(
                f"{self.host}: {self._step} leads to {self._stray}, where the profile does not "
                "allow us; if people log in there, it belongs into login_hosts."
            )
        if self._broken:
            raise Unreachable(f"{self.host}: {self._step} did not come ({self._broken}).")
        try:
            text = _folded(self._page.locator("body").inner_text(timeout=1000))
            is_over = self._is_over(text)
        except Error:
            return
        if is_over:
            raise SessionExpired(f"{self.host}: the session is over, seen at {self._step}; log in.")
        if len(text) < _LONGEST_REFUSAL and has_refusing_words(text):
            raise Refused(f"{self.host}: {self._step} is a page that refuses us.")
        self._judge_status(self._status)

    def _is_over(self, text: str) -> bool:
        signs = self._profile.expired
        return (
            urlsplit(self._page.url).hostname in self._hosts - {self.host}
            or any(part in self._page.url for part in signs.url)
            or any(_folded(part) in text for part in signs.text)
            or any(self._visible(selector).count() for selector in signs.selector)
        )

    def _judge_status(self, status: int) -> None:
        what = f"{self.host}: {self._step} came with status {status}"
        if status == 401:
            raise SessionExpired(f"{what}: the session is over; log in.")
        if status in _REFUSING_STATUS:
            raise Refused(f"{what}: the site refuses us.")
        if status >= 500:
            raise Unreachable(f"{what}.")
        if status >= 400:
            raise Unusable(f"{what}.")

    def _control(self, number: int) -> Locator | None:
        selector = self._profile.paging.selector.replace("{n}", str(number))
        found = self._visible(selector) if selector else None
        return found.first if found is not None and found.count() else None

    def _visible(self, selector: str) -> Locator:
        return self._page.locator(selector).filter(visible=True)

    def _deadline(self) -> float:
        return time.monotonic() + self._timeout_s

    def _late(self) -> Unreachable:
        return Unreachable(f"{self.host}: {self._step} did not come within {self._timeout_s:g} s.")

    def _note_request(self, request: Request) -> None:
        is_ignored = any(part in request.url for part in self._profile.ignored_requests)
        if request.resource_type in _AWAITED and not is_ignored:
            self._pending.add(request)
            self._has_asked = True

    def _note_end(self, request: Request) -> None:
        self._pending.discard(request)

    def _note_download(self, download: Download) -> None:
        self._downloads.append(download)

    def _note_failure(self, request: Request) -> None:
        self._pending.discard(request)
        reason = request.failure or ""
        if _is_page(request, self._page) and _is_trouble(reason):
            self._broken = reason

    def _note_response(self, response: Response) -> None:
        if _is_page(response.request, self._page):
            self._status = response.status
        elif response.request.resource_type in _AWAITED and response.status >= 400:
            self._failed_calls.append(response.status)

    def _is_allowed(self, address: str) -> bool:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return host in self._hosts and is_safe(parts.scheme, host)

    def _note_stray(self, address: str) -> None:
        self._stray = urlsplit(address).hostname or "another address"


def _is_page(request: Request, page: Page) -> bool:
    return request.is_navigation_request() and request.frame == page.main_frame


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _reason(error: Error) -> str:
    """The network's own word for it; the rest of the message can hold addresses."""
    found = re.search(r"net::\w+", error.message)
    return found[0] if found else type(error).__name__


def _is_trouble(reason: str) -> bool:
    # A step that becomes a download, or that another overtakes, is aborted, and rightly so.
    return reason.startswith("net::") and reason != "net::ERR_ABORTED"


def _has_arrived(folder: Path) -> bool:
    return any(path.is_file() and path.suffix != ".crdownload" for path in folder.iterdir())


def _size_of(folder: Path) -> int:
    size = 0
    for path in folder.iterdir():
        # A file that has just arrived changes its name.
        with contextlib.suppress(FileNotFoundError):
            size += path.stat().st_size
    return size
