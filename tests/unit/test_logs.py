"""Logs for people and for programs."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from sync.logs import Lines


def record(**more: object) -> logging.LogRecord:
    return logging.makeLogRecord(
        {
            "name": "sync.run",
            "levelname": "WARNING",
            "msg": "capture %d: %s",
            "args": (7, "từ chối\nlại"),
            "created": 1795651200.25,
            **more,
        }
    )


def test_a_line_for_programs_is_one_object_with_the_same_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DVCQG_LOG", "json")
    line = Lines("%(message)s").format(record())
    assert "\n" not in line
    assert json.loads(line) == {
        "at": "2026-11-26T00:00:00.250+00:00",
        "level": "warning",
        "logger": "sync.run",
        "message": "capture 7: từ chối\nlại",
    }
    assert "từ chối" in line


def test_a_trouble_stays_in_its_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_LOG", "json")
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        line = Lines("%(message)s").format(record(exc_info=sys.exc_info()))
    assert "\n" not in line
    assert json.loads(line)["trouble"].endswith("ZeroDivisionError: division by zero")


def test_lines_are_for_people_unless_asked_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVCQG_LOG", raising=False)
    formed = Lines("%(levelname)s %(message)s").format(record())
    assert formed == "WARNING capture 7: từ chối\nlại"
