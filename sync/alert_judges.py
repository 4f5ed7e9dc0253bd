"""Whether a matter is over: one small judge for each life of `sync.rules.matters`.

A judge looks at the store and the configuration as they are now. What rests on a reading that was
not accepted is left alone: while a source is down, nothing about its data closes. What rests on
readings that are no longer made at all expires.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from sync import alert_facts, clock, wording
from sync.alert_store import Alert
from sync.config import Config
from sync.rules.differences import Figure
from sync.rules.dossiers import limit_for
from sync.rules.index import rate_of, reaches
from sync.rules.matters import Life, topic_of
from sync.sources import due_scopes

NEWS_DAYS = 7
"""News to which nothing was added for so long is no longer news."""
IDLE_DAYS = 7
"""A scope that was not tried on so many days on which something was read is no longer read: its
period is long over, or its source was taken out of the configuration."""
SOURCES = {"index": "Chỉ số 766", "procedures": "Danh mục thủ tục"}
"""What a source of the portal gives, in the words of the office."""


class Verdict(NamedTuple):
    """It is over: `closed` is told to people, `expired` is not."""

    event: Literal["closed", "expired"]
    message: str


@dataclass(frozen=True)
class Situation:
    """What a judge may look at."""

    connection: Connection
    config: Config
    now: dt.datetime
    troubled: frozenset[int]
    """Scopes whose newest reading was not accepted."""
    abandoned: frozenset[int]
    """Scopes that are no longer read."""
    _overdue: dict[int, dict[str, int]] = field(default_factory=dict)

    def has_overdue(self, scope_id: int, unit: str) -> bool:
        """Whether a source's last accepted listing has an overdue dossier of a unit."""
        if scope_id not in self._overdue:
            # Listings are large and units many: counted once for all.
            self._overdue[scope_id] = alert_facts.overdue_units(self.connection, scope_id)
        return unit in self._overdue[scope_id]


Judge = Callable[[Alert, Mapping[str, str], Situation], Verdict | None]


def situation(connection: Connection, config: Config, now: dt.datetime) -> Situation:
    """What holds at an instant."""
    troubled = frozenset(alert_facts.troubled_scopes(connection))
    abandoned = frozenset(alert_facts.abandoned_scopes(connection, IDLE_DAYS))
    return Situation(connection, config, now, troubled, abandoned)


def verdict(alert: Alert, now: Situation) -> Verdict | None:
    """How the matter of an alert ended; None while it is on, or nobody can know."""
    topic = topic_of(alert.matter)
    if topic.life is not Life.source:
        if alert.scope_id in now.abandoned:
            return Verdict("expired", f"{unit_of(alert)}: số liệu này không còn được đọc.")
        if alert.scope_id in now.troubled:
            return None
    return JUDGES[topic.life](alert, topic.read(alert.matter), now)


def unit_of(alert: Alert) -> str:
    """The unit of an alert as a sentence begins with it."""
    return wording.unit(alert.unit_name or alert.unit_code or "không rõ đơn vị")


def due_index_scopes(now: Situation) -> list[alert_facts.SourceScope]:
    """The scopes of the index that were read and that a check of today reads."""
    names = set(due_scopes(now.config, clock.day_of(now.now)))
    return [
        scope
        for scope in alert_facts.scopes_of(now.connection, "index", "portal")
        if scope.name in names
    ]


def _fall(alert: Alert, parts: Mapping[str, str], now: Situation) -> Verdict | None:
    if alert.last_change is None:
        return _taken_back(alert)
    if alert.first_change is None or alert.unit_id is None:
        return None
    fell = alert_facts.fell_from(now.connection, alert.first_change, alert.unit_id)
    if fell is None or fell.scope_id in now.troubled or not fell.is_back:
        return None
    assert alert.period is not None
    period = wording.period(alert.period)
    if fell.kind == "rank_drop":
        said = f"đã trở lại hạng {fell.now} {period} (trước khi tụt: {fell.before})"
    else:
        what = "tổng điểm" if fell.level == "total" else f"“{fell.indicator_name}”"
        before, points = wording.points(fell.before or 0), wording.points(fell.now or 0)
        said = f"{what} {period} đã trở lại {points} (trước khi giảm: {before})"
    return Verdict("closed", f"{unit_of(alert)}: {said}.")


def _target(alert: Alert, parts: Mapping[str, str], now: Situation) -> Verdict | None:
    code = parts["indicator"]
    target = now.config.index.target_for(alert.unit_code or "", code)
    if target is None:
        return Verdict("expired", f"{unit_of(alert)}: không còn mức giao.")
    scopes = [alert.scope_id]
    found = alert_facts.rates_now(now.connection, code, scopes, alert.unit_id)
    rate = rate_of(Figure(*found[0].figure)) if found else None
    if rate is None or not reaches(rate, target):
        return None
    return Verdict(
        "closed",
        f"{unit_of(alert)}: “{found[0].indicator_name}” {wording.period(found[0].period)} đã đạt "
        f"{wording.points(round(rate))} % (mức giao {wording.points(round(target * 100))} %).",
    )


def _rate(alert: Alert, parts: Mapping[str, str], now: Situation) -> Verdict | None:
    limit = limit_for(now.config.dossiers.overdue_rate.by_kind, alert.unit_kind)
    rate = alert_facts.overdue_rate_of(now.connection, alert.scope_id, parts["unit"])
    if rate is not None and rate <= limit:
        said = f"tỷ lệ hồ sơ quá hạn còn {wording.points(round(rate * 100))} %"
        within = f"trong mức {wording.points(round(limit * 100))} %"
        return Verdict("closed", f"{unit_of(alert)}: {said}, {within} (nguồn {alert.source}).")
    # Without a single overdue dossier there is no rate to exceed, whatever the whole is.
    return None if rate is not None else _overdue(alert, parts, now)


def _overdue(alert: Alert, parts: Mapping[str, str], now: Situation) -> Verdict | None:
    if now.has_overdue(alert.scope_id, parts["unit"]):
        return None
    said = f"danh sách mới nhất của nguồn {alert.source} không còn hồ sơ quá hạn nào của đơn vị"
    return Verdict("closed", f"{unit_of(alert)}: {said}.")


def _source(alert: Alert, parts: Mapping[str, str], now: Situation) -> Verdict | None:
    dataset, source = parts["about"], parts["source"]
    if dataset == "index":
        scopes = due_index_scopes(now)
    else:
        scopes = alert_facts.scopes_of(now.connection, dataset, source)
    what = SOURCES.get(dataset, f"Hồ sơ quá hạn, nguồn {source}")
    if all(scope.id in now.abandoned for scope in scopes):
        return Verdict("expired", f"{what}: không còn được đọc.")
    if any(scope.id in now.troubled for scope in scopes):
        return None
    lasted = wording.duration(now.now - alert.since)
    since = wording.moment(alert.since)
    return Verdict("closed", f"{what}: đã đọc lại được, sau {lasted} (từ {since}).")


def _decision(alert: Alert, parts: Mapping[str, str], now: Situation) -> Verdict | None:
    decision = alert_facts.decision_now(now.connection, parts["subject"])
    if decision is None or alert.kind != "published_late":
        return _news(alert, parts, now)
    published = decision.published_at
    if published is None:
        return _taken_back(alert)
    if published <= alert.since:
        return _news(alert, parts, now)
    said = f"đã công bố ngày {wording.day(clock.day_of(published))}"
    return Verdict("closed", f"{alert.message.rstrip('.')}; nay {said}.")


def _news(alert: Alert, parts: Mapping[str, str], now: Situation) -> Verdict | None:
    if now.now - alert.fed_at >= dt.timedelta(days=NEWS_DAYS):
        return Verdict("expired", f"{NEWS_DAYS} ngày không có thêm thay đổi.")
    return _taken_back(alert)


def _taken_back(alert: Alert) -> Verdict | None:
    """A person took back every reading that told of the matter since it opened."""
    if alert.last_change is not None:
        return None
    return Verdict("closed", f"{alert.message.rstrip('.')} – số liệu này đã được bỏ ra.")


JUDGES: dict[Life, Judge] = {
    Life.fall: _fall,
    Life.target: _target,
    Life.rate: _rate,
    Life.overdue: _overdue,
    Life.source: _source,
    Life.decision: _decision,
    Life.news: _news,
}
