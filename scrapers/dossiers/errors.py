"""What can be wrong with a listing, and what is to be done about it.

ListingError          what a caller catches; its text is one sentence that a person can act on
├── UnknownFormat     no kind of file we read                      → save it as another kind
├── NoListing         readable, but no table of dossiers in it     → log in, open the right page
├── MissingColumn     a table whose headings lack one we need      → look at what was renamed
├── TooLarge          over a limit that protects the machine       → export in parts, or as csv
└── Damaged           starts well, then breaks off or contradicts  → save or export it again

No message ever holds the content of a cell other than a heading: cells may name citizens.
A file that cannot be opened at all stays an OSError.
"""

from __future__ import annotations

from collections.abc import Sequence


class ListingError(Exception):
    """Base of all; `str()` says in one sentence what happened, where and what to do."""


class UnknownFormat(ListingError):
    """The bytes are no xlsx, xls, html, csv or json; `found` says what they look like."""

    def __init__(self, where: str, found: str, advice: str) -> None:
        super().__init__(f"{where}: {found}; {advice}.")
        self.found = found


class NoListing(ListingError):
    """Readable, but without a table of dossiers; `asks_for_login` when it is a login page."""

    def __init__(self, where: str, found: str, advice: str, asks_for_login: bool = False) -> None:
        super().__init__(f"{where}: {found}; {advice}.")
        self.asks_for_login = asks_for_login


class MissingColumn(ListingError):
    """A table of dossiers without a required `field`; `headings` are the ones it has."""

    def __init__(self, where: str, field: str, headings: Sequence[str]) -> None:
        seen = ", ".join(f"“{heading}”" for heading in headings)
        super().__init__(
            f"{where}: no column is known to be “{field}” among the headings {seen}; if one was"
            " renamed, its new heading must be added to the known ones."
        )
        self.field = field
        self.headings = tuple(headings)


class TooLarge(ListingError):
    """Over a limit; `what` names it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}; export the listing in parts, or as csv.")


class Damaged(ListingError):
    """The format is known, the content breaks its rules; `what` says how and in which place."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}; save or export the listing again.")
