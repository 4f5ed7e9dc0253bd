"""How long a text may be by which a record is known: a code, an id, a unit's name without a code.

The store keeps such texts in indexes, and one of PostgreSQL takes no entry of over 2,704 bytes.
Other texts may be of any length.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from scrapers.records import clean

LONGEST_KEY: Final = 500
"""In characters, of four bytes at most. No code or id that was seen has more than 40, no name of a
unit more than 80; a cell may name the units of a few tasks."""


def is_too_long(text: str) -> bool:
    """Whether a text, as it came or cleaned, is too long for a key: composing may add letters."""
    # It makes three of one at most, so that most texts need not be looked at.
    return len(text) > LONGEST_KEY // 3 and max(len(text), len(clean(text))) > LONGEST_KEY


def _as_key(text: str) -> str:
    if is_too_long(text):
        raise ValueError(f"longer than {LONGEST_KEY} characters")
    if "\0" in text:
        raise ValueError("with U+0000 in it, which no store keeps")
    return text


Key = Annotated[str, Field(strict=True, min_length=1), AfterValidator(_as_key)]
"""A code or an id in an answer of the portal, as it came."""
