"""The parts of an xlsx file, opened with care: which sheets there are, and the texts they share.

An xlsx file is a zip of XML parts, and it comes from outside. The sizes in a zip are claims, but
`zipfile` never unpacks more of a part than it claims, so checking the claims is enough. XML is
read without entities, network or document types; a part that declares one is refused.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NamedTuple

from lxml import etree

from scrapers.dossiers.cells import MAX_CELL_CHARS
from scrapers.dossiers.errors import Damaged, TooLarge, UnknownFormat

MAX_UNPACKED: Final = 600 * 2**20
"""Bytes of all parts unpacked; a million cells take some 60 MB."""

MAX_RATIO: Final = 200
"""How often a part over 32 MB may be larger than packed; sheets reach 10 to 40."""

_SMALL_PART = 32 * 2**20
_MAX_SHARED_CHARS = 64 * 2**20
_MAX_SHARED_TEXTS = 4_000_000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError,
    LookupError, ValueError, OverflowError, struct.error, etree.LxmlError,
)  # fmt: skip
_INSTRUCTION = re.compile(rb"<\?.*?\?>", re.DOTALL)
_FIRST_MARKUP = re.compile(rb"<(.)", re.DOTALL)
# Excel writes control characters so; those that are white space fold later, the rest is nothing.
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")


class Package(NamedTuple):
    """An opened xlsx file: the part names of its sheets, visible ones first, and shared texts."""

    archive: zipfile.ZipFile
    where: str
    sheets: list[str]
    shared_texts: list[str]


def open_package(stream: BinaryIO, where: str) -> Package:
    """Check and open an xlsx file. Raises UnknownFormat, TooLarge or Damaged."""
    try:
        archive = zipfile.ZipFile(stream)
        if "xl/workbook.xml" not in archive.namelist():
            raise UnknownFormat(
                where, "it is a packed file, but no .xlsx workbook", "save it in Excel as .xlsx"
            )
        _check_sizes(archive, where)
        targets = _targets(archive, where)
        sheets = _sheets(archive, targets, where)
        shared = [part for kind, part in targets.values() if kind == "sharedStrings"]
        return Package(archive, where, sheets, _shared_texts(archive, shared, where))
    except _BROKEN as error:
        raise Damaged(where, _broken(error)) from None


def elements(package: Package, part: str, *names: str) -> Iterator[Any]:
    """The elements of these names in a part, each complete, and forgotten after its turn.

    Raises Damaged when the part is broken.
    """
    try:
        yield from _elements(package.archive, part, package.where, *names)
    except _BROKEN as error:
        raise Damaged(package.where, _broken(error)) from None


def chunks(package: Package, part: str, size: int) -> Iterator[bytes]:
    """The unpacked bytes of a part, in pieces. Raises Damaged when the part is broken."""
    try:
        with package.archive.open(part) as stream:
            while chunk := stream.read(size):
                yield chunk
    except _BROKEN as error:
        raise Damaged(package.where, _broken(error)) from None


def text_of(element: Any) -> str:
    """The text of a shared or inline string: its runs joined, readings of characters left out.

    A text too long for a cell is cut one character above the limit, which rejects its row.
    """
    if len(element) == 1 and element[0].tag.endswith("}t"):
        text = element[0].text or ""
    else:
        runs = (t.text or "" for t in element.iter("{*}t") if _local_name(t.getparent()) != "rPh")
        text = "".join(runs)
    text = text[: MAX_CELL_CHARS + 1]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _elements(archive: zipfile.ZipFile, part: str, where: str, *names: str) -> Iterator[Any]:
    with archive.open(part) as stream:
        _check_prolog(stream.read(1 << 16), where)
    with archive.open(part) as stream:
        found = etree.iterparse(
            stream, tag=[f"{{*}}{name}" for name in names], resolve_entities=False,
            load_dtd=False, no_network=True, huge_tree=True, remove_comments=True,
            remove_pis=True,
        )  # fmt: skip
        for _, element in found:
            yield element
            element.clear()
            while (before := element.getprevious()) is not None:
                before.getparent().remove(before)


def _check_prolog(head: bytes, where: str) -> None:
    """The first mark-up besides processing instructions must be an element: no DTD, no UTF-16."""
    first = _FIRST_MARKUP.search(_INSTRUCTION.sub(b"", head))
    if first is None or not first[1].isalpha():
        raise Damaged(where, "a part of the workbook declares a document type or is no plain XML")


def _check_sizes(archive: zipfile.ZipFile, where: str) -> None:
    total = 0
    for info in archive.infolist():
        total += info.file_size
        if info.file_size > _SMALL_PART and info.file_size > MAX_RATIO * info.compress_size:
            raise TooLarge(where, f"a part of the workbook unpacks more than {MAX_RATIO}-fold")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Damaged(where, "a part of the workbook is packed in a way Excel never uses")
    if total > MAX_UNPACKED:
        raise TooLarge(where, f"the workbook unpacks to more than {MAX_UNPACKED >> 20} MB")


def _targets(archive: zipfile.ZipFile, where: str) -> dict[str, tuple[str, str]]:
    """The parts the workbook refers to: id → (kind, part name)."""
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rsplit("/", 1)[-1],
            posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/"),
        )
        for relation in _elements(archive, "xl/_rels/workbook.xml.rels", where, "Relationship")
        if relation.get("TargetMode") != "External"
    }


def _sheets(archive: zipfile.ZipFile, targets: dict[str, tuple[str, str]], where: str) -> list[str]:
    visible: list[str] = []
    hidden: list[str] = []
    for element in _elements(archive, "xl/workbook.xml", where, "workbookPr", "sheet"):
        if element.get("date1904") in ("1", "true"):
            # A day as a bare number would be read four years early.
            raise UnknownFormat(
                where, "the workbook counts its days from 1904", "switch that option off in Excel"
            )
        for name, value in element.attrib.items():
            kind, part = targets.get(value, ("", "")) if name.endswith("}id") else ("", "")
            if kind == "worksheet":
                (hidden if element.get("state", "visible") != "visible" else visible).append(part)
    return visible + hidden


def _shared_texts(archive: zipfile.ZipFile, parts: list[str], where: str) -> list[str]:
    texts: list[str] = []
    chars = 0
    for part in parts:
        for element in _elements(archive, part, where, "si"):
            texts.append(text_of(element))
            chars += len(texts[-1])
            if chars > _MAX_SHARED_CHARS or len(texts) > _MAX_SHARED_TEXTS:
                raise TooLarge(where, "the workbook holds too much text")
    return texts


def _local_name(element: Any) -> str:
    return str(etree.QName(element).localname)


def _broken(error: Exception) -> str:
    return f"the workbook cannot be unpacked or read ({type(error).__name__})"
