"""The rules of the procedure catalogue: from what differs to what people are told.

The decision and the content are compared apart: a procedure is amended when its content differs,
and only then. Severities are told in `docs/rules.md` under the same names: what the office watches
is a warning where something may have to be done, everything else is information.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sync import wording
from sync.changes import Change, Severity
from sync.clock import VIETNAM
from sync.rules.watch import Watch

DATASET = "procedures"
PART_WORDS = {
    "name": "tên thủ tục",
    "code": "mã thủ tục",
    "agency": "cơ quan ban hành",
    "field": "lĩnh vực",
    "levels": "cấp thực hiện",
    "online": "mức độ dịch vụ công trực tuyến",
    "cases": "dịch vụ công trực tuyến",
    "methods": "cách thức, thời hạn giải quyết",
    "fees": "phí, lệ phí",
    "steps": "trình tự thực hiện",
    "dossier": "thành phần hồ sơ",
    "legal_basis": "căn cứ pháp lý",
    "results": "kết quả thực hiện",
    "requirements": "yêu cầu, điều kiện",
    "subjects": "đối tượng thực hiện",
    "executing_agencies": "cơ quan thực hiện",
    "other": "mô tả khác",
}
"""Parts of the content in the words of the office, in the order of the ledger's columns."""
MOST_CODES = 10
MOST_NAME = 160
"""Letters of a procedure's name in a message; some names are a page long."""
STRANGE_SHARE, STRANGE_LEAST = 0.5, 20
"""More than half of the details of a capture, and at least so many, differ although the portal's
own instant of change stood still: then the portal changed its answers, and not the procedures."""


class ProcedureValues(NamedTuple):
    """The values of one procedure, in the order of the ledger's columns but for the parts."""

    code: str
    name: str | None
    agency_code: str | None
    agency_name: str | None
    field_code: str | None
    field_name: str | None
    state: str | None
    type: str | None
    levels: str | None
    online_level: str | None
    processing: str | None
    fees: str | None
    decision_id: str | None
    decision_number: str | None
    decision_date: str | None
    published_at: int | None
    updated_at: int | None
    is_test: int
    parts: tuple[int, ...]


class ProcedureDifference(NamedTuple):
    """One procedure before and after; `is_new` when it came to the public list after the start."""

    before: ProcedureValues | None
    after: ProcedureValues
    is_new: bool


class GoneProcedure(NamedTuple):
    """A procedure that left the public list; `values` as last read, if its detail ever was."""

    code: str
    name: str | None
    agency_name: str | None
    values: ProcedureValues | None
    state: str | None
    """What the portal calls it elsewhere, such as INACTIVE."""


class DecisionValues(NamedTuple):
    """The values of one decision, in the order of the ledger's columns."""

    number: str | None
    agency_code: str | None
    agency_name: str | None
    decision_date: str | None
    published_at: int | None
    is_late: int
    is_test: int


class DecisionDifference(NamedTuple):
    """One decision before and after, with its procedures: (values, whether it is new)."""

    id: str
    before: DecisionValues | None
    after: DecisionValues
    is_fresh: bool
    """It came after the first reading: published since, or pending and just pointed to."""
    was_told_late: bool
    working_days: int | None
    """From its date to its publication, or to the day of the capture while it is pending."""
    limit: int
    procedures: Sequence[tuple[ProcedureValues, bool]]


@dataclass(frozen=True)
class Told:
    """How much a change matters to the office."""

    severity: Severity
    is_listed: bool


def procedure_changes(differences: Iterable[ProcedureDifference], watch: Watch) -> Iterator[Change]:
    """The changes of details that were read."""
    for one in differences:
        change = _procedure_change(one, _told(watch, [one.after]))
        if change is not None:
            yield change


def _procedure_change(one: ProcedureDifference, told: Told) -> Change | None:
    before, after = one.before, one.after
    if one.is_new:
        words = "mới" if before is None else "trở lại danh mục công khai"
        said = f"Thủ tục {words}: {_named(after)}{_by_decision(after)}."
        return _change("procedure_new", told, after, said, None, after.decision_number)
    if before is None:
        return None
    parts = changed_parts(before, after)
    moved = before.decision_id != after.decision_id
    old, new = before.decision_number, after.decision_number
    if parts:
        listed = ", ".join(PART_WORDS[part] for part in parts)
        by = _by_decision(after) if moved else ", không kèm quyết định mới"
        said = f"Sửa đổi {_named(after)}: {listed}{by}."
        return _change("procedure_amended", told, after, said, None, ",".join(parts))
    if not moved:
        return None
    info = Told(Severity.info, told.is_listed)
    if after.decision_id is not None and after.published_at is None:
        said = (
            f"{_sentence(after)} đã gắn với {_decision_words(after)} chưa công bố; nội dung "
            "đang hiển thị vẫn là nội dung cũ."
        )
        return _change("decision_pending", info, after, said, old, new)
    said = (
        f"{_sentence(after)} đổi từ {_decision_words(before)} sang {_decision_words(after)}, "
        "nội dung không đổi."
    )
    return _change("decision_changed", info, after, said, old, new)


def changed_parts(before: ProcedureValues, after: ProcedureValues) -> list[str]:
    """The parts of the content that differ, by name."""
    pairs = zip(PART_WORDS, before.parts, after.parts, strict=True)
    return [part for part, old, new in pairs if old != new]


def is_new_counting(differences: Sequence[ProcedureDifference], read: int) -> bool:
    """Whether the portal changed its answers: most contents differ, most instants stood still."""
    strange = [
        one
        for one in differences
        if one.before is not None
        and not one.is_new
        and changed_parts(one.before, one.after)
        and one.before.updated_at == one.after.updated_at
    ]
    return len(strange) >= STRANGE_LEAST and len(strange) > read * STRANGE_SHARE


def gone_changes(gone: Iterable[GoneProcedure], watch: Watch) -> Iterator[Change]:
    """`procedure_gone`: it left the public list. Why is only told where the portal tells it."""
    for one in gone:
        values = one.values
        told = _told(watch, [values]) if values else Told(Severity.info, True)
        who = (values.agency_name if values else None) or one.agency_name
        state = f"; Cổng ghi trạng thái {one.state}" if one.state else ""
        said = (
            f"Thủ tục {one.code} {_quoted(one.name)}{f' ({who})' if who else ''} không còn trong "
            f"danh mục công khai{state}."
        )
        yield Change(
            DATASET,
            "procedure_gone",
            told.severity,
            said,
            unit_code=values.agency_code if values else None,
            unit_name=who,
            subject=one.code,
            before=values.decision_number if values else None,
            after=one.state,
            is_listed=told.is_listed,
        )


def decision_changes(differences: Iterable[DecisionDifference], watch: Watch) -> Iterator[Change]:
    """`decision_new` when a decision is published, `published_late` once for each."""
    for one in differences:
        told = _told(watch, [values for values, _is_new in one.procedures])
        is_published = one.after.published_at is not None
        was_pending = one.before is not None and one.before.published_at is None
        if is_published and (was_pending or (one.before is None and one.is_fresh)):
            yield _decision_new(one, told)
        if _became_late(one):
            yield _published_late(one, told)


def _became_late(one: DecisionDifference) -> bool:
    if not one.after.is_late or one.was_told_late:
        return False
    if one.before is None:
        return one.is_fresh
    came = one.before.published_at is None and one.after.published_at is not None
    # What was published in time is not late because the office set another limit.
    may_become = one.after.published_at is None or _dates(one.before) != _dates(one.after)
    return came or (may_become and not one.before.is_late)


def _dates(decision: DecisionValues) -> tuple[str | None, int | None]:
    return decision.decision_date, decision.published_at


def _decision_new(one: DecisionDifference, told: Told) -> Change:
    new = [values.code for values, is_new in one.procedures if is_new]
    others = [values.code for values, is_new in one.procedures if not is_new]
    parts = [f"{len(new)} thủ tục mới ({_codes(new)})"] if new else []
    if others:
        parts.append(f"{len(others)} thủ tục khác ({_codes(others)})")
    assert one.after.published_at is not None
    took = f",{_took(one)}" if _took(one) else ""
    said = (
        f"{_decision(one)}, công bố ngày {_day(one.after.published_at)}{took}: "
        f"{'; '.join(parts) or 'chưa rõ thủ tục'}."
    )
    return _decision_change(one, "decision_new", told, said)


def _published_late(one: DecisionDifference, told: Told) -> Change:
    state = "chưa công bố" if one.after.published_at is None else "công bố"
    codes = _codes([values.code for values, _is_new in one.procedures])
    said = (
        f"{_decision(one)} {state}{_took(one)}, quá thời hạn {one.limit} ngày (ảnh hưởng chỉ số "
        f"1.1, 1.2 của {len(one.procedures)} thủ tục: {codes})."
    )
    return _decision_change(one, "published_late", told, said)


def _took(one: DecisionDifference) -> str:
    """How long it took; nothing where the calendar does not reach, or it is dated afterwards."""
    days = one.working_days
    return "" if days is None or days < 0 else f" sau {days} ngày làm việc"


def _decision_change(one: DecisionDifference, kind: str, told: Told, said: str) -> Change:
    days = None if one.working_days is None else str(one.working_days)
    return Change(
        DATASET,
        kind,
        told.severity,
        said,
        unit_code=one.after.agency_code,
        unit_name=one.after.agency_name,
        subject=one.id,
        before=str(one.limit) if kind == "published_late" else None,
        after=days if kind == "published_late" else one.after.number,
        is_listed=told.is_listed,
    )


def _told(watch: Watch, procedures: Sequence[ProcedureValues]) -> Told:
    """A warning where the office watches any of the procedures; test records are never listed."""
    real = [one for one in procedures if not one.is_test]
    if not real:
        return Told(Severity.info, False)
    if any(watch.names(one.agency_code, one.field_code, one.levels, one.name) for one in real):
        return Told(Severity.warning, True)
    return Told(Severity.info, not watch.is_set)


def _change(
    kind: str,
    told: Told,
    values: ProcedureValues,
    said: str,
    before: str | None,
    after: str | None,
) -> Change:
    return Change(
        DATASET,
        kind,
        told.severity,
        said,
        unit_code=values.agency_code,
        unit_name=values.agency_name,
        subject=values.code,
        before=before,
        after=after,
        is_listed=told.is_listed,
    )


def _sentence(values: ProcedureValues) -> str:
    return f"Thủ tục {_named(values)}"


def _named(values: ProcedureValues) -> str:
    agency = f" ({values.agency_name})" if values.agency_name else ""
    return f"{values.code} {_quoted(values.name)}{agency}"


def _quoted(name: str | None) -> str:
    name = name or "không tên"
    return f"“{name if len(name) <= MOST_NAME else name[: MOST_NAME - 1].rstrip() + '…'}”"


def _by_decision(values: ProcedureValues) -> str:
    if values.decision_id is None:
        return ""
    pending = " (chưa công bố)" if values.published_at is None else ""
    return f", theo {_decision_words(values)}{pending}"


def _decision_words(values: ProcedureValues) -> str:
    if values.decision_id is None:
        return "không có quyết định"
    return _numbered(values.decision_number, values.decision_date)


def _decision(one: DecisionDifference) -> str:
    words = _numbered(one.after.number, one.after.decision_date)
    return f"{words[:1].upper()}{words[1:]} của {one.after.agency_name or 'cơ quan chưa rõ'}"


def _numbered(number: str | None, date: str | None) -> str:
    number = (number or "không số").removeprefix("Quyết định số ").removeprefix("Quyết định ")
    dated = f" ngày {wording.day(dt.date.fromisoformat(date))}" if date else ""
    return f"Quyết định {number}{dated}"


def _codes(codes: Sequence[str]) -> str:
    listed = ", ".join(sorted(codes)[:MOST_CODES])
    return f"{listed}, …" if len(codes) > MOST_CODES else listed


def _day(seconds: int) -> str:
    return wording.day(dt.datetime.fromtimestamp(seconds, VIETNAM).date())
