"""Listings that an official saves into a folder: which files are there, and whole.

A browser or an office program writes a file while we look, so what is being written, or is only a
trace of that, is passed over: it will be there the next time.
"""

from __future__ import annotations

import hashlib
import stat
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from scrapers.errors import Unreachable

SETTLED_S: Final = 5.0
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".swp")
_DOWNLOADS: Final = (".part", ".partial", ".crdownload", ".download")


class FoundFile(NamedTuple):
    """One file: its content's SHA-256 (hex), its size in bytes, when it was written (UTC)."""

    path: Path
    sha256: str
    size: int
    modified_at: datetime


def found_files(folder: Path, *, settled_s: float = SETTLED_S) -> list[FoundFile]:
    """The files right in a folder, the oldest first, those of the same age by name.

    Passed over: folders, hidden and temporary files, lock files of office programs, files whose
    download goes on beside them, files written within the last `settled_s` seconds or while they
    are read, and links that lead out of the folder. Two files of one content are both there, with
    the same `sha256`.

    Raises Unreachable when the folder, or a file in it, cannot be read. That is no ListingError,
    which is about what stands in a file: a folder that is not there is most often a share that is
    not connected, and will be.
    """
    try:
        inside = folder.resolve(strict=True)
        names = sorted(path.name for path in inside.iterdir())
    except OSError as error:
        raise Unreachable(f"the folder {folder} cannot be read: {error.strerror}.") from error
    loading = {name for name in names if name.lower().endswith(_DOWNLOADS)}
    found = [
        file
        for name in names
        if not _is_unfinished(name) and not any(name + end in loading for end in _DOWNLOADS)
        if (file := _found(folder / name, inside, settled_s)) is not None
    ]
    return sorted(found, key=lambda file: (file.modified_at, file.path.name))


def _is_unfinished(name: str) -> bool:
    """Whether a name is that of a hidden, temporary or lock file (`.x`, `~$x.xlsx`, `x.part`)."""
    return name.startswith((".", "~")) or name.endswith("~") or name.lower().endswith(_UNFINISHED)


def _found(path: Path, inside: Path, settled_s: float) -> FoundFile | None:
    """One file; None when it is no file of this folder, is being written, or has just gone."""
    try:
        target = path.resolve(strict=True)
        before = target.stat()
        if not target.is_relative_to(inside) or not stat.S_ISREG(before.st_mode):
            return None
        # A clock that runs ahead, as on a share, must not hide a file: only nearness counts.
        if abs(time.time() - before.st_mtime) < settled_s:
            return None
        with target.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        after = target.stat()
    except (FileNotFoundError, RuntimeError):  # RuntimeError: a link that leads to itself
        return None
    except OSError as error:
        raise Unreachable(f"the file {path.name} cannot be read: {error.strerror}.") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return None
    modified_at = datetime.fromtimestamp(before.st_mtime, UTC)
    return FoundFile(path, sha256, before.st_size, modified_at)
