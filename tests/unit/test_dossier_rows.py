"""Dossiers as rows of their ledger, and when one is overdue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from scrapers.dossiers.records import Dossier, in_columns
from sync.clock import VIETNAM
from sync.dossier_rows import DossierRows
from sync.history import DOSSIERS

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=VIETNAM)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MIDNIGHT = dt.datetime(2026, 11, 20, tzinfo=VIETNAM)


def row_of(*, only_overdue: bool = True, **values: Any) -> dict[str, Any]:
    """The row of one dossier, by column."""
    dossier = Dossier(**{**dict.fromkeys(Dossier._fields), "code": "D-1", **values})
    (columns,) = in_columns([dossier])
    made = DossierRows(NOON, only_overdue=only_overdue).of(columns)
    names = (*DOSSIERS.key, *DOSSIERS.values)
    return {name: column[0] for name, column in zip(names, made, strict=True)}


@pytest.mark.parametrize(
    ("due_at", "is_date_only", "overdue"),
    [
        (NOON - HOUR, False, True),
        (NOON, False, False),
        (NOON + HOUR, False, False),
        (MIDNIGHT, True, False),
        (MIDNIGHT - DAY, True, True),
        (MIDNIGHT, False, True),
    ],
)
@pytest.mark.parametrize("only_overdue", [True, False])
def test_an_instant_has_passed_at_once_and_a_date_the_next_day(
    due_at: dt.datetime, is_date_only: bool, overdue: bool, only_overdue: bool
) -> None:
    row = row_of(only_overdue=only_overdue, due_at=due_at, due_is_date_only=is_date_only)
    assert (row["due_at"], row["due_is_date_only"]) == (due_at.timestamp(), int(is_date_only))
    assert row["is_overdue"] == int(overdue)


@pytest.mark.parametrize("only_overdue", [True, False])
def test_without_a_date_only_a_list_of_overdue_ones_tells(only_overdue: bool) -> None:
    row = row_of(only_overdue=only_overdue, due_at=None, due_is_date_only=False)
    assert (row["due_at"], row["is_overdue"]) == (None, int(only_overdue))


@pytest.mark.parametrize(
    "rests", [{"ended_at": NOON}, {"returned_at": NOON}, {"state": "Yêu cầu bổ sung giấy tờ"}]
)
def test_what_is_not_processed_is_overdue_only_where_the_source_says_so(
    rests: dict[str, Any],
) -> None:
    late = {"due_at": MIDNIGHT - DAY, "due_is_date_only": True, **rests}
    assert row_of(only_overdue=True, **late)["is_overdue"] == 1
    assert row_of(only_overdue=False, **late)["is_overdue"] == 0
    assert row_of(only_overdue=False, **{**late, **dict.fromkeys(rests)})["is_overdue"] == 1


def test_a_unit_without_a_name_is_its_heading_and_a_state_without_words_its_code() -> None:
    row = row_of(parent_unit="Khối xã", state_code="4", due_is_date_only=False)
    assert (row["unit_name"], row["state"]) == ("Khối xã", "4")
    named = row_of(unit_name="UBND xã", parent_unit="Khối xã", state="Chờ", due_is_date_only=False)
    assert (named["unit_name"], named["state"]) == ("UBND xã", "Chờ")
