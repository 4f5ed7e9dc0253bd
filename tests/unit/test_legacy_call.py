"""How the older interface is called: a form with one field, as politely as everything else."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from scrapers.archive import ArchiveFile, read_archive, replay
from scrapers.errors import NotAsked, Refused
from scrapers.legacy import ENTRY, read_nation
from scrapers.periods import Period
from tests.conftest import Asking, ScriptedPortal, Step
from tests.unit.http_answers import REFUSALS

YEAR = Period("year", 2024)


def test_the_parameters_travel_as_text_in_one_field(portal: ScriptedPortal, here: Asking) -> None:
    portal.script = [Step(200, b"[]")]
    answer = here.client.ask_by_form(ENTRY, {"p_nam": "2024", "ten": "Sở Tư pháp & khác", "n": 1})
    (seen,) = portal.seen
    assert seen.path == ENTRY
    assert seen.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert seen.headers["x-requested-with"] == "XMLHttpRequest"
    assert "cookie" not in seen.headers
    form = parse_qs(seen.body.decode(), strict_parsing=True)
    assert {name: [json.loads(text) for text in texts] for name, texts in form.items()} == {
        "params": [{"p_nam": "2024", "ten": "Sở Tư pháp & khác", "n": 1}]
    }
    assert (answer.status, answer.body) == (200, b"[]")
    assert here.kept == [answer]
    assert answer.request == {"p_nam": "2024", "ten": "Sở Tư pháp & khác", "n": 1}


def test_a_list_is_an_answer_whatever_the_server_calls_it(
    portal: ScriptedPortal, here: Asking
) -> None:
    portal.script = [Step(200, b"\r\n\r\n []", {"Content-Type": "text/html;charset=UTF-8"})]
    assert read_nation(here.client.ask_by_form, YEAR).units == {}


@pytest.mark.parametrize("kind", sorted(REFUSALS))
def test_a_refusal_ends_the_asking(portal: ScriptedPortal, here: Asking, kind: str) -> None:
    portal.script = [REFUSALS[kind]]
    with pytest.raises(Refused):
        read_nation(here.client.ask_by_form, YEAR)
    with pytest.raises(NotAsked):
        read_nation(here.client.ask_by_form, YEAR)
    assert len(portal.seen) == 1


def test_a_gateway_in_trouble_is_asked_again(portal: ScriptedPortal, here: Asking) -> None:
    portal.script = [Step(503), Step(200, b"[]")]
    assert read_nation(here.client.ask_by_form, YEAR).units == {}
    assert [answer.status for answer in here.kept] == [503, 200]


def test_a_reading_can_be_done_again_from_the_archive(
    portal: ScriptedPortal, here: Asking, tmp_path: Path
) -> None:
    archive = ArchiveFile(tmp_path, dt.date(2026, 11, 20), "1")
    row = {"ID_COQUAN": "1", "TEN_COQUAN": "UBND tỉnh An Giang", "MA_COQUAN": "H01"}
    scores = dict.fromkeys(("CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH"), "8.5")
    rows = [{**row, **scores, "LOAI_COQUAN": "1", "TONG_SCORE": "51"}]
    portal.script = [Step(502), Step(200, json.dumps(rows).encode())]
    here.client.keep = archive.add
    reading = read_nation(here.client.ask_by_form, YEAR)
    path = tmp_path / str(archive.keep())
    assert read_nation(replay(read_archive(path)), YEAR) == reading
