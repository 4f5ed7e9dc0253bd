"""Made-up listings of overdue dossiers for the benchmarks, and the files in which they wait.

Every tool gets the same records, parsed already and pickled some at once, so that neither a parser
nor the making of records stands in its time. Standard library only: the rivals read them too.
"""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

COLUMNS = (
    "code", "procedure_code", "procedure_name", "unit_code", "unit_name", "officer", "state",
    "received_at", "due_at",
)  # fmt: skip
"""Text, and two instants in seconds since 1970."""
Row = tuple[Any, ...]

CHANGED_EVERY = 100
"""On the second day one row in so many has another officer."""
LEFT_EVERY = 20
"""Of a collapsed listing one row in so many is left: five per cent."""
_AT_ONCE = 400
_FIRST = int(dt.datetime(2026, 10, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=7))).timestamp())
_DAY = 86_400


def rows(count: int, *, day: int) -> Iterator[Row]:
    """The listing of a day, 1 or 2; as many rows on both."""
    for number in range(count):
        unit, is_changed = 100 + number % 102, day > 1 and number % CHANGED_EVERY == 0
        yield (
            f"H01.{unit}-26{1 + number // 10_000 % 9:02d}01-{number:07d}",
            f"1.{number % 900:06d}",
            f"Thủ tục cấp giấy phép loại {number % 900} cho tổ chức, cá nhân",
            f"H01.{unit}",
            f"UBND xã Số {number % 102}",
            f"Nguyễn Văn {'Mới' if is_changed else number % 300}",
            "Đang xử lý",
            _FIRST + number % 28 * _DAY,
            _FIRST + (number % 28 + 31) * _DAY,
        )


def write(path: Path, batches: Iterable[Any]) -> None:
    """Put records into a file, some at once."""
    with path.open("wb") as file:
        for some in batches:
            pickle.dump(some, file)


def write_rows(path: Path, listing: Iterable[Row]) -> None:
    """Put the rows of a listing into a file."""
    remaining = iter(listing)
    write(path, iter(lambda: list(islice(remaining, _AT_ONCE)), []))


def read(path: Path) -> Iterator[list[Any]]:
    """What was written, some at once."""
    with path.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, one by one."""
    return (row for some in read(path) for row in some)
