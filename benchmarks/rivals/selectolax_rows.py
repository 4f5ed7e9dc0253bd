"""selectolax (its lexbor parser) on the page of a listing, in turns with bare lxml."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any

from benchmarks.listing_pages import Rows, by_lxml, digest, median_times, page


def main() -> None:
    """Print the seconds of both, and the digest of what selectolax gave."""
    rows = int(sys.argv[1])
    content = page(rows)
    readers = {"lxml": partial(by_lxml, content), "selectolax": partial(by_selectolax, content)}
    print(json.dumps({**median_times(rows, readers), "digest": digest(by_selectolax(content))}))


def by_selectolax(content: bytes) -> Rows:
    """The texts of the cells of every row."""
    from selectolax.lexbor import LexborHTMLParser  # type: ignore[import-not-found]

    tree: Any = LexborHTMLParser(content)
    return [
        [cell.text() for cell in row.iter() if cell.tag in ("td", "th")] for row in tree.css("tr")
    ]


if __name__ == "__main__":
    main()
