"""The national catalogue of procedures: its public list, its details, and what was withdrawn.

The list is the only call that says which procedures exist, the detail the only one that shows a
date, a decision or a level. Source: the portal's own calls, seen from June to October 2026.
Unknown and therefore only here: the call behind the page of decisions, the detail of a withdrawn
procedure, the official mapping of the online level.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

from scrapers import procedure_shapes as shapes
from scrapers.envelope import in_shape, open_envelope, read_envelope
from scrapers.errors import Unusable
from scrapers.http import Ask
from scrapers.procedure_content import check_members, content_parts
from scrapers.procedure_records import (
    CatalogueReading,
    Decision,
    ListedProcedure,
    OnlineLevel,
    Procedure,
)
from scrapers.records import clean

LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = "/api/v1/configuring/formality/get-formality-by-citizen"
FORMALITIES = "/api/v1/reporting/formalities"
PAGE_SIZE = 100
"""200 sometimes times out."""
MOST_PAGES = 500
VIETNAM = dt.timezone(dt.timedelta(hours=7))

LEVELS = {
    "isMinistry": "ministry",
    "isProvince": "province",
    "isWard": "commune",
    "isOtherAgency": "other",
    "isVertical": "vertical",
}
METHODS = {"DIRECT": "Trực tiếp", "ONLINE": "Trực tuyến", "POSTAL": "Bưu chính"}
TIME_UNITS = {
    "WORKING_DAY": "ngày làm việc",
    "DAY": "ngày",
    "HOUR": "giờ",
    "MONTH": "tháng",
    "YEAR": "năm",
    "OTHER": "",
}
FEE_TYPES = {"FEE": "Phí", "SERVICE_FEE": "Lệ phí", "PRICE_LEVEL": "Mức giá"}
"""Labels of the portal's words; what is not listed is told as it came. Inferred."""

TEST_CODE = re.compile(r"xoa$", re.IGNORECASE)
TEST_DECISION = re.compile(r"demo|test", re.IGNORECASE)
TEST_NAME = re.compile(r"(?<!\d)\d{1,2}/\d{1,2}$")
"""How the test records on the live portal were seen to look: "…-Xoa", "Demo/QĐ-BCA", a name that
ends in a bare "23/09". Inferred from a handful."""


def read_catalogue(ask: Ask) -> CatalogueReading:
    """The whole public list, newest first. Raises Unusable where its cursor goes in circles.

    Whether it came to its end is for the guard to judge, by the totals.
    """
    items: dict[str, ListedProcedure] = {}
    totals: list[int] = []
    cursor = ""
    seen = {cursor}
    for _number in range(MOST_PAGES):
        page = read_envelope(ask(LIST, _list_body(cursor)), shapes.ListPage)
        totals.append(page.total)
        for item in page.items:
            if item.id in items:
                raise Unusable(f"the list shows {item.id} twice; its pages overlap.")
            items[item.id] = _listed(item)
        following = page.lastId or ""
        if not page.items or not following or following == cursor:
            return CatalogueReading(list(items.values()), totals, _end(page, following))
        if following in seen:
            raise Unusable(f"the list goes in circles: its cursor {following} came before.")
        seen.add(following)
        cursor = following
    raise Unusable(f"the list has no end after {MOST_PAGES} pages.")


def _list_body(cursor: str) -> dict[str, Any]:
    return {"limit": PAGE_SIZE, "lastId": cursor, "q": "", "categoryId": "", "departmentCode": ""}


def _end(page: shapes.ListPage, following: str) -> str:
    if not page.items:
        return "a page was empty"
    return "the cursor stood still" if following else "there was no further cursor"


def _listed(item: shapes.ListItem) -> ListedProcedure:
    fields = sorted({clean(name) for name in item.categories or () if name})
    return ListedProcedure(
        id=item.id,
        code=clean(item.code),
        name=clean(item.name),
        state=item.state,
        type=item.type,
        agency_name=_clean(item.departmentPromulgate),
        field_names="; ".join(fields) or None,
    )


def read_procedure(ask: Ask, procedure_id: str) -> Procedure:
    """One procedure in detail. Raises FormatChanged, and Unusable where another one is answered."""
    raw = open_envelope(ask(DETAIL, {"id": procedure_id}))
    detail = in_shape(raw, shapes.Detail, "get-formality-by-citizen")
    if detail.id != procedure_id:
        raise Unusable(f"asked for procedure {procedure_id}, answered for {detail.id}.")
    check_members(raw, "get-formality-by-citizen")
    category = next((one for one in detail.categoriesDetails or () if one), shapes.Category())
    decision = _decision(detail.procedureProposal)
    return Procedure(
        id=detail.id,
        code=clean(detail.code),
        name=clean(detail.name),
        agency_code=_clean(detail.departmentPromulgateCode),
        agency_name=_clean(detail.departmentPromulgateName),
        field_code=_clean(category.code),
        field_name=_clean(category.name),
        state=detail.state,
        type=detail.type,
        levels=",".join(word for member, word in LEVELS.items() if getattr(detail, member)),
        online_level=online_level(bool(detail.isFullProcess), any(detail.cases or ())),
        processing=_listed_once(_processing_time(one) for one in _methods(detail)),
        fees=_listed_once(_fee(fee) for one in _methods(detail) for fee in one.fees or () if fee),
        decision=decision,
        updated_at=_seconds(detail.updatedAt),
        is_test=_is_test(detail, decision),
        parts=content_parts(raw),
    )


def read_state(ask: Ask, procedure_id: str, code: str) -> str | None:
    """The state of a procedure that left the public list, such as INACTIVE; None: not told.

    Source: `reporting/formalities`, which knows another set of procedures than the list.
    """
    body = {"q": code, "currentPage": 1, "pageSize": 20}
    page = read_envelope(ask(FORMALITIES, body), shapes.FormalityPage)
    return next((one.state for one in page.items if one.id == procedure_id), None)


def online_level(is_full: bool, has_services: bool) -> OnlineLevel:
    """The level of online service: full by its mark, partial with services, else none. Inferred."""
    if is_full:
        return "full"
    return "partial" if has_services else "none"


def day_of(milliseconds: int) -> dt.date:
    """The day in Viet Nam: decisions are dated at midnight there, or at midnight UTC."""
    return dt.datetime.fromtimestamp(milliseconds / 1000, VIETNAM).date()


def _decision(proposal: shapes.Proposal | None) -> Decision | None:
    if proposal is None:
        return None
    dated = proposal.decisionDate
    return Decision(
        id=proposal.id,
        number=_clean(proposal.proposalNumber),
        date=None if dated is None else day_of(dated),
        published_at=_seconds(proposal.publicationDate),
    )


def _is_test(detail: shapes.Detail, decision: Decision | None) -> bool:
    number = decision.number if decision and decision.number else ""
    return bool(
        TEST_CODE.search(clean(detail.code))
        or TEST_DECISION.search(number)
        or TEST_NAME.search(clean(detail.name))
    )


def _methods(detail: shapes.Detail) -> Iterator[shapes.Method]:
    return (one for one in detail.executionMethods or () if one)


def _processing_time(method: shapes.Method) -> str | None:
    """A processing time as printed: "Trực tiếp: 18 ngày làm việc"; without a time None."""
    if method.processingTime in (None, ""):
        return None
    unit = TIME_UNITS.get(method.processingTimeUnit or "", method.processingTimeUnit)
    return f"{_way(method)}: {_printed(method.processingTime)} {unit}".rstrip()


def _fee(fee: shapes.Fee) -> str | None:
    """A fee as printed, whatever unit its number is in; the same fee of several ways is one."""
    kind = FEE_TYPES.get(fee.type or "", fee.type)
    told = [_printed(fee.value), clean(fee.description or "")]
    words = ", ".join(word for word in told if word)
    return f"{kind or 'Phí'}: {words}" if words else None


def _way(method: shapes.Method) -> str:
    return METHODS.get(method.submissionMethod or "", method.submissionMethod or "Khác")


def _printed(value: float | str | None) -> str:
    """A number or a text as printed, with a comma where numbers have a point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    number = str(value) if isinstance(value, int) else f"{value:.10g}"
    return number.replace(".", ",")


def _listed_once(words: Iterable[str | None]) -> str | None:
    """Words in a fixed order, each once: the portal moves and repeats the elements of arrays."""
    return "; ".join(sorted({word for word in words if word})) or None


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds // 1000


def _clean(text: str | None) -> str | None:
    """Clean text; None where there is none to speak of."""
    return clean(text or "") or None
