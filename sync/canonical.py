"""The canonical form of a record, and its hash, by which the history knows that nothing changed.

The hash of a record is the first 8 bytes of BLAKE2b over its values as text, in the order of the
ledger's columns, joined by U+001F, None as U+0000. Text comes in NFC, figures as whole hundredths,
so equal figures have equal hashes on every machine and version.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import partial
from hashlib import blake2b
from typing import Any

Column = Sequence[Any]
"""The values of one column in some records, at least one."""

_NOTHING = b"\x00"
_hash = partial(blake2b, digest_size=8)
_MOST_SPELLINGS = 50_000


def row_hash(values: Sequence[Any]) -> int:
    """The hash of one record's values in canonical form, as a signed 64-bit number."""
    return row_hashes([(value,) for value in values], Spellings())[0]


def row_hashes(columns: Sequence[Column], spellings: Spellings) -> tuple[int, ...]:
    """The hashes of some records, whose values come column by column: that is twice as fast."""
    height = len(columns[0])
    spelled = [
        [_NOTHING] * height if is_empty(column) else map(spellings.__getitem__, column)
        for column in columns
    ]
    canonical = map(b"\x1f".join, zip(*spelled, strict=True))
    digests = [one.digest() for one in map(_hash, canonical)]
    return struct.unpack(f">{height}q", b"".join(digests))


def is_empty(column: Column) -> bool:
    """Whether a column holds nothing at all."""
    return not column or (column[0] is None and column.count(None) == len(column))


class Spellings(dict[Any, bytes]):
    """Value -> its text in the canonical form; forgets all when it grows too large."""

    def __missing__(self, value: str | int | None) -> bytes:
        """Spell a value that is not remembered. Raises ValueError for what is no value."""
        if len(self) >= _MOST_SPELLINGS:
            self.clear()
        text = _NOTHING
        if isinstance(value, str):
            text = value.encode()
        elif value is not None:
            # True and 1 are one key here, so they must be spelled alike; fractions are no values.
            text = f"{value:d}".encode()
        self[value] = text
        return text
