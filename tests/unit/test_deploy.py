"""What is deployed fits the program: its commands, its exit codes, its packages, its documents."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from sync import overview, retention
from sync.config import ConfigError
from sync.config_schedule import Daemon
from sync.store import StoreError
from tests import forked
from tests.unit.doctor_office import office

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
WITH_COMMANDS = [DEPLOY / "dvcqg.service", DEPLOY / "windows.md", ROOT / "docs/operations.md"]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def unit(name: str) -> dict[str, list[str]]:
    """The settings of a unit file's [Service]: name -> values, in order."""
    found: dict[str, list[str]] = {}
    section = text_of(DEPLOY / name).partition("[Service]\n")[2].partition("\n[")[0]
    for line in section.splitlines():
        if line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("path", WITH_COMMANDS, ids=lambda path: path.name)
def test_every_command_that_is_shown_is_there(path: Path) -> None:
    shown = set(re.findall(r"dvcqg(?:\.exe)? ((?:db |backfill |captures )?[a-z]+)", text_of(path)))
    commands = {one for one in shown if one.split()[0] in known_commands()}
    assert commands
    for command in commands:
        done = forked.run((*command.split(), "--help"), ROOT)
        assert done.returncode == 0, f"{path.name}: dvcqg {command}"


def known_commands() -> set[str]:
    """Words that are meant as commands where they follow the program's name."""
    contract = "init check backfill daemon login import doctor alerts notify status captures db"
    return set(contract.split())


def test_the_service_waits_for_a_person_where_only_one_can_help() -> None:
    service = unit("dvcqg.service")
    (waits,) = service["RestartPreventExitStatus"]
    assert set(map(int, waits.split())) == {ConfigError.exit_code, StoreError.exit_code}
    assert (service["Type"], service["Restart"]) == (["notify"], ["on-failure"])
    assert int(service["WatchdogSec"][0]) >= 30
    assert int(service["TimeoutStopSec"][0]) > 10


def test_the_drop_in_changes_only_what_the_service_sets() -> None:
    assert set(unit("chromium.conf")) <= set(unit("dvcqg.service"))


def test_the_container_is_built_of_every_package_and_of_nothing_from_elsewhere() -> None:
    dockerfile = text_of(DEPLOY / "Dockerfile")
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    packages = project["tool"]["setuptools"]["packages"]["find"]["include"]
    seen = text_of(DEPLOY / "Dockerfile.dockerignore")
    for package in (name.rstrip("*") for name in packages):
        assert f"COPY {package} {package}\n" in dockerfile
        assert f"!{package}\n" in seen
    images = re.findall(r"^FROM (\S+)", dockerfile, flags=re.MULTILINE)
    assert set(images) == {"python:3.13-slim", "plain"}
    assert dockerfile.count("--require-hashes") == dockerfile.count("--requirement requirements/")
    host, port = Daemon().address or ("", 0)
    assert f"http://{host}:{port}/healthz" in dockerfile
    users = re.findall(r"^USER (\S+)", dockerfile, flags=re.MULTILINE)
    assert users == ["10001:10001", "0:0", "10001:10001"]


def test_the_compose_file_keeps_the_store_in_a_volume() -> None:
    compose, dockerfile = text_of(DEPLOY / "compose.yaml"), text_of(DEPLOY / "Dockerfile")
    ((volume, folder),) = re.findall(r"^      - (\w+):(/\S+)$", compose, flags=re.MULTILINE)
    assert f"\nvolumes:\n  {volume}:\n" in compose
    assert f"VOLUME {folder}\n" in dockerfile
    targets = re.findall(r"^      target: (\w+)$", compose, flags=re.MULTILINE)
    assert len(targets) == 1
    assert f"AS {targets[0]}\n" in dockerfile


def test_the_server_beside_the_container_is_the_one_that_the_store_names() -> None:
    compose = text_of(DEPLOY / "compose.postgresql.yaml")
    (url,) = re.findall(r"DVCQG_STORE_URL=(\S+)", compose)
    address = make_url(url)
    assert f"\n  {address.host}:\n    image: postgres:" in compose
    assert f"POSTGRES_USER: {address.username}\n" in compose
    assert f"POSTGRES_DB: {address.database}\n" in compose
    assert address.drivername == "postgresql+psycopg"
    assert "psycopg-binary==" in text_of(ROOT / "requirements/runtime.lock")


def test_the_names_of_the_status_are_documented(tmp_path: Path, engine: Engine) -> None:
    section = text_of(ROOT / "docs/operations.md").partition("### `dvcqg status --json`")[2]
    rows = re.findall(r"^\| (`[^|]+`) \|", section.partition("\n## ")[0], flags=re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    found = overview.status(engine, office(tmp_path))
    assert documented == set(found)
    for inner in (found["sources"][0], found["outbox"]):
        assert all(f"`{name}`" in section for name in inner)


def test_the_rules_of_retention_are_documented() -> None:
    section = text_of(ROOT / "docs/operations.md").partition("## Retention")[2]
    assert f"for {retention.UNDECIDED_DAYS} days" in section
    assert f"At most {retention.MOST_DAYS_AT_ONCE} days" in section
