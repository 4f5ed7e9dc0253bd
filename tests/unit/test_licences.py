"""The page of licences is current, and holds none that an office would have to ask about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import licences

PAGE = Path(__file__).parents[2] / "docs" / "licences.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == licences.document(licences.packages())


def test_every_licence_is_an_allowed_one() -> None:
    refused = [
        package.name
        for package in licences.packages()
        if not licences.ALLOWED.issuperset(licences.names_of(package.licence))
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("MIT", ["MIT"]),
        ("Apache-2.0 AND GPL-3.0-only", ["Apache-2.0", "GPL-3.0-only"]),
        ("Apache-2.0 OR BSD-2-Clause", ["Apache-2.0", "BSD-2-Clause"]),
    ],
)
def test_every_licence_of_an_expression_counts(expression: str, names: list[str]) -> None:
    assert licences.names_of(expression) == names


def test_what_is_pinned_for_another_platform_is_listed_too() -> None:
    listed = {package.name: package.versions for package in licences.packages()}
    assert {"colorama", "tzdata"} <= set(listed)
    assert len(listed["soupsieve"].split(", ")) == 2
