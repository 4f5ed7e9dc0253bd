"""The doctor as a whole: it tells every trouble in one run, and says nothing secret."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync import doctor, store
from sync.config import load
from sync.doctor import State, examine, exit_code, network, stores
from sync.doctor.findings import CONFIGURATION, SOURCE, STORE, Finding, bad, doubtful, well
from tests import forked
from tests.replica.server import Replica

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with Replica() as running:
        yield running


@pytest.fixture
def write(tmp_path: Path, replica: Replica) -> Write:
    """An office pointed at the replica, with its store, unless told otherwise."""

    def _write(more: str = "", *, base_url: str = replica.url, has_store: bool = True) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(
            f"""
            [portal]
            base_url = "{base_url}"
            requests_per_second = 0
            user_agent = "dvcqg-sync (+tuphap@angiang.gov.vn)"
            [index]
            provinces = ["H01"]
            {more}
            """,
            encoding="utf-8",
        )
        if has_store:
            store.upgrade(load(path).store_url)
        return path

    return _write


def told(findings: list[Finding], state: State) -> dict[str, str]:
    return {finding.what: finding.said for finding in findings if finding.state is state}


def test_a_healthy_office_has_nothing_bad_and_costs_the_portal_one_request(
    write: Write, replica: Replica
) -> None:
    replica.requests.clear()
    findings = list(examine(write()))
    assert told(findings, State.bad) == {}
    assert exit_code(findings) == 0
    assert [request.path for request in replica.requests] == ["/danh-gia-chat-luong-phuc-vu"]
    looked_at = [finding.what for finding in findings]
    for what in ("versions", "packages", "store", "integrity", "portal", "browser", "freshness"):
        assert what in looked_at


def test_every_finding_is_a_sentence(write: Write) -> None:
    for finding in examine(write()):
        assert finding.said.endswith((".", "--test."))
        assert "\n" not in finding.said


def test_without_a_configuration_the_rest_is_looked_at(tmp_path: Path) -> None:
    findings = list(examine(tmp_path / "config.toml"))
    assert list(told(findings, State.bad)) == ["configuration"]
    assert "dvcqg init" in told(findings, State.bad)["configuration"]
    assert {"versions", "packages", "working days"} <= set(told(findings, State.ok))
    assert exit_code(findings) == CONFIGURATION


def test_all_troubles_are_told_in_one_run(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DVCQG_NOTIFY_URL", raising=False)
    path = write(
        """
        [[dossiers.sources]]
        name = "thumuc"
        kind = "folder"
        path = "nowhere"
        [[notify]]
        url = "env:DVCQG_NOTIFY_URL"
        """,
        base_url="http://127.0.0.1:9",
        has_store=False,
    )
    (tmp_path / "archive").write_text("a file where the folder should be")
    (tmp_path / "dvcqg.db").write_bytes(b"this is no database, whatever its name says " * 200)
    findings = list(examine(path))
    troubles = told(findings, State.bad)
    assert list(troubles) == [
        "store", "integrity", "archive", "source thumuc", "portal", "notify 1",
    ]  # fmt: skip
    assert "DVCQG_NOTIFY_URL" in troubles["notify 1"]
    assert exit_code(findings) == CONFIGURATION


def test_a_store_of_another_revision_is_told_and_its_file_is_still_looked_at(
    write: Write, tmp_path: Path
) -> None:
    path = write()
    with sqlite3.connect(tmp_path / "dvcqg.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    findings = list(examine(path))
    assert "dvcqg db upgrade" in told(findings, State.bad)["store"]
    assert "integrity" in told(findings, State.ok)
    assert "the duty" in told(findings, State.warning)
    assert exit_code(findings) == STORE


def test_a_check_that_cannot_look_stops_no_other(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_config: object) -> Iterator[Finding]:
        yield well("half", "This much was seen.")
        raise PermissionError(13, "Permission denied", "secret-place")

    monkeypatch.setattr(doctor.files, "archive", broken)
    findings = list(examine(write()))
    assert "PermissionError" in told(findings, State.bad)["archive"]
    assert {"half", "reports", "portal"} <= set(told(findings, State.ok))


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([], 0),
        ([well("a", "Yes."), doubtful("b", "Hm.")], 0),
        ([bad("a", "No.", SOURCE), doubtful("b", "Hm.")], 3),
        ([bad("a", "No.", SOURCE), bad("b", "No.", STORE)], 4),
        ([bad("a", "No.", STORE), bad("b", "No.", CONFIGURATION), bad("c", "No.", SOURCE)], 2),
    ],
)
def test_what_must_be_mended_first_is_the_exit_code(findings: list[Finding], code: int) -> None:
    assert exit_code(findings) == code


SECRETS = {
    "DVCQG_NOTIFY_URL": "json://nguoi:matkhau7@127.0.0.1/tin?token=bimat7",
    "DVCQG_IGATE_TOKEN": "bimat7bimat7bimat7",
}


def run(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return forked.run(("doctor", "--config", str(path), *options), path.parent, SECRETS)


def test_the_command_prints_states_and_sentences_and_no_secret(write: Write) -> None:
    path = write(
        """
        [[dossiers.sources]]
        name = "igate"
        kind = "igate"
        base_url = "https://igate.example"
        [[notify]]
        url = "env:DVCQG_NOTIFY_URL"
        """
    )
    plain, as_json = run(path, "--verbose"), run(path, "--json")
    found = json.loads(as_json.stdout)
    assert plain.returncode == as_json.returncode == found["exit_code"] == 0, plain.stdout
    assert set(found["findings"][0]) == {"what", "state", "said"}
    lines = [line.split(maxsplit=1)[0] for line in plain.stdout.splitlines()]
    assert lines == [
        one["state"] if one["state"] == "ok" else one["state"].upper() for one in found["findings"]
    ]
    assert "DVCQG_IGATE_TOKEN" in plain.stdout
    for done in (plain, as_json):
        assert "bimat7" not in done.stdout + done.stderr
        assert "matkhau7" not in done.stdout + done.stderr


def test_a_portal_that_hangs_ends_no_patience(
    write: Write, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert network.LIMIT_S + stores.INTEGRITY_S < 15
    monkeypatch.setattr(network, "LIMIT_S", 0.2)
    replica.fault("hang", seconds=60)
    started = time.monotonic()
    try:
        findings = list(examine(write()))
    finally:
        replica.clear_faults()
    assert time.monotonic() - started < 5
    assert list(told(findings, State.bad)) == ["portal"]
    assert exit_code(findings) == SOURCE
