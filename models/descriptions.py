"""What the public views and their columns mean, in one place: `descriptions.toml` beside this file.

The English is that of `docs/database.md`, the Vietnamese what people read who open the database.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Meaning(NamedTuple):
    """What something means, for those who write programs and for officials."""

    english: str
    vietnamese: str


class ViewDescription(NamedTuple):
    """A view: its Vietnamese title, what one of its rows is, and its columns in their order."""

    title: str
    about: Meaning
    columns: Mapping[str, Meaning]


@cache
def view_descriptions() -> Mapping[str, ViewDescription]:
    """Name of the view -> what it means, in the order of the documentation."""
    written = tomllib.loads((files("models") / "descriptions.toml").read_text(encoding="utf-8"))
    return {
        name: ViewDescription(
            view["title"],
            Meaning(*view["about"]),
            {column: Meaning(*meaning) for column, meaning in view["columns"].items()},
        )
        for name, view in written.items()
    }
