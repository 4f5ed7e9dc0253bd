"""A second look at a listing in pages, before a dossier that it lacks may be called gone.

A dossier that leaves the list while it is paged pushes the next ones up, over the edge of a page
that was read already. Where another one comes in at the end, the totals agree, and nothing tells
that one was passed over. So where a listing of several pages lacks dossiers that were listed
before, all its pages are read once more; what comes now was there, and the first reading is not
whole.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field

from scrapers.dossiers.pages import PagedFacts, read_pages
from scrapers.dossiers.records import Dossier


@dataclass(slots=True)
class TwiceRead:
    """What is known of a listing after one look, or two; `passed_over` came in the second only."""

    first: PagedFacts = field(default_factory=PagedFacts)
    again: PagedFacts | None = None
    passed_over: int = 0

    @property
    def declared_total(self) -> int | None:
        """How many dossiers the source says there are; None when it is silent or unclear."""
        return self.first.declared_total

    def objections(self) -> list[tuple[str, str]]:
        """Everything that speaks against its being whole: the reason, the same for an official."""
        found = self.first.objections()
        if self.again is not None:
            found += self.again.objections()
        if self.passed_over:
            found.append(
                (
                    f"{self.passed_over} dossiers came only when the listing was read again: it "
                    "moved while it was paged",
                    f"{self.passed_over} hồ sơ chỉ thấy khi đọc lại: danh sách thay đổi khi đang"
                    " lật trang",
                )
            )
        return found


def read_twice(
    ask: Callable[[], Iterable[bytes]],
    facts: TwiceRead,
    listed_before: Iterable[str],
    *,
    name: str,
    keep_applicant: bool,
) -> Generator[Dossier, None, None]:
    """The records of the first reading, as `read_pages` gives them; `facts` fill up meanwhile.

    `ask` asks for the pages from the first on, each time anew. `listed_before` are the codes that
    the source listed last. Raises what `read_pages` and the asking raise, at either reading.
    """
    missing = set(listed_before)
    for record in read_pages(ask(), facts.first, name=name, keep_applicant=keep_applicant):
        missing.discard(record.code)
        yield record
    if missing and facts.first.pages > 1 and facts.first.whole:
        facts.again = PagedFacts()
        again = read_pages(ask(), facts.again, name=name, keep_applicant=keep_applicant)
        facts.passed_over = sum(record.code in missing for record in again)
