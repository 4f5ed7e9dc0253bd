"""What a page says beside its listing, read with Beautiful Soup: totals, and why there is no table.

It is given what is left of a page once the rows of the listing are out of it, so it stays small.
"""

from __future__ import annotations

from typing import Any, Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from lxml import etree

from scrapers.dossiers.errors import NoListing

_MOST_CHARS: Final = 1 << 18
"""Of a page that is longer without its rows, the beginning and the end are looked at."""

_BLOCKS: Final = frozenset({
    "address", "body", "dd", "div", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "label", "li", "main", "nav", "ol", "option", "p", "section", "table", "td", "th",
    "title", "tr", "ul",
})  # fmt: skip


def page_texts(page: Any) -> list[str]:
    """The visible texts of a page, one for each block, so that no sentence runs into the next."""
    lines: list[list[str]] = []
    last: Tag | None = None
    for element in _soup(page).descendants:
        if isinstance(element, Tag):
            last = None if element.name == "br" else last
        elif type(element) is NavigableString and element.strip():
            parents = list(element.parents)
            block = next((parent for parent in parents if parent.name in _BLOCKS), parents[-1])
            if any(_is_hidden(parent) for parent in parents):
                continue
            if block is not last:
                lines.append([])
                last = block
            lines[-1].append(element)
    return [" ".join(" ".join(line).split()) for line in lines]


def why_no_listing(where: str, page: Any, is_whole: bool) -> NoListing:
    """The error for a page without a listing, as helpful as the page allows."""
    soup = _soup(page)
    if any(_is_password(field) for field in soup.find_all("input")):
        return NoListing(
            where, "it is a login page", "log in again and fetch the listing once more", True
        )
    if soup.select_one('[role="grid"], [role="treegrid"], [role="gridcell"]'):
        found, advice = "its rows are drawn, not written as a table", "export the listing to Excel"
    elif soup.find(["iframe", "frame"]):
        found, advice = "the page only frames another one", "open the frame by itself and save it"
    elif not is_whole:
        found, advice = "the page breaks off before any listing", "save it again"
    else:
        found, advice = "no table has the headings of a listing", "open the page of the listing"
    return NoListing(where, found, advice)


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style", "")).replace(" ", "").lower()
    return tag.has_attr("hidden") or "display:none" in style


def _is_password(field: Tag) -> bool:
    return str(field.get("type", "")).lower() == "password"


def _soup(page: Any) -> BeautifulSoup:
    etree.strip_elements(page, "script", "style", "template", "noscript", with_tail=False)
    text = str(etree.tostring(page, method="html", encoding="unicode"))
    if len(text) > _MOST_CHARS:
        text = text[: _MOST_CHARS // 2] + " " + text[-_MOST_CHARS // 2 :]
    return BeautifulSoup(text, "lxml")
