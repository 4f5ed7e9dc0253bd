"""What the content of a procedure is, part by part, and a hash of each part.

Two readings of a procedure have the same content when every part has the same hash. The decision,
the state and the dates are no content: the portal moves them without touching the procedure.

**Canonical form**, by number, as `docs/procedures.md` explains it:

1. Objects are compared by name of member, without what only identifies a row (`UNCOMPARED`).
2. Arrays are compared as sets: neither order nor repetition counts, nor do empty places (null).
3. Text is compared in NFC with single blanks; numbers by value, so 18 and 18.0 are the same.
4. null, an empty text and an empty array are three different things.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from scrapers.errors import FormatChanged
from scrapers.records import clean

UNCOMPARED = frozenset({"id", "profileComponentId", "bucketName", "filePath"})
"""Members of rows within arrays that may change while the row stays: one service came three times
under three ids. Only the id of an attached form is compared (see `_ATTACHMENTS`)."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "code": ("code",),
    "agency": ("departmentPromulgateCode", "departmentPromulgateName"),
    "field": ("categoriesDetails",),
    "levels": (
        "isMinistry",
        "isProvince",
        "isWard",
        "isOtherAgency",
        "isUndetermined",
        "isVertical",
    ),
    "online": (
        "isFullProcess",
        "isOfflineOnly",
        "isSharedService",
        "isNonTerritorial",
        "returningMethods",
    ),
    "cases": ("cases",),
    "methods": ("executionMethods",),
    "fees": ("executionMethods", "fees"),
    "steps": ("executionSteps",),
    "dossier": ("executionCases", "profileComponents"),
    "legal_basis": ("legalBasisesDetails",),
    "results": ("resultsDetails",),
    "requirements": ("requirementsAndConditions", "description"),
    "subjects": ("subjectTypesDetails", "formalityTargetType", "targetObjects"),
    "executing_agencies": (
        "departmentDetails",
        "departmentsExecuting",
        "departmentsAuthority",
        "departmentsAuthorized",
        "departmentsCoordinating",
        "unitGroupsExecuting",
        "unitGroupsAuthority",
        "unitGroupsAuthorized",
        "unitGroupsCoordinating",
        "executingAgencies",
        "authorizedAgencies",
        "delegatedAgencies",
        "coordinatingAgencies",
        "dossierReceivingAddresses",
    ),
    "other": (
        "note",
        "keywords",
        "type",
        "formalityType",
        "isInternal",
        "serviceGroupsDetails",
        "procedureRelatedGroup",
    ),
}
"""Part of the content -> the members of the answer that make it. `description` repeats the
requirements in every answer that was seen."""

MAY_BE_ABSENT = frozenset({"formalityTargetType", "targetObjects"})
"""Members that some answers lack; an absent one is compared as null."""

MEMBERS = frozenset(member for members in PARTS.values() for member in members)
TEXTS = frozenset(
    {
        "code",
        "name",
        "departmentPromulgateCode",
        "departmentPromulgateName",
        "requirementsAndConditions",
        "executingAgencies",
        "authorizedAgencies",
        "delegatedAgencies",
        "coordinatingAgencies",
        "dossierReceivingAddresses",
        "description",
        "note",
        "keywords",
        "type",
        "formalityType",
    }
)
"""Members that are text; those that begin with "is" are true or false, all others are arrays."""

_FEES = frozenset({"fees"})
_ATTACHMENTS = frozenset({"attachments"})


def content_parts(detail: Mapping[str, Any]) -> dict[str, int]:
    """Part -> hash (signed, 64 bits) of an answer's content."""
    return {part: _hash(_part(part, detail)) for part in PARTS}


def check_members(detail: Mapping[str, Any], where: str) -> None:
    """Raise FormatChanged where a member is missing or retyped: it would look like a change."""
    for member in sorted(MEMBERS):
        value = detail.get(member)
        if member not in detail and member not in MAY_BE_ABSENT:
            raise FormatChanged(where, f"data.{member}", "is missing")
        if value is not None and not isinstance(value, _kind(member)):
            raise FormatChanged(where, f"data.{member}", f"is a {type(value).__name__}")


def _kind(member: str) -> type:
    if member in TEXTS:
        return str
    return bool if member.startswith("is") else list


def _part(part: str, detail: Mapping[str, Any]) -> str:
    """One part in canonical form; the fees stand within the methods and are told apart here."""
    if part == "methods":
        return canonical(detail.get("executionMethods"), UNCOMPARED | _FEES)
    if part == "fees":
        methods = detail.get("executionMethods") or []
        by_method = [
            {"method": one.get("submissionMethod"), "fees": one.get("fees")}
            for one in methods
            if isinstance(one, dict)
        ]
        return canonical({"by_method": by_method, "fees": detail.get("fees")})
    return canonical([{member: detail.get(member)} for member in PARTS[part]])


def canonical(value: Any, without: frozenset[str] = UNCOMPARED) -> str:
    """A JSON value in canonical form, without the members named in `without`."""
    if isinstance(value, dict):
        members = (
            f"{json.dumps(name)}:{canonical(one, _within(name, without))}"
            for name, one in sorted(value.items())
            if name not in without
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        places = {canonical(one, without) for one in value if one is not None}
        return "[" + ",".join(sorted(places)) + "]"
    if isinstance(value, str):
        return json.dumps(clean(value), ensure_ascii=False)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value)


def _within(member: str, without: frozenset[str]) -> frozenset[str]:
    """The id of an attached form says which file it is: another file is other content."""
    return without - {"id"} if member in _ATTACHMENTS else without


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
