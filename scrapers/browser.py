"""A Chromium of this machine: where it is, and how it is started.

Any Chromium will do: the one Playwright installs, the distribution's, Chrome or Edge. It is started
with its sandbox on (root on Linux cannot have one), says nothing to its maker in the background,
and keeps its files in a temporary folder that goes when it ends.

Playwright's plain interface occupies the thread it is used in: a thread that has one browser open
can neither open a second one nor run asyncio. Whoever keeps a browser open while other code runs
gives it a thread of its own, as `scrapers.browser_transport` does.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from scrapers.errors import ScrapeError

HOW_TO_GET_ONE = (
    "install one with `playwright install chromium`, or the distribution's package "
    "(Debian: `apt-get install chromium`)"
)

_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
)
_COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "msedge",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_MAC_APPLICATIONS = ("Chromium", "Google Chrome", "Microsoft Edge")
_WINDOWS_PROGRAMS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
_WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")


class NoBrowser(ScrapeError):
    """There is no Chromium, or none that starts; the sentence says how to get one."""


def find_chromium() -> Path | None:
    """The Chromium that `open_browser` would try first; None when there is none.

    Starts no browser, but takes about a second, and cannot be called while this thread has a
    browser open. Raises NoBrowser when not even Playwright's driver runs.
    """
    with _driver() as playwright:
        return next(_found(playwright), None)


@contextlib.contextmanager
def open_browser(*, headed: bool = False, downloads: Path | None = None) -> Iterator[Browser]:
    """A running Chromium, closed at the end; `headed` shows its window to a person.

    `downloads` is the folder for files on their way; what arrives is deleted at the end. Raises
    NoBrowser. One that cannot be started (a stub, a missing library) is passed over when there is
    another.
    """
    with _driver() as playwright:
        browser = _start(playwright, headed, downloads)
        try:
            yield browser
        finally:
            # A person may have closed it, or it may have crashed: gone is what is wanted.
            with contextlib.suppress(Error):
                browser.close()


@contextlib.contextmanager
def _driver() -> Iterator[Playwright]:
    """Playwright itself, which drives the browser through a program of its own."""
    starting = sync_playwright()
    try:
        playwright = starting.__enter__()
    except Error:
        raise
    except Exception as error:
        # Nothing narrower is raised when that program may not run or ends at once.
        raise NoBrowser(
            f"Playwright's driver does not start ({error}); install playwright again, or, in a "
            "service, let its programs run (deploy/chromium.conf)."
        ) from None
    try:
        yield playwright
    finally:
        starting.__exit__(None, None, None)


def _start(playwright: Playwright, headed: bool, downloads: Path | None) -> Browser:
    if headed and not _has_screen():
        raise NoBrowser(
            "A browser window is needed and there is no screen here; do this on a computer "
            "that has one."
        )
    reasons = []
    for path in _found(playwright):
        try:
            return playwright.chromium.launch(
                executable_path=path,
                headless=not headed,
                chromium_sandbox=_can_have_sandbox(),
                downloads_path=downloads,
                args=_FLAGS,
            )
        except Error as error:
            reasons.append(f"{path.name} does not start: {_first_line(error)}")
    trouble = "; ".join(reasons) or "There is no Chromium on this computer"
    raise NoBrowser(f"{trouble}; {HOW_TO_GET_ONE}.")


def _found(playwright: Playwright) -> Iterator[Path]:
    """Every Chromium there is, Playwright's own first: that one is made for it."""
    places = [Path(playwright.chromium.executable_path)]
    places += [Path(path) for name in _COMMANDS if (path := shutil.which(name))]
    places += _usual_places()
    yield from (path for path in dict.fromkeys(places) if path.is_file())


def _usual_places() -> list[Path]:
    """Where Chromium, Chrome and Edge stand on macOS and Windows, which do not put them on PATH."""
    if sys.platform == "darwin":
        roots = (Path("/Applications"), Path.home() / "Applications")
        names = _MAC_APPLICATIONS
        return [root / f"{name}.app/Contents/MacOS/{name}" for root in roots for name in names]
    if sys.platform == "win32":
        folders = [os.environ[root] for root in _WINDOWS_ROOTS if root in os.environ]
        return [Path(folder) / program for folder in folders for program in _WINDOWS_PROGRAMS]
    return []


def _has_screen() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _can_have_sandbox() -> bool:
    return not (sys.platform == "linux" and os.geteuid() == 0)


def _first_line(error: Error) -> str:
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
