"""What the store knows of one period: the portal's counts of dossiers, and who is called what.

The portal publishes, by unit and period (indicator TDGQ, its endpoint dvc-progress-tree):

* `totalReceived`: denominator of TDGQ and of NOT_ON_TIME;
* `totalOnTime`: numerator of TDGQ, what was resolved in time and what is in process in time;
* the rest, `totalOverdue` of a unit: numerator of NOT_ON_TIME. The province's is computed from the
  other two when it is read, so its `totalOnTime` comes back from them unchanged.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import Connection, text

from scrapers.periods import Period
from sync.failures import Failure

Count = Literal["received", "on_time", "not_on_time"]
COUNTS: tuple[Count, ...] = ("received", "on_time", "not_on_time")
Counts = Mapping[Count, int | None]
"""What is published of one unit; None where the portal printed nothing."""


class NoFigures(Failure):
    """The store has no figures of the period; the message says how to get them."""

    exit_code = 3


class PortalUnit(NamedTuple):
    """A unit with its published counts."""

    code: str
    name: str
    counts: Counts


@dataclass(frozen=True)
class PortalCounts:
    """The published counts of a province and its units, as the last accepted reading has them."""

    observed_at: dt.datetime
    units: Mapping[str, PortalUnit]
    """Code -> unit."""
    names: Mapping[str, str]
    """Code -> name, of every unit that has figures in the period or that the province has now.

    Not of those it once had: before the mergers another unit may have borne the same name."""


def portal_counts(connection: Connection, province_code: str, period: Period) -> PortalCounts:
    """The counts of one province and period. Raises NoFigures."""
    rows = connection.execute(
        text(
            """
            SELECT unit_code, unit_name, indicator, numerator, denominator, observed_at
            FROM scores_latest
            WHERE series = 'current' AND province_code = :province AND period_type = :type
              AND year = :year AND period_no = :number AND indicator IN ('TDGQ', 'NOT_ON_TIME')
              AND NOT (unit_code = :province AND indicator = 'TDGQ')
            """
        ),
        {
            "province": province_code,
            "type": period.type,
            "year": period.year,
            "number": period.number,
        },
    ).all()
    if not rows:
        raise NoFigures(_how_to_get(province_code, period))
    found: dict[str, dict[str, tuple[int | None, int | None]]] = defaultdict(dict)
    for row in rows:
        found[row.unit_code][row.indicator] = (row.numerator, row.denominator)
    names = {row.unit_code: row.unit_name or row.unit_code for row in rows}
    units = {
        code: PortalUnit(code, names[code], _counts(figures, is_province=code == province_code))
        for code, figures in found.items()
    }
    observed_at = max(dt.datetime.fromisoformat(row.observed_at) for row in rows)
    return PortalCounts(observed_at, units, {**_names(connection, province_code), **names})


def _counts(
    figures: Mapping[str, tuple[int | None, int | None]], *, is_province: bool
) -> dict[Count, int | None]:
    on_time, received = figures.get("TDGQ", (None, None))
    not_on_time, of = figures.get("NOT_ON_TIME", (None, None))
    if is_province and of is not None and not_on_time is not None:
        received, on_time = of, of - not_on_time
    return {"received": received, "on_time": on_time, "not_on_time": not_on_time}


def _names(connection: Connection, province_code: str) -> dict[str, str]:
    rows = connection.execute(
        text("SELECT code, name FROM units WHERE province_code = :province AND active = 1"),
        {"province": province_code},
    )
    return {row.code: row.name for row in rows if row.name}


def _how_to_get(province_code: str, period: Period) -> str:
    first, last = period.first_day, period.last_day
    if first.year < 2026:
        return (
            f"the portal published no counts of dossiers for {period}: those begin with 2026, "
            "when its present interface did."
        )
    return (
        f"the store has no figures of {province_code} for {period}; read them with `dvcqg backfill "
        f"index --from {first:%Y-%m} --to {last:%Y-%m} --province {province_code}`."
    )
