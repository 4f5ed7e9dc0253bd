"""The documents say what the program does: views, columns, kinds of change, commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models.views import VIEWS
from sync.report.kinds import KINDS
from sync.store import reading
from tests import forked

ROOT = Path(__file__).parents[2]
SYSTEM_KINDS = {"recomputed", "source_refused", "source_failed", "format_changed"}


def documented_views() -> dict[str, list[str]]:
    """View -> documented columns, in order."""
    text = (ROOT / "docs/database.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {
        section.split("\n", 1)[0]: re.findall(r"^\| (\w+) \| (?!meaning)", section, re.MULTILINE)
        for section in sections
    }


@pytest.mark.both_databases
def test_every_view_and_column_is_documented_and_nothing_else(engine: Engine) -> None:
    with reading(engine) as connection:
        there = {
            view: list(connection.execute(text(f"SELECT * FROM {view}")).keys()) for view in VIEWS
        }
    assert documented_views() == there


def test_every_kind_of_change_is_documented() -> None:
    text = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \|", text, flags=re.MULTILINE)
    documented = {kind for row in rows for kind in re.findall(r"`(\w+)`", row)}
    assert documented == set(KINDS) | SYSTEM_KINDS


def test_every_command_of_the_readmes_is_there() -> None:
    for name in ("README.md", "README.vi.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        commands = set(re.findall(r"^\| `dvcqg ([a-z ]+[a-z])", text, flags=re.MULTILINE))
        assert commands, name
        for command in commands:
            done = forked.run((*command.split(), "--help"), ROOT)
            assert done.returncode == 0, f"{name}: dvcqg {command}"


@pytest.mark.parametrize(
    "command",
    [
        "",
        "init",
        "check",
        "status",
        "captures",
        "alerts",
        "notify",
        "db",
        "reconcile",
        "browse",
        "reparse",
        "daemon",
        "report",
        "report daily",
        "worker",
    ],
)
def test_help_is_english_and_comes_without_heavy_imports(command: str) -> None:
    code = (
        f"import sys; sys.argv = ['dvcqg', *{command!r}.split(), '--help']\n"
        "from sync.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'sqlalchemy', 'alembic', 'httpx', 'rich', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.startswith("Usage: dvcqg")
    assert done.stdout.rstrip().endswith("[]")
