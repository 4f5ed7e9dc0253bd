"""Names that steer a terminal, turn around or hold a script; numbers and codes beyond all measure.

The names come by every source and are looked for in everything that people read; the numbers and
codes are refused in one sentence and leave nothing in the store.
"""

from __future__ import annotations

import json
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.fixtures.long_texts import random_text
from tests.flow.listings import igate_source
from tests.flow.office import SCORES, Office
from tests.lengths import IS_LONG
from tests.replica import igate_api
from tests.replica.portal import ROUTES
from tests.replica.routes import Answer, Call
from tests.replica.server import Replica

ATTACK = (
    "\x1b[31m\x1b]0;owned\x07\x9b5m\u202e\u2066\u200f\ufeff\x00"
    '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7*7 }}&amp;=1+1'
)
VISIBLE = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7*7 }}&amp;=1+1'
"""What of it is left: text, and nothing but text."""
NAMES = {"departmentName", "name", "departmentPromulgate", "departmentPromulgateName", "fullname"}
DAYS = (1, 2)
GIANTS = (10**400, float("nan"), 1e300, -1e300, float("inf"))[: 5 if IS_LONG else 2]

Change = Callable[[str, Any], Any]


def altered(route: Callable[[Call], Answer | None], change: Change) -> Any:
    """A route whose JSON answers are changed: each member, by its name."""

    def walk(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: walk(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [walk(part, name) for part in value]
        return change(name, value)

    def answer(call: Call) -> Answer | None:
        plain = route(call)
        if plain is None or "json" not in plain.content_type or "/auth/" in call.path:
            return plain
        body = json.dumps(walk(json.loads(plain.body)), ensure_ascii=False)
        return Answer(plain.status, body.encode(), plain.content_type, plain.headers)

    return answer


def attacked(name: str, value: Any) -> Any:
    """Every name goes on with the attack."""
    return f"{value} {ATTACK}" if name in NAMES and isinstance(value, str) and value else value


def office_at(folder: Path, replica: Replica, periods: str = '"year"') -> Office:
    replica.fault("extract", share=0.0)
    replica.fault("keep_share", path="search", share=0.05)
    return Office(
        folder / "office",
        replica,
        more=igate_source(replica, 1000),
        periods=f"periods = [{periods}]\nrevisit_days = 0",
        procedures="enabled = true",
    )


@pytest.fixture(autouse=True)
def _clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def unseen_in(text: str) -> set[str]:
    """Characters of a text that nobody sees, but for the ends of lines and tabs."""
    unseen = {one for one in set(text) if unicodedata.category(one) in ("Cc", "Cf")}
    return {f"U+{ord(one):04X}" for one in unseen - {"\n", "\r", "\t"}}


def parts_of(file: Path) -> Iterator[tuple[str, str]]:
    """The texts of a report: itself, or the parts of an Office file."""
    if not zipfile.is_zipfile(file):
        yield file.name, file.read_text(encoding="utf-8")
        return
    with zipfile.ZipFile(file) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                yield f"{file.name}/{name}", package.read(name).decode("utf-8")


def test_names_from_every_source_are_text_and_nothing_else(tmp_path: Path) -> None:
    routes = [altered(route, attacked) for route in ROUTES]
    said = ""
    with Replica(routes=routes) as replica:
        office = office_at(tmp_path, replica, '"year", "month"')
        for day in DAYS:
            done = office.dvcqg("check", "--verbose", day=day)
            assert done.returncode == 0, done.stderr
            said += done.stdout + done.stderr
    commands = [
        ["status"], ["captures"], ["alerts"], ["alerts", "--json"],
        ["report", "daily", "--format", "html,xlsx,txt"],
        ["report", "monthly", "--month", "2026-11", "--format", "xlsx,docx,txt"],
    ]  # fmt: skip
    for command in commands:
        done = office.dvcqg(*command, day=2, hour=9)
        assert done.returncode == 0, (command, done.stderr)
        said += done.stdout + done.stderr
    assert VISIBLE in said
    assert unseen_in(said) == set()
    for table in ("units", "procedures", "overdue_now"):
        column = "unit_name" if table == "overdue_now" else "name"
        texts = [text for (text,) in office.rows(f"SELECT {column} FROM {table}") if text]
        assert any(VISIBLE in text for text in texts), table
        assert unseen_in("".join(texts)) == set()

    files = [file for file in (office.folder / "reports").rglob("*") if file.is_file()]
    assert {".html", ".xlsx", ".docx"} <= {file.suffix for file in files}
    for name, text in (part for file in files for part in parts_of(file)):
        assert unseen_in(text) <= {"U+00AD", "U+200B"}, name
        if name.endswith(".html"):
            assert_inert(text)
        elif name.endswith(".xml"):
            assert "<script" not in text, name
            assert "<f>" not in text or "=1+1" not in text.partition("<f>")[2].partition("</f>")[0]
    office.engine.dispose()


def assert_inert(text: str) -> None:
    """A page runs its own script alone, and shows the attack as text."""
    page = BeautifulSoup(text, "lxml")
    scripts = [script.get_text() for script in page.select("script")]
    assert not [script for script in scripts if "alert(" in script]
    assert len(scripts) <= 1
    assert not page.select("[onerror], iframe, object, embed")
    assert not [image for image in page.select("img") if image.get("src") == "x"]
    assert "49" not in [word for word in page.get_text().split() if word == "{{49}}"]


# --- Numbers

MEMBERS = {
    "index": ("totalScore", "ratio", "numerator", "denominator", "maxScore", "total"),
    "procedures": ("total", "processingTime", "value", "updatedAt", "decisionDate"),
    "dossiers": ("totalElements", "totalPages", "size", "number", "appointmentDate", "id"),
}
"""Members of answers that hold a number, or might."""
STANDING = (
    SCORES,
    "SELECT id, code, name, decision_id, gone_at FROM procedures ORDER BY id",
    "SELECT code, due_at, unit_code FROM overdue_now ORDER BY code",
)


@pytest.mark.parametrize(
    ("dataset", "member"), [(one, member) for one in MEMBERS for member in MEMBERS[one]]
)
def test_a_number_beyond_all_measure_moves_nothing(
    tmp_path: Path, dataset: str, member: str
) -> None:
    giant: Any = None

    def grown(name: str, value: Any) -> Any:
        return giant if giant is not None and name == member and value is not None else value

    with Replica(routes=[altered(route, grown) for route in ROUTES]) as replica:
        office = office_at(tmp_path, replica)
        assert office.check(1, only=[dataset]).is_complete
        before = [office.rows(query) for query in STANDING]
        for hour, giant in enumerate(GIANTS, start=8):
            office.check(1, hour, only=[dataset])
            assert [office.rows(query) for query in STANDING] == before, giant
        giant = None
        assert office.check(1, hour=20, only=[dataset]).is_complete
        assert [office.rows(query) for query in STANDING] == before
        office.engine.dispose()


# --- Codes, ids and units

KEYS = {
    "index": ("departmentCode", "departmentId", "code"),
    "procedures": ("id", "code"),
    "dossiers": ("code", "name"),
}
"""Members of answers by which a record is known; units of dossiers by their names too."""
REST = random_text(3_000)
"""No index of PostgreSQL takes it."""


@pytest.mark.parametrize(
    ("dataset", "member"), [(one, member) for one in KEYS for member in KEYS[one]]
)
def test_a_key_beyond_all_measure_moves_nothing(tmp_path: Path, dataset: str, member: str) -> None:
    is_grown = False

    def grown(name: str, value: Any) -> Any:
        # Neither the envelope's word nor a dossier's own code, without which it is none anyway.
        is_dossier = dataset == "dossiers" and "-26" in str(value)
        is_key = name == member and value and value != "OK" and not is_dossier
        return f"{value}{REST}" if is_key and is_grown else value

    with Replica(routes=[altered(route, grown) for route in ROUTES]) as replica:
        office = office_at(tmp_path, replica)
        assert office.check(1, only=[dataset]).is_complete
        before = [office.rows(query) for query in STANDING]
        is_grown = True
        assert not office.check(1, hour=8, only=[dataset]).is_complete
        reasons = [why for (why,) in office.rows("SELECT reason FROM captures") if why]
        assert reasons
        assert all("longer than 500 characters" in why and REST not in why for why in reasons)
        is_grown = False
        assert office.check(1, hour=9, only=[dataset]).is_complete
        assert [office.rows(query) for query in STANDING] == before
        office.engine.dispose()


def test_the_command_says_it_in_one_sentence(tmp_path: Path) -> None:
    def grown(name: str, value: Any) -> Any:
        return 10**400 if name in ("total", "totalScore", "totalElements") else value

    with Replica(routes=[altered(route, grown) for route in ROUTES]) as replica:
        office = office_at(tmp_path, replica)
        done = office.dvcqg("check", day=1)
        assert done.returncode == 3, done.stderr
        assert done.stderr.startswith("dvcqg: 4 of ")
        assert done.stderr.count("\n") == 1
        office.engine.dispose()
