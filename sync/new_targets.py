"""Units that another target, not another figure, puts below what is assigned to them.

The targets that the alerts were last held against stand among the marks. A unit that was below the
old target too is not news: the change that took it there has told of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from sync import alert_facts, wording
from sync.alert_facts import RateNow
from sync.alert_judges import Situation, due_index_scopes
from sync.alert_store import note_settings, read_settings
from sync.changes import Severity
from sync.config import Config
from sync.rules.causes import PROVINCE_WIDE
from sync.rules.differences import Figure
from sync.rules.index import rate_of, reaches
from sync.rules.matters import Fact

PREFIX = "target:"
"""Marks are named target:UNIT:INDICATOR, with no unit for what holds for every one."""
Targets = Mapping[tuple[str, str], int]
"""(unit or "", indicator) -> hundredths of a per cent."""


def newly_below_target(today: Situation) -> Iterator[Fact]:
    """What opens because of today's configuration, and note its targets.

    While a reading of the index is in trouble this waits: an outage opens nothing.
    """
    connection = today.connection
    known, asked = _known(connection), _configured(today.config)
    if known == asked:
        return
    scopes = [scope.id for scope in due_index_scopes(today)]
    if today.troubled.intersection(scopes):
        return
    _note(connection, asked)
    if known is None:
        return
    moved = {key[1] for key in known.keys() | asked.keys() if known.get(key) != asked.get(key)}
    for indicator in sorted(moved):
        for rate in alert_facts.rates_now(connection, indicator, scopes):
            if _is_newly_below(rate, known, asked) and _is_ours(rate, today.config):
                yield _fact(rate, asked)


def _is_newly_below(one: RateNow, before: Targets, now: Targets) -> bool:
    rate = rate_of(Figure(*one.figure))
    target, old = _target(now, one), _target(before, one)
    if rate is None or target is None or one.has_activity == 0:
        return False
    return not reaches(rate, target / 100) and (old is None or reaches(rate, old / 100))


def _is_ours(one: RateNow, config: Config) -> bool:
    """Whether the office watches the unit, and the unit answers for the figure."""
    if one.indicator in PROVINCE_WIDE and one.unit_kind != "province":
        return False
    return one.province_code in config.index.province_codes


def _target(targets: Targets, one: RateNow) -> int | None:
    return targets.get((one.unit_code, one.indicator), targets.get(("", one.indicator)))


def _fact(one: RateNow, targets: Targets) -> Fact:
    """The same as a change would say, without a change."""
    rate, target = rate_of(Figure(*one.figure)), _target(targets, one)
    assert rate is not None
    assert target is not None
    return Fact(
        id=0,
        dataset="index",
        kind="below_target",
        severity=Severity.warning,
        message=f"{wording.unit(one.unit_name)}: “{one.indicator_name}” "
        f"{wording.period(one.period)} đạt {wording.points(round(rate))} %, dưới mức giao mới "
        f"{wording.points(target)} %.",
        unit_code=one.unit_code,
        unit_name=one.unit_name,
        subject=None,
        indicator=one.indicator,
        delta=None,
        scope_id=one.scope_id,
        about="index",
        source="portal",
        series=one.series,
        period=str(one.period),
    )


def _configured(config: Config) -> dict[tuple[str, str], int]:
    return {
        (unit, indicator): round(target * 100)
        for unit, own in config.index.targets.items()
        for indicator, target in own.items()
    }


def _known(connection: Connection) -> dict[tuple[str, str], int] | None:
    """The targets noted last; None where none ever were."""
    noted = read_settings(connection, PREFIX)
    if noted is None:
        return None
    parts = {tuple(name.rsplit(":", 1)): value for name, value in noted.items()}
    return {(unit, indicator): value for (unit, indicator), value in parts.items()}


def _note(connection: Connection, targets: Targets) -> None:
    named = {f"{unit}:{indicator}": target for (unit, indicator), target in targets.items()}
    note_settings(connection, PREFIX, named)
