"""The records of the national procedure catalogue that leave this floor.

Days are days in Viet Nam, instants are whole seconds since 1970 (UTC), text is NFC with single
blanks. None means that the portal gives nothing there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal, NamedTuple

OnlineLevel = Literal["full", "partial", "none"]
"""What the portal's pages call toàn trình, một phần, chỉ cung cấp thông tin. Inferred."""


class ListedProcedure(NamedTuple):
    """A procedure as the public list shows it: without date, decision or level."""

    id: str
    code: str
    name: str
    state: str
    type: str | None
    agency_name: str | None
    field_names: str | None


class CatalogueReading(NamedTuple):
    """The public list, read to its end; `totals` are what its pages declared, in order."""

    items: list[ListedProcedure]
    totals: list[int]
    end: str
    """Why the reading ended where it did, for the log."""


class Decision(NamedTuple):
    """The publication decision that a procedure points to; not published yet: no `published_at`."""

    id: str
    number: str | None
    date: dt.date | None
    published_at: int | None


class Procedure(NamedTuple):
    """One procedure in detail. `parts` holds a hash of each part of its content, by its name."""

    id: str
    code: str
    name: str
    agency_code: str | None
    agency_name: str | None
    field_code: str | None
    field_name: str | None
    state: str
    type: str | None
    levels: str
    online_level: OnlineLevel
    processing: str | None
    fees: str | None
    decision: Decision | None
    updated_at: int | None
    is_test: bool
    parts: Mapping[str, int]
