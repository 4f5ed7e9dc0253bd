"""Units that a lower limit, not another rate of overdue dossiers, puts above it.

The limits that the alerts were last held against stand among the marks, as the targets do
(`new_targets`). A unit that was above the old limit too is not news.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sync import alert_facts, wording
from sync.alert_facts import OverdueRate
from sync.alert_judges import Situation
from sync.alert_store import note_settings, read_settings
from sync.changes import Severity
from sync.rules.dossiers import limit_for
from sync.rules.matters import Fact

PREFIX = "limit:"
"""Marks are named limit:KIND; their values are hundredths of a per cent."""


def newly_above_limit(today: Situation) -> Iterator[Fact]:
    """What opens because of today's configuration, and note its limits.

    While a listing is in trouble this waits: an outage opens nothing.
    """
    known = read_settings(today.connection, PREFIX)
    asked = {
        kind: round(limit * 100)
        for kind, limit in today.config.dossiers.overdue_rate.by_kind.items()
    }
    if known == asked:
        return
    scopes = [
        scope.id
        for scope in alert_facts.listings(today.connection)
        if scope.id not in today.abandoned
    ]
    if today.troubled.intersection(scopes):
        return
    note_settings(today.connection, PREFIX, asked)
    if known is None:
        return
    for scope in scopes:
        for one in alert_facts.overdue_rates(today.connection, scope):
            if _limit(known, one) >= one.rate > _limit(asked, one):
                yield _fact(one, _limit(asked, one))


def _limit(limits: Mapping[str, int], one: OverdueRate) -> int:
    return int(limit_for(limits, one.unit_kind))


def _fact(one: OverdueRate, limit: int) -> Fact:
    """The same as a change would say, without a change."""
    return Fact(
        id=0,
        dataset="dossiers",
        kind="rate_exceeded",
        severity=Severity.warning,
        message=f"{wording.unit(one.unit_name or one.unit_code or '')}: tỷ lệ hồ sơ quá hạn "
        f"{wording.points(one.rate)} %, vượt mức mới {wording.points(limit)} % "
        f"({wording.count(one.overdue)} hồ sơ).",
        unit_code=one.unit_code,
        unit_name=one.unit_name,
        subject=None,
        indicator=None,
        delta=None,
        scope_id=one.scope_id,
        about="dossiers",
        source=one.source,
        series=None,
        period=None,
    )
