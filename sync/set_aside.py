"""A refused listing, set aside in the archive so that a person can believe it after all.

The raw answers of the portal are in the archive anyway. Listings of dossiers are not: they hold
citizens' data. What is set aside here are the records as they would have been stored, without them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from scrapers.archive import Answer
from scrapers.dossiers.records import Dossier, DossierColumns

PATH = "listing"
_INSTANTS = frozenset({"received_at", "due_at", "ended_at", "returned_at"})
_DROPPED = frozenset({"note"})
"""Free text, in which a source may print anything; the store does not keep it either."""


def as_answers(listing: Iterable[DossierColumns], at: dt.datetime) -> Iterator[Answer]:
    """The columns of a listing in the form of the archive; at least one answer.

    An empty listing, where an office has cleared all it had, can be believed too.
    """
    some = iter(listing)
    first: DossierColumns = next(some, [[] for _ in Dossier._fields])
    for columns in chain([first], some):
        named = {
            name: [_written(name, value) for value in column]
            for name, column in zip(Dossier._fields, columns, strict=True)
        }
        body = json.dumps(named, ensure_ascii=False).encode()
        yield Answer(PATH, {"records": len(columns[0])}, 200, "application/json", body, at)


def from_answers(answers: Iterable[Answer]) -> Iterator[DossierColumns]:
    """The same columns again; raises LookupError where the archive holds something else."""
    for answer in answers:
        if answer.path != PATH:
            raise LookupError("the archive holds raw answers, and not a listing set aside")
        named: dict[str, list[Any]] = json.loads(answer.body)
        yield [[_read(name, value) for value in named[name]] for name in Dossier._fields]


def _written(name: str, value: Any) -> Any:
    if name in _DROPPED:
        return None
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _read(name: str, value: Any) -> Any:
    if name in _INSTANTS and value is not None:
        return dt.datetime.fromisoformat(value)
    return value
