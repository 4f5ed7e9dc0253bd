"""Files that stand whole or not at all, whatever ends the program while they are written."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory


def write_whole(path: Path, text: str) -> Path:
    """Write a text (UTF-8) to a path, making its folder if need be; returns the path.

    Raises OSError when it cannot be written; what stood there stays then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as scratch:
        unfinished = Path(scratch) / path.name
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    return path


def unused(path: Path) -> Path:
    """The path, or the first free one beside it (name-ban-2, name-ban-3) where a file stands there.

    For drafts that a person may have written in.
    """
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-ban-{number}{path.suffix}")
    return found
