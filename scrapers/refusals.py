"""How a page that refuses us is known when its status does not say so."""

from __future__ import annotations

from typing import Final

_REFUSING_WORDS: Final = ("request rejected", "url was rejected", "access denied", "ndc waf")
"""What firewalls in front of public sites write, in small letters."""


def has_refusing_words(text: str) -> bool:
    """Whether a text, in small letters, is worded as a refusal."""
    return any(word in text for word in _REFUSING_WORDS)
