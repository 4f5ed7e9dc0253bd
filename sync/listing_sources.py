"""Where listings of dossiers come from: files, folders, one-stop systems, an admin site.

A listing is read from its source first and put into the store afterwards: no transaction waits for
a network. What comes in pages is kept in a temporary file meanwhile, without anything personal.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, NoReturn

from sqlalchemy import Connection, Engine, text

from scrapers.dossiers import folder, igate
from scrapers.dossiers.errors import ListingError, MissingColumn, NoListing
from scrapers.dossiers.headings import KNOWN_HEADINGS
from scrapers.dossiers.listing import open_listing
from scrapers.dossiers.pages import PagedFacts, read_file
from scrapers.dossiers.profiles import ProfileError, load_profile
from scrapers.dossiers.records import Dossier, in_columns
from scrapers.dossiers.second_look import TwiceRead, read_twice
from scrapers.errors import FormatChanged, ScrapeError, SessionExpired, Unreachable, Unusable
from scrapers.http import PortalClient
from sync import clock
from sync.capture import Reading
from sync.config import (
    BrowserSource,
    Config,
    ConfigError,
    DossierSource,
    FolderSource,
    IgateSource,
)
from sync.dossiers import DATASET, DossierMaterial, DossierSettings, Lists, dossier_scope
from sync.manners import manners
from sync.store import StoreError
from sync.store import reading as read_store

Pages = Callable[[], Iterable[bytes]]
"""Asks a source for the pages of its listing, one after the other."""
Listed = Callable[[], Iterable[str]]
"""The codes that a source's last believed listing holds."""


def dossier_settings(config: Config, lists: Lists) -> DossierSettings:
    """What the rules of dossiers need of the configuration."""
    return DossierSettings(lists=lists, limits=config.dossiers.overdue_rate.by_kind)


def lists_of(config: Config, source: str) -> Lists:
    """What a source lists; one that the configuration does not know lists overdue dossiers."""
    return next((one.lists for one in config.dossiers.sources if one.name == source), "overdue")


def source_named(config: Config, name: str) -> DossierSource:
    """The source of dossiers of that name. Raises ConfigError when there is none."""
    for source in config.dossiers.sources:
        if source.name == name:
            return source
    known = ", ".join(source.name for source in config.dossiers.sources) or "none"
    raise ConfigError(f"the configuration has no source of dossiers {name!r}; it has: {known}.")


def with_only(config: Config, names: Iterable[str]) -> Config:
    """The same configuration with these sources of dossiers alone. Raises ConfigError."""
    kept = tuple(source_named(config, name) for name in sorted(names))
    dossiers = config.dossiers.model_copy(update={"sources": kept})
    return config.model_copy(update={"dossiers": dossiers})


def file_reading(config: Config, source: str, path: Path, as_of: dt.datetime | None) -> Reading:
    """One file as a capture of a source; it shows the instant `as_of`, by default now."""
    keep = config.dossiers.keep_applicant

    # The store knows every code, so that the reader need not.
    opened = partial(open_listing, path, keep_applicant=keep, drop_repeats=False)

    def fetch() -> DossierMaterial:
        with _understood(path.name):
            listing = opened()
        facts = PagedFacts()
        once = iter([read_file(listing, facts)])
        return DossierMaterial(
            # Open already; read again, to set it aside, it is opened again.
            lambda: next(once, None) or read_file(opened(), PagedFacts()),
            facts,
            dossier_settings(config, lists_of(config, source)),
            as_of or clock.now(),
        )

    return Reading(dossier_scope(source), fetch, observed_at=as_of, content=content_of(path))


def folder_readings(
    config: Config, source: FolderSource, connection: Connection
) -> Iterator[Reading]:
    """The files of a folder that were not taken yet, oldest first; each shows when it was saved.

    A file that was not believed is read again until a later listing is: then it is past.

    A folder that cannot be read is one reading that fails, so that the check tells it.
    """
    try:
        files = folder.found_files(config.in_folder(source.path))
    except Unreachable as error:
        yield Reading(dossier_scope(source.name), partial(_fail, error))
        return
    for found in files:
        if not _is_past(connection, source.name, found.sha256):
            yield file_reading(config, source.name, found.path, found.modified_at)


def igate_reading(
    config: Config, source: IgateSource, client: PortalClient, listed: Listed
) -> Reading:
    """The list of a one-stop system; `client` is one for its address."""
    reading = _paged_reading(config, source, igate_pages(config, source, client), listed)
    return replace(reading, renewal="đặt lại mã truy cập trong biến môi trường")


def browser_reading(config: Config, source: BrowserSource, listed: Listed) -> Reading:
    """The list of an admin site, read in a browser with the saved login of the source.

    Raises ConfigError for a profile that is no profile.
    """
    reading = _paged_reading(config, source, browser_pages(config, source), listed)
    return replace(reading, renewal=f"đăng nhập lại: dvcqg login {source.name}")


def igate_pages(config: Config, source: IgateSource, client: PortalClient) -> Pages:
    """The pages of a one-stop system's list; `client` is one for its address."""
    settings = igate.IgateSettings(
        base_url=source.base_url,
        token_base_url=source.token_base_url or "",
        token_path=source.token_path or igate.TOKEN_PATH,
        agency_id=source.agency_id,
        page_size=source.page_size,
    )

    def pages() -> Iterator[bytes]:
        if source.token_base_url is None:
            yield from igate.pages(client, settings, igate.token_from_environment(source.token_env))
            return
        login = PortalClient(manners(config, source.token_base_url))
        try:
            token = igate.client_login(
                login, settings.token_path, source.client_id_env, source.client_secret_env
            )
            yield from igate.pages(client, settings, token)
        finally:
            login.close()

    return pages


def browser_pages(config: Config, source: BrowserSource) -> Pages:
    """The pages of an admin site's list. Raises ConfigError for a profile that is no profile."""
    # Playwright is heavy; only who reads a browser source pays for it.
    from scrapers.dossiers import browser

    try:
        profile = load_profile(config.in_folder(source.profile or f"{source.name}.toml"))
    except ProfileError as error:
        raise ConfigError(f"dossiers.sources, {source.name}: {error}") from error
    rate = config.portal.requests_per_second
    return partial(
        browser.pages,
        profile,
        config.saved_login(source.name),
        pause_s=1 / rate if rate else 0.0,
        timeout_s=config.portal.timeout_s,
    )


def content_of(path: Path) -> str:
    """The SHA-256 of a file, by which it is known again under any name. Raises ConfigError."""
    # Whoever opens a pipe or a device waits for ever.
    if path.exists() and not path.is_file():
        raise ConfigError(f"{path} cannot be read: it is no file.")
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error


def is_known(
    connection: Connection, source: str, content: str, day: dt.date | None = None
) -> int | None:
    """The believed capture that a file was already, if it was one; of a day alone, if given one.

    The day is Viet Nam's, that which the capture shows.
    """
    found = connection.execute(
        text(
            """
            SELECT c.id, c.completed_at FROM capture_log c JOIN scopes s ON s.id = c.scope_id
            WHERE s.dataset = :dataset AND s.source = :source AND c.content = :content
              AND c.status IN ('accepted', 'unchanged')
            ORDER BY c.id
            """
        ),
        {"dataset": DATASET, "source": source, "content": content},
    )
    for number, shown in found:
        if day in (None, clock.day_of(dt.datetime.fromisoformat(shown))):
            return int(number)
    return None


def _is_past(connection: Connection, source: str, content: str) -> bool:
    """Whether a file was believed, or not believed before a listing that was."""
    found = connection.execute(
        text(
            """
            SELECT 1 FROM capture_log c JOIN scopes s ON s.id = c.scope_id
            WHERE s.dataset = :dataset AND s.source = :source AND c.content = :content
              AND (c.status IN ('accepted', 'unchanged') OR c.id < s.last_capture_id)
            """
        ),
        {"dataset": DATASET, "source": source, "content": content},
    )
    return found.first() is not None


def listed_codes(engine: Engine, source: str) -> list[str]:
    """The codes of all dossiers that the last believed listing of a source holds."""
    with read_store(engine) as connection:
        rows = connection.execute(
            text(
                """
                SELECT v.code FROM dossier_versions v JOIN scopes s ON s.id = v.scope_id
                WHERE s.dataset = :dataset AND s.source = :source AND v.closed_by IS NULL
                """
            ),
            {"dataset": DATASET, "source": source},
        )
        return list(rows.scalars())


def _fail(error: ScrapeError) -> NoReturn:
    raise error


def _paged_reading(
    config: Config, source: BrowserSource | IgateSource, pages: Pages, listed: Listed
) -> Reading:
    """A listing that comes in pages over a network, as a capture."""

    def fetch() -> DossierMaterial:
        facts = TwiceRead()
        keep = config.dossiers.keep_applicant
        records = read_twice(pages, facts, listed(), name=source.name, keep_applicant=keep)
        with _understood(source.name), contextlib.closing(records):
            aside = _kept_aside(records)
        return DossierMaterial(
            lambda: in_columns(aside()),
            facts,
            dossier_settings(config, source.lists),
            clock.now(),
        )

    return Reading(dossier_scope(source.name), fetch)


@contextlib.contextmanager
def _understood(name: str) -> Iterator[None]:
    """What is wrong with a listing, in the terms of all sources."""
    try:
        yield
    except MissingColumn as error:
        heading = KNOWN_HEADINGS[error.field][0]
        raise FormatChanged(name, heading, "is the heading of no column") from error
    except NoListing as error:
        if error.asks_for_login:
            raise SessionExpired(f"{name}: a login page came instead of the listing.") from error
        raise Unusable(str(error)) from error
    except ListingError as error:
        raise Unusable(str(error)) from error


@contextlib.contextmanager
def _room_to_put_aside() -> Iterator[None]:
    """Tell where there is none, which is no trouble of the source's."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"a listing cannot be put aside in a temporary file: {error.strerror}. Make room on "
            "the disk of the temporary files, or name another folder for them in TMPDIR."
        ) from error


def _kept_aside(records: Iterable[Dossier]) -> Callable[[], Iterator[Dossier]]:
    """Records in a temporary file that vanishes with its last reader. Raises StoreError."""
    with _room_to_put_aside():
        aside: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as its reader
    count = 0
    for record in records:
        with _room_to_put_aside():
            pickle.dump(record, aside, protocol=pickle.HIGHEST_PROTOCOL)
        count += 1
    with _room_to_put_aside():
        aside.flush()

    def again() -> Iterator[Dossier]:
        aside.seek(0)
        for _ in range(count):
            yield pickle.load(aside)  # noqa: S301 - written by ourselves a moment ago

    return again
