"""Each check of the doctor alone: sources of dossiers, receivers, the duty."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models import tables
from scrapers.browser import NoBrowser
from scrapers.dossiers.profiles import SHIPPED
from sync.config import Config
from sync.doctor import duties, sources
from sync.doctor.findings import CONFIGURATION, SOURCE, State
from sync.freshness import freshness
from sync.leases import holding
from sync.store import reading, writing
from tests.unit.doctor_office import office, only

NOW = dt.datetime(2026, 11, 20, 0, 30, tzinfo=dt.UTC)

# Sources of dossiers


SITE = """
[[dossiers.sources]]
name = "quantri"
kind = "browser"
"""
PROFILE = SHIPPED / "replica.toml"


def test_a_browser_is_asked_for_only_where_one_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> Iterator[object]:
        raise NoBrowser("There is no Chromium on this computer; install one.")

    monkeypatch.setattr(sources, "open_browser", none)
    assert only(sources.browser(office(tmp_path))).state is State.ok
    for needing in (SITE, 'portal.transport = "browser"'):
        finding = only(sources.browser(office(tmp_path, needing)))
        assert (finding.state, finding.exit_code) == (State.bad, SOURCE)
        assert "install one" in finding.said


def a_login(config: Config, mode: int = 0o600, days: int = 3) -> Path:
    path = config.saved_login("quantri")
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"cookies": []}')
    path.chmod(mode)
    os.utime(path, ((NOW - dt.timedelta(days=days, hours=1)).timestamp(),) * 2)
    return path


@pytest.mark.parametrize(
    ("mode", "days", "state", "said"),
    [
        (0o600, 3, State.ok, "3 days ago"),
        (0o600, 31, State.warning, "31 days ago"),
        (0o640, 3, State.bad, "chmod 600"),
    ],
)
def test_a_saved_login_is_there_private_and_young(
    tmp_path: Path, mode: int, days: int, state: State, said: str
) -> None:
    config = office(tmp_path, SITE)
    shutil.copyfile(PROFILE, tmp_path / "quantri.toml")
    a_login(config, mode, days)
    finding = only(sources.dossiers(config, NOW))
    assert finding.state is state
    assert said in finding.said


def test_a_site_without_login_and_profile_says_how_to_get_both(tmp_path: Path) -> None:
    profile, login = sources.dossiers(office(tmp_path, SITE), NOW)
    assert (profile.exit_code, login.exit_code) == (CONFIGURATION, SOURCE)
    assert "docs/profiles.md" in profile.said
    assert "dvcqg login quantri" in login.said


def test_a_folder_is_there_or_told(tmp_path: Path) -> None:
    config = office(
        tmp_path, '[[dossiers.sources]]\nname = "thumuc"\nkind = "folder"\npath = "qua-han"'
    )
    finding = only(sources.dossiers(config, NOW))
    assert (finding.what, finding.exit_code) == ("source thumuc", SOURCE)
    (tmp_path / "qua-han").mkdir()
    (tmp_path / "qua-han" / "a.xlsx").touch()
    assert only(sources.dossiers(config, NOW)).said.endswith("files in it: 1.")


IGATE = '[[dossiers.sources]]\nname = "igate"\nkind = "igate"\nbase_url = "https://igate.example"\n'
KEYCLOAK = IGATE + 'token_base_url = "https://sso.example"\n'


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (IGATE, ["DVCQG_IGATE_TOKEN"]),
        (KEYCLOAK, ["DVCQG_IGATE_CLIENT_ID", "DVCQG_IGATE_CLIENT_SECRET"]),
    ],
)
def test_the_variables_of_a_one_stop_system_are_named_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, names: list[str]
) -> None:
    config = office(tmp_path, source)
    for name in names:
        monkeypatch.setenv(name, "  ")
    empty = only(sources.dossiers(config, NOW))
    assert (empty.state, empty.exit_code) == (State.bad, SOURCE)
    for name in names:
        assert name in empty.said
        monkeypatch.setenv(name, "bimat7")
    there = only(sources.dossiers(config, NOW))
    assert there.state is State.ok
    assert "bimat7" not in there.said


# The duty


NOTIFY = '[[notify]]\nurl = "env:DVCQG_NOTIFY_URL"\n'


@pytest.mark.parametrize(
    ("url", "state", "said"),
    [
        ("json://127.0.0.1/tin?token=bimat7", State.ok, "dvcqg notify --test"),
        ("nonsense://bimat7", State.bad, "DVCQG_NOTIFY_URL"),
        ("bimat7", State.bad, "DVCQG_NOTIFY_URL"),
        ("", State.bad, "DVCQG_NOTIFY_URL is not set"),
    ],
)
def test_an_address_is_understood_or_not_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, state: State, said: str
) -> None:
    monkeypatch.setenv("DVCQG_NOTIFY_URL", url)
    finding = only(duties.notifications(office(tmp_path, NOTIFY)))
    assert finding.state is state
    assert said in finding.said
    assert "bimat7" not in finding.said


def test_without_receivers_nobody_is_told(tmp_path: Path) -> None:
    assert only(duties.notifications(office(tmp_path))).state is State.ok


def checked(engine: Engine, config: Config, at: dt.datetime, leave_out: str = "") -> None:
    """As after a check that read everything, or all but one scope."""
    with reading(engine) as connection:
        wanted = freshness(connection, config, at)
    with writing(engine) as connection:
        day = at.date().isoformat()
        connection.execute(tables.checks.insert().values(day=day, started_at=at))
        for number, one in enumerate(wanted, start=1):
            if one.scope == leave_out:
                continue
            connection.execute(
                tables.scopes.insert().values(
                    id=number, dataset=one.dataset, source=one.source, name=one.scope,
                    last_capture_id=number,
                )
            )  # fmt: skip
            connection.execute(
                tables.captures.insert().values(
                    id=number, scope_id=number, started_at=at, completed_at=at, day=day,
                    status="accepted", requests=1,
                )
            )  # fmt: skip


DAY = dt.timedelta(days=1)


def test_freshness_tells_never_read_stale_and_fresh_apart(tmp_path: Path, engine: Engine) -> None:
    config = office(tmp_path, "procedures.enabled = false")
    never = only(duties.fresh(config, engine, NOW))
    assert (never.state, "dvcqg check" in never.said) == (State.warning, True)
    checked(engine, config, NOW, leave_out="H01/2026")
    partly = only(duties.fresh(config, engine, NOW))
    assert (partly.state, "H01/2026" in partly.said) == (State.warning, True)
    # 20/11/2026 is a Friday: fresh until Monday evening.
    late = only(duties.fresh(config, engine, NOW + 4 * DAY))
    assert (late.state, late.exit_code) == (State.bad, SOURCE)
    assert "20/11/2026" in late.said


def test_when_all_is_read_all_is_fresh(tmp_path: Path, engine: Engine) -> None:
    config = office(tmp_path, "procedures.enabled = false")
    checked(engine, config, NOW)
    assert only(duties.fresh(config, engine, NOW)).state is State.ok


def test_a_daemon_or_a_check_of_late_keeps_the_duty(tmp_path: Path, engine: Engine) -> None:
    config = office(tmp_path, "procedures.enabled = false")
    assert only(duties.daemon(config, engine, NOW)).state is State.warning
    checked(engine, config, NOW)
    by_hand = only(duties.daemon(config, engine, NOW + DAY))
    assert (by_hand.state, "07:30 20/11/2026" in by_hand.said) == (State.ok, True)
    assert only(duties.daemon(config, engine, NOW + 9 * DAY)).state is State.warning
    with holding(engine, "daemon"):
        running = only(duties.daemon(config, engine, NOW + 9 * DAY))
    assert running.state is State.ok
    assert running.said.startswith(f"runs on this store: process {os.getpid()} on ")
    assert only(duties.daemon(config, engine, NOW + 9 * DAY)).state is State.warning
