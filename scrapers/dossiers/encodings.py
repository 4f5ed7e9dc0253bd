"""Which encoding a text file is in: decided by all of its bytes, not by a guess from the first.

A byte order mark decides; then UTF-16 shows by its zero bytes; then whatever is valid UTF-8 is
UTF-8, because no other Vietnamese text is; then what the file itself names; then windows-1258.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, Final

CHUNK: Final = 1 << 16

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)|encoding=[\"']([A-Za-z0-9_.:-]+)")
_LEGACY = "cp1258"


def encoding_of(stream: BinaryIO) -> str:
    """The name of the encoding of a whole file, which is left at its start."""
    stream.seek(0)
    head = stream.read(4_096)
    try:
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if (order := _zero_bytes(head)) is not None:
            return order
        return "utf-8" if _is_utf8(head, stream) else _named(head) or _LEGACY
    finally:
        stream.seek(0)


def _zero_bytes(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of text in Latin letters is zero."""
    half = len(head) // 2
    if half and head[1::2].count(0) > half * 0.4 and head[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half and head[0::2].count(0) > half * 0.4 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def _is_utf8(head: bytes, stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _named(head: bytes) -> str | None:
    found = _NAMED.search(head)
    if not found:
        return None
    try:
        return codecs.lookup((found[1] or found[2]).decode("ascii")).name
    except LookupError:
        return None
