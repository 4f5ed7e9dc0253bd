"""Understands a request body as a strict server would.

How the real portal refuses a wrong request was never captured: the status 400 and its envelope
are inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .periods import Period, period_from_dates, period_from_time_type
from .provinces import BY_ID, NATION_CODE

RESULTS = "service-results"
SATISFACTION = "handling-satisfaction"
DIGITISED = "dossier-digitized"
LARGEST_PAGE = 200
_DEFAULT_PAGE = 10

JsonObject = Mapping[str, object]


class BadRequest(ValueError):
    """The body does not fit; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a body asks for. `formality` is the procedure filter, where one is set."""

    endpoint: str
    province_code: str
    period: Period
    page: int
    page_size: int
    formality: str | None


def understand(endpoint: str, body: JsonObject) -> Query:
    """Read a body; raises BadRequest."""
    province_code = asked_province(body)
    if province_code is None:
        raise BadRequest("rootDepartmentId is unknown")
    if province_code == NATION_CODE and endpoint != RESULTS:
        raise BadRequest("rootDepartmentId is required")
    if body.get("departmentType") not in (None, "ADMINISTRATIVE_UNIT"):
        raise BadRequest("departmentType is unknown")
    period = asked_period(endpoint, body)
    if period is None:
        wanted = "fromDate and toDate" if endpoint == SATISFACTION else "timeType and its period"
        raise BadRequest(f"{wanted} must be given")
    # One endpoint spells the procedure filter differently; the other spelling is ignored there.
    formality = body.get("formalityID" if endpoint == DIGITISED else "formalityId")
    return Query(
        endpoint,
        province_code,
        period,
        _positive(body, "currentPage", 1),
        min(LARGEST_PAGE, _positive(body, "pageSize", _DEFAULT_PAGE)),
        None if formality is None else str(formality),
    )


def asked_province(body: JsonObject) -> str | None:
    """Code of the province a body asks for, "VN" for none, None for an unknown id."""
    identifier = body.get("rootDepartmentId")
    if identifier is None:
        return NATION_CODE
    province = BY_ID.get(str(identifier))
    return province.code if province else None


def asked_period(endpoint: str, body: JsonObject) -> Period | None:
    """The period a body asks for; one endpoint takes dates."""
    if endpoint == SATISFACTION:
        return period_from_dates(body)
    return period_from_time_type(body)


def _positive(body: JsonObject, key: str, default: int) -> int:
    value = body.get(key, default)
    if not isinstance(value, int) or value < 1:
        raise BadRequest(f"{key} must be a positive integer")
    return value
