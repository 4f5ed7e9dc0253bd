"""The open database: every prepared question answers, nothing is written, nothing else is shown."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.descriptions import view_descriptions
from sync import clock
from sync.alerts import update_alerts
from sync.browse import DATABASE, FACETS, CannotBrowse, datasette_of, only_this_computer, questions
from sync.config import load
from sync.store import writing
from tests.flow.listings import folder_source, put
from tests.flow.office import Office
from tests.replica.server import Replica

Get = Callable[[str], Any]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The store of an office that checked on days 1, 2 and 5, and was once given wrong sums."""
    folder = tmp_path_factory.mktemp("browse") / "office"
    with Replica(day=1) as replica, pytest.MonkeyPatch.context() as environment:
        replica.fault("extract")
        office = Office(
            folder,
            replica,
            more=folder_source(),
            periods='periods = ["year", "month"]',
            procedures="enabled = true",
        )
        for day in (1, 2, 5):
            put(office, day)
            office.check(day)
        environment.setenv("DVCQG_NOW", office.now(5, hour=8))
        written = office.config_path.read_text(encoding="utf-8")
        for rate in (1, 52):
            # A rate that is raised puts units below it that did not move.
            config = folder / f"assigned-{rate}.toml"
            config.write_text(
                f"{written}\n[index.targets]\nREUSED_DIGITIZED_DATA = {rate}\n", encoding="utf-8"
            )
            with writing(office.engine) as connection:
                update_alerts(connection, load(config), clock.now())
        replica.fault("bad_sums", province="H01")
        office.check(5, hour=9, only={"index"})
        office.engine.dispose()
        yield folder / "dvcqg.db"


@pytest.fixture
def get(store: Path) -> Get:
    """Asks for one page or file."""

    def asking(address: str) -> Any:
        async def ask() -> Any:
            opened = datasette_of(store)
            await opened.invoke_startup()
            return await opened.client.get(address)

        return asyncio.run(ask())

    return asking


def test_there_is_at_least_a_dozen_and_no_address_twice() -> None:
    names = [one.name for one in questions()]
    assert len(set(names)) == len(names) >= 12
    assert not set(names) & view_descriptions().keys()
    assert all(re.fullmatch("[a-z0-9-]+", name) for name in names)


@pytest.mark.parametrize("question", questions(), ids=lambda one: one.name)
def test_every_question_has_an_answer_in_vietnamese(get: Get, question: Any) -> None:
    answer = get(f"/{DATABASE}/{question.name}.json?_shape=objects&ma_don_vi=H01.10")
    assert answer.status_code == 200, answer.text
    rows = answer.json()["rows"]
    assert rows, question.title
    assert all(heading == heading.capitalize() or " " in heading for heading in rows[0])
    text = " ".join(str(value) for row in rows for value in row.values())
    assert not re.search(r"\d{4}-\d{2}-\d{2}", text), "days are written 20/11/2026"


def test_the_answers_are_right(store: Path, get: Get) -> None:
    def rows(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = get(f"/{DATABASE}/{name}.json?_shape=objects").json()["rows"]
        return found

    ranks = {row["Mã"]: row["Số bậc tụt"] for row in rows("tut-hang-thang-nay")}
    assert ranks["H01"] == 1, "planted: An Giang falls behind Cà Mau"
    assert max(ranks.values()) == rows("tut-hang-thang-nay")[0]["Số bậc tụt"]
    (october,) = [row for row in rows("ky-bi-tinh-lai") if row["Kỳ"] == "tháng 10/2026"]
    assert october["Số đơn vị đổi"] == 2
    assert [row["Ngày"] for row in rows("ngay-chua-kiem-tra")] == ["29/11/2026", "28/11/2026"]
    (portal,) = rows("nguon-bi-tu-choi")
    assert (portal["Nguồn"], portal["Không nhận"] > 0) == ("portal", True)
    connection = sqlite3.connect(store)
    longest, count = connection.execute(
        "SELECT MAX(days_late), COUNT(*) FROM overdue_now"
    ).fetchone()
    connection.close()
    assert rows("qua-han-lau-nhat")[0]["Số ngày"] == longest
    assert sum(row["Quá hạn"] for row in rows("qua-han-theo-don-vi")) == count


def test_only_the_views_are_shown_with_titles_and_what_columns_mean(get: Get) -> None:
    start = get("/").text
    for question in questions():
        assert question.title in start
    database = get(f"/{DATABASE}.json").json()
    assert {view["name"] for view in database["views"]} == set(view_descriptions())
    assert database["tables"] == []
    for table in ("unit_codes", "dossier_versions", "alembic_version"):
        assert get(f"/{DATABASE}/{table}").status_code == 403
    page = get(f"/{DATABASE}/changes").text
    view = view_descriptions()["changes"]
    assert f"{view.title} (view)" in page
    assert view.columns["severity"].vietnamese in page
    assert get("/_internal").status_code == 403


@pytest.mark.parametrize("view", FACETS)
def test_every_facet_is_counted(get: Get, view: str) -> None:
    answer = get(f"/{DATABASE}/{view}.json").json()
    assert set(answer["facet_results"]) == set(FACETS[view]), "one that takes too long is left out"


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("select count(*) from overdue_now", 200),
        ("insert into marks values ('x', 1)", 400),
        ("with x as (select 1) insert into marks select 'x', 1", 400),
        ("delete from change_log", 400),
        ("attach database 'other.db' as other", 400),
        ("pragma journal_mode=delete", 400),
        ("select load_extension('other')", 400),
        ("select readfile('config.toml')", 400),
        (
            "with recursive n(i) as (select 1 union all select i + 1 from n) select sum(i) from n",
            400,
        ),
    ],
)
def test_sql_of_ones_own_reads_the_store_and_does_nothing_else(
    store: Path, get: Get, sql: str, status: int
) -> None:
    before = store.read_bytes()
    assert get(f"/{DATABASE}.json?sql={sql.replace('+', '%2B')}").status_code == status
    assert store.read_bytes() == before


def test_the_store_is_no_download_and_excel_gets_its_csv(get: Get) -> None:
    assert get(f"/{DATABASE}.db").status_code == 403
    table = get(f"/{DATABASE}/scores_latest.csv?indicator=TOTAL&period_type=year&_stream=on")
    assert table.status_code == 200
    assert len(table.text.splitlines()) > 100


@pytest.mark.parametrize(
    ("host", "is_served"),
    [
        (b"127.0.0.1:8001", True),
        (b"localhost:8001", True),
        (b"example.org:8001", False),
        (b"127.0.0.1.example.org:8001", False),
        (None, False),
    ],
)
def test_only_requests_to_this_computer_are_answered(host: bytes | None, is_served: bool) -> None:
    served: list[str] = []
    sent: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        served.append(scope["type"])

    async def receive() -> Any:
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [] if host is None else [(b"host", host)]
    scope = {"type": "http", "headers": headers}
    asyncio.run(only_this_computer(inner)(scope, receive, send))
    assert (served == ["http"]) == is_served
    assert bool(sent) != is_served


def test_a_file_that_cannot_be_opened_is_one_sentence(store: Path, tmp_path: Path) -> None:
    odd = tmp_path / "100% số liệu"
    odd.mkdir()
    shutil.copyfile(store, odd / "dvcqg.db")
    with pytest.raises(CannotBrowse, match="in its name"):
        datasette_of(odd / "dvcqg.db")


def test_without_the_extra_it_is_one_sentence_and_exit_2(store: Path) -> None:
    code = (
        "import sys\n"
        "sys.modules['datasette'] = sys.modules['uvicorn'] = None\n"
        "sys.argv = ['dvcqg', 'browse', '--no-open']\n"
        "from sync.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=store.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("dvcqg: browse needs Datasette")
    assert "dvcqg-sync[browse]" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
