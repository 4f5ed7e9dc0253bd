"""Profiles: the shipped one, and what is said about one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.dossiers.profiles import SHIPPED, ProfileError, load_profile

GOOD = """
start = "https://quantri.site.test/ho-so"
table = "#t"
[expired]
url = ["/login"]
"""


def error_of(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    message = str(caught.value)
    assert message.startswith("site.toml: ")
    assert message.endswith(".")
    assert "\n" not in message
    return message.removeprefix("site.toml: ")


@pytest.mark.parametrize("path", [*SHIPPED.glob("*.toml")], ids=lambda path: path.name)
def test_every_shipped_profile_can_be_used(path: Path) -> None:
    assert load_profile(path).page_limit > 1


def test_a_short_profile_has_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(GOOD)
    profile = load_profile(path)
    assert (profile.paging.by, profile.ready, profile.page_limit) == ("none", None, 400)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('table = "#t"', "", "the profile needs either table or export."),
        ('table = "#t"', 'table = "#t"\nexport = "a"', "the profile needs either table or export."),
        ('table = "#t"', 'tabel = "#t"\ntable = "#t"', 'the key tabel (= "#t") is not known.'),
        ("start =", "begin =", "the key start is missing."),
        ("https:", "http:", 'start = "http://quantri.site.test/ho-so": must begin with https://'),
        ("https:", "file:", 'start = "file://quantri.site.test/ho-so": must begin with https://'),
        ("https://", "https://a:b@", "without a user name in it"),
        ('url = ["/login"]', "", "needs at least one of url, text and selector."),
        ('["/login"]', '"/login"', 'expired.url = "/login": input should be a valid list.'),
        ('["/login"]', '[""]', 'expired.url.0 = "": string should have at least 1 character.'),
        ("[expired]", 'wait_ms = "2"\n[expired]', 'wait_ms = "2": input should be a valid integer'),
        ("[expired]", "page_limit = 0\n[expired]", "page_limit = 0: input should be greater than"),
        ("[expired]", '[paging]\nby = "link"\n[expired]', "needs a selector, except with by"),
        ("[expired]", '[paging]\nby = "page"\n[expired]', 'paging.by = "page": input should be'),
        (
            "[expired]",
            '[paging]\nby = "number"\nselector = "a"\n[expired]',
            "needs {n} in the selector",
        ),
        (
            'table = "#t"',
            'export = "a"\npaging = { by = "link", selector = "a" }',
            "the profile has export, which gives the whole listing, and paging besides.",
        ),
        ("[expired]", "[expired", "is no TOML ("),
    ],
)
def test_what_is_wrong_is_told_with_its_key_and_value(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert message in error_of(tmp_path / "site.toml", GOOD.replace(old, new, 1))


def test_a_profile_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"^none.toml: cannot be read \(No such file"):
        load_profile(tmp_path / "none.toml")


def test_an_address_is_shown_without_a_password_in_it(tmp_path: Path) -> None:
    text = GOOD.replace("https://", "https://user:secret-word@")
    assert "secret-word" not in error_of(tmp_path / "site.toml", text)
