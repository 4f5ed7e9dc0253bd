"""What the sources of dossiers need on this computer: logins, folders, variables, a browser."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator

from scrapers.browser import NoBrowser, open_browser
from scrapers.dossiers.browser import check_saved_login
from scrapers.dossiers.profiles import ProfileError, load_profile
from scrapers.errors import SessionExpired
from sync.config import BrowserSource, Config, FolderSource, IgateSource
from sync.doctor.findings import CONFIGURATION, SOURCE, Finding, bad, doubtful, well

OLD_LOGIN_DAYS = 30


def browser(config: Config) -> Iterator[Finding]:
    """Whether a Chromium starts, where something is read with one."""
    needed = config.portal.transport == "browser" or any(
        isinstance(source, BrowserSource) for source in config.dossiers.sources
    )
    if not needed:
        yield well("browser", "nothing in the configuration needs one.")
        return
    try:
        with open_browser() as started:
            yield well("browser", f"Chromium {started.version} starts.")
    except NoBrowser as error:
        yield bad("browser", str(error), SOURCE)


def dossiers(config: Config, now: dt.datetime) -> Iterator[Finding]:
    """Each source of dossiers; none of them is asked for anything."""
    if not config.dossiers.sources:
        yield well("dossiers", "no source of dossiers is configured.")
    for source in config.dossiers.sources:
        what = f"source {source.name}"
        match source:
            case BrowserSource():
                yield from _site(what, config, source, now)
            case FolderSource():
                yield from _folder(what, config, source)
            case IgateSource():
                yield from _igate(what, source, os.environ.get)


def _site(what: str, config: Config, source: BrowserSource, now: dt.datetime) -> Iterator[Finding]:
    try:
        load_profile(config.in_folder(source.profile or f"{source.name}.toml"))
    except ProfileError as error:
        yield bad(what, f"{error} docs/profiles.md tells how to write a profile.", CONFIGURATION)
    login = config.saved_login(source.name)
    try:
        check_saved_login(login)
    except SessionExpired as error:
        yield bad(what, f"{error} Run: dvcqg login {source.name}", SOURCE)
        return
    saved_at = dt.datetime.fromtimestamp(login.stat().st_mtime, dt.UTC)
    days = max(0, (now - saved_at).days)
    if days > OLD_LOGIN_DAYS:
        yield doubtful(
            what,
            f"its login was saved {days} days ago and may be over; if the next check says so, run: "
            f"dvcqg login {source.name}",
        )
    else:
        yield well(what, f"its login was saved {days} days ago, and only you can read it.")


def _folder(what: str, config: Config, source: FolderSource) -> Iterator[Finding]:
    folder = config.in_folder(source.path)
    try:
        files = sum(path.is_file() for path in folder.iterdir())
    except OSError as error:
        yield bad(
            what,
            f"the folder {folder} cannot be read ({error.strerror}): make it, connect the share "
            "it lies on, or correct path.",
            SOURCE,
        )
        return
    yield well(what, f"{folder} can be read, files in it: {files}.")


def _igate(
    what: str, source: IgateSource, variable: Callable[[str], str | None]
) -> Iterator[Finding]:
    names = (
        [source.client_id_env, source.client_secret_env]
        if source.token_base_url
        else [source.token_env]
    )
    missing = [name for name in names if not (variable(name) or "").strip()]
    if missing:
        yield bad(
            what,
            f"the environment variable {' and '.join(missing)} is not set: set it where dvcqg "
            "runs (for a service, in its environment file).",
            SOURCE,
        )
    else:
        yield well(what, f"{' and '.join(names)} is set.")
