"""Looks for the replica's citizens in whatever an office keeps or says."""

from __future__ import annotations

import gzip
import html
import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests import databases
from tests.replica.dossier_world import personal_strings

_BEGINNING = 4
"""So many bytes of a name or number are looked for first."""
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})", re.I)


def people_in(text: str) -> set[str]:
    """Every name, number and address of a citizen in a text, whatever it is glued to."""
    content = _folded(text)
    everyone, lengths = _everyone()
    return {
        found.decode()
        for beginning, several in lengths.items()
        for start in _places(content, beginning)
        for length in several
        if (found := content[start : start + length]) in everyone
    }


def assert_nobody_in(*folders: Path, given: Path) -> None:
    """No citizen is in any file below the folders, except in that of the listings given."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    files += databases.current.dumps()
    assert any(file.suffix == ".db" for file in files)
    for file in files:
        assert given in file.parents or not people_in(readable(file)), file


def readable(file: Path) -> str:
    """A file's text, whatever holds it."""
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    if not zipfile.is_zipfile(file):
        return content.decode(errors="replace")
    with zipfile.ZipFile(file) as parts:
        return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())


@cache
def _everyone() -> tuple[frozenset[bytes], dict[bytes, set[int]]]:
    """All there is to find, and the lengths of it by its beginning."""
    everyone = frozenset(map(_folded, personal_strings()))
    lengths: dict[bytes, set[int]] = defaultdict(set)
    for one in everyone:
        lengths[one[:_BEGINNING]].add(len(one))
    return everyone, lengths


def _places(content: bytes, part: bytes) -> Iterator[int]:
    place = content.find(part)
    while place >= 0:
        yield place
        place = content.find(part, place + 1)


def _folded(text: str) -> bytes:
    """In one spelling, as bytes, which are searched fastest."""
    if "\\u" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return unicodedata.normalize("NFC", html.unescape(text)).casefold().encode()
