"""Random lives of alerts in a real store, step by step the same as in a model without a store."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sync import store
from sync.alerts import AlertError, acknowledge, snooze
from sync.changes import Severity
from tests import databases
from tests.unit.alert_world import World, dossier, trouble

UNITS = ("H01.10", "H01.11")


@dataclass
class Model:
    """One alert as a person would explain it."""

    state: str = ""
    severity: Severity = Severity.info
    reopened: int = 0
    until: dt.datetime | None = None
    is_on: bool = False
    """Whether the unit has an overdue dossier in the last believed listing."""

    @property
    def is_standing(self) -> bool:
        return self.state not in ("", "closed")

    def hears(self, severity: Severity) -> None:
        if not self.is_standing:
            if severity < Severity.warning:
                return
            self.reopened += self.state == "closed"
            self.state, self.severity, self.until = "open", severity, None
        elif severity > self.severity:
            self.state, self.severity, self.until = "open", severity, None

    def is_judged(self, now: dt.datetime) -> None:
        if self.is_standing and not self.is_on:
            self.state, self.until = "closed", None

    def wakes(self, now: dt.datetime) -> None:
        if self.state == "snoozed" and self.until is not None and self.until <= now:
            self.state, self.until = "open", None


class LifeOfAlerts(RuleBasedStateMachine):
    """Two units of one source, whose listings come, fail, and come again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.url = databases.current.new(self.folder / "store.db")
        self.engine = store.open_store(self.url)
        self.world = World(self.engine, self.folder)
        self.world.update()
        self.models = {unit: Model() for unit in UNITS}
        self.source = Model()
        self.is_down = False

    @property
    def standing(self) -> list[str]:
        """The units with an alert that is not closed."""
        return [unit for unit, model in self.models.items() if model.is_standing]

    def teardown(self) -> None:
        self.engine.dispose()
        databases.current.drop(self.url)
        shutil.rmtree(self.folder)

    @rule(
        heard=st.dictionaries(
            st.sampled_from(UNITS),
            st.tuples(
                st.lists(st.sampled_from(Severity), min_size=1, max_size=3),
                st.sampled_from([True, True, True, False]),
            ),
        ),
        times=st.integers(1, 2),
    )
    def a_listing_comes(self, heard: dict[str, tuple[list[Severity], bool]], times: int) -> None:
        changes = [
            dossier("newly_overdue", f"{unit}-{n}", severity, unit_code=unit)
            for unit, (severities, _) in heard.items()
            for n, severity in enumerate(severities)
        ]
        capture = self.world.capture(self.world.listing(), *changes)
        for unit, (severities, is_on) in heard.items():
            self.world.overdue(capture, unit, is_overdue=is_on, unit=unit)
            self.models[unit].is_on = is_on
            self.models[unit].hears(max(severities))
        self.is_down = False
        if self.source.is_standing:
            self.source.state = "closed"
        self._update(times)

    @rule()
    def the_source_fails(self) -> None:
        scope = self.world.listing()
        said = [] if self.is_down else [trouble(scope)]
        self.world.capture(scope, *said, status="failed")
        if said:
            self.source.hears(Severity.warning)
        self.is_down = True
        self._update(1)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.world.later(hours / 24)
        self._update(1)

    @precondition(lambda self: self.standing)
    @rule(pick=st.integers(0, 5))
    def somebody_acknowledges(self, pick: int) -> None:
        unit = self.standing[pick % len(self.standing)]
        acknowledge(self.engine, self._number(unit), self.world.now)
        self.models[unit].state, self.models[unit].until = "acknowledged", None

    @precondition(lambda self: self.standing)
    @rule(pick=st.integers(0, 5), hours=st.integers(1, 60))
    def somebody_snoozes(self, pick: int, hours: int) -> None:
        unit = self.standing[pick % len(self.standing)]
        until = self.world.now + dt.timedelta(hours=hours)
        snooze(self.engine, self._number(unit), until, self.world.now)
        self.models[unit].state, self.models[unit].until = "snoozed", until

    @precondition(lambda self: any(not one.is_standing for one in self.models.values()))
    @rule()
    def what_is_not_open_is_left_alone_by_people(self) -> None:
        unit = next(unit for unit, one in self.models.items() if not one.is_standing)
        with pytest.raises(AlertError):
            acknowledge(self.engine, self._number(unit), self.world.now)

    @rule()
    def nothing_happens(self) -> None:
        before = self._everything()
        self._update(1)
        assert self._everything() == before

    @invariant()
    def the_store_says_what_the_model_says(self) -> None:
        rows = self.world.rows(
            "SELECT matter, state, severity, reopened, snoozed_until FROM alert_log"
        )
        found = {row[0]: row[1:] for row in rows}
        expected = {
            f"overdue:quantri:{unit}": self._shown(model)
            for unit, model in self.models.items()
            if model.state
        }
        if self.source.state:
            expected["source:dossiers:quantri"] = self._shown(self.source)
        assert found == expected

    @invariant()
    def events_tell_the_whole_life(self) -> None:
        """An alert is what its events say, and no two of them say the same twice in a row."""
        rows = self.world.rows("SELECT alert_id, event FROM alert_events ORDER BY id")
        lives: dict[int, list[str]] = {}
        for number, event in rows:
            lives.setdefault(number, []).append(event)
        for number, state, reopened in self.world.rows("SELECT id, state, reopened FROM alert_log"):
            life = lives[number]
            assert life[0] == "opened"
            assert life.count("opened") == 1
            assert life.count("reopened") == reopened
            assert life.count("closed") == reopened + (state == "closed")
            for one, following in pairwise(life):
                assert (one == "closed") == (following == "reopened")

    def _update(self, times: int) -> None:
        for _ in range(times):
            self.world.update()
        for model in self.models.values():
            if not self.is_down:
                model.is_judged(self.world.now)
            model.wakes(self.world.now)

    def _number(self, unit: str) -> int:
        rows = self.world.rows(f"SELECT id FROM alert_log WHERE matter = 'overdue:quantri:{unit}'")
        return int(rows[0][0]) if rows else 99

    def _everything(self) -> object:
        rows = self.world.rows
        return rows("SELECT * FROM alert_log"), rows("SELECT * FROM alert_events")

    @staticmethod
    def _shown(model: Model) -> tuple[object, ...]:
        until = model.until and model.until.strftime("%Y-%m-%dT%H:%M:%SZ")
        return (model.state, int(model.severity), model.reopened, until)


TestLifeOfAlerts = LifeOfAlerts.TestCase
TestLifeOfAlerts.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
