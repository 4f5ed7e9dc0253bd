"""The older interface: `POST /jsp/rest.jsp`, a form whose field `params` is a JSON object as text.

Of its services only `report_tinh_766_service` is here: a bare list of rows, all values text. What
the real one answers to a wrong request was never captured; a page of status 400 is inferred, and so
is the empty list for an id that has no units in the period.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs

from .legacy_faults import distorted, place_asked_for
from .legacy_provinces import province_of
from .legacy_units import LegacyUnit
from .legacy_world import LegacyRow, rows_of
from .periods import Period
from .routes import Answer, Call, page
from .texts import GATEWAY_PAGE

REST_PATH = "/jsp/rest.jsp"
SERVICE = "report_tinh_766_service"
CONTENT_TYPE = "text/html;charset=UTF-8"
"""What a JSP says unless told otherwise. (Inferred; the harder case for a client.)"""

_GROUP_ORDER = ("TDGQ", "MDHL", "MDSH", "TTTT", "CLGQ", "CKMB")


class LegacyQuery(NamedTuple):
    """What a request asks for; `place` is "VN", a province's code, or None for an unknown id."""

    place: str | None
    period: Period
    page: int
    page_size: int


def params_of(raw_body: bytes) -> dict[str, object]:
    """The object in the form's field `params`; empty for anything else."""
    try:
        value = json.loads(parse_qs(raw_body.decode())["params"][0])
    except (KeyError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def legacy_scope(params: Mapping[str, object]) -> tuple[str | None, Period | None]:
    """Place and period of a request, as far as they are understood; faults are aimed by them."""
    return province_of(str(params.get("p_tinh_id", ""))), _asked_period(params)


def legacy_route(call: Call) -> Answer | None:
    """Answer the service of the index; other services are left to other routes."""
    if call.path != REST_PATH or call.method != "POST" or call.body.get("service") != SERVICE:
        return None
    query = _understood(call.body)
    if query is None:
        return page(GATEWAY_PAGE.format(reason="400 Bad Request"), 400)
    if not call.faults:
        return Answer(200, _text(query).encode(), CONTENT_TYPE)
    query = query._replace(place=place_asked_for(query.place, call.faults))
    rows = distorted(json.loads(_text(query)), call.faults)
    return Answer(200, json.dumps(rows, ensure_ascii=False).encode(), CONTENT_TYPE)


def _understood(params: Mapping[str, object]) -> LegacyQuery | None:
    place, period = legacy_scope(params)
    number, size = params.get("pageIndex"), params.get("pageSize")
    fixed = (params.get("type"), params.get("p_loaidonvi"), params.get("loaichitieu"))
    if period is None or fixed != ("ref", 1, 0) or "p_tinh_id" not in params:
        return None
    if not (isinstance(number, int) and isinstance(size, int) and number > 0 and size > 0):
        return None
    return LegacyQuery(place, period, number, size)


def _asked_period(params: Mapping[str, object]) -> Period | None:
    """A year as text; a quarter or a month, or neither; half-years are not served."""
    year, quarter, month = params.get("p_nam"), params.get("p_quy"), params.get("p_thang")
    if not (isinstance(year, str) and year.isdecimal() and params.get("p_6thang") == 0):
        return None
    match quarter, month:
        case 0, 0:
            return Period("year", int(year), 0)
        case int(), 0 if 1 <= quarter <= 4:
            return Period("quarter", int(year), quarter)
        case 0, int() if 1 <= month <= 12:
            return Period("month", int(year), month)
    return None


@lru_cache(maxsize=256)
def _text(query: LegacyQuery) -> str:
    """The rows as JSON, put together by hand: thousands are asked for in a row."""
    rows = rows_of(query.place, query.period) if query.place else []
    first = (query.page - 1) * query.page_size
    ranked = enumerate(rows[first : first + query.page_size], start=first + 1)
    return f"[{','.join([_written(row, rank) for rank, row in ranked])}]"


def _written(row: LegacyRow, rank: int) -> str:
    """One row in the portal's order of fields; ROW_STT is unique, also between equals."""
    groups = row.groups
    scores = "".join([f'"{group}":"{_NUMBERS[groups[group]]}",' for group in _GROUP_ORDER])
    total = f'"TONG_SCORE":"{_NUMBERS[row.total]}"'
    return f'{{{_identity(row.unit)},{scores}{total},"ROW_STT":"{rank}"}}'


@cache
def _identity(unit: LegacyUnit) -> str:
    cells = {
        "ID": unit.id,
        "TEN": unit.name,
        "TEN_COQUAN": unit.name,
        "MA_COQUAN": unit.printed_code,
        "LOAI_COQUAN": unit.rank_word,
        "CAPDONVIID": unit.level_word,
        "ID_COQUAN": unit.id,
    }
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))[1:-1]


def _number(hundredths: int) -> str:
    """As the portal writes it: 91.7, 85 and 0, not 91.70, 85.00 or 0.0."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


_NUMBERS = [_number(hundredths) for hundredths in range(100_01)]
