"""Items of a JSON list, one after the other: a bare array, or {content: […]}, {data: […]} and kin.

The standard module reads a whole document at once, citizens and all; here one item is in memory at
a time. Nested objects become paths with dots, but only those that `headings` knows, so the rest
(an applicant with everything about them) is never unfolded. A name may be a text, an object with a
`name`, or a list of names by language, of which 228 is Vietnamese.
"""

from __future__ import annotations

import io
import json
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO, Final

from scrapers.dossiers.cells import Cell
from scrapers.dossiers.encodings import CHUNK, encoding_of
from scrapers.dossiers.errors import Damaged, NoListing, TooLarge
from scrapers.dossiers.headings import KNOWN_HEADINGS, dossier_vocabulary, fold
from scrapers.dossiers.raw import RawItems
from scrapers.dossiers.records import Declared

_LISTS: Final = frozenset({"content", "data", "items", "rows", "records", "list", "result"})
_TOTALS: Final = frozenset({"total", "totalelements", "totalcount", "totalrecords", "totalitems"})
_LONGEST_ITEM = 1 << 24
_VIETNAMESE = "228"


def _nested_paths() -> dict[str, list[tuple[str, ...]]]:
    """The known paths with dots, by their first key."""
    paths: dict[str, list[tuple[str, ...]]] = {}
    for heading in (heading for known in KNOWN_HEADINGS.values() for heading in known):
        first, *rest = heading.split(".")
        if rest:
            paths.setdefault(first, []).append(tuple(rest))
    return paths


_NESTED: Final = _nested_paths()


def open_json(stream: BinaryIO, where: str) -> RawItems:
    """The items of the first list of a JSON document; later totals are found while reading.

    Iterating raises NoListing when the document has no list, Damaged when it breaks off, TooLarge
    when one value is over 16 MB.
    """
    text = _JsonText(io.TextIOWrapper(stream, encoding=encoding_of(stream)), where)
    found = RawItems(iter(()))
    found.items = _numbered(text, found)
    return found


def _numbered(text: _JsonText, found: RawItems) -> Iterator[tuple[int, dict[str, Cell] | None]]:
    number = 0
    for number, item in enumerate(_document(text, found), 1):
        try:
            flat = flatten(item) if isinstance(item, dict) else None
        except RecursionError:
            raise Damaged(text.where, f"item {number} is nested too deeply") from None
        yield number, flat
    if text.peek():
        raise Damaged(text.where, f"something follows behind the list of {number} items")


def _document(text: _JsonText, found: RawItems) -> Iterator[Any]:
    is_found = False
    if text.peek() == "[":
        yield from _array(text)
        is_found = True
    elif text.peek() == "{":
        is_found = yield from _object(text, found)
    else:
        raise Damaged(text.where, "its text is no JSON")
    if not is_found:
        raise NoListing(
            text.where,
            "the JSON document has no list of dossiers",
            "save the answer that holds the listing",
        )


def _array(text: _JsonText) -> Iterator[Any]:
    text.expect("[")
    if text.peek() != "]":
        yield text.value()
        while text.peek() == ",":
            text.expect(",")
            yield text.value()
    text.expect("]")


def _object(text: _JsonText, found: RawItems, depth: int = 0) -> Generator[Any, None, bool]:
    """Yields the items of the first list, notes totals, returns whether there was a list."""
    is_found = False
    text.expect("{")
    while text.peek() != "}":
        key = fold(str(text.value()))
        text.expect(":")
        opening = text.peek()
        if key in _LISTS and opening == "[" and not is_found:
            yield from _array(text)
            is_found = True
        elif key in _LISTS and opening == "{" and not is_found and depth < 3:
            is_found = yield from _object(text, found, depth + 1)
        else:
            value = text.value()
            if key in _TOTALS and type(value) is int and value >= 0:
                found.declared.append(Declared("json", value))
            found.unread_lists += key in _LISTS and isinstance(value, list)
        if text.peek() == ",":
            text.expect(",")
    text.expect("}")
    return is_found


class _JsonText:
    """A JSON text of which only the part at hand is in memory."""

    def __init__(self, stream: io.TextIOWrapper, where: str) -> None:
        self.where = where
        self._stream = stream
        self._decode = json.JSONDecoder().raw_decode
        self._text = ""
        self._at = 0
        self._is_whole = False

    def peek(self) -> str:
        """The next character that is no white space, "" at the end."""
        while True:
            while self._at < len(self._text):
                if not self._text[self._at].isspace():
                    return self._text[self._at]
                self._at += 1
            if not self._read_on():
                return ""

    def expect(self, char: str) -> None:
        """Step over one character that has to be there."""
        if self.peek() != char:
            raise Damaged(self.where, f"the JSON text breaks off or lacks a “{char}”")
        self._at += 1

    def value(self) -> Any:
        """Read one whole value."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except RecursionError:
                raise Damaged(self.where, "the JSON text is nested too deeply") from None
            except ValueError:
                if not self._read_on():
                    raise Damaged(self.where, "the JSON text breaks off or is none") from None
                continue
            # A number at the end of the part at hand may go on behind it.
            if end < len(self._text) or not self._read_on():
                self._at = end
                return value

    def _read_on(self) -> bool:
        """Read at least as much again as is at hand, so that a long value is not read too often."""
        if self._is_whole:
            return False
        rest = self._text[self._at :]
        if len(rest) > _LONGEST_ITEM:
            raise TooLarge(self.where, "one value of the JSON text is over 16 MB")
        try:
            more = self._stream.read(max(CHUNK, len(rest)))
        except UnicodeDecodeError:
            raise Damaged(self.where, "its text is in no known encoding") from None
        self._is_whole = not more
        self._text, self._at = rest + more, 0
        return bool(more)


def flatten(item: dict[str, Any]) -> dict[str, Cell]:
    """An item as paths and cells: its plain values, and of nested ones those that are known.

    A nested value that is not known is a path with None, so that it can be reported.
    """
    cells: dict[str, Cell] = {}
    for key, value in item.items():
        paths = _NESTED.get(key, ())
        if not isinstance(value, dict | list):
            cells[key] = _leaf(value)
        elif not paths:
            cells[key] = _leaf(value) if dossier_vocabulary().meaning_of(key) else None
        for path in paths:
            if isinstance(value, list) or (isinstance(value, dict) and path[0] in value):
                cells[".".join((key, *path))] = _leaf(_dig(value, path))
    return cells


def _dig(value: Any, path: tuple[str, ...]) -> Any:
    for i, key in enumerate(path):
        if isinstance(value, list):
            return [_dig(element, path[i:]) for element in value]
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _leaf(value: Any) -> Cell:
    """A value as a cell: several texts on several lines, of several languages the Vietnamese."""
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, str):
        # An escaped half of a pair is no character, and no database would take it.
        return (
            value
            if value.isascii()
            else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return value if abs(value) < 1 << 53 else str(value)
    if isinstance(value, dict):
        return _leaf(value.get("name"))
    by_language = {
        str(e["languageId"]): e for e in value if isinstance(e, dict) and "languageId" in e
    }
    if by_language:
        return _leaf(by_language.get(_VIETNAMESE) or next(iter(by_language.values())))
    texts = [leaf for element in value if (leaf := _leaf(element)) is not None]
    return "\n".join(str(text) for text in texts) or None
