"""What the audit of the lock files makes of what pip-audit says; a stand-in says it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit import NOT_MADE, audit

LOCKS = ["requirements/dev.lock", "requirements/bench.lock"]
SOUND = {"name": "httpx", "version": "0.28.1", "vulns": []}
UNSOUND = {
    "name": "jinja2",
    "version": "3.1.6",
    "vulns": [
        {"id": "PYSEC-2026-1", "fix_versions": ["3.1.7", "4.0"], "aliases": [], "description": ""},
        {"id": "PYSEC-2026-2", "fix_versions": [], "aliases": [], "description": ""},
    ],
}
TRACEBACK = "Traceback (most recent call last):\n  File ...\n"

StandIn = Callable[..., Path]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A pip-audit that says what it is told to; gives the file that its arguments go to."""

    def made(code: int, out: str = "", error: str = "", seconds: int = 0) -> Path:
        program, given = tmp_path / "pip-audit", tmp_path / "given"
        program.write_text(
            f"#!/bin/sh\necho \"$@\" > {given}\nprintf '%s' {shlex.quote(out)}\n"
            f"printf '%s' {shlex.quote(error)} >&2\n"
            + (f"exec sleep {seconds}\n" if seconds else f"exit {code}\n")
        )
        program.chmod(0o755)
        return given

    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return made


def answer(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_packages_without_an_advisory_pass(stand_in: StandIn) -> None:
    stand_in(0, answer(SOUND), "No known vulnerabilities found")
    code, said = audit(LOCKS)
    assert code == 0
    assert said == "no advisory is known against any package of " + ", ".join(LOCKS)


def test_every_lock_is_asked_about_by_its_hashes(stand_in: StandIn) -> None:
    given = stand_in(0, answer(SOUND))
    audit(LOCKS)
    words = given.read_text().split()
    assert [words[place + 1] for place, word in enumerate(words) if word == "--requirement"] == (
        LOCKS
    )
    assert {"--require-hashes", "--disable-pip"} <= set(words)


def test_an_advisory_is_told_with_what_mends_it_and_fails(stand_in: StandIn) -> None:
    stand_in(1, answer(SOUND, UNSOUND), "Found 2 known vulnerabilities in 1 package")
    assert audit(LOCKS) == (
        1,
        "jinja2 3.1.6: PYSEC-2026-1, mended in 3.1.7, 4.0\n"
        "jinja2 3.1.6: PYSEC-2026-2, mended in no version",
    )


@pytest.mark.parametrize(
    "error",
    [
        TRACEBACK + "requests.exceptions.ConnectionError: Max retries exceeded",
        TRACEBACK + "requests.exceptions.HTTPError: 403 Client Error: Forbidden",
        "ERROR:pip_audit._cli:Could not connect to OSV's vulnerability feed",
    ],
)
def test_a_database_out_of_reach_is_one_line_and_no_failure(stand_in: StandIn, error: str) -> None:
    stand_in(1, error=error)
    assert audit(LOCKS) == (0, NOT_MADE)


def test_a_database_that_does_not_end_is_given_up(stand_in: StandIn) -> None:
    stand_in(0, seconds=30)
    assert audit(LOCKS, whole_s=0.2) == (0, NOT_MADE)


def test_a_lock_that_cannot_be_read_is_no_pass(stand_in: StandIn) -> None:
    stand_in(1, error="ERROR:pip_audit._cli:requirement httpx does not contain a hash")
    code, said = audit(LOCKS)
    assert code == 2
    assert "does not contain a hash" in said


def test_a_program_that_is_not_there_is_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert audit(LOCKS)[0] == 2
