"""How a listing would be understood: which column became which field. Nothing is stored."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from scrapers.dossiers import folder
from scrapers.dossiers.errors import ListingError
from scrapers.dossiers.pages import PagedFacts, read_pages
from scrapers.errors import ScrapeError
from scrapers.http import PortalClient
from sync.config import BrowserSource, Config, FolderSource, IgateSource
from sync.failures import Failure
from sync.listing_sources import browser_pages, igate_pages, source_named
from sync.manners import manners


class NotUnderstood(Failure):
    """The listing could not be read; the message says why."""

    exit_code = 3


def describe_source(config: Config, name: str) -> str:
    """Read a configured source once, of a folder the newest file, and tell what was understood.

    Raises ConfigError for a source that is not there or a profile that is none, and NotUnderstood.
    """
    source = source_named(config, name)
    match source:
        case FolderSource():
            return describe_file(config, _newest_file(config, source))
        case IgateSource():
            client = PortalClient(manners(config, source.base_url))
            with contextlib.closing(client):
                return _described(config, name, igate_pages(config, source, client)())
        case BrowserSource():
            return _described(config, name, browser_pages(config, source)())


def describe_file(config: Config, file: Path) -> str:
    """The same for one file. Raises NotUnderstood."""
    return _described(config, file.name, [file])


def _newest_file(config: Config, source: FolderSource) -> Path:
    path = config.in_folder(source.path)
    try:
        files = folder.found_files(path)
    except ScrapeError as error:
        raise NotUnderstood(str(error)) from error
    if not files:
        raise NotUnderstood(f"{path} holds no file that is completely written.")
    return files[-1].path


def _described(config: Config, name: str, pages: Iterable[bytes | Path]) -> str:
    facts = PagedFacts()
    try:
        for _ in read_pages(pages, facts, name=name, keep_applicant=config.dossiers.keep_applicant):
            pass
    except (ListingError, ScrapeError, OSError) as error:
        raise NotUnderstood(str(error)) from error
    pages_read = f"{facts.pages} page{'' if facts.pages == 1 else 's'}"
    declared = "no total" if facts.declared_total is None else facts.declared_total
    lines = [
        f"{name}: {facts.format or 'empty'}, {pages_read}, {facts.rows_read} rows, "
        f"{facts.records} dossiers, declared {declared}"
    ]
    lines += [f"  {heading} -> {field}" for heading, field in facts.columns.items()]
    lines += [f"  {heading} -> (ignored)" for heading in facts.ignored]
    lines += [f"  {heading} -> (personal, dropped)" for heading in facts.personal]
    lines += [f"  objection: {reason}" for reason, _ in facts.objections()]
    return "\n".join(lines)
