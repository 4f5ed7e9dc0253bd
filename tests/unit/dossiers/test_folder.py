"""The files of a folder: which are taken, which are still being written, and in what order."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.dossiers.folder import found_files
from scrapers.errors import Unreachable


def put(path: Path, content: bytes = b"x", age_s: float = 60) -> Path:
    """A file that was written so many seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = time.time() - age_s
    os.utime(path, (moment, moment))
    return path


def names(folder: Path, **options: float) -> list[str]:
    return [file.path.name for file in found_files(folder, **options)]


def test_a_file_with_what_is_known_of_it(tmp_path: Path) -> None:
    content = b"PK" * 400_000
    path = put(tmp_path / "Quá hạn 20-11.xlsx", content)
    os.utime(path, (1_800_000_000, 1_763_596_800))
    (file,) = found_files(tmp_path)
    assert file == (
        path, hashlib.sha256(content).hexdigest(), 800_000, datetime(2025, 11, 20, tzinfo=UTC)
    )  # fmt: skip
    assert file.modified_at.tzinfo is UTC


def test_the_oldest_come_first_and_then_the_alphabet(tmp_path: Path) -> None:
    for name, moment in (("b", 300), ("c", 100), ("a", 300), ("d", 200)):
        os.utime(put(tmp_path / name), (moment, moment))
    assert names(tmp_path) == ["c", "d", "a", "b"]


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.text("abcđ", min_size=1, max_size=4),
        st.tuples(st.binary(max_size=3), st.integers(0, 5)),
        max_size=6,
    )
)
def test_every_settled_file_is_there_once_in_one_order(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, tuple[bytes, int]]
) -> None:
    folder = tmp_path_factory.mktemp("saved")
    for name, (content, minute) in files.items():
        os.utime(put(folder / name, content), (minute * 60, minute * 60))
    found = found_files(folder)
    assert [file.path.name for file in found] == sorted(files, key=lambda n: (files[n][1], n))
    for file in found:
        assert file.sha256 == hashlib.sha256(files[file.path.name][0]).hexdigest()
    assert found_files(folder) == found


@pytest.mark.parametrize(
    "name",
    ["~$qua-han.xlsx", ".~lock.qua-han.ods#", ".an.csv", "a.xlsx.part", "Unconfirmed 1.crdownload",
     "a.TMP", "a.xlsx.download", "~WRL0001.tmp", "a.csv~", ".a.csv.swp"],
)  # fmt: skip
def test_what_programs_leave_while_they_write_is_passed_over(tmp_path: Path, name: str) -> None:
    put(tmp_path / "qua-han.xlsx")
    put(tmp_path / name)
    assert names(tmp_path) == ["qua-han.xlsx"]


def test_a_download_keeps_its_place_with_an_empty_file(tmp_path: Path) -> None:
    put(tmp_path / "qua-han.xlsx", b"")
    put(tmp_path / "qua-han.xlsx.part")
    put(tmp_path / "other.xlsx")
    assert names(tmp_path) == ["other.xlsx"]


def test_a_file_must_have_settled(tmp_path: Path) -> None:
    put(tmp_path / "old", age_s=8)
    put(tmp_path / "new", age_s=1)
    put(tmp_path / "tomorrow", age_s=-86_400)
    assert names(tmp_path) == ["old", "tomorrow"]
    assert names(tmp_path, settled_s=3_600) == ["tomorrow"]
    assert names(tmp_path, settled_s=0) == ["old", "new", "tomorrow"]


def test_a_file_that_changes_while_it_is_read_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "a.csv")

    def grows(stream: object, kind: str) -> object:
        put(path, b"longer")
        return hashlib.new(kind)

    monkeypatch.setattr(hashlib, "file_digest", grows)
    assert names(tmp_path) == []


def test_only_files_of_the_folder_itself(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "in-other"
    kept = put(inside / "a.csv", age_s=120)
    put(inside / "below" / "b.csv")
    secret = put(outside / "c.csv")
    os.mkfifo(inside / "pipe")
    links: dict[str, Path] = {
        "out": secret, "up": tmp_path, "dead": inside / "none", "itself": inside / "itself",
        "here": inside, "same": kept, "device": Path(os.devnull),
    }  # fmt: skip
    for name, target in links.items():
        (inside / name).symlink_to(target)
    found = found_files(inside)
    assert [file.path.name for file in found] == ["a.csv", "same"]
    assert len({file.sha256 for file in found}) == 1


def test_the_folder_may_be_a_link_itself(tmp_path: Path) -> None:
    put(tmp_path / "real" / "a.csv")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (file,) = found_files(tmp_path / "link")
    assert file.path == tmp_path / "link" / "a.csv"


MISSING: dict[str, Callable[[Path], Path]] = {
    "nothing": lambda tmp_path: tmp_path / "none",
    "a file": lambda tmp_path: put(tmp_path / "a.csv"),
}


@pytest.mark.parametrize("make", MISSING.values(), ids=MISSING.keys())
def test_a_folder_that_is_not_there_is_said_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    folder = make(tmp_path)
    with pytest.raises(Unreachable, match=r"^the folder .* cannot be read: [^.]*\.$") as trouble:
        found_files(folder)
    assert str(folder) in str(trouble.value)


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    assert found_files(tmp_path) == []


def test_a_file_that_may_not_be_read_is_no_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "a.csv")

    def refuses(stream: object, kind: str) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(hashlib, "file_digest", refuses)
    with pytest.raises(Unreachable, match=r"^the file a\.csv cannot be read: Permission denied\.$"):
        found_files(tmp_path)
