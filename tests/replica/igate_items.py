"""One dossier as an iGate list writes it, in the form that public code shows.

The traps are the real ones: names as text or as a list by language, instants in UTC or with +0700,
a mere day as 17:00 UTC of the day before, deadlines of steps beside the deadline of the dossier,
who accepted beside who handles, and the applicant with everything about them. Whatever varies
hangs on the dossier's code alone. The codes and words of states are the national ones; the real
table of iGate is unknown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from functools import lru_cache

from .dossier_people import officers_of
from .dossier_rows import STATES, VIET_NAM, DossierRow

JsonItem = dict[str, object]

_VIETNAMESE, _ENGLISH = 228, 46
_STEPS = ("Tiếp nhận hồ sơ", "Thẩm định hồ sơ", "Trình ký", "Phê duyệt kết quả")
_METHODS = ("Trực tiếp", "Trực tuyến", "Dịch vụ bưu chính")


@lru_cache(maxsize=16_384)
def item_of(row: DossierRow) -> JsonItem:
    """A dossier as an item of `content`; callers must not change it."""
    chance = random.Random(f"{row.code}/igate")
    by_language = chance.random() < 0.5
    zone = chance.choice((dt.UTC, VIET_NAM))
    processing = {"processingTime": chance.choice((3, 5, 7, 15, 20)), "processingTimeUnit": "d"}
    step_due = row.received_at + dt.timedelta(days=chance.randint(1, 4), hours=3)
    accepted_by, _, _ = officers_of(row.unit_code)
    state_id = int(row.state_code)
    return {
        "id": _hex_id(row.code),
        "code": row.code,
        "nationCode": row.national_code,
        "appliedDate": written(row.received_at - dt.timedelta(hours=5), zone, 208),
        "acceptedDate": written(row.received_at, zone, chance.randint(0, 999)),
        "appointmentDate": _appointment(row, zone),
        "dueDate": written(step_due, zone),
        "completedDate": written(row.ended_at, zone) if row.ended_at else None,
        "dossierStatus": {"id": state_id, "name": _named(*STATES[row.state_code], by_language)},
        "dossierTaskStatus": {
            "id": _hex_id(f"task status {row.state_code}"),
            "name": _named(*STATES[row.state_code], not by_language),
        },
        "dossierProgress": 100 if row.ended_at else chance.randint(10, 90),
        **processing,
        "undefindedCompleteTime": 0 if row.due_at else 1,
        "countDutypaidCert": 0,
        "applyMethod": {"id": chance.randint(0, 2), "name": chance.choice(_METHODS)},
        "procedure": _procedure(row, by_language),
        "agency": {
            "id": _hex_id(row.unit_code),
            "code": row.unit_code,
            "name": _named(row.unit_name, f"Agency {row.unit_code}", by_language),
        },
        "accepter": {"fullname": accepted_by},
        "applicant": {"data": _applicant(row, chance)},
        "agencyLevel": {"id": _hex_id(row.parent_unit), "name": row.parent_unit},
        "procedureLevel": {"id": _hex_id("level 4"), "name": "Toàn trình"},
        "procedureProcessDefinition": {
            "processDefinition": {**processing, "timesheet": {"name": "Ngày làm việc"}}
        },
        "statusCurrentTask": None if row.ended_at else 1,
        "dossierMenuTaskRemind": {"id": _hex_id("remind"), "name": STATES[row.state_code][0]},
        "task": [_task(row, accepted_by, 0, zone, False)],
        "currentTask": _current_tasks(row, zone),
    }  # fmt: skip


def written(at: dt.datetime, zone: dt.tzinfo, milliseconds: int = 0) -> str:
    """As iGate writes an instant: 2026-11-20T09:30:00.000+0000."""
    return at.astimezone(zone).strftime(f"%Y-%m-%dT%H:%M:%S.{milliseconds:03d}%z")


def _appointment(row: DossierRow, zone: dt.tzinfo) -> str | None:
    if row.due_at is None:
        return None
    # Midnight in Viet Nam comes out as 17:00 of the day before.
    return written(row.due_at, dt.UTC if row.due_is_date_only else zone)


def _named(vietnamese: str, english: str, by_language: bool) -> object:
    """A name as plain text, or in two languages with the wrong one first."""
    if not by_language:
        return vietnamese
    return [
        {"languageId": _ENGLISH, "name": english},
        {"languageId": _VIETNAMESE, "name": vietnamese},
    ]


def _procedure(row: DossierRow, by_language: bool) -> JsonItem:
    translate = _named(row.procedure_name, f"Procedure {row.procedure_code}", by_language)
    return {
        "id": _hex_id(row.procedure_code),
        "code": row.procedure_code,
        "translate": translate if by_language else {"name": translate},
        "sector": {
            "id": _hex_id(row.field),
            "name": _named(row.field, f"Sector {row.procedure_code}", by_language),
        },
    }


def _current_tasks(row: DossierRow, zone: dt.tzinfo) -> list[JsonItem]:
    if row.ended_at:
        return []
    return [_task(row, name, place, zone, True) for place, name in enumerate(row.officers, 1)]


def _task(
    row: DossierRow, assignee: str, place: int, zone: dt.tzinfo, is_current: bool
) -> JsonItem:
    chance = random.Random(f"{row.code}/task {place}")
    began = row.received_at + dt.timedelta(days=place)
    step = _STEPS[min(place, len(_STEPS) - 1)]
    return {
        "id": _hex_id(f"{row.code} task {place}"),
        "assignee": {"id": _hex_id(assignee), "fullname": assignee},
        "candidateGroup": [{"name": f"Bộ phận {step.lower()}"}],
        "agency": {"name": row.unit_name},
        "isCurrent": int(is_current),
        "createdDate": written(began, zone, 77),
        "updatedDate": written(began + dt.timedelta(hours=2), zone, 5),
        # The deadline of the step: before the deadline of the dossier, or behind it.
        "dueDate": written(began + dt.timedelta(days=chance.randint(2, 60)), zone),
        "bpmProcessDefinitionTask": {
            "name": {"name": step},
            "remind": {"name": "Sắp đến hạn"},
            "processingTime": 8,
            "processingTimeUnit": "h",
        },
    }


def _applicant(row: DossierRow, chance: random.Random) -> JsonItem:
    owner = row.owner
    return {
        "fullname": owner.name,
        "ownerFullname": owner.name,
        "birthday": f"{chance.randint(1950, 2004)}-12-31T17:00:00.000+0000",
        "identityNumber": owner.identity,
        "identityDate": "2021-05-09T17:00:00.000+0000",
        "address": owner.address,
        "province": {"label": "Tỉnh An Giang"},
        "village": {"label": row.unit_name},
        "phoneNumber": owner.phone,
        "email": owner.email,
        "organization": owner.name if owner.name.startswith("Công ty") else "",
        "gender": chance.randint(1, 2),
    }


def _hex_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
