"""Each outside door has one room, and files stay rooms; import-linter keeps the arrows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("scrapers", "models", "sync", "migrations")
ONLY_IN = {
    "apprise": {"sync/notify.py", "sync/zalo.py"},
    "apscheduler": {"sync/daemon.py"},
    "datasette": {"sync/browse.py"},
    "httpx": {"scrapers/http.py", "scrapers/browser_transport.py", "sync/calls.py"},
    "playwright": {
        "scrapers/browser.py",
        "scrapers/browser_transport.py",
        "scrapers/dossiers/browser.py",
        "scrapers/dossiers/tab.py",
        "scrapers/dossiers/border.py",
    },
    "docxtpl": {"sync/report/word.py"},
    "procrastinate": {"sync/cluster.py"},
    "prometheus_client": {"sync/health.py"},
    "pygal": {"sync/report/charts.py"},
    "tenacity": {"scrapers/http.py"},
    "uvicorn": {"sync/browse.py"},
    "alembic": {"sync/store.py", "migrations/env.py"},
}


def sources() -> list[Path]:
    return [path for name in OURS for path in (ROOT / name).rglob("*.py")]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_each_outside_door_has_one_room() -> None:
    for path in sources():
        here = path.relative_to(ROOT).as_posix()
        if here.startswith("migrations/versions/"):
            continue
        names = imported(path)
        for library, rooms in ONLY_IN.items():
            assert library not in names or here in rooms, here


def test_only_the_sources_know_the_scrapers_of_the_portal() -> None:
    knowing = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "sync").rglob("*.py")
        if re.search(
            r"from scrapers(\.(evaluation|legacy)\b| import .*\b(evaluation|legacy)\b)",
            path.read_text(encoding="utf-8"),
        )
    }
    assert knowing == {"sync/sources.py"}


def test_no_file_outgrows_a_room() -> None:
    for path in sources():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
