"""The catalogue over the seven days: who is public on a day, and the bytes of each answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any
from zlib import crc32

from .catalogue_agencies import AGENCIES, FIELDS, SUBJECTS
from .catalogue_cast import CAST, PROPOSED, ROLES
from .catalogue_content import Detail
from .catalogue_detail import detail_of, executing
from .catalogue_edits import CONTENT_EDITS, OUTLINE_EDITS
from .catalogue_events import HAPPENINGS, NOISE, RECODED, Happening
from .catalogue_first import decisions, first_day, outline_of, withdrawn_before
from .catalogue_noise import CONTENT_NOISE, ENDED_BY, OUTLINE_NOISE, noise_of
from .catalogue_records import Decision, Outline
from .catalogue_stamps import as_of, instant


@dataclass(frozen=True, slots=True)
class Version:
    """A procedure as it stands on some day, with what was done to its content."""

    outline: Outline
    edits: tuple[tuple[str, Any], ...] = ()
    noise: frozenset[str] = frozenset()
    is_public: bool = True
    is_reported: bool = True
    """Whether `reporting/formalities` knows it; it calls what is not public INACTIVE."""


@cache
def versions(day: int) -> dict[str, Version]:
    """Every procedure that is or was public by that day, by code."""
    if day == 1:
        return {outline.code: _first(outline) for outline in first_day()}
    found = dict(versions(day - 1))
    for role in CAST:
        if role.since == day:
            found[role.code] = _first(outline_of(role))
    for happening in HAPPENINGS:
        if happening.day == day:
            found[happening.code] = _after(happening, found[happening.code])
    for code, kind in _noises(day, found):
        found[code] = _with_noise(found[code], kind, day)
    return found


@cache
def listed(day: int) -> tuple[Version, ...]:
    """What the public list holds, in its order: id descending, the newest first."""
    public = (version for version in versions(day).values() if version.is_public)
    return tuple(sorted(public, key=lambda version: version.outline.id, reverse=True))


@cache
def public_by_id(day: int) -> dict[str, Version]:
    """The procedures whose detail is answered."""
    return {version.outline.id: version for version in listed(day)}


def detail_data(version: Version, day: int) -> Detail:
    """The data of a detail answer, ready to be changed."""
    decision = decision_on(day, version.outline.decision)
    return _written(version, decision, published_on(day, decision))


def detail_bytes(version: Version, day: int) -> bytes:
    """The whole answer to a detail call."""
    decision = decision_on(day, version.outline.decision)
    return _bytes(version, decision, published_on(day, decision))


def enveloped(data: object) -> bytes:
    """An answer that succeeded."""
    return encoded({"code": "OK", "data": data, "message": "OK"})


def encoded(value: object) -> bytes:
    """JSON as it goes over the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=8_192)
def item_of(version: Version) -> dict[str, object]:
    """One item of the list. Some hold an empty department."""
    outline = version.outline
    departments = [one.name for one in executing(outline)]
    if crc32(outline.id.encode()) % 40 == 0:
        departments.append("")
    agency, field = AGENCIES[outline.agency], FIELDS[outline.field]
    return {
        "id": outline.id,
        "name": outline.name,
        "code": outline.code,
        "codeNotation": outline.code,
        "categories": [field.name],
        "categoryIds": [field.id],
        "departments": departments,
        "departmentPromulgate": agency.name,
        "departmentPromulgateId": agency.id,
        "formalityTargetType": [SUBJECTS[code] for code in outline.subjects],
        "state": outline.state,
        "type": outline.type,
    }


@cache
def reported(day: int) -> tuple[dict[str, object], ...]:
    """What `reporting/formalities` holds, ascending by code: another set than the public list."""
    known = (version for version in versions(day).values() if version.is_reported)
    rows = [_reported_row(version) for version in known]
    for identifier, code, name, agency in withdrawn_before():
        rows.append(_row(identifier, code, name, "INACTIVE", agency))
    return tuple(sorted(rows, key=lambda row: (str(row["code"]), str(row["id"]))))


@cache
def decision_on(day: int, key: str) -> Decision:
    """A decision with its date in the way it is written on that day."""
    turns = sum(_is_recoded(since, key) for since in range(2, day + 1))
    decision = decisions()[key]
    return replace(decision, at_utc_midnight=decision.at_utc_midnight ^ bool(turns % 2))


def published_on(day: int, decision: Decision) -> int | None:
    """When a decision was published, or None while it is not."""
    at = decision.published_at
    return at if at is not None and at <= as_of(day) else None


def _first(outline: Outline) -> Version:
    role = ROLES.get(outline.code)
    if role:
        return Version(outline, tuple(role.given.items()))
    # One public procedure in nine is unknown there.
    return Version(outline, is_reported=crc32(f"reported/{outline.code}".encode()) % 9 > 0)


def _after(happening: Happening, version: Version) -> Version:
    outline, edits = version.outline, list(version.edits)
    if happening.decision:
        key = f"{ROLES[outline.code].agency} {happening.decision}"
        outline = replace(outline, decision=decisions()[key].key)
    for name, value in happening.sets.items():
        if name in OUTLINE_EDITS:
            outline = OUTLINE_EDITS[name](outline, value)
        else:
            edits.append((name, value))
    if happening.updated:
        outline = replace(outline, state="UPDATED", updated_at=_updated_at(happening, outline))
    return replace(
        version, outline=outline, edits=tuple(edits),
        is_public=happening.public, is_reported=happening.reported,
    )  # fmt: skip


def _updated_at(happening: Happening, outline: Outline) -> int:
    if happening.updated != "published":
        return instant(happening.updated)
    published = decisions()[outline.decision].published_at
    if published is None or not as_of(happening.day - 1) < published <= as_of(happening.day):
        raise AssertionError(f"the decision of {happening} is not published on that day")
    return published


def _noises(day: int, known: Mapping[str, Version]) -> Iterator[tuple[str, str]]:
    for kind, codes in NOISE.get(day, {}).items():
        for code in codes:
            yield code, kind
    for code in known.keys() - ROLES.keys():
        drawn = noise_of(day, code)
        if drawn:
            yield code, drawn


def _with_noise(version: Version, kind: str, day: int) -> Version:
    if kind in OUTLINE_NOISE:
        return replace(version, outline=OUTLINE_NOISE[kind](version.outline, day))
    if kind in ENDED_BY:
        return replace(version, noise=version.noise - {ENDED_BY[kind]})
    return replace(version, noise=version.noise | {kind})


def _is_recoded(day: int, key: str) -> bool:
    """Whether the date of a decision is written the other way from that day on."""
    planted = key in RECODED.get(day, ())
    return planted or (key not in PROPOSED and crc32(f"{day}/{key}".encode()) % 100 == 0)


def _written(version: Version, decision: Decision, published_at: int | None) -> Detail:
    detail = detail_of(version.outline, decision, published_at)
    for name, value in version.edits:
        CONTENT_EDITS[name](detail, value)
    for kind, change in CONTENT_NOISE.items():
        if kind in version.noise:
            change(detail)
    return detail


@lru_cache(maxsize=8_192)
def _bytes(version: Version, decision: Decision, published_at: int | None) -> bytes:
    # Kept as bytes: a benchmark reads thousands of answers and must not measure the replica.
    return enveloped(_written(version, decision, published_at))


def _reported_row(version: Version) -> dict[str, object]:
    outline = version.outline
    state = outline.state if version.is_public else "INACTIVE"
    return _row(outline.id, outline.code, outline.name, state, outline.agency)


def _row(identifier: str, code: str, name: str, state: str, agency: str) -> dict[str, object]:
    department = AGENCIES[agency].id
    return {
        "id": identifier,
        "code": code,
        "name": name,
        "state": state,
        "departmentId": department,
        "publishingDepartmentIds": [department],
        "appliedDepartmentIds": [] if state == "INACTIVE" else [department],
    }
