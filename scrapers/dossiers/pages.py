"""One listing that comes in pages: their records as one stream, and whether they are all of it.

A list that is paged while offices work on it moves: a dossier that leaves pushes the next ones up,
over the edge of a page that was read already, and nobody sees them. That a dossier came twice, or
that the pages do not agree about the total, is the only trace of it. So everything odd is counted,
and a listing with any objection must not be taken as the whole one.

    facts = PagedFacts()
    records = list(read_pages(pages, facts, name="quantri", keep_applicant=False))
    for reason, explanation in facts.objections():
        ...  # incomplete: nothing may be called gone
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scrapers.dossiers.listing import Listing, open_listing
from scrapers.dossiers.records import Dossier, DossierColumns, Facts
from scrapers.dossiers.repeats import Repeats

_SHOWN_PAGES: Final = 5
_MAY_BE_ABSENT: Final = frozenset(
    {"ended_at", "returned_at", "officer", "note", "national_code", "parent_unit",
     "printed_days_late", "applicant"}
)  # fmt: skip
"""Fields whose key JSON items rightly lack when there is nothing to say."""


@dataclass(slots=True)
class PagedFacts:
    """What is known about a listing in pages beside its records; pages are counted from 1.

    Right only after the last record has been taken; until then `complete` is False. Always
    `rows_read` = records + repeated + identical + conflicting + rejected. `repeated` are codes that
    had come on an earlier page, `identical` and `conflicting` those that came twice on one page
    (the first row stands). `repeated_pages` brought only what earlier pages had, `empty_pages` no
    row at all, `short_pages` fewer rows than they say themselves, `changed_pages` other columns
    than the first. `columns` (heading to field), `ignored` and `personal` headings are those of the
    first page that has any. `declared_totals` are the different totals that pages declare, in the
    order of their coming. `rejected_reasons` and `problems` count rows by what is odd about them.
    """

    pages: int = 0
    rows_read: int = 0
    records: int = 0
    repeated: int = 0
    identical: int = 0
    conflicting: int = 0
    rejected: int = 0
    without_due: int = 0
    unread_tables: int = 0
    rejected_reasons: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    declared_totals: list[int] = field(default_factory=list)
    format: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    repeated_pages: list[int] = field(default_factory=list)
    empty_pages: list[int] = field(default_factory=list)
    short_pages: list[int] = field(default_factory=list)
    changed_pages: list[int] = field(default_factory=list)
    complete: bool = False

    @property
    def declared_total(self) -> int | None:
        """How many dossiers the pages say there are; None when they are silent or do not agree."""
        return self.declared_totals[0] if len(self.declared_totals) == 1 else None

    @property
    def whole(self) -> bool:
        """Whether nothing speaks against these being all records of the listing."""
        return not self.objections()

    def objections(self) -> list[tuple[str, str]]:
        """Everything that speaks against it: the reason in English, the same for an official."""
        return [*self._about_totals(), *self._about_repeats(), *self._about_rows()]

    def _about_totals(self) -> Iterator[tuple[str, str]]:
        total, rows = self.declared_total, self.rows_read
        if not self.complete:
            yield (
                f"the listing was not read to its end ({self.pages} pages were)",
                f"Danh sách chưa được đọc hết (mới đọc {self.pages} trang)",
            )
        elif not self.pages:
            yield "no page came", "Không nhận được trang nào của danh sách"
        if len(self.declared_totals) > 1:
            figures = _some(self.declared_totals)
            yield (
                f"the pages do not agree about the total ({figures})",
                f"Các trang báo tổng số hồ sơ khác nhau ({figures}); danh sách đổi khi đang đọc",
            )
        if total is not None and rows != total:
            yield (
                f"{rows} rows came where {total} are declared",
                f"Đọc được {rows} dòng nhưng danh sách báo tổng số {total} hồ sơ",
            )

    def _about_repeats(self) -> Iterator[tuple[str, str]]:
        if self.repeated_pages:
            where = _some(self.repeated_pages)
            yield (
                f"pages repeat earlier ones ({where})",
                f"Có trang lặp lại hoàn toàn trang trước (trang {where})",
            )
        if self.repeated:
            yield (
                f"{self.repeated} dossiers came again on a later page: the list moved while it was"
                " paged",
                f"{self.repeated} hồ sơ xuất hiện lại ở trang sau: danh sách thay đổi khi đang lật"
                " trang, có thể đã sót hồ sơ khác",
            )

    def _about_rows(self) -> Iterator[tuple[str, str]]:
        if early := self._empty_too_early():
            where = _some(early)
            yield (
                f"pages are empty before the end of the listing ({where})",
                f"Có trang trống khi chưa hết danh sách (trang {where})",
            )
        if self.short_pages:
            where = _some(self.short_pages)
            yield (
                f"pages hold another number of rows than they say ({where})",
                f"Có trang không đủ số dòng như chính trang đó ghi (trang {where})",
            )
        if self.changed_pages:
            where = _some(self.changed_pages)
            yield (
                f"pages have other columns than the first ({where})",
                f"Có trang có các cột khác với trang đầu (trang {where})",
            )
        if self.rejected:
            why = "; ".join(f"{reason}: {n}" for reason, n in self.rejected_reasons.most_common(3))
            yield (
                f"{self.rejected} rows could not be read as dossiers ({why})",
                f"{self.rejected} dòng không đọc được thành hồ sơ",
            )

    def _empty_too_early(self) -> list[int]:
        """Empty pages that more rows followed or, by the declared total, should have followed."""
        total = self.declared_total
        if total is not None and self.rows_read < total:
            return self.empty_pages
        # Who pages until nothing comes ends with one empty page; that one is no trouble.
        return [page for page in self.empty_pages if page < self.pages]


def read_pages(
    pages: Iterable[bytes | Path], facts: PagedFacts, *, name: str, keep_applicant: bool
) -> Iterator[Dossier]:
    """The records of all pages, each code once and the first of it; `facts` fill up meanwhile.

    `pages` are documents that `open_listing` reads, asked for one by one and held one at a time; of
    earlier pages only the hashes of the codes stay in memory. The asking is closed when the reading
    ends, however it does. `name` is what errors call the listing. Raises ListingError as the page
    does (NoListing keeps `asks_for_login`), and whatever the asking for the next page raises; what
    was read until then is not a listing.
    """
    seen = Repeats()
    known: frozenset[str] = frozenset()
    with _closing(pages) as asked:
        for number, content in enumerate(asked, 1):
            new = 0
            where = f"{name}, page {number}"
            with open_listing(content, name=where, keep_applicant=keep_applicant) as page:
                for record in page:
                    if not seen.meet([hash(record.code)], [0]):
                        new += 1
                        facts.records += 1
                        facts.without_due += record.due_at is None
                        yield record
            _count(page.facts, facts, number, new)
            _declare(page.facts, facts, number)
            if page.facts.columns and not facts.columns:
                known = _headings(page.facts)
                _describe(page.facts, facts)
            elif page.facts.columns and _has_other_columns(page.facts, facts, known):
                facts.changed_pages.append(number)
    facts.complete = True


def read_file(listing: Listing, facts: PagedFacts) -> Iterator[DossierColumns]:
    """The records of a document that is the whole listing, as of one page; it is closed behind.

    Repeated codes are those of the document itself: none, where it was opened so. Raises
    ListingError as the document does.
    """
    with listing:
        yield from listing.columns()
    facts.records, facts.without_due = listing.facts.records, listing.facts.without_due
    _count(listing.facts, facts, 1, facts.records)
    _declare(listing.facts, facts, 1)
    _describe(listing.facts, facts)
    facts.complete = True


def _describe(page: Facts, facts: PagedFacts) -> None:
    facts.format, facts.columns = page.format, page.columns
    facts.ignored, facts.personal = page.ignored, page.personal


@contextlib.contextmanager
def _closing(pages: Iterable[bytes | Path]) -> Iterator[Iterable[bytes | Path]]:
    """The pages, whose asking ends with the reading and not when memory is tidied up.

    Behind it may be a browser in a thread of its own, which is then no longer there to be closed.
    """
    try:
        yield pages
    finally:
        if isinstance(pages, Generator):
            pages.close()


def _count(page: Facts, facts: PagedFacts, number: int, new: int) -> None:
    facts.pages = number
    facts.rows_read += page.rows_read
    facts.repeated += page.records - new
    facts.identical += page.identical
    facts.conflicting += page.conflicting.count
    facts.rejected += page.rejected.count
    facts.unread_tables += page.unread_tables
    facts.rejected_reasons += page.rejected.by_reason
    facts.problems += page.problems.by_reason
    if not page.rows_read:
        facts.empty_pages.append(number)
    elif page.records and not new:
        facts.repeated_pages.append(number)


def _declare(page: Facts, facts: PagedFacts, number: int) -> None:
    """Note the total that a page declares, or all of them when it contradicts itself."""
    about_all = [declared for declared in page.declared if declared.by != "total row"]
    totals = [page.declared_total] if page.declared_total is not None else []
    if not totals:
        totals = [declared.total for declared in about_all]
    elif not about_all and totals[0] == page.rows_read:
        totals = []  # a total row that adds up the page only
    facts.declared_totals += [
        total for total in dict.fromkeys(totals) if total not in facts.declared_totals
    ]
    if page.declared_rows_here is not None and page.declared_rows_here != page.rows_read:
        facts.short_pages.append(number)


def _headings(page: Facts) -> frozenset[str]:
    return frozenset({*page.columns, *page.outranked, *page.ignored, *page.personal})


def _has_other_columns(page: Facts, first: PagedFacts, known: frozenset[str]) -> bool:
    """Whether a page's columns differ from the first page's, whose headings are `known`.

    A table has the same headings on every page, in any order. Items of JSON may lack keys, so there
    a difference is a field whose key has gone while one came that the first page had not, or the
    other way round: it was renamed.
    """
    if page.format != first.format:
        return True
    headings = _headings(page)
    if page.format != "json":
        return page.columns != first.columns or headings != known
    lost = {name for _, name in first.columns.items() - page.columns.items()} - _MAY_BE_ABSENT
    come = {name for _, name in page.columns.items() - first.columns.items()} - _MAY_BE_ABSENT
    return bool((lost and headings - known) or (come and set(first.ignored) - headings))


def _some(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_SHOWN_PAGES])
    return f"{shown} …" if len(numbers) > _SHOWN_PAGES else shown
