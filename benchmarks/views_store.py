"""A store as an office has it after years of daily checks, made by the ordinary path.

Every capture is taken by `sync.capture.take`, with the materials, the guard, the rules and the alerts
of a real check; only the sources are made up, so that three years take minutes:

* the index of An Giang and of the nation, the open year, quarter and month, once a day; a period that
  has ended once more, on the day after. What is read first is what the replica shows on its first day.
  On working days a third of the units move: about a dozen figures each, half a point at most;
* one source with 3,000 overdue dossiers, of which one per cent leaves, comes, changes hands each day;
* a catalogue of 6,300 procedures: ten amended, one new and one gone on each working day. Of the details
  only those that changed are read again, where a real check reads all of them by and by.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine, update

from models import tables
from models.tables import PARTS
from scrapers import evaluation
from scrapers.dossiers.records import Dossier, in_columns
from scrapers.http import Manners, PortalClient
from scrapers.periods import PERIOD_TYPES, Period, period_of
from scrapers.procedure_records import CatalogueReading, Decision, ListedProcedure, Procedure
from scrapers.provinces import PROVINCES
from scrapers.records import Figure, IndexReading
from sync import clock, store
from sync.alerts import update_alerts
from sync.capture import Material, Reading, take
from sync.config import Config
from sync.dossiers import DossierMaterial, DossierSettings, dossier_scope
from sync.index import IndexMaterial, index_scope
from sync.procedure_sources import procedure_settings
from sync.procedures import CatalogueMaterial, DecisionsMaterial, DetailsMaterial, procedure_scope
from sync.sources import index_settings
from sync.store import writing
from tests.replica.server import Replica

FIRST_DAY = dt.date(2026, 1, 2)
PROVINCE = "H01"
UNITS_THAT_MOVE = 0.33
DOSSIERS, PROCEDURES = 3_000, 6_300
CHURN = 0.01
BATCH = 400

Key = tuple[str, str]


def build(url: str, days: int) -> None:
    """Make the store at an address, of so many days from 2 January 2026 on."""
    store.upgrade(url)
    engine = store.open_store(url)
    office = {"index": {"provinces": [PROVINCE]}}
    config = Config.model_validate_json(json.dumps(office))
    chance = random.Random(766)
    index, dossiers, catalogue = Index(chance), Dossiers(chance), Catalogue(chance)
    for number in range(days):
        today = FIRST_DAY + dt.timedelta(days=number)
        os.environ["DVCQG_NOW"] = f"{today}T07:00:00+07:00"
        check(engine, config, [*index.readings(config, today), *dossiers.readings(config, today),
                               *catalogue.readings(config, today)])  # fmt: skip
        if number % 30 == 0:
            size = store.store_size(engine)
            print(f"  {today}, {size / 1e6:,.0f} MB", file=sys.stderr, flush=True)
    engine.dispose()


def check(engine: Engine, config: Config, readings: Sequence[Reading]) -> None:
    """One day's captures and alerts, and the row of the check. None may be refused."""
    checks = tables.checks
    with writing(engine) as connection:
        row = checks.insert().values(
            day=clock.day_of(clock.now()).isoformat(), started_at=clock.now()
        )
        (number,) = connection.execute(row).inserted_primary_key or (None,)
    changes = 0
    for one in readings:
        outcome = take(engine, one, check_id=number, archive=None, requests=lambda: 0)
        assert outcome.reason is None, f"{one.scope.name}: {outcome.reason}"
        changes += outcome.changes
    with writing(engine) as connection:
        update_alerts(connection, config, clock.now())
        counts = {"captures": len(readings), "changes": changes, "warnings": 0, "criticals": 0}
        done = {"finished_at": clock.now(), "complete": 1, **counts}
        connection.execute(update(checks).where(checks.c.id == number).values(**done))


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5


class Index:
    """The index as the portal would show it, day by day: one state for each open period."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._first = first_readings()
        self._states: dict[Period, tuple[IndexReading, IndexReading]] = {}

    def readings(self, config: Config, today: dt.date) -> Iterator[Reading]:
        """The nation and the province, for the open periods and those that ended yesterday."""
        for kind in PERIOD_TYPES:
            period = period_of(today, kind)
            ended = period.previous()
            if today == period.first_day and ended in self._states:
                # On its first day nothing is published of a period; the last one is read once more.
                yield from self._two(
                    config, *self._states.pop(ended), keeps_registry=kind == "year"
                )
            elif today != period.first_day:
                yield from self._two(
                    config, *self._moved(period, today), keeps_registry=kind == "year"
                )

    def _moved(self, period: Period, today: dt.date) -> tuple[IndexReading, IndexReading]:
        """What is shown today of a period."""
        states = self._states.get(period)
        if states is None:
            states = tuple(replace(one, period=period) for one in self._first)  # type: ignore[assignment]
            assert states is not None
        elif is_working_day(today):
            nation, province = states
            states = self._move(nation, 0.2), self._move(province, UNITS_THAT_MOVE)
        self._states[period] = states
        return states

    def _move(self, reading: IndexReading, share: float) -> IndexReading:
        """The same reading with some units moved; sums stay what they are sums of."""
        figures = {(one.unit_code, one.indicator): one for one in reading.figures}
        for code in sorted(reading.listed):
            if self._chance.random() < share:
                self._move_points(reading, figures, code)
                self._move_counts(figures, code)
        return replace(reading, figures=list(figures.values()))

    def _move_points(self, reading: IndexReading, figures: dict[Key, Figure], code: str) -> None:
        """One metric, or in the nation's table one group, and all that it is a part of."""
        scored = [
            one
            for (unit, name), one in figures.items()
            if unit == code and one.score is not None and one.max_score
            and (name == "MDSH" if reading.province_code is None
                 else reading.indicators[name].level == "metric")
        ]  # fmt: skip
        if not scored:
            return
        chosen = self._chance.choice(scored)
        assert chosen.score is not None
        assert chosen.max_score is not None
        by = self._chance.randint(-50, 50)
        by = max(-chosen.score, min(by, chosen.max_score - chosen.score))
        group = reading.indicators[chosen.indicator].group_code
        for name in {chosen.indicator, group, "TOTAL"} - {None}:
            one = figures.get((code, str(name)))
            if one is not None and one.score is not None:
                ratio = one.ratio
                if name == "TOTAL":
                    ratio = one.score + by
                figures[code, str(name)] = one._replace(score=one.score + by, ratio=ratio)

    def _move_counts(self, figures: dict[Key, Figure], code: str) -> None:
        """Dossiers that came in: every figure that counts them, without points moving."""
        came = self._chance.randint(1, 30)
        for (unit, name), one in list(figures.items()):
            if unit == code and one.numerator is not None and one.denominator:
                done = self._chance.randint(0, came)
                figures[unit, name] = one._replace(
                    numerator=min(one.numerator + done, one.denominator + came),
                    denominator=one.denominator + came,
                )

    def _two(
        self, config: Config, nation: IndexReading, province: IndexReading, *, keeps_registry: bool
    ) -> Iterator[Reading]:
        for reading, code, name in (
            (nation, None, "cả nước"),
            (province, PROVINCE, PROVINCES[PROVINCE].name),
        ):
            material = IndexMaterial(reading, index_settings(config), keeps_registry=keeps_registry)
            yield Reading(index_scope(code, name, reading.period), giving(material))


def first_readings() -> tuple[IndexReading, IndexReading]:
    """The nation and the province as the replica shows them."""
    with Replica(day=1) as replica:
        client = PortalClient(Manners(replica.url, "benchmark", 0, 30, 1))
        year = Period("year", 2026)
        nation = evaluation.read_nation(client.ask, year)
        portal_id = PROVINCES[PROVINCE].portal_id
        province = evaluation.read_province(client.ask, year, PROVINCE, portal_id)
        client.close()
    return nation, province


@dataclass
class WholeListing:
    """A listing that says nothing against itself."""

    declared_total: int | None

    def objections(self) -> list[tuple[str, str]]:
        return []


class Dossiers:
    """One source of overdue dossiers."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._number = 0
        self._listed: list[Dossier] = []
        self._gone: list[Dossier] = []

    def readings(self, config: Config, today: dt.date) -> Iterator[Reading]:
        """The day's listing."""
        churn = round(DOSSIERS * CHURN) if is_working_day(today) else 0
        for _ in range(churn if self._listed else 0):
            place = self._chance.randrange(len(self._listed))
            self._gone.append(self._listed[place])
            back = self._gone.pop(0) if self._chance.random() < 0.1 else self._new(today)
            self._listed[place] = back
            place = self._chance.randrange(len(self._listed))
            self._listed[place] = self._listed[place]._replace(officer=self._officer())
        while len(self._listed) < DOSSIERS:
            self._listed.append(self._new(today))
        settings = DossierSettings(lists="overdue", limits={"department": 2.0, "commune": 3.5})
        shown = list(self._listed)
        material = DossierMaterial(
            lambda: in_columns(shown), WholeListing(len(shown)), settings, clock.now()
        )
        yield Reading(dossier_scope("quantri"), giving(material))

    def _new(self, today: dt.date) -> Dossier:
        self._number += 1
        unit = self._chance.choice([*range(1, 16), *range(100, 202)])
        code = f"H01.{unit:02d}"
        due = dt.datetime.combine(today, dt.time(), clock.VIETNAM)
        due -= dt.timedelta(days=self._chance.randint(1, 60))
        return Dossier(
            f"{code}-{today:%y%m%d}-{self._number:07d}", None,
            f"1.{self._number % 900:06d}", f"Thủ tục số {self._number % 900}", None,
            code, f"Đơn vị {unit}", None, self._officer(), "Đang xử lý", None,
            due - dt.timedelta(days=20), due, True, None, None, None, None, None,
        )  # fmt: skip

    def _officer(self) -> str:
        return f"Cán bộ {self._chance.randrange(400)}"


class Catalogue:
    """The catalogue of procedures with its decisions."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._number = 0
        self._procedures: list[Procedure] = []

    def readings(self, config: Config, today: dt.date) -> Iterator[Reading]:
        """The list, the details that are new or changed, the decisions."""
        fresh = self._changed(today) if self._procedures else self._begin(today)
        settings = procedure_settings(config)
        items = [
            ListedProcedure(
                one.id, one.code, one.name, one.state, one.type, one.agency_name, "Đất đai"
            )
            for one in self._procedures
        ]
        listed = CatalogueReading(items, [len(items)], "the last page")
        yield Reading(procedure_scope("catalogue"), giving(CatalogueMaterial(listed, {}, settings)))
        for start in range(0, len(fresh), BATCH):
            some = fresh[start : start + BATCH]
            details = DetailsMaterial(some, len(some), settings)
            yield Reading(procedure_scope("details"), giving(details))
        yield Reading(procedure_scope("decisions"), giving(DecisionsMaterial(settings)))

    def _begin(self, today: dt.date) -> list[Procedure]:
        self._procedures = [self._new(today) for _ in range(PROCEDURES)]
        return self._procedures

    def _changed(self, today: dt.date) -> list[Procedure]:
        if not is_working_day(today):
            return []
        self._procedures[self._chance.randrange(len(self._procedures))] = new = self._new(today)
        fresh = {new.id: new}
        for place in self._chance.sample(range(len(self._procedures)), 10):
            one = self._procedures[place]
            parts = {**one.parts, self._chance.choice(PARTS): self._chance.getrandbits(60)}
            moved = one._replace(parts=parts, decision=self._decision(one.agency_code or "", today))
            self._procedures[place] = moved._replace(updated_at=int(clock.now().timestamp()))
            fresh[one.id] = self._procedures[place]
        return list(fresh.values())

    def _new(self, today: dt.date) -> Procedure:
        self._number += 1
        agency = self._chance.choice(["H01", *(f"H{n:02d}" for n in range(5, 62, 4)),
                                      *(f"G{n:02d}" for n in range(1, 20))])  # fmt: skip
        return Procedure(
            f"019d0000-0000-7000-8000-{self._number:012d}", f"1.{self._number:06d}",
            f"Thủ tục hành chính số {self._number} về một việc của người dân và doanh nghiệp",
            agency, f"Cơ quan {agency}", "DD", "Đất đai", "ACTIVE", "STANDARD",
            "province,commune", "full", "05 ngày làm việc", None, self._decision(agency, today),
            int(clock.now().timestamp()), False,
            {part: self._chance.getrandbits(60) for part in PARTS},
        )  # fmt: skip

    def _decision(self, agency: str, today: dt.date) -> Decision:
        """One of some thirty of an agency's; each number keeps its day."""
        number = self._chance.randrange(30) + 30 * (today.toordinal() // 200)
        day = FIRST_DAY + dt.timedelta(days=number % 200 - 250)
        published = dt.datetime.combine(day, dt.time(9), clock.VIETNAM) + dt.timedelta(days=4)
        identity = f"019e0000-{number:04d}-7000-8000-{int(agency[1:]):06d}{ord(agency[0]):06d}"
        return Decision(identity, f"{number}/QĐ-UBND", day, int(published.timestamp()))


def giving(material: Material) -> Callable[[], Material]:
    return lambda: material
