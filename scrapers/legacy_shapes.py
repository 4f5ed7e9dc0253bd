"""The answers of `report_tinh_766_service` as far as we rely on them.

A bare list of flat rows, every value a text. Strict about what we need (FormatChanged with the path
of the field), silent about the rest; ROW_STT, for one, ranks departments and communes together.
Source: answers of October 2025, none of another year. What had to be inferred for the years before
stands in `_KINDS_BEFORE_MERGERS`, `unit_code` and the readiness to meet a blank score.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from scrapers.archive import Answer
from scrapers.envelope import in_shape, whole_json
from scrapers.errors import FormatChanged
from scrapers.former_provinces import is_before_mergers
from scrapers.keys import LONGEST_KEY
from scrapers.periods import Period
from scrapers.records import Kind, clean

SERVICE = "report_tinh_766_service"

_KINDS: dict[str, Kind] = {"1": "province", "2": "department", "3": "commune"}
"""LOAI_COQUAN since the mergers of July 2025, read in answers."""

_KINDS_BEFORE_MERGERS: dict[str, Kind] = {
    "1": "province",
    "2": "department",
    "3": "district",
    "4": "commune",
}
"""LOAI_COQUAN before. (Inferred: communes took the place of the districts, right below a province,
also in CAPDONVIID; no answer of that time was ever captured.)"""

_SCORE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]+)?")


def unit_code(printed: str) -> str:
    """A unit's code in today's form.

    The older form runs the other way and is filled up with zeros: 000.00.00.H37 is H37. (Read only
    of provinces; that a unit below is turned round too, 000.00.15.H37 for H37.15, is inferred.)
    """
    parts = printed.split(".")
    if not parts[0].isdecimal():
        return printed
    return ".".join(part for part in reversed(parts) if part.strip("0"))


def _hundredths(printed: Any) -> int | None:
    """A score as whole hundredths; blank is None, which is not zero."""
    if printed is None or (isinstance(printed, str) and not printed.strip()):
        return None
    if not isinstance(printed, str) or not _SCORE.fullmatch(printed.strip()):
        raise ValueError("no score written as text")
    return round(Decimal(printed.strip().replace(",", ".")) * 100)


Text = Annotated[str, Field(strict=True), AfterValidator(clean), Field(min_length=1)]
Code = Annotated[Text, AfterValidator(unit_code), Field(min_length=1, max_length=LONGEST_KEY)]
Score = Annotated[int | None, BeforeValidator(_hundredths)]
"""In hundredths of a point."""


class Row(BaseModel):
    """A unit with its total and its six groups; CLGQ is online services, TTTT online payment."""

    ID_COQUAN: Text
    TEN_COQUAN: Text
    MA_COQUAN: Code
    LOAI_COQUAN: Text
    CKMB: Score
    TDGQ: Score
    CLGQ: Score
    TTTT: Score
    MDHL: Score
    MDSH: Score
    TONG_SCORE: Score


def read_rows(answer: Answer) -> list[Row]:
    """The rows of an answer. Raises FormatChanged with a path such as rows.3.TDGQ, and Unusable."""
    return in_shape(whole_json(answer, SERVICE), list[Row], SERVICE, root="rows")


def kind_of(position: int, row: Row, period: Period) -> Kind:
    """What the row of a position in the list is about. Raises FormatChanged for an unknown word."""
    kinds = _KINDS_BEFORE_MERGERS if is_before_mergers(period) else _KINDS
    if row.LOAI_COQUAN not in kinds:
        problem = f"has an unknown value ({row.LOAI_COQUAN!r})"
        raise FormatChanged(SERVICE, f"rows.{position}.LOAI_COQUAN", problem)
    return kinds[row.LOAI_COQUAN]
