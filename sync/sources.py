"""Which readings are due, and how each is fetched: the only room that knows the scrapers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scrapers import evaluation, legacy
from scrapers.archive import Answer, replay
from scrapers.http import Ask, Transport
from scrapers.periods import PERIOD_TYPES, Period, PeriodType, period_of
from scrapers.provinces import PROVINCES
from scrapers.records import IndexReading
from sync.capture import Reading
from sync.changes import Severity
from sync.config import Config
from sync.index import IndexMaterial, IndexSettings, index_scope, scope_name
from sync.series import CURRENT, LEGACY, Series

LEGACY_LANDING = "/p/home/dvc-index-tinhthanhpho-tonghop.html"
"""The page on which the older interface was used, where it stands on a host of its own."""


class Reader(NamedTuple):
    """How one series of the index is read."""

    nation: Callable[[Ask, Period], IndexReading]
    province: Callable[[Ask, Period, str, str], IndexReading]
    """The last argument is the province's id in this interface."""
    requests: int
    """Requests that one province takes; the nation takes one."""
    id_field: str
    """The field of a request that holds the province's id."""


READERS: dict[Series, Reader] = {
    CURRENT: Reader(evaluation.read_nation, evaluation.read_province, 7, "rootDepartmentId"),
    LEGACY: Reader(legacy.read_nation, legacy.read_province, 1, "p_tinh_id"),
}


def transport(config: Config) -> Transport | None:
    """How the portal's calls travel; None is plain HTTP."""
    if config.portal.transport == "http":
        return None
    from scrapers.browser_transport import PageTransport

    return PageTransport(config.portal.base_url)


def legacy_transport(config: Config) -> Transport | None:
    """How the calls of the older interface travel, where it has a host of its own."""
    if config.portal.transport == "http":
        return None
    from scrapers.browser_transport import PageTransport

    return PageTransport(config.portal.legacy_base_url, landing=LEGACY_LANDING)


def read_kept(
    answers: Sequence[Answer], series: Series, period: Period, province_code: str | None
) -> IndexReading:
    """A reading of the index done again from its raw answers, by today's code.

    Raises ScrapeError, and LookupError when there is no answer.
    """
    ask, reader = replay(answers), READERS[series]
    if province_code is None:
        return reader.nation(ask, period)
    portal_id = str(answers[0].request[reader.id_field])
    return reader.province(ask, period, province_code, portal_id)


def index_settings(config: Config) -> IndexSettings:
    """What the rules of the index need of the configuration."""
    drop = config.index.score_drop
    return IndexSettings(
        classes=config.index.classes,
        thresholds={
            Severity.info: _hundredths(drop.info),
            Severity.warning: _hundredths(drop.warning),
            Severity.critical: _hundredths(drop.critical),
        },
        target_for=config.index.target_for,
        watched_provinces=frozenset(config.index.province_codes),
    )


def _hundredths(points: float) -> int:
    """A threshold in hundredths; never nothing, or a figure that stands would have fallen."""
    return max(1, round(points * 100))


def due_periods(today: dt.date, types: Sequence[PeriodType], revisit_days: int) -> list[Period]:
    """The periods to read on a day: open ones first, the longest first, then closed ones.

    Closed are the month that has just ended, and every period that ended within `revisit_days`,
    because the portal recomputes. A period is read from its second day on: on the first there is
    nothing to publish yet. (Inferred; what the portal answers then is unknown.)
    """
    ordered = [type_ for type_ in PERIOD_TYPES if type_ in types]
    current = [period_of(today, type_) for type_ in ordered]
    due = [period for period in current if period.first_day < today]
    for newest in current:
        period = newest.previous()
        while _is_revisited(period, newest, today, revisit_days):
            due.append(period)
            period = period.previous()
    return due


def _is_revisited(period: Period, newest: Period, today: dt.date, revisit_days: int) -> bool:
    just_ended = period.type == "month" and period == newest.previous()
    return just_ended or (today - period.last_day).days <= revisit_days


def due_scopes(config: Config, today: dt.date) -> list[str]:
    """The names of the scopes that a check of this day reads."""
    periods = due_periods(today, config.index.periods, config.index.revisit_days)
    codes = (None, *config.index.province_codes)
    return [scope_name(code, period) for period in periods for code in codes]


def keeps_registry(config: Config, day: dt.date, period: Period) -> bool:
    """Whether a day's reading of this period also keeps the registry of units: the longest does."""
    return due_periods(day, config.index.periods, config.index.revisit_days)[:1] == [period]


def index_readings(
    config: Config, ask: Ask, today: dt.date, known_ids: Mapping[str, str] | None = None
) -> Iterator[Reading]:
    """The readings of the index due today: for each period the nation first, then its provinces.

    A province's id on the portal is taken from the nation's answer of this very check; where that
    failed, or another worker reads it, from `known_ids`, else from the list that is known.
    """
    settings = index_settings(config)
    portal_ids = {code: province.portal_id for code, province in PROVINCES.items()}
    portal_ids.update(known_ids or {})
    periods = due_periods(today, config.index.periods, config.index.revisit_days)
    for period in periods:
        registry = keeps_registry(config, today, period)

        def nation(period: Period = period, keeps: bool = registry) -> IndexMaterial:
            reading = evaluation.read_nation(ask, period)
            portal_ids.update(
                (unit.code, unit.portal_id) for unit in reading.units.values() if unit.portal_id
            )
            return IndexMaterial(reading, settings, keeps_registry=keeps)

        yield Reading(index_scope(None, "cả nước", period), nation)
        for code in config.index.province_codes:

            def province(
                code: str = code, period: Period = period, keeps: bool = registry
            ) -> IndexMaterial:
                reading = evaluation.read_province(ask, period, code, portal_ids[code])
                return IndexMaterial(reading, settings, keeps_registry=keeps)

            yield Reading(index_scope(code, PROVINCES[code].name, period), province)
