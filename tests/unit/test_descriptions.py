"""Views and columns are described once; the documentation and the open database say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models.descriptions import view_descriptions
from models.views import VIEWS
from sync.store import reading

DOCUMENT = Path(__file__).parents[2] / "docs/database.md"


def documented() -> dict[str, tuple[str, dict[str, str]]]:
    """View -> what docs/database.md says of it: a text, and the meaning of each column."""
    sections = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for section in sections:
        name, rest = section.split("\n", 1)
        about, _, table = rest.partition("| column | meaning |")
        rows = re.findall(r"^\| (\w+) \| (.+) \|$", table, re.MULTILINE)
        found[name] = (" ".join(about.split()), dict(rows))
    return found


@pytest.mark.both_databases
def test_every_view_and_column_is_described_in_its_order(engine: Engine) -> None:
    with reading(engine) as connection:
        there = {
            view: list(connection.execute(text(f"SELECT * FROM {view}")).keys()) for view in VIEWS
        }
    assert {name: list(view.columns) for name, view in view_descriptions().items()} == there


def test_the_documentation_says_the_same() -> None:
    described = {
        name: (view.about.english, {key: one.english for key, one in view.columns.items()})
        for name, view in view_descriptions().items()
    }
    assert documented() == described


def test_each_is_told_in_vietnamese_too() -> None:
    for name, view in view_descriptions().items():
        words = [view.title, view.about.vietnamese]
        words += [one.vietnamese for one in view.columns.values()]
        assert all(words), name
        # Marked letters: whoever copies the English over is caught.
        assert re.search("[ăâđêôơưàáảãạèéẻẽẹìíòóọùúụỳý]", " ".join(words[:2]), re.I), name
        assert not any(one.english == one.vietnamese != "lĩnh vực" for one in view.columns.values())
