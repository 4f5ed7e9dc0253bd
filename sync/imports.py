"""What a person brings: a saved listing, a login."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from sqlalchemy import Engine

from scrapers.dossiers.profiles import load_profile
from scrapers.errors import ScrapeError
from sync import clock
from sync.capture import Outcome, take
from sync.config import BrowserSource, Config
from sync.config_sections import SOURCE_NAME, SOURCE_NAME_IN_WORDS
from sync.failures import Failure
from sync.listing_sources import file_reading, is_known, source_named
from sync.run import archive_file
from sync.store import reading


class ImportFailure(Failure):
    """What was brought cannot be taken; the message says why."""

    exit_code = 2


def import_listing(
    config: Config, engine: Engine, file: Path, source: str, as_of: str | None
) -> Outcome:
    """Take one file as a capture of a source.

    A file that was taken before is taken again only with `as_of` on another day: that is a person's
    word that the source listed the very same then, as one without overdue dossiers does for weeks.
    Raises ConfigError for a file that cannot be read, ImportFailure for a name that no source may
    bear and for a file taken before.
    """
    if not re.fullmatch(SOURCE_NAME, source):
        raise ImportFailure(f"--source is {source!r}; write {SOURCE_NAME_IN_WORDS}.")
    shown = _instant(as_of)
    one = file_reading(config, source, file, shown)
    assert one.content is not None
    with reading(engine) as connection:
        known = is_known(connection, source, one.content, shown and clock.day_of(shown))
    if known is not None:
        raise ImportFailure(
            f"{file} was taken already, as capture {known} of {source}; if the source listed the "
            "same on another day, say when with --as-of."
        )
    aside = archive_file(config, one, "-refused")
    return take(engine, one, check_id=None, archive=None, requests=lambda: 0, aside=aside)


def log_in(config: Config, source: str) -> Path:
    """Let a person log in to a browser source; returns where the session is kept.

    Raises ConfigError for a source that is not there, and ImportFailure.
    """
    found = source_named(config, source)
    if not isinstance(found, BrowserSource):
        raise ImportFailure(f"the source {source!r} is of kind {found.kind}, which needs no login.")
    from scrapers.dossiers.browser import login  # heavy, and of no use to an import

    path = config.saved_login(source)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        profile = load_profile(config.in_folder(found.profile or f"{source}.toml"))
        print("Log in in the window that opens, then press Enter here.")
        login(profile.start, path, wait_for_person=input)
    except (ScrapeError, ValueError) as error:
        raise ImportFailure(str(error)) from error
    return path


def _instant(as_of: str | None) -> dt.datetime | None:
    """What a person wrote; without an offset it is Viet Nam's time."""
    if as_of is None:
        return None
    try:
        return clock.read(as_of)
    except ValueError:
        raise ImportFailure(f"--as-of is {as_of!r}; write it as 2026-11-20T07:00.") from None
