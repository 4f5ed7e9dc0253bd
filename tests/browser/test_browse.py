"""`dvcqg browse` in a real browser: questions, answers, and nothing from elsewhere."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from sync.browse import TITLE, questions
from tests.flow.office import DVCQG, Office
from tests.replica.server import Replica

RANKING = "Xếp hạng các đơn vị năm nay"


@pytest.fixture(scope="module")
def office_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that checked the index on two days."""
    folder = tmp_path_factory.mktemp("browse") / "office"
    with Replica(day=1) as replica:
        office = Office(folder, replica, periods='periods = ["year"]\nrevisit_days = 0')
        for day in (1, 2):
            office.check(day, only={"index"})
        office.engine.dispose()
    return folder


@pytest.fixture(scope="module")
def served(office_folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of the open database, and its process."""
    process = subprocess.Popen(
        [str(DVCQG), "browse", "--port", "0", "--no-open"],
        cwd=office_folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    assert found, process.stderr.read() if process.stderr else ""
    yield found[0], process
    if process.poll() is None:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="vi-VN")
    yield context.new_page()
    context.close()


def test_the_start_page_lists_the_questions_and_one_opens_with_rows(
    page: Page, served: tuple[str, subprocess.Popen[str]]
) -> None:
    address, _ = served
    hosts: set[str | None] = set()
    errors: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    for question in questions():
        expect(page.get_by_role("link", name=question.title)).to_be_visible()
    page.get_by_role("link", name=RANKING).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(RANKING)
    expect(page.get_by_role("columnheader", name="Đơn vị")).to_be_visible()
    rows = page.locator("table.rows-and-columns tbody tr")
    assert rows.count() > 100
    expect(rows.first).to_contain_text(re.compile(r"\d\d,\d\d"))
    page.goto(address)
    page.get_by_role("link", name="Thay đổi", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thay đổi (view)")
    page.get_by_role("link", name="rank_drop").first.click()
    expect(page.locator("table.rows-and-columns tbody")).to_contain_text("tụt")
    assert hosts == {"127.0.0.1"}
    assert errors == []


def test_ctrl_c_ends_it_without_a_word(
    served: tuple[str, subprocess.Popen[str]], office_folder: Path
) -> None:
    _, process = served
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == ""


def test_a_port_in_use_is_one_sentence(office_folder: Path) -> None:
    with Replica(day=1) as replica:
        port = urlsplit(replica.url).port
        done = subprocess.run(
            [str(DVCQG), "browse", "--port", str(port), "--no-open"],
            cwd=office_folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"dvcqg: port {port} cannot be used")
