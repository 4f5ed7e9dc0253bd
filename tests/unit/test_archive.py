"""The raw archive keeps what came, byte by byte, and never loses or replaces what it kept."""

from __future__ import annotations

import datetime as dt
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.archive import (
    Answer,
    ArchiveError,
    ArchiveFile,
    read_archive,
    remove_leftovers,
    replay,
)
from scrapers.errors import Unusable

DAY = dt.date(2026, 11, 20)
AT = dt.datetime(2026, 11, 20, 0, 12, 33, 250_000, tzinfo=dt.UTC)
BODIES = st.binary(max_size=200) | st.text(max_size=50).map(str.encode)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
ANSWERS = st.builds(
    Answer,
    path=st.text(max_size=20),
    request=st.dictionaries(st.text(max_size=8), JSON, max_size=3),
    status=st.integers(100, 599),
    content_type=st.text(max_size=20),
    body=BODIES,
    received_at=st.datetimes(timezones=st.just(dt.UTC)),
)


def an_answer(body: bytes = b"{}", path: str = "/api", page: int | None = None) -> Answer:
    request: dict[str, Any] = {} if page is None else {"currentPage": page}
    return Answer(path, request, 200, "application/json", body, AT)


def write(folder: Path, answers: list[Answer], name: str = "070000-index") -> Path:
    file = ArchiveFile(folder, DAY, name)
    for answer in answers:
        file.add(answer)
    kept = file.keep()
    assert kept is not None
    return folder / kept


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow while this lasts, which also holds for root."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@given(st.lists(ANSWERS, min_size=1, max_size=5))
def test_what_came_can_be_read_back_exactly_and_in_its_order(answers: list[Answer]) -> None:
    with TemporaryDirectory() as folder:
        assert list(read_archive(write(Path(folder), answers))) == answers


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n\r\x85\x0b\x0c\x1c\x00",
        b"\xff\xfe S\x1edf \xc3",
        b"\xed\xb2\x80",
        "Sở Tư pháp\u2028".encode(),
        bytes(range(256)) * 4,
    ],
)
def test_bodies_that_are_no_clean_text_come_back_as_they_were(tmp_path: Path, body: bytes) -> None:
    answers = [an_answer(body), an_answer(b"next")]
    assert [answer.body for answer in read_archive(write(tmp_path, answers))] == [body, b"next"]


def test_the_instant_stays_an_aware_instant(tmp_path: Path) -> None:
    (answer,) = read_archive(write(tmp_path, [an_answer()]))
    assert answer.received_at == AT
    assert answer.received_at.tzinfo is not None


def test_a_file_lies_in_the_folder_of_its_day(tmp_path: Path) -> None:
    file = ArchiveFile(tmp_path, DAY, "070000-index")
    file.add(an_answer())
    assert file.keep() == "2026-11-20/070000-index.jsonl.gz"
    assert (tmp_path / "2026-11-20" / "070000-index.jsonl.gz").is_file()


def test_a_file_gets_its_name_only_when_it_is_kept(tmp_path: Path) -> None:
    file = ArchiveFile(tmp_path, DAY, "070000-index")
    file.add(an_answer(b"x" * 100_000))
    assert not list(tmp_path.rglob("*.jsonl.gz"))
    assert [name.endswith(".part") for name in files_in(tmp_path)] == [True]
    file.keep()
    assert files_in(tmp_path) == ["070000-index.jsonl.gz"]


def test_a_capture_without_answers_leaves_no_file(tmp_path: Path) -> None:
    assert ArchiveFile(tmp_path / "archive", DAY, "070000-index").keep() is None
    assert not list(tmp_path.iterdir())


def test_nothing_that_was_kept_is_written_over(tmp_path: Path) -> None:
    bodies = [b"first", b"second", b"third"]
    paths = [write(tmp_path, [an_answer(body)]) for body in bodies]
    assert len(set(paths)) == 3
    assert [answer.body for path in paths for answer in read_archive(path)] == bodies


def test_not_even_the_thousandth_file_of_a_name_replaces_another(tmp_path: Path) -> None:
    first = write(tmp_path, [an_answer(b"first")])
    for number in range(2, 1000):
        first.with_name(f"070000-index-{number}.jsonl.gz").touch()
    write(tmp_path, [an_answer(b"thousandth")])
    assert [answer.body for answer in read_archive(first)] == [b"first"]


def test_what_is_dropped_leaves_nothing(tmp_path: Path) -> None:
    file = ArchiveFile(tmp_path, DAY, "070000-index")
    file.drop()
    file.add(an_answer())
    assert files_in(tmp_path)
    file.drop()
    assert not files_in(tmp_path)


def test_only_old_unfinished_files_are_leftovers(tmp_path: Path) -> None:
    kept = write(tmp_path, [an_answer()])
    old, young = kept.with_name("a.jsonl.gz.11.part"), kept.with_name("b.jsonl.gz.12.part")
    for path in (old, young):
        path.touch()
    for path in (old, kept):
        os.utime(path, (time.time() - 90_000,) * 2)
    remove_leftovers(tmp_path)
    assert files_in(tmp_path) == [kept.name, young.name]
    remove_leftovers(tmp_path, older_than_s=-1)
    assert files_in(tmp_path) == [kept.name]


def test_there_may_be_no_archive_yet_to_remove_leftovers_from(tmp_path: Path) -> None:
    remove_leftovers(tmp_path / "archive")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / DAY.isoformat()).write_text("a file where the folder must be")
    file = ArchiveFile(tmp_path, DAY, "070000-index")
    with pytest.raises(ArchiveError, match=r"2026-11-20.* cannot be written: .*\.$"):
        file.add(an_answer())
    assert file.keep() is None


def test_a_full_disk_keeps_no_file_that_is_not_whole(tmp_path: Path) -> None:
    file = ArchiveFile(tmp_path, DAY, "070000-index")
    file.add(an_answer(os.urandom(1000)))
    with full_disk(), pytest.raises(ArchiveError, match="cannot be written"):
        file.keep()
    assert not list(tmp_path.rglob("*.jsonl.gz"))


def test_dropping_works_on_a_full_disk_too(tmp_path: Path) -> None:
    file = ArchiveFile(tmp_path, DAY, "070000-index")
    file.add(an_answer(os.urandom(1000)))
    with full_disk():
        file.drop()
    assert not files_in(tmp_path)


WHOLE = [an_answer(f"Kết quả {number} {number**9}".encode(), page=number) for number in range(20)]


def damaged(data: bytes) -> list[Answer]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "damaged.jsonl.gz")
        path.write_bytes(data)
        return list(read_archive(path))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write(tmp_path_factory.mktemp("archive"), WHOLE).read_bytes()


@given(data=st.data())
def test_a_file_that_was_cut_short_is_no_shorter_reading(whole: bytes, data: st.DataObject) -> None:
    length = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises((OSError, EOFError)):
        damaged(whole[:length])


def test_a_file_that_was_cut_short_raises_oserror_as_documented(whole: bytes) -> None:
    with pytest.raises(OSError, match="damaged"):
        damaged(whole[:-10])


def test_whatever_byte_is_damaged_the_answers_are_the_same_or_none(whole: bytes) -> None:
    for place in range(len(whole)):
        changed = bytes([whole[place] ^ 0x55])
        try:
            answers = damaged(whole[:place] + changed + whole[place + 1 :])
        except OSError:
            continue
        assert answers == WHOLE


def test_a_file_that_is_not_there_or_no_archive_raises_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_archive(tmp_path / "gone.jsonl.gz"))
    with pytest.raises(OSError, match="gzip"):
        damaged(b"plain text")


def test_a_replay_answers_by_path_and_page() -> None:
    kept = [an_answer(f"{path}{page}".encode(), path, page) for path in "ab" for page in (1, 2)]
    ask = replay(kept)
    assert ask("b", {"currentPage": 2, "pageSize": 50}).body == b"b2"
    assert ask("a", {"currentPage": 1}).body == b"a1"


def test_a_request_without_a_page_is_for_the_first() -> None:
    assert replay([an_answer(b"1")])("/api", {"currentPage": 1}).body == b"1"
    assert replay([an_answer(b"1", page=1)])("/api", {}).body == b"1"


def test_of_several_answers_to_one_request_the_last_counts() -> None:
    broken, good = an_answer(b"<html>", page=2), an_answer(b"{}", page=2)
    assert replay([broken, good])("/api", {"currentPage": 2}) == good


@pytest.mark.parametrize(("path", "page"), [("/api", 2), ("/other", 1)])
def test_what_was_never_asked_is_not_answered(path: str, page: int) -> None:
    with pytest.raises(Unusable, match=f"{path}: the archive holds no answer"):
        replay([an_answer(page=1)])(path, {"currentPage": page})
