"""The guard as the store feeds it: a reading of An Giang against what was accepted before."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import Engine, text

from scrapers.evaluation import read_province
from scrapers.periods import Period
from sync.capture import Reading, take
from sync.changes import Severity
from sync.index import IndexMaterial, IndexSettings, index_scope
from sync.store import reading as read
from tests.fixtures.portal_answers import (
    COMMUNE,
    DEPARTMENT,
    PROVINCE_ID,
    answers,
    ask_of,
)

Answers = dict[str, dict[str, Any]]
Check = Callable[..., tuple[str, Counter[str]]]

LIST = "service-results"
KNOWN, WHOLE = 117, 60
"""As many units as An Giang is known to have, and as few as a first reading may hold, about."""

SETTINGS = IndexSettings(
    classes=[("Mọi loại", 0)],
    thresholds={Severity.info: 1, Severity.warning: 50, Severity.critical: 200},
    target_for=lambda unit, indicator: None,
    watched_provinces=frozenset({"H01"}),
)


def world(count: int = WHOLE, like: str = DEPARTMENT) -> Answers:
    """The seven answers about An Giang with so many units, each like the one of the fixture."""
    data = answers()
    for answer in data.values():
        name = "children" if "children" in answer else "evaluation"
        pattern = next(row for row in answer[name] if row["departmentId"] == like)
        answer[name] = [
            {
                **deepcopy(pattern),
                "departmentId": f"id-{number}",
                "departmentCode": f"H01.{number}",
                "departmentName": f"UBND xã Số {number} - tỉnh An Giang",
            }
            for number in range(count)
        ]
        if "pagination" in answer:
            answer["pagination"]["total"] = count
    return data


@pytest.fixture
def check(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Check:
    """One reading on a day of November 2026: what became of it, and the kinds of its changes."""

    def _check(data: Answers, day: int = 20, period: Period | None = None) -> Any:
        period = period or Period("year", 2026)
        date = dt.date(2026, 11, 1) + dt.timedelta(days=day - 1)
        monkeypatch.setenv("DVCQG_NOW", f"{date}T07:00:00+07:00")

        def fetch() -> IndexMaterial:
            answered = read_province(ask_of(data), period, "H01", PROVINCE_ID)
            return IndexMaterial(answered, SETTINGS, keeps_registry=True)

        due = Reading(index_scope("H01", "An Giang", period), fetch)
        outcome = take(engine, due, check_id=None, archive=None, requests=lambda: 0)
        with read(engine) as connection:
            found = connection.execute(
                text("SELECT kind FROM changes WHERE capture_after = :capture"),
                {"capture": outcome.capture_id},
            )
            return outcome.status, Counter(row.kind for row in found)

    return _check


def test_the_same_reading_again_is_unchanged_and_tells_nothing(check: Check) -> None:
    assert check(world()) == ("accepted", Counter())
    assert check(world(), day=21) == ("unchanged", Counter())


def test_a_unit_that_left_a_whole_answer_is_missing(check: Check) -> None:
    check(world())
    status, told = check(world(WHOLE - 1), day=21)
    assert (status, told["unit_missing"]) == ("accepted", 1)


@pytest.mark.parametrize("left", [0, 6, 53])
def test_a_list_of_too_few_units_misses_nobody(check: Check, left: int) -> None:
    check(world())
    cut = world()
    cut[LIST]["evaluation"] = cut[LIST]["evaluation"][:left]
    assert check(cut, day=21) == ("refused", Counter(source_refused=1))
    assert check(world(left), day=22)[0] == "refused"


@pytest.mark.parametrize("name", ["dvc-progress-tree", "provide-online-tree"])
def test_a_group_of_too_few_units_is_refused_first_and_later(check: Check, name: str) -> None:
    cut = world()
    cut[name]["children"] = cut[name]["children"][:25]
    assert check(cut)[0] == "refused"
    assert check(world(), day=21)[0] == "accepted"
    assert check(cut, day=22)[0] == "refused"


def test_the_first_reading_of_a_new_year_may_not_empty_the_registry(check: Check) -> None:
    check(world(KNOWN), day=60)
    status, told = check(world(), day=63, period=Period("year", 2027))
    assert (status, told["unit_missing"]) == ("refused", 0)


def test_units_that_all_fell_to_the_floor_are_refused_though_their_province_did_not(
    check: Check,
) -> None:
    check(world())
    assert check(world(like=COMMUNE), day=21)[0] == "refused"


def test_a_metric_that_left_every_unit_is_told_once(check: Check) -> None:
    check(world())
    without = world()
    for one in (without["transparency"]["overview"], *without["transparency"]["evaluation"]):
        one["metrics"] = [it for it in one["metrics"] if it["code"] != "DOSSIER_SYNC"]
    status, told = check(without, day=21)
    assert status == "refused" or told["recomputed"] == 1
