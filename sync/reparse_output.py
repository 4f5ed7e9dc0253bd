"""What differs after a reparse, in words for the operator, with values as the views show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from models.sentences import whole
from sync.reparse_differences import MOST_SHOWN, Differences, Row, RowDifference
from sync.reparse_replay import Stood
from sync.reparse_scratch import LEDGERS

_HUNDREDTHS = frozenset({"score", "max_score", "ratio", "total"})
_INSTANTS = frozenset({"published_at", "updated_at"})
_TOLD: dict[str, tuple[str, tuple[str, ...]]] = {
    "unit_versions": ("unit", ("name", "kind")),
    "standing_versions": ("standing", ("total", "rank", "class")),
    "figure_versions": ("figure", ("score", "max_score", "ratio", "numerator", "denominator")),
    "listed_versions": ("listed procedure", ("code", "name")),
    "procedure_versions": ("procedure", ("code", "name", "decision_number")),
    "decision_versions": ("decision", ("number", "decision_date", "published_at")),
}
"""What a version is called, and what is shown of one that is new or gone, by ledger."""
_WORDS = {ledger.name: ledger.interned for ledger in LEDGERS}


class Reparse(NamedTuple):
    """What came of it: figures, and what differs in words for the operator."""

    read: int
    """Captures that were done again."""
    stood: list[Stood]
    """Believed captures that could not be."""
    differing: int
    """Rows that differ."""
    lines: list[str]
    backup: Path | None
    """Where the store as it stood was kept, once the differences were written."""


def lines_of(connection: Connection, found: Differences) -> list[str]:
    """Differences in groups: figures and other versions, captures, changes; some, and a count."""
    show = _Show(connection)
    counted = [
        (sum(found.counts[one.name] for one in LEDGERS), found.versions, show.version),
        (len(found.captures), found.captures, show.capture),
        (len(found.others), found.others, show.other),
        (len(found.changes), found.changes, show.change),
    ]
    titles = ("Figures and other versions", "Captures", "Names, and who was read last", "Changes")
    lines: list[str] = []
    for title, (number, rows, shown) in zip(titles, counted, strict=True):
        if number:
            lines += ["", f"{title}: {_counted(number, 'row')}", *_some(number, rows, shown)]
    return lines


def summary(result: Reparse) -> list[str]:
    """Everything that a reparse tells, the decisive line last."""
    lines = [f"Read again: {_counted(result.read, 'capture')}."]
    lines += _what_stood(result.stood)
    lines += result.lines
    if not result.differing:
        return [*lines, "", "Nothing differs: the store is what today's program makes of them."]
    said = f"Different: {_counted(result.differing, 'row')}"
    if result.backup is None:
        return [*lines, "", f"{said}; nothing was written. `dvcqg reparse --apply` does it."]
    kept = f"The store as it stood is kept in {result.backup.name}."
    return [*lines, "", f"{said}, now as today's program reads them. {kept}"]


def _what_stood(stood: Sequence[Stood]) -> list[str]:
    """What could not be read again, by source and reason."""

    def about(one: Stood) -> tuple[str, str, str]:
        return one.taken.dataset, one.taken.source, one.why

    lines = []
    for (dataset, source, why), some in groupby(sorted(stood, key=about), key=about):
        days = sorted(one.taken.day for one in some)
        span = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
        lines.append(f"  {dataset}, {source}: {_counted(len(days), 'capture')} of {span}: {why}.")
    return ["Not read again, and left as they stand:", *lines] if lines else []


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _some(
    number: int, rows: Sequence[RowDifference], shown: Callable[[RowDifference], str]
) -> list[str]:
    first = sorted(rows, key=lambda one: one.turn)[:MOST_SHOWN]
    lines = [f"  {one.mark} {shown(one)}" for one in first]
    return lines if number == len(first) else [*lines, f"  and {number - len(first)} more"]


class _Show:
    """Rows in words; what numbers stand for is asked once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._of = cache(self._ask)

    def version(self, one: RowDifference) -> str:
        """One version: when, of whom, what."""
        called, shown = _TOLD[one.table]
        where = f"{self._place(one.row['opened_by'])}, {called} {self._key(one.row)}"
        if one.before is None or one.after is None:
            named = [(name, one.row[name]) for name in shown if one.row[name] is not None]
            said = [f"{name} {self._value(one.table, name, value)}" for name, value in named]
            return f"{where}: {', '.join([*said, _end(one.row)])}"
        said = self._altered(one, "hash", "closed_by")
        if one.before["closed_by"] != one.after["closed_by"]:
            said.append(f"{_end(one.before)} → {_end(one.after)}")
        return f"{where}: {', '.join(said)}"

    def capture(self, one: RowDifference) -> str:
        """One capture: what became of it."""
        said = self._altered(one, "explanation")
        return f"{self._place(one.row['id'])}: {', '.join(said) or 'explanation'}"

    def _altered(self, one: RowDifference, *besides: str) -> list[str]:
        assert one.before is not None
        assert one.after is not None
        return [
            f"{name} {self._value(one.table, name, one.before[name])}"
            f" → {self._value(one.table, name, value)}"
            for name, value in one.after.items()
            if value != one.before[name] and name not in besides
        ]

    def other(self, one: RowDifference) -> str:
        """A unit's name, or the capture that read a procedure last."""
        values = [
            ", ".join(_plain(value) for value in list(side.values())[1:]) if side else "nothing"
            for side in (one.before, one.after)
        ]
        if one.table == "unit_codes":
            return f"unit {self._of('unit_codes', 'code', one.row['id'])}: {' → '.join(values)}"
        return f"procedure {one.row['procedure_id']}, read by capture: {' → '.join(values)}"

    def change(self, one: RowDifference) -> str:
        """One change: its kind and what it tells."""
        told = [self._told(side) for side in (one.before, one.after) if side is not None]
        said = " → ".join(dict.fromkeys(told))
        if one.before and one.after and len(set(told)) == 1:
            differing = [name for name, value in one.after.items() if value != one.before[name]]
            said += f" ({', '.join(name for name in differing if name != 'id')})"
        return f"{self._place(one.row['capture_id'])}, {one.row['kind']}: {said}"

    def _told(self, row: Row) -> str:
        if row["sentence"] is None:
            return str(row["message"])
        before, after = (
            None if row[name] is None else self._of("texts", "text", row[name])
            for name in ("before_value", "after_value")
        )
        return whole(self._of("texts", "text", row["sentence"]), before, after, row["subject"])

    def _place(self, capture_id: int) -> str:
        scope = self._of("capture_log", "scope_id", capture_id)
        day = self._of("capture_log", "day", capture_id)
        return f"capture {capture_id} of {day}, {self._of('scopes', 'name', scope)}"

    def _key(self, row: Row) -> str:
        if "unit_id" not in row:
            return str(row.get("procedure_id", row.get("decision_id")))
        words = [self._of("unit_codes", "code", row["unit_id"])]
        if "indicator_id" in row:
            words.append(self._of("indicators", "code", row["indicator_id"]))
        return " ".join(str(word) for word in words)

    def _value(self, table: str, name: str, value: Any) -> str:
        if value is None:
            return "null"
        if name in _HUNDREDTHS:
            return f"{value / 100:.2f}"
        if name in _INSTANTS:
            return f"{dt.datetime.fromtimestamp(value, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        if name in _WORDS.get(table, ()):
            value = self._of("texts", "text", value)
        return str(value)

    def _ask(self, table: str, column: str, number: int) -> Any:
        query = text(f"SELECT {column} FROM {table} WHERE id = :id")
        return self._connection.execute(query, {"id": number}).scalar()


def _end(row: Row) -> str:
    return f"until capture {row['closed_by']}" if row["closed_by"] else "still"


def _plain(value: Any) -> str:
    return "null" if value is None else str(value)
