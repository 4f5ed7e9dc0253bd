"""The raw archive: what a source really answered, kept as it came, one file per capture.

A file is gzip of JSON lines, one line an answer, in the order of asking:
{"at", "path", "request", "status", "content_type", "body"}. The body is the text exactly as it came
(bytes that are no UTF-8 are kept as surrogate escapes), so that a reading can be done again, years
later, by better code. Nothing of the request's headers is kept: they may carry a token.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import itertools
import json
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from scrapers.errors import NotKept


class ArchiveError(Exception):
    """The archive cannot be written; the message says where and why."""


class Answer(NamedTuple):
    """One answer of a source; `received_at` is aware, UTC."""

    path: str
    request: dict[str, Any]
    status: int
    content_type: str
    body: bytes
    received_at: dt.datetime


class ArchiveFile:
    """The archive file of one capture while it is being written.

    It is written under another name until `keep` gives it its own, so a file with a proper name is
    a whole one, also after a power cut.
    """

    def __init__(self, folder: Path, day: dt.date, name: str) -> None:
        self._folder = folder
        self._path = folder / day.isoformat() / f"{name}.jsonl.gz"
        self._unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        self._stream: TextIO | None = None

    def add(self, answer: Answer) -> None:
        """Append one answer."""
        line = {
            "at": answer.received_at.isoformat(),
            "path": answer.path,
            "request": answer.request,
            "status": answer.status,
            "content_type": answer.content_type,
            "body": answer.body.decode("utf-8", "surrogateescape"),
        }
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            self._stream = self._stream or self._open()
            self._stream.write(text)
        except OSError as error:
            raise ArchiveError(
                f"the archive file {self._path} cannot be written: {error}."
            ) from error

    def _open(self) -> TextIO:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return gzip.open(
            self._unfinished, "wt", compresslevel=4, encoding="utf-8", errors="surrogateescape"
        )

    def keep(self) -> str | None:
        """Give the file its name; returns its path below the archive, None if nothing was added."""
        if self._stream is None:
            return None
        try:
            self._stream.close()
            _settle(self._unfinished)
            path = _free(self._path)
            self._unfinished.replace(path)
            _settle_names(path.parent)
        except OSError as error:
            raise ArchiveError(
                f"the archive file {self._path} cannot be written: {error}."
            ) from error
        return path.relative_to(self._folder).as_posix()

    def drop(self) -> None:
        """Throw away what was written; for a capture that was broken off.

        What cannot be thrown away (the disk has become read-only) is left to `remove_leftovers`.
        """
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
            with contextlib.suppress(OSError):
                self._unfinished.unlink(missing_ok=True)


def remove_leftovers(folder: Path, *, older_than_s: float = 86_400) -> None:
    """Remove unfinished files of readings that were killed; what cannot be removed stays."""
    for path in folder.glob("*/*.part"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > older_than_s:
                path.unlink()


def _settle(file: Path) -> None:
    """Have the disk itself hold what was written to a file."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def _settle_names(folder: Path) -> None:
    """Have the disk itself hold the names in a folder, where the system lets one ask for that."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _free(path: Path) -> Path:
    """The path itself, or with a number: an answer that was kept is never written over."""
    stem = path.name.removesuffix(".jsonl.gz")
    numbered = (path.with_name(f"{stem}-{number}.jsonl.gz") for number in itertools.count(2))
    return next(name for name in itertools.chain([path], numbered) if not name.exists())


def read_archive(path: Path) -> Iterator[Answer]:
    """The answers of one archive file, in the order they came. Raises OSError when damaged."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", errors="surrogateescape") as stream:
            for text in stream:
                yield _answer(json.loads(text))
    except (EOFError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise OSError(f"the archive file {path} is damaged: {error}") from error


def _answer(line: dict[str, Any]) -> Answer:
    return Answer(
        path=line["path"],
        request=line["request"],
        status=line["status"],
        content_type=line["content_type"],
        body=line["body"].encode("utf-8", "surrogateescape"),
        received_at=dt.datetime.fromisoformat(line["at"]),
    )


def replay(answers: Iterable[Answer]) -> Callable[[str, dict[str, Any]], Answer]:
    """A transport that answers from the archive: what was asked in the same words, else by path and
    page (or cursor, or id). The last answer to each counts. Raises NotKept for what was never
    asked.
    """

    def words(path: str, body: dict[str, Any]) -> tuple[str, str]:
        return path, json.dumps(body, sort_keys=True)

    def key(path: str, body: dict[str, Any]) -> tuple[str, ...]:
        first = (("currentPage", 1), ("lastId", ""), ("id", ""))
        return (path, *(str(body.get(name, default)) for name, default in first))

    exactly: dict[tuple[str, str], Answer] = {}
    kept: dict[tuple[str, ...], Answer] = {}
    for answer in answers:
        exactly[words(answer.path, answer.request)] = answer
        kept[key(answer.path, answer.request)] = answer

    def ask(path: str, body: dict[str, Any]) -> Answer:
        answer = exactly.get(words(path, body)) or kept.get(key(path, body))
        if answer is None:
            raise NotKept(f"{path}: the archive holds no answer to this request.")
        return answer

    return ask
