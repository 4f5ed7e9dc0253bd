"""Files that stand whole or not at all, whatever ends the program while they are written."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

_SCRATCH = re.compile(r".+\.(html|xlsx|docx|txt)\.[a-z0-9_]{8}")
"""How scratch folders are called: after their file, with what `tempfile` adds."""
_OLD_S = 86_400


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to, in a scratch folder of its own; what was written ends up at `path`.

    Its folder is made if need be. Raises OSError when it cannot be written; what stood there stays
    then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as scratch:
        unfinished = Path(scratch) / path.name
        yield unfinished
        unfinished.replace(path)


def remove_leftovers(folder: Path) -> None:
    """Remove the scratch folders of programs that were killed a day ago or more.

    What cannot be removed stays. Raises OSError when the folder cannot be read.
    """
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        # Another program may remove it at the same time.
        with suppress(FileNotFoundError):
            if _is_left_over(path):
                shutil.rmtree(path, ignore_errors=True)


def _is_left_over(path: Path) -> bool:
    if not _SCRATCH.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
        return False
    return time.time() - path.stat().st_mtime > _OLD_S


def write_whole(path: Path, text: str) -> Path:
    """Write a text (UTF-8) to a path, making its folder if need be; returns the path.

    Raises OSError when it cannot be written; what stood there stays then.
    """
    with whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
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
