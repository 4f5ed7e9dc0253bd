"""What nobody sees leaves a name, and nothing else does."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dossiers.cells import read_text
from scrapers.records import clean
from scrapers.unseen import without_unseen

STEERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
NAMES = "UBND phường Long Xuyên – Sở Tư pháp (An Giang) № 1 đ Đ ổ"


def steers(letter: str) -> bool:
    is_control = unicodedata.category(letter) == "Cc" and not letter.isspace()
    return is_control or unicodedata.bidirectional(letter) in STEERING


@given(st.text())
def test_nothing_is_left_that_steers_a_terminal_or_turns_a_name(text: str) -> None:
    left = without_unseen(text)
    assert not [letter for letter in left if steers(letter)]
    assert without_unseen(left) == left
    assert [one for one in left if one.isspace()] == [one for one in text if one.isspace()]


@given(st.text(st.sampled_from([*NAMES, "\x1b", "\x00", "\x9b", "\u202e", "\u2066", "\ufeff"])))
def test_only_what_nobody_sees_is_taken(text: str) -> None:
    assert without_unseen(text) == "".join(letter for letter in text if letter in NAMES)


@pytest.mark.parametrize("read", [clean, read_text])
def test_every_door_takes_it_away(read: object) -> None:
    assert callable(read)
    assert read("Sở\u202e Tư\x00\x1b[31m  pháp\u2066\n") == "Sở Tư[31m pháp"
