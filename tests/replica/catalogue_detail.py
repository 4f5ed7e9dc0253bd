"""Writes the data of one answer of the detail call: all 71 members, in the portal's order."""

from __future__ import annotations

import random
from zlib import crc32

from . import catalogue_content as content
from .catalogue_agencies import AGENCIES, FIELDS, SUBJECTS, Executor, executor
from .catalogue_content import Detail
from .catalogue_records import Decision, Outline
from .catalogue_stamps import midnight_in_vietnam, midnight_utc, uuid7

SUBJECTS_MADE_AT = 1_767_000_000_000
_WITHOUT_TARGETS = "1.0133611"
"""The one procedure whose answer has neither formalityTargetType nor targetObjects."""

_PROPOSAL_TYPES = {"STANDARD": "STANDARD", "SPECIFIC": "SPECIFIC", "STANDARD_INTERNAL": "INTERNAL"}
_LEVELS = ("isWard", "isProvince", "isMinistry", "isOtherAgency", "isUndetermined", "isVertical")
_FAMILIES = ("Executing", "Authority", "Authorized", "Coordinating")


def detail_of(outline: Outline, decision: Decision, published_at: int | None) -> Detail:
    """The data of an answer; a few are very long. `published_at` is None until it is public.

    Drawn in a fixed order, so that an edit of the outline leaves the other parts alone.
    """
    dice = random.Random(outline.id)
    size = 8 if crc32(outline.id.encode()) % 130 == 0 else 1
    law_book, outcomes = content.laws(dice), content.results(dice, outline.id[-4:])
    conditions = content.conditions(dice)
    detail: Detail = {
        "id": outline.id,
        "code": outline.code,
        "codeNotation": outline.code,
        "executionSteps": content.steps(dice, size),
        "executionMethods": content.methods(dice),
        "description": conditions,
        "name": outline.name,
        "decisionNo": "",
        "executionCases": content.cases(dice, "G" + outline.id[-2:], size),
        **_standing(outline),
        "isFullProcess": dice.random() < 0.36,
        "isSharedService": dice.random() < 0.26,
        "note": "",
        "keywords": "",
        **_identifiers(outline, law_book, outcomes),
        **_fields(outline),
        "departmentDetails": [],
        **_executing(outline),
        "serviceGroupsDetails": [],
        "legalBasisesDetails": law_book,
        "resultsDetails": outcomes,
        "subjectTypesDetails": _subjects(outline),
        **_promulgating(outline),
        "cases": content.services(dice, outline.code, _service_name(outline)),
        "fees": [],
        "createdAt": outline.created_at,
        "updatedAt": outline.updated_at,
        "profileComponents": [],
        "targetObjects": [],
        **_agencies_in_words(outline, dice),
        "requirementsAndConditions": conditions,
        "procedureRelatedGroup": [],
        "procedureProposal": _proposal(outline, decision, published_at),
        "isOfflineOnly": dice.random() < 0.0035,
        "isNonTerritorial": dice.random() < 0.05,
        "returningMethods": _returning(dice),
    }
    if outline.code == _WITHOUT_TARGETS:
        del detail["formalityTargetType"], detail["targetObjects"]
    return detail


def _standing(outline: Outline) -> Detail:
    """What kind of procedure it is, and on which levels it is carried out."""
    return {
        "formalityTargetType": [],
        "formalityType": outline.regulation,
        "state": outline.state,
        "isInternal": outline.type == "STANDARD_INTERNAL",
        "type": outline.type,
        **{level: level in outline.levels for level in _LEVELS},
    }


def executing(outline: Outline) -> list[Executor]:
    """Who carries the procedure out."""
    return [executor(code) for code in outline.executors]


def _service_name(outline: Outline) -> str:
    # A service keeps its name when the procedure is renamed.
    return f"Dịch vụ công trực tuyến của thủ tục {outline.code.strip()}"


def _identifiers(outline: Outline, law_book: list[Detail], outcomes: list[Detail]) -> Detail:
    by_family = _departments(outline)
    return {
        "categoryIds": [FIELDS[outline.field].id],
        "serviceGroupIds": [],
        # Another order than that of the details.
        "legalBasisIds": [law["id"] for law in reversed(law_book)],
        "resultIds": [outcome["id"] for outcome in outcomes],
        "subjectTypeIds": [subject["id"] for subject in _subjects(outline)],
        **{f"department{family}Ids": [one.id for one in by_family[family]] for family in by_family},
    }


def _fields(outline: Outline) -> Detail:
    """The field; the single member `category` beside the array is there in half of all answers."""
    field = FIELDS[outline.field]
    written = {"id": field.id, "name": field.name, "code": field.code}
    both: Detail = {"categoriesDetails": [written]}
    if crc32(outline.code.encode()) % 9 < 5:
        both["category"] = dict(written)
    return both


def _executing(outline: Outline) -> Detail:
    groups = [one for one in executing(outline) if one.is_group]
    written: list[Detail | None] = [{"id": one.id, "name": one.name} for one in groups]
    if groups and crc32(outline.id.encode()) % 60 == 0:
        written.append(None)
    return {
        **{
            f"departments{family}": [
                {"id": one.id, "name": one.name, "code": one.code} for one in departments
            ]
            for family, departments in _departments(outline).items()
        },
        "unitGroupExecutingIds": [one.id for one in groups],
        **{f"unitGroup{family}Ids": [] for family in _FAMILIES[1:]},
        "unitGroupsExecuting": written,
        **{f"unitGroups{family}": [] for family in _FAMILIES[1:]},
    }


def _departments(outline: Outline) -> dict[str, list[Executor]]:
    """The agencies of each family that stand in the register; a third name who decides."""
    decides = [executor("CTUBNDT")] if crc32(outline.id.encode()) % 3 == 0 else []
    found = [one for one in executing(outline) if not one.is_group]
    return dict(zip(_FAMILIES, (found, decides, [], []), strict=True))


def _subjects(outline: Outline) -> list[Detail]:
    return [
        {"id": uuid7(SUBJECTS_MADE_AT, f"subject/{code}"), "name": SUBJECTS[code], "code": code}
        for code in outline.subjects
    ]


def _promulgating(outline: Outline) -> Detail:
    agency = AGENCIES[outline.agency]
    return {
        "departmentPromulgateId": agency.id,
        "departmentPromulgateCode": agency.code,
        "departmentPromulgateName": agency.name,
    }


def _agencies_in_words(outline: Outline, dice: random.Random) -> Detail:
    by_family = _departments(outline)
    address = "Bộ phận tiếp nhận và trả kết quả" if dice.random() < 0.16 else ""
    return {
        "executingAgencies": ", ".join(one.name for one in by_family["Executing"]),
        "authorizedAgencies": "",
        "dossierReceivingAddresses": address,
        "delegatedAgencies": ", ".join(one.name for one in by_family["Authority"]),
        "coordinatingAgencies": "",
    }


def _proposal(outline: Outline, decision: Decision, published_at: int | None) -> Detail:
    """The decision. The issuing agency is the promulgating one in every answer seen."""
    agency = AGENCIES[outline.agency]
    written = midnight_utc if decision.at_utc_midnight else midnight_in_vietnam
    return {
        "id": decision.id,
        "proposalNumber": decision.number,
        "decisionDate": None if decision.date is None else written(decision.date),
        "decisionNumber": None,
        "publicationDate": published_at,
        "issuingAgency": {"id": agency.id, "name": agency.name},
        "proposalType": _PROPOSAL_TYPES[outline.type],
    }


def _returning(dice: random.Random) -> list[Detail]:
    if dice.random() >= 0.12:
        return []
    values = ["AT_HOME", "AT_SUBMISSION_PLACE", "ONLINE"]
    return [{"type": kind, "value": list(values)} for kind in ("ONLINE", "OFFLINE")]
