"""What the doctor says: one sentence on one thing, and how bad it is."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

CONFIGURATION, SOURCE, STORE = 2, 3, 4
"""The exit codes of the command line."""


class State(StrEnum):
    """`bad` keeps the duty from being done, `warning` may, or should be known."""

    ok = "ok"
    warning = "warning"
    bad = "bad"


class Finding(NamedTuple):
    """One thing that was looked at; `said` tells what is so and, unless it is well, what to do."""

    what: str
    state: State
    said: str
    exit_code: int = 0


def well(what: str, said: str) -> Finding:
    """Nothing is to be done."""
    return Finding(what, State.ok, said)


def doubtful(what: str, said: str) -> Finding:
    """It works, and somebody should know this or mend it."""
    return Finding(what, State.warning, said)


def bad(what: str, said: str, exit_code: int) -> Finding:
    """It does not work until somebody mends it."""
    return Finding(what, State.bad, said, exit_code)
