"""What a person brings: a saved listing, a login."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import Engine

from scrapers.dossiers.errors import ListingError
from scrapers.dossiers.listing import open_listing
from scrapers.dossiers.profiles import load_profile
from scrapers.errors import ScrapeError
from sync import clock
from sync.capture import Outcome, take
from sync.config import BrowserSource, Config
from sync.failures import Failure
from sync.listing_sources import file_reading, is_known
from sync.store import reading


class ImportFailure(Failure):
    """What was brought cannot be taken; the message says why."""

    exit_code = 2


def import_listing(
    config: Config, engine: Engine, file: Path, source: str, as_of: str | None
) -> Outcome:
    """Take one file as a capture of a source. Raises ImportFailure for a file taken before."""
    one = file_reading(config, source, file, _instant(as_of))
    assert one.content is not None
    with reading(engine) as connection:
        known = is_known(connection, source, one.content)
    if known is not None:
        raise ImportFailure(f"{file} was taken already, as capture {known} of {source}.")
    return take(engine, one, check_id=None, archive=None, requests=lambda: 0)


def describe_file(config: Config, file: Path) -> str:
    """Which column of a file became which field, and what was ignored."""
    try:
        with open_listing(file, keep_applicant=config.dossiers.keep_applicant) as listing:
            records = sum(1 for _ in listing)
            facts = listing.facts
    except (ListingError, OSError) as error:
        raise ImportFailure(str(error)) from error
    lines = [f"{file.name}: {facts.format}, {records} dossiers, declared {facts.declared_total}"]
    lines += [f"  {heading} -> {name}" for heading, name in facts.columns.items()]
    lines += [f"  {heading} -> (ignored)" for heading in facts.ignored]
    lines += [f"  {heading} -> (personal, dropped)" for heading in facts.personal]
    return "\n".join(lines)


def log_in(config: Config, source: str) -> Path:
    """Let a person log in to a browser source; returns where the session is kept."""
    found = next((one for one in config.dossiers.sources if one.name == source), None)
    if not isinstance(found, BrowserSource):
        raise ImportFailure(f"the configuration has no source {source!r} of kind browser.")
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
        instant = dt.datetime.fromisoformat(as_of)
    except ValueError:
        raise ImportFailure(f"--as-of is {as_of!r}; write it as 2026-11-20T07:00.") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=clock.VIETNAM)
