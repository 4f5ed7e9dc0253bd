"""The content of the announcement of a month, from the store alone.

It is about a province, or about one of its units and what stands below it. Rates are hundredths of
a per cent, scores hundredths of a point; None is what was not printed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from scrapers.periods import Period
from scrapers.records import Indicator
from sync.config import Config
from sync.config_sections import EVERY_UNIT
from sync.failures import Failure
from sync.report.duty_log import DutyDay, daily_datasets, duty_log
from sync.report.overdue import OverdueReport, UnitOverdue, overdue_reports
from sync.report.results import Results, UnitResult, results
from sync.rules.causes import PROVINCE_WIDE
from sync.rules.index import rate_of, reaches
from sync.standings import Classes


class UnknownUnit(Failure):
    """The month has no such unit; the message says which units it has."""

    exit_code = 2


class WeakRate(NamedTuple):
    """An assigned rate that a unit misses; `ratio` and `target` in hundredths of a per cent."""

    unit: UnitResult
    indicator: Indicator
    ratio: int
    target: int
    numerator: int | None
    denominator: int | None


class AssignedRate(NamedTuple):
    """A rate that is demanded; `target` in hundredths of a per cent."""

    indicator: Indicator
    target: int


@dataclass(frozen=True)
class MonthlyReport:
    """One month, ready to be told."""

    subject: UnitResult
    """The province, or the unit that was asked for."""
    province: str
    """The province's name, without "tỉnh" or "thành phố"."""
    month: Period
    seen_on: dt.date
    cut_off: dt.datetime
    """When the newest reading that stands here was made; aware, UTC."""
    results: Results
    units: list[UnitResult]
    """The subject's own units: all of the province, or those whose code stands below the unit's."""
    weak: list[WeakRate]
    """Every assigned rate that a unit misses, as printed: those of `units`, and of the subject
    where that is a unit; by indicator, the lowest rate first."""
    rates: list[AssignedRate]
    """What is demanded of the subject, in the order of the configuration."""
    overdue: list[UnitOverdue] | None
    """From the last believed listings up to `seen_on`; None where there is none."""
    overdue_as_of: dt.datetime | None
    """When the oldest of these listings was read."""
    classes: Classes
    """The configured classes with their lowest points, best first."""
    duties: list[DutyDay]
    """The days of the month up to `seen_on`, newest first."""


def monthly_report(
    connection: Connection,
    config: Config,
    province_code: str,
    month: Period,
    seen_on: dt.date,
    unit_code: str | None = None,
) -> MonthlyReport | None:
    """A month of a province, or of one of its units, as it was seen up to a day.

    None where the month was not read by then. Raises UnknownUnit.
    """
    found = results(connection, province_code, month, seen_on)
    if found is None:
        return None
    subject = found.province if unit_code is None else _unit(found, unit_code)
    units = found.units
    if subject.kind != "province":
        units = [unit for unit in units if is_below(unit.code, subject.code)]
    listings = overdue_reports(connection, seen_on)
    judged = [subject, *units] if subject.kind != "province" else units
    return MonthlyReport(
        subject=subject,
        province=found.province.name,
        month=month,
        seen_on=seen_on,
        cut_off=found.read_at,
        results=found,
        units=units,
        weak=sorted(_weak(judged, config, found.indicators), key=_by_indicator),
        classes=config.index.classes,
        rates=_rates(subject, config, found.indicators),
        overdue=_overdue(listings, subject, len(config.index.province_codes) == 1),
        overdue_as_of=min((one.read_at for one in listings), default=None),
        duties=duty_log(
            connection, month.first_day, min(month.last_day, seen_on), daily_datasets(config)
        ),
    )


def is_below(code: str, above: str) -> bool:
    """Whether a unit's code stands below another's: H53.40.12 below H53.40, H53.401 not."""
    return code.startswith(f"{above}.")


def _unit(found: Results, code: str) -> UnitResult:
    units = {unit.code: unit for unit in (found.province, *found.units)}
    if code not in units:
        raise UnknownUnit(
            f"--unit names {code!r}; {found.period} of {found.province.code} has no such unit, but "
            f"{_some(sorted(units))}."
        )
    return units[code]


def _some(codes: Sequence[str]) -> str:
    shown = ", ".join(codes[:5])
    return shown if len(codes) <= 5 else f"{shown} and {len(codes) - 5} more"


def _weak(
    units: Sequence[UnitResult], config: Config, indicators: Mapping[str, Indicator]
) -> Iterator[WeakRate]:
    """A unit without activity misses nothing, nor does it miss what the province publishes."""
    for unit in units:
        if not unit.standing.has_activity:
            continue
        for code, figure in unit.figures.items():
            target = config.index.target_for(unit.code, code)
            is_repeated = code in PROVINCE_WIDE and unit.kind != "province"
            if target is None or is_repeated or code not in indicators:
                continue
            rate = rate_of(figure)
            if rate is None or reaches(rate, target):
                continue
            yield WeakRate(
                unit,
                indicators[code],
                round(rate),
                round(target * 100),
                figure.numerator,
                figure.denominator,
            )


def _by_indicator(weak: WeakRate) -> tuple[str, int, str]:
    return weak.indicator.code, weak.ratio, weak.unit.code


def _rates(
    subject: UnitResult, config: Config, indicators: Mapping[str, Indicator]
) -> list[AssignedRate]:
    targets = config.index.targets
    codes = dict.fromkeys((*targets[EVERY_UNIT], *targets.get(subject.code, {})))
    wanted = ((code, config.index.target_for(subject.code, code)) for code in codes)
    return [
        AssignedRate(indicators[code], round(target * 100))
        for code, target in wanted
        if target is not None and code in indicators
    ]


def _overdue(
    listings: Sequence[OverdueReport], subject: UnitResult, is_only_province: bool
) -> list[UnitOverdue] | None:
    """The listed units that are the subject's, by code; None where no listing is believed.

    Sources name no province: an office of one province takes all that it lists as its own.
    """
    if not listings:
        return None
    takes_all = is_only_province and subject.kind == "province"
    return [
        unit
        for listing in listings
        for unit in listing.units
        if takes_all or unit.code == subject.code or is_below(unit.code, subject.code)
    ]
