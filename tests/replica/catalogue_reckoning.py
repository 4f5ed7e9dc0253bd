"""What differs between the answers of two days: a slow and plain second reckoning.

It reads the answers as they go over the wire and knows nothing of what was planted, so that a test
can hold one against the other. The limits are ten working days for ministries, five for provinces.
"""

from __future__ import annotations

import datetime
import json
import unicodedata
from functools import cache
from typing import Any, NamedTuple

from .catalogue_expected import Part, Told
from .catalogue_stamps import VIETNAM
from .catalogue_world import detail_bytes, listed
from .periods import DATES

_PARTS: dict[str, Part] = {
    "name": "name",
    "departmentPromulgateCode": "agency", "departmentPromulgateName": "agency",
    "categoriesDetails": "field",
    **dict.fromkeys(("isWard", "isProvince", "isMinistry", "isVertical"), "levels"),
    **dict.fromkeys(("isOtherAgency", "isUndetermined"), "levels"),
    **dict.fromkeys(("isFullProcess", "isOfflineOnly", "isSharedService"), "online"),
    **dict.fromkeys(("isNonTerritorial", "returningMethods"), "online"),
    "executionSteps": "steps", "executionCases": "dossier", "legalBasisesDetails": "legal_basis",
    "resultsDetails": "results", "requirementsAndConditions": "requirements",
    "subjectTypesDetails": "subjects", "cases": "cases",
    "departmentsExecuting": "executing_agencies", "unitGroupsExecuting": "executing_agencies",
    "executingAgencies": "executing_agencies",
    "note": "other", "keywords": "other", "type": "other", "formalityType": "other",
}  # fmt: skip
_HOLIDAYS = (datetime.date(2026, 11, 24),)
_LIMITS = {"G": 10, "H": 5}


class Decided(NamedTuple):
    """The decision a procedure points to."""

    id: str
    number: str
    agency: str
    date: datetime.date | None
    published: datetime.date | None

    def is_late(self, on: datetime.date) -> bool:
        """Whether more working days than allowed lie between its date and that day."""
        if self.date is None or self.agency[0] not in _LIMITS:
            return False
        days = (self.date + datetime.timedelta(n) for n in range(1, (on - self.date).days + 1))
        worked = sum(day.weekday() < 5 and day not in _HOLIDAYS for day in days)
        return worked > _LIMITS[self.agency[0]]


class Seen(NamedTuple):
    """One procedure as its answer shows it."""

    code: str
    agency: str
    decision: Decided
    body: bytes


def reckoned(day: int) -> frozenset[Told]:
    """Everything that differs between a day and all days before it."""
    before, after = procedures(day - 1), procedures(day)
    told = {
        Told(day, "procedure_gone", before[one].agency, before[one].code.strip())
        for one in before.keys() - after.keys()
    }
    for one in after.keys() - before.keys():
        told.add(Told(day, "procedure_new", after[one].agency, after[one].code.strip()))
    for one in before.keys() & after.keys():
        told.update(_of_procedure(day, before[one], after[one]))
    return frozenset(told | _of_decisions(day))


@cache
def procedures(day: int) -> dict[str, Seen]:
    """The public procedures of a day by id."""
    found = (_seen(detail_bytes(version, day)) for version in listed(day))
    return dict(found)


@cache
def _seen(body: bytes) -> tuple[str, Seen]:
    data = json.loads(body)["data"]
    proposal, agency = data["procedureProposal"], data["departmentPromulgateCode"]
    number = (proposal["proposalNumber"] or "").strip()
    dates = _day(proposal["decisionDate"]), _day(proposal["publicationDate"])
    decision = Decided(proposal["id"], number, agency, *dates)
    return data["id"], Seen(data["code"], agency, decision, body)


def _day(milliseconds: int | None) -> datetime.date | None:
    if milliseconds is None:
        return None
    return datetime.datetime.fromtimestamp(milliseconds / 1000, VIETNAM).date()


def _of_procedure(day: int, before: Seen, after: Seen) -> set[Told]:
    if before.body == after.body:
        return set()
    old, new = _parts(before.body), _parts(after.body)
    parts = frozenset(part for part in old if old[part] != new[part])
    subject = after.code.strip()
    if parts:
        return {Told(day, "procedure_amended", after.agency, subject, parts)}
    if before.decision.id == after.decision.id:
        return set()
    kind: Any = "decision_changed" if after.decision.published else "decision_pending"
    return {Told(day, kind, after.agency, subject)}


def _of_decisions(day: int) -> set[Told]:
    told: set[Told] = set()
    seen_before = set().union(*(_decisions(number).keys() for number in range(1, day)))
    published_before = {
        one.id for number in range(1, day) for one in _decisions(number).values() if one.published
    }
    for one in _decisions(day).values():
        if one.published and one.id not in published_before:
            told.add(Told(day, "decision_new", one.agency, one.number))
            if one.is_late(one.published) and not _was_told_late(one, day):
                told.add(Told(day, "published_late", one.agency, one.number))
        elif not one.published and one.is_late(DATES[day]):
            if one.id not in seen_before:
                raise AssertionError(f"{one.number} is late when it is first seen: untold of")
            if not one.is_late(DATES[day - 1]):
                told.add(Told(day, "published_late", one.agency, one.number))
    return told


def _was_told_late(one: Decided, day: int) -> bool:
    """Whether its limit was passed on one of the days between the first and this one."""
    return any(
        one.is_late(DATES[number]) and not one.is_late(DATES[number - 1])
        for number in range(2, day)
    )


@cache
def _decisions(day: int) -> dict[str, Decided]:
    return {seen.decision.id: seen.decision for seen in procedures(day).values()}


@cache
def _parts(body: bytes) -> dict[Part, str]:
    data = json.loads(body)["data"]
    fees = [{"by": one["submissionMethod"], "fees": one.pop("fees")}
            for one in data["executionMethods"]]  # fmt: skip
    cells: dict[Part, list[Any]] = {"methods": [_plain(data["executionMethods"])],
                                    "fees": [_plain(fees)]}  # fmt: skip
    for member, part in _PARTS.items():
        cells.setdefault(part, []).append(_plain(data[member], ordered=member == "executionSteps"))
    return {part: repr(values) for part, values in cells.items()}


def _plain(value: Any, *, ordered: bool = False) -> Any:
    """A value without what means nothing: ids, order, repetition, spelling."""
    if isinstance(value, dict):
        names = sorted(name for name in value if not name.lower().endswith("id"))
        return [(name, _plain(value[name])) for name in names]
    if isinstance(value, list):
        parts = [repr(_plain(part)) for part in value if part is not None]
        return parts if ordered else sorted(set(parts))
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", value).split())
    return float(value) if type(value) is int else value
