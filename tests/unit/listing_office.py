"""A store that takes listings made by hand, as an office would have it after some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine

from scrapers.dossiers.records import Dossier, in_columns
from sync import clock
from sync.capture import Reading, take
from sync.dossiers import DossierMaterial, DossierSettings, Lists, dossier_scope
from sync.report.overdue import OverdueReport, overdue_reports
from sync.store import reading

WARD = ("H01.12", "UBND phường Long Xuyên - tỉnh An Giang")
JUSTICE = (None, "Sở Tư pháp")
PROCEDURE, OFFICER = "Cấp bản sao trích lục", "Cán bộ Một"
APPLICANT = "Nguyễn Văn Dân"


class Whole:
    """A listing that contradicts nothing."""

    declared_total = None

    def objections(self) -> list[tuple[str, str]]:
        return []


def a_dossier(
    code: str, due: dt.date | None, unit: tuple[str | None, str], **other: Any
) -> Dossier:
    values: dict[str, Any] = dict.fromkeys(Dossier._fields) | {
        "code": code,
        "procedure_name": PROCEDURE,
        "unit_code": unit[0],
        "unit_name": unit[1],
        "officer": OFFICER,
        "state": "Đang xử lý",
        "due_at": due and dt.datetime.combine(due, dt.time(), clock.VIETNAM),
        "due_is_date_only": True,
        "applicant": APPLICANT,
        **other,
    }
    return Dossier(**values)


class Office:
    """A store that takes one listing after the other."""

    def __init__(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.engine, self.monkeypatch = engine, monkeypatch

    def lists(
        self,
        day: dt.date,
        dossiers: Sequence[Dossier],
        source: str = "igate",
        hour: int = 7,
        lists: Lists = "overdue",
    ) -> None:
        now = dt.datetime.combine(day, dt.time(hour), clock.VIETNAM)
        self.monkeypatch.setenv("DVCQG_NOW", now.isoformat())
        settings = DossierSettings(lists, {"commune": 3.5})
        material = DossierMaterial(lambda: in_columns(dossiers), Whole(), settings, now)
        due = Reading(dossier_scope(source), lambda: material)
        taken = take(self.engine, due, check_id=None, archive=None, requests=lambda: 0)
        assert taken.reason is None

    def reports(self, day: dt.date) -> list[OverdueReport]:
        with reading(self.engine) as connection:
            return overdue_reports(connection, day)
