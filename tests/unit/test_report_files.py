"""The files of a report: whole or not at all, drafts never written over."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from sync.config import Config
from sync.report import asked, daily_content, files
from sync.report.daily import DailyReport
from sync.report.whole_file import unused, write_whole
from sync.store import reading
from tests.unit.announced import PROVINCE, UNITS, month

DAY = dt.date(2026, 11, 20)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    written = json.dumps({"index": {"provinces": ["H01"]}})
    return Config.model_validate_json(written, context=tmp_path)


@pytest.fixture
def report(engine: Engine, config: Config) -> DailyReport:
    with reading(engine) as connection:
        return daily_content(connection, config, DAY)


def written_month(config: Config, folder: Path, *formats: str) -> list[str]:
    written = files.write_monthly_files(month(), config, folder, formats)
    return [one.path.name for one in written]


def test_a_day_without_any_figure_has_its_files(
    report: DailyReport, config: Config, tmp_path: Path
) -> None:
    names = [
        one.path.name
        for one in files.write_daily_files(
            report, config, tmp_path / "new", ["html", "xlsx", "txt"]
        )
    ]
    assert names == [
        "report-2026-11-20.html", "ket-qua-766-2026-11-20.xlsx", "report-2026-11-20.txt",
    ]  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(names)


def test_a_month_has_its_files_and_a_second_draft_leaves_the_first(
    config: Config, tmp_path: Path
) -> None:
    assert written_month(config, tmp_path, "docx", "xlsx", "txt") == [
        "thong-bao-2026-09.docx", "ket-qua-766-2026-09.xlsx", "thong-bao-2026-09.txt",
    ]  # fmt: skip
    (tmp_path / "thong-bao-2026-09.docx").write_text("signed")
    assert written_month(config, tmp_path, "docx", "txt") == [
        "thong-bao-2026-09-ban-2.docx", "thong-bao-2026-09.txt",
    ]  # fmt: skip
    assert (tmp_path / "thong-bao-2026-09.docx").read_text() == "signed"


def test_a_units_files_and_those_of_one_of_several_provinces_bear_its_code(
    config: Config, tmp_path: Path
) -> None:
    unit = files.write_monthly_files(month(subject=UNITS[3]), config, tmp_path, ["txt"])
    assert [one.path.name for one in unit] == ["thong-bao-2026-09-H01.40.txt"]
    several = Config.model_validate_json(json.dumps({"index": {"provinces": ["H01", "H53"]}}))
    province = files.write_monthly_files(month(subject=PROVINCE), several, tmp_path, ["txt"])
    assert [one.path.name for one in province] == ["thong-bao-2026-09-H01.txt"]


@pytest.mark.parametrize("name", ["html", "xlsx", "txt"])
def test_what_is_stopped_leaves_what_was_there_and_no_part(
    name: str,
    report: DailyReport,
    config: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "reports"
    (first, *_) = files.write_daily_files(report, config, folder, [name])
    before = first.path.read_bytes()
    stop_before_the_end(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        list(files.write_daily_files(report, config, folder, [name]))
    assert [path.name for path in folder.iterdir()] == [first.path.name]
    assert first.path.read_bytes() == before


def test_a_word_draft_that_is_stopped_leaves_no_part(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_before_the_end(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        written_month(config, tmp_path / "reports", "docx")
    assert list((tmp_path / "reports").iterdir()) == []


def stop_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C comes when a file is ready to take its place."""

    def stop(*_: object) -> Callable[..., None]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)


def test_every_kind_of_file_is_documented(
    report: DailyReport, config: Config, tmp_path: Path
) -> None:
    text = (Path(__file__).parents[2] / "docs/report.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([\w<>.-]+)` \|", text, re.MULTILINE))
    written = files.write_daily_files(report, config, tmp_path, asked.DAILY_FORMATS)
    daily = {one.path.name.replace("2026-11-20", "<day>") for one in written}
    monthly = {
        name.replace("2026-09", "<month>")
        for name in written_month(config, tmp_path, *asked.MONTHLY_FORMATS)
    }
    others = {"overdue-<day>.xlsx", "thu-xin-loi-<day>.docx"}
    assert documented == daily | monthly | others


@given(st.integers(0, 4))
def test_the_first_free_name_is_taken(tmp_path_factory: pytest.TempPathFactory, taken: int) -> None:
    folder = tmp_path_factory.mktemp("drafts")
    for number in range(taken):
        write_whole(unused(folder / "nhap.docx"), str(number))
    names = {"nhap.docx", *(f"nhap-ban-{number}.docx" for number in range(2, taken + 1))}
    assert {path.name for path in folder.iterdir()} == (names if taken else set())
    assert not unused(folder / "nhap.docx").exists()
