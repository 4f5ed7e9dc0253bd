"""The listing reader beside bare lxml and selectolax, on pages of rows of ten cells.

Run: python -m benchmarks.pages [ROWS ...]. Processor time, in turns, medians of 31, of a large page 5. Our reader finds the
listing among the tables of the page, follows merged cells, leaves out what a person does not see and
knows whether the page is whole; the others give the texts of all cells. All must give the same rows.
selectolax lives in another environment: it takes turns with bare lxml there, which links the two.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys

from benchmarks.listing_pages import Rows, by_lxml, by_lxml_text, digest, median_times, page
from benchmarks.measuring import table
from benchmarks.stores import RIVALS, ROOT
from scrapers.dossiers.headings import REQUIRED_FIELDS, dossier_vocabulary
from scrapers.dossiers.html_tables import open_html
from scrapers.dossiers.listing import open_listing


def main() -> None:
    """Measure and print a table for each number of rows."""
    for rows in list(map(int, sys.argv[1:])) or [1_000]:
        print("\n".join(measure(rows)), flush=True)


def measure(rows: int) -> list[str]:
    """The lines of a table."""
    content = page(rows)
    expected = digest(by_lxml(content))
    assert digest(our_rows(content)) == digest(by_lxml_text(content)) == expected
    took = median_times(
        rows,
        {
            "bare lxml": lambda: by_lxml(content),
            "bare lxml, `.text` alone": lambda: by_lxml_text(content),
            "ours, rows of the listing": lambda: our_rows(content),
            "ours, records": lambda: our_records(content),
        },
    )
    theirs = _selectolax(rows, expected)
    took["selectolax"] = theirs["selectolax"] / theirs["lxml"] * took["bare lxml"]
    bare, shortest = took["bare lxml"], took["bare lxml, `.text` alone"]
    lines = [["reader", "ms a page", "pages/s", "rows/s", "× bare lxml", "× `.text` alone"]]
    for name, seconds in took.items():
        lines.append(
            [name, f"{seconds * 1e3:.1f}", f"{1 / seconds:.0f}", f"{rows / seconds:,.0f}",
             f"{bare / seconds:.2f}", f"{shortest / seconds:.2f}"]
        )  # fmt: skip
    return [
        f"### A page of {rows:,} rows of ten cells ({len(content):,} bytes)",
        "",
        *table(lines),
        "",
    ]


def our_rows(content: bytes) -> Rows:
    """The listing's rows as the reader takes them from the page."""
    raw = open_html(io.BytesIO(content), "page", dossier_vocabulary(REQUIRED_FIELDS, False))
    return [cells for _, cells in raw.rows]  # type: ignore[misc]


def our_records(content: bytes) -> Rows:
    """The records: codes, dates, units and states understood, repeated rows told apart."""
    with open_listing(content, name="page") as listing:
        for _ in listing.columns():
            pass
    return []


def _selectolax(rows: int, expected: str) -> dict[str, float]:
    done = subprocess.run(
        [RIVALS, "-m", "benchmarks.rivals.selectolax_rows", str(rows)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    told = json.loads(done.stdout)
    assert told.pop("digest") == expected, "selectolax gave other rows"
    return dict(told)


if __name__ == "__main__":
    main()
