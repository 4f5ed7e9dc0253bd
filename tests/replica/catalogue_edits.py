"""What can be done to a procedure: its outline, or the content of its answer.

An edit is a keyword of a happening and a value. Those of the outline show in the list too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .catalogue_agencies import LOADED_AT
from .catalogue_content import Detail, fee_of, law_of, service_of
from .catalogue_records import Outline
from .catalogue_stamps import uuid7

OutlineEdit = Callable[[Outline, Any], Outline]
ContentEdit = Callable[[Detail, Any], None]


def _add_level(outline: Outline, level: Any) -> Outline:
    return replace(outline, levels=outline.levels | {level})


OUTLINE_EDITS: Mapping[str, OutlineEdit] = {
    "name": lambda outline, name: replace(outline, name=name),
    "agency": lambda outline, code: replace(outline, agency=code),
    "field": lambda outline, code: replace(outline, field=code),
    "level": _add_level,
    "executor": lambda outline, code: replace(outline, executors=(*outline.executors, code)),
    "subject": lambda outline, code: replace(outline, subjects=(*outline.subjects, code)),
}


def _set_days(detail: Detail, days: int) -> None:
    for method in detail["executionMethods"]:
        method.update(processingTime=days, processingTimeUnit="WORKING_DAY")


def _set_fee(detail: Detail, value: int | None) -> None:
    for method in detail["executionMethods"]:
        method["fees"] = [fee_of(value)]


def _take_fees(detail: Detail, _: bool) -> None:
    for method in detail["executionMethods"]:
        method["fees"] = []


def _note_fee(detail: Detail, text: str) -> None:
    for method in detail["executionMethods"]:
        for fee in method["fees"]:
            fee["description"] = text


def _add_step(detail: Detail, text: str) -> None:
    detail["executionSteps"].append({"name": "", "description": text})


def _add_component(detail: Detail, text: str) -> None:
    identifier = uuid7(LOADED_AT, f"component/{detail['code']}/{text}")
    component = {
        "profileComponentId": identifier, "originalQty": 1, "copyQty": 0, "required": False,
        "hasElectronicForm": False, "isProcessingResult": False, "name": text,
        "code": f"TP-{detail['departmentPromulgateCode']}.{len(text):06d}", "attachments": [],
    }  # fmt: skip
    detail["executionCases"][0]["profileComponents"].append(component)


def _add_legal_basis(detail: Detail, code: str) -> None:
    basis = law_of(code, "quy định chính sách áp dụng từ năm 2026")
    detail["legalBasisIds"].append(basis["id"])
    detail["legalBasisesDetails"].insert(0, basis)


def _add_result(detail: Detail, name: str) -> None:
    identifier = uuid7(LOADED_AT, f"result/{name}")
    detail["resultIds"].append(identifier)
    detail["resultsDetails"].append({"id": identifier, "name": name, "code": "KQ.000901"})


def _add_requirement(detail: Detail, text: str) -> None:
    # The portal writes the requirements twice: both members were equal in every answer seen.
    whole = f"{detail['requirementsAndConditions']}\n- {text}".strip()
    detail.update(requirementsAndConditions=whole, description=whole)


def _set_services(detail: Detail, count: int) -> None:
    numbers = range(1, count + 1)
    detail["cases"] = [service_of(detail["code"], detail["name"], number) for number in numbers]


CONTENT_EDITS: Mapping[str, ContentEdit] = {
    "days": _set_days,
    "fee": _set_fee,
    "no_fees": _take_fees,
    "fee_note": _note_fee,
    "step": _add_step,
    "component": _add_component,
    "legal_basis": _add_legal_basis,
    "result": _add_result,
    "requirement": _add_requirement,
    "service": _set_services,
    "full": lambda detail, value: detail.update(isFullProcess=value),
    "note": lambda detail, value: detail.update(note=value),
}
