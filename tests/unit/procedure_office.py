"""An office that checks the procedure catalogue day by day, with its own portal and clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, text

from scrapers.archive import Answer
from scrapers.procedures import DETAIL
from sync import clock, procedure_sources
from sync.capture import Outcome, take
from sync.config import Config
from sync.procedure_sources import Planned, procedure_readings
from sync.store import reading
from tests.fixtures.procedure_answers import Catalogue, Json, detail, procedure_id


class Office:
    """A store that is checked against a catalogue; each request for a detail takes `seconds`."""

    def __init__(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.engine, self.monkeypatch = engine, monkeypatch
        self.portal = Catalogue()
        self.seconds = 0.0
        self.is_limited = True
        self.procedures: Json = {}
        """What the configuration says under [procedures]."""
        self._now = 0.0
        monkeypatch.setattr(procedure_sources, "time", SimpleNamespace(monotonic=self._monotonic))

    def hold(self, *numbers: int, **changes: Any) -> None:
        """Let the portal hold the procedures of these numbers."""
        for number in numbers:
            self.portal.put(detail(number, **changes))

    def lose(self, *numbers: int) -> None:
        """Let the portal no longer list them."""
        for number in numbers:
            del self.portal.details[procedure_id(number)]

    def batch(self, size: int) -> None:
        """Let a capture take so many details."""
        self.monkeypatch.setattr(procedure_sources, "BATCH", size)

    def planned(self, day: int) -> Iterator[Planned]:
        """The readings that are due on a day of November 2026, at seven in the morning."""
        self.monkeypatch.setenv("DVCQG_NOW", f"2026-11-{day:02}T07:00:00+07:00")
        self.portal.asked.clear()
        today = clock.day_of(clock.now())
        yield from procedure_readings(
            self._config(), self.engine, self._ask, today, is_limited=self.is_limited
        )

    def check(self, day: int) -> list[Outcome]:
        """Take every reading of a day."""
        return [self.take(one) for one in self.planned(day)]

    def take(self, one: Planned) -> Outcome:
        """Take one reading."""
        asked = self.portal.asked
        return take(
            self.engine, one.reading, check_id=None, archive=None, requests=lambda: len(asked)
        )

    def read_numbers(self) -> list[int]:
        """The numbers of the procedures whose details were asked for in the last check."""
        return [int(key[-12:]) for key in self.portal.asked_for(DETAIL)]

    def told(self, day: int) -> list[str]:
        """The kinds of the changes of a day, in order."""
        return [row["kind"] for row in self.changes(day)]

    def messages(self, day: int) -> list[str]:
        """What the changes of a day say, in order."""
        return [row["message"] for row in self.changes(day)]

    def changes(self, day: int) -> list[Json]:
        """The changes of a day."""
        return self.rows("SELECT * FROM changes WHERE day = :day", day=f"2026-11-{day:02}")

    def captures(self, scope: str) -> list[tuple[str, int | None, int | None]]:
        """(status, rows, declared rows) of every capture of a scope, in order."""
        rows = self.rows("SELECT * FROM captures WHERE scope = :scope ORDER BY id", scope=scope)
        return [(row["status"], row["rows"], row["declared_rows"]) for row in rows]

    def rows(self, query: str, **bound: Any) -> list[Json]:
        """What the store answers to a query."""
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(text(query), bound).mappings()]

    def _config(self) -> Config:
        written = {"index": {"provinces": ["H01"]}, "procedures": self.procedures}
        return Config.model_validate_json(json.dumps(written))

    def _monotonic(self) -> float:
        return self._now

    def _ask(self, path: str, body: Json) -> Answer:
        self._now += self.seconds if path == DETAIL else 0
        return self.portal.ask(path, body)
