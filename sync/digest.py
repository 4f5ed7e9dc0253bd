"""What people are told of alerts: at most one message for each receiver and each check.

A message is made of events, never of single changes: what opened, came back, got graver, woke, what
is over, and how much was added to what is open and nobody has seen to yet. It is queued in the
transaction that writes the events. No events, no message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text

from sync import clock, outbox, wording
from sync.changes import Severity
from sync.config import Config, Notification
from sync.marks import read_mark, write_mark
from sync.quiet import end_of_quiet

MARK = "digest"
"""The event up to which digests were made: all receivers are served together, so one is enough,
and a receiver that is added later starts with what happens from then on."""
MOST_LINES = 30
TOLD = ("opened", "reopened", "graver", "woke", "closed")
HEADINGS = {
    Severity.critical: "NGHIÊM TRỌNG",
    Severity.warning: "CẢNH BÁO",
    Severity.info: "THÔNG TIN",
}
COUNTED = {
    Severity.critical: "nghiêm trọng",
    Severity.warning: "cảnh báo",
    Severity.info: "thông tin",
}
OVER = "ĐÃ KẾT THÚC"
REMARKS = {"reopened": "tái diễn", "graver": "nặng thêm", "woke": "nhắc lại"}


class Told(NamedTuple):
    """The newest thing that happened to one alert since the last digest."""

    event: str
    severity: Severity
    message: str
    unit_code: str | None
    unit_name: str | None
    added: int = 0
    """Further warnings that joined it."""

    @property
    def is_over(self) -> bool:
        """Whether its matter is over."""
        return self.event == "closed"


def queue_digests(connection: Connection, config: Config, now: dt.datetime, report: Path) -> None:
    """Queue a message for every receiver whom something concerns; `report` is the day's page."""
    newest = connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM alert_events")).scalar_one()
    events = _events(connection, read_mark(connection, MARK) or 0)
    write_mark(connection, MARK, newest)
    for route in config.notify:
        mine = [one for one in events if _concerns(route, one)]
        if not mine:
            continue
        worst = max((one.severity for one in mine if not one.is_over), default=Severity.info)
        due_at = now if worst == Severity.critical else end_of_quiet(now, route.quiet)
        title, body = title_of(mine, clock.day_of(now)), body_of(mine, report)
        outbox.queue(connection, route.url, worst, title, body, now=now, due_at=due_at)


def title_of(told: Sequence[Told], day: dt.date) -> str:
    """The title: the day, and how much of what."""
    counts = [
        f"{number} {words}"
        for severity, words in COUNTED.items()
        if (number := sum(not one.is_over and one.severity == severity for one in told))
    ]
    over = sum(one.is_over for one in told)
    if over:
        counts.append(f"{over} đã kết thúc")
    return f"Cổng DVC quốc gia {wording.day(day)}: {', '.join(counts)}"


def body_of(told: Sequence[Told], report: Path) -> str:
    """The text: by severity, then by unit; what is over stands last."""
    sections = [
        (words, [one for one in told if not one.is_over and one.severity == severity])
        for severity, words in HEADINGS.items()
    ]
    sections.append((OVER, [one for one in told if one.is_over]))
    lines: list[str] = []
    left = len(told)
    for heading, items in sections:
        if not items or len(lines) + 2 > MOST_LINES:
            continue
        lines.append(f"{heading} ({len(items)})")
        shown = _lines(items)[: MOST_LINES - len(lines)]
        lines += shown
        left -= len(shown)
    if left:
        lines.append(f"… và {left} việc khác")
    return "\n".join((*lines, f"Báo cáo: {report}"))


def _lines(items: Sequence[Told]) -> list[str]:
    """A line for each; the second of a unit leaves its name out."""
    lines: list[str] = []
    last: str | None = None
    for one in sorted(items, key=_unit):
        unit = _unit(one)
        remark = _remark(one)
        if unit and unit == last:
            lines.append(f"  – {one.message.removeprefix(f'{unit}: ')}{remark}")
        else:
            lines.append(f"• {one.message}{remark}")
        last = unit
    return lines


def _remark(one: Told) -> str:
    """What the sentence of its newest change does not say: " (tái diễn, cùng 3 việc khác)"."""
    # What only grew is told by its newest change, which is one of those that were added.
    others = one.added - (one.event == "joined")
    said = [REMARKS.get(one.event, ""), f"cùng {others} việc khác" if others > 0 else ""]
    words = ", ".join(filter(None, said))
    return f" ({words})" if words else ""


def _unit(one: Told) -> str:
    return wording.unit(one.unit_name or one.unit_code or "")


def _concerns(route: Notification, one: Told) -> bool:
    if one.severity < Severity[route.min_severity]:
        return False
    return not route.units or one.unit_code in route.units


def _events(connection: Connection, after: int) -> list[Told]:
    """What happened to each alert beyond an event's number, in the order of the alerts.

    Its newest telling event counts, and the sentence is that of the newest of all. A change that
    joined counts where it is a warning and the alert is open: what was acknowledged or snoozed has
    been seen to.
    """
    rows = connection.execute(
        text(
            """
            SELECT COALESCE(told.event, 'joined') AS event,
                   COALESCE(told.severity, newest.severity) AS severity, newest.message,
                   u.code AS unit_code, COALESCE(a.unit_name, u.name) AS unit_name, found.added
            FROM (SELECT e.alert_id, MAX(e.id) AS newest,
                         MAX(CASE WHEN e.event <> 'joined' THEN e.id END) AS told,
                         SUM(CASE WHEN e.event = 'joined' THEN 1 ELSE 0 END) AS added
                  FROM alert_events e
                  JOIN alert_log a ON a.id = e.alert_id
                  LEFT JOIN change_log h ON h.id = e.change_id
                  WHERE e.id > :after
                    AND (e.event IN :told
                         OR e.event = 'joined' AND a.state = 'open' AND h.severity >= :warning)
                  GROUP BY e.alert_id) found
            JOIN alert_log a ON a.id = found.alert_id
            JOIN alert_events newest ON newest.id = found.newest
            LEFT JOIN alert_events told ON told.id = found.told
            LEFT JOIN unit_codes u ON u.id = a.unit_id
            ORDER BY a.id
            """
        ).bindparams(bindparam("told", expanding=True)),
        {"after": after, "told": TOLD, "warning": int(Severity.warning)},
    )
    return [
        Told(
            row.event,
            Severity(row.severity),
            row.message,
            row.unit_code,
            row.unit_name,
            row.added,
        )
        for row in rows
    ]
