"""Finds out what a file is, by its content and never by its ending, and gives its raw rows."""

from __future__ import annotations

import io
import re
from typing import BinaryIO, Final

from scrapers.dossiers.delimited import open_delimited
from scrapers.dossiers.encodings import encoding_of
from scrapers.dossiers.errors import UnknownFormat
from scrapers.dossiers.headings import Vocabulary
from scrapers.dossiers.json_items import open_json
from scrapers.dossiers.raw import RawItems, RawTable

_HEAD: Final = 1 << 16
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|thead|tr|div|form|meta|style)\b", re.I
)
_TABLE = re.compile(r"<table\b[^<>]*>.*?<tr\b", re.I | re.S)
_SAVE_AS = "save the listing as .xlsx, .csv or as a web page (HTML only)"
_OTHERS: Final = (
    (b"%PDF", "it is a PDF document"),
    (b"{\\rtf", "it is an RTF document"),
    (b"\x89PNG", "it is a picture"),
    (b"\xff\xd8\xff", "it is a picture"),
    (b"GIF8", "it is a picture"),
    (b"Rar!", "it is a packed archive"),
    (b"7z\xbc\xaf", "it is a packed archive"),
    (b"\x1f\x8b", "it is a packed archive"),
)


def open_raw(stream: BinaryIO, where: str, wanted: Vocabulary) -> RawTable | RawItems:
    """The raw rows, or the JSON items, of a file of any kind that we read.

    `stream` must be seekable; `where` names it in errors; `wanted` tells its table from others.
    Raises UnknownFormat for every other kind, and what the reader of its kind raises.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head.strip():
        raise UnknownFormat(where, "the file is empty", "save or export the listing again")
    for start, kind in _OTHERS:
        if head.startswith(start):
            raise UnknownFormat(where, kind, _SAVE_AS)
    # The readers of spreadsheets and pages are heavy to load; a csv or JSON file needs neither.
    if head.startswith(b"PK\x03\x04"):
        from scrapers.dossiers.excel_tables import open_excel

        return open_excel(stream, where, wanted)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        from scrapers.dossiers.old_excel import open_old_excel

        return open_old_excel(stream, where, wanted)
    return _open_text(stream, head, where, wanted)


def _open_text(
    stream: BinaryIO, head: bytes, where: str, wanted: Vocabulary
) -> RawTable | RawItems:
    text = head.decode(encoding_of(io.BytesIO(head)), errors="replace").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return open_json(stream, where)
    if "urn:schemas-microsoft-com:office:spreadsheet" in text and text.startswith("<?xml"):
        raise UnknownFormat(where, "it is a workbook in XML", "open it in Excel, save it as .xlsx")
    if text[:2_000].lower().startswith("mime-version") or "Content-Type: multipart/related" in text:
        raise UnknownFormat(where, "it is a web archive", _SAVE_AS)
    # Some systems print a warning before the page; a csv cell may hold a tag, but no whole table.
    if _MARKUP.search(text) if text.startswith("<") else _TABLE.search(text):
        from scrapers.dossiers.html_tables import open_html

        return open_html(stream, where, wanted)
    if text.count("\x00") * 100 > len(text) or text.startswith("<"):
        raise UnknownFormat(where, "its content is of no kind we know", _SAVE_AS)
    return open_delimited(stream, where, wanted)
