"""Drafts of apology letters for overdue dossiers, one Word file, a letter a page.

After form 04 of Thông tư 03/2025/TT-VPCP. The person's name, the reason, the new date, number and
signature are left empty: nothing personal is ever written here, even where a source keeps it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from sync import wording
from sync.failures import Failure
from sync.report.listings import NO_UNIT, believed_listings
from sync.report.overdue_store import Day, OverdueDossier, chosen_dossiers
from sync.report.word import TEMPLATES, write_document

TEMPLATE = TEMPLATES / "apology.docx"

_DOTS = "………………………………"
_DATE = "…… tháng …… năm ………"
MOST_CODES_TOLD = 5


class ApologyFailure(Failure):
    """No letter can be written; the message says for which dossier or source."""

    exit_code = 2


@dataclass(frozen=True)
class Letter:
    """What the template may name of one letter; what is not printed is dotted, to be filled in."""

    procedure: str
    code: str
    unit: str
    received_on: str
    due_on: str
    state: str


def overdue_chosen(
    connection: Connection, source: str, codes: Sequence[str], day: dt.date
) -> list[OverdueDossier]:
    """The chosen dossiers as the source's last believed listing up to a day has them, in order.

    Raises ApologyFailure for a source without a listing, and for codes that are not overdue in it.
    """
    listings = {listing.source: listing for listing in believed_listings(connection, day)}
    if source not in listings:
        known = ", ".join(sorted(listings)) or "none"
        raise ApologyFailure(
            f"no listing of {source!r} was believed up to {day.isoformat()}; sources with one: "
            f"{known}."
        )
    found = {
        one.code: one for one in chosen_dossiers(Day(connection, listings[source], day), codes)
    }
    wanted = list(dict.fromkeys(codes))
    missing = [code for code in wanted if code not in found]
    if missing:
        rest = len(missing) - MOST_CODES_TOLD
        more = f" and {rest} more" if rest > 0 else ""
        raise ApologyFailure(
            f"not overdue in the last believed listing of {source}: "
            f"{', '.join(missing[:MOST_CODES_TOLD])}{more}."
        )
    return [found[code] for code in wanted]


def write_apologies(
    dossiers: Sequence[OverdueDossier], path: Path, template: Path | None = None
) -> Path:
    """Write a letter for each dossier into one document; returns its path.

    `template` is the office's own. Raises TemplateFailure, and OSError where it cannot be written.
    """
    values = {"letters": [letter(dossier) for dossier in dossiers]}
    return write_document(template or TEMPLATE, values, path)


def letter(dossier: OverdueDossier) -> Letter:
    """One dossier as the template takes it."""
    unit = "" if dossier.unit_name == NO_UNIT else dossier.unit_name
    return Letter(
        procedure=dossier.procedure or _DOTS,
        code=dossier.code,
        unit=wording.within(unit) or _DOTS,
        received_on=_day(dossier.received_on),
        due_on=_day(dossier.due_on),
        state=dossier.state or _DOTS,
    )


def _day(day: dt.date | None) -> str:
    return _DATE if day is None else wording.day(day)
