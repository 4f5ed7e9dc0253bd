"""iGate as the replica shows it: its tokens, its search, its shapes and its faults."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.replica.dossier_clients import (
    Asked,
    Facts,
    dossier_sources,
    expected_facts,
    found,
    item_codes,
    items,
    read_facts,
    token,
)
from tests.replica.dossier_kinds import LISTING_KINDS
from tests.replica.dossier_rows import as_of
from tests.replica.dossier_world import in_process, on_file, overdue, personal_strings
from tests.replica.igate_api import CLIENT_ID, CLIENT_SECRET, SEARCH_PATH, TOKEN_PATH, IGateApi
from tests.replica.server import Replica


@pytest.fixture
def sources() -> Iterator[tuple[Replica, httpx.Client]]:
    with dossier_sources() as both:
        yield both


@pytest.fixture
def replica(sources: tuple[Replica, httpx.Client]) -> Replica:
    return sources[0]


@pytest.fixture
def igate(sources: tuple[Replica, httpx.Client]) -> httpx.Client:
    """A client with a token."""
    client = sources[1]
    client.headers["Authorization"] = f"Bearer {token(client)}"
    return client


def test_igate_wants_a_token_that_still_holds(igate: httpx.Client) -> None:
    assert igate.get(SEARCH_PATH).status_code == 200
    assert igate.get(SEARCH_PATH, headers={"Authorization": ""}).status_code == 401
    wrong = igate.get(SEARCH_PATH, headers={"Authorization": "Bearer nothing"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_token")
    refused = igate.post(TOKEN_PATH, data={"grant_type": "client_credentials", "client_id": "x"})
    assert refused.status_code == 401
    assert igate.post(TOKEN_PATH, data={"grant_type": "password"}).status_code == 400
    basic = igate.post(
        TOKEN_PATH, data={"grant_type": "client_credentials"}, auth=(CLIENT_ID, CLIENT_SECRET)
    )
    assert basic.json()["expires_in"] == 60


def test_a_token_runs_out() -> None:
    with (
        Replica(routes=[IGateApi(token_seconds=0.05).route]) as replica,
        httpx.Client(base_url=replica.url, trust_env=False) as client,
    ):
        headers = {"Authorization": f"Bearer {token(client)}"}
        time.sleep(0.1)
        assert client.get(SEARCH_PATH, headers=headers).status_code == 401


def test_the_search_pages_through_everything_in_process(igate: httpx.Client) -> None:
    asked: Asked = {"dossier-status": "2,4", "sort": "appointmentDate,asc"}
    first = found(igate, 0, asked)
    assert (first["totalElements"], first["totalPages"], first["last"]) == (4_000, 20, False)
    codes = [code for number in range(20) for code in item_codes(igate, number, asked)]
    assert sorted(map(str, codes)) == [row.code for row in in_process(1)]
    assert found(igate, 19, asked)["last"] is True
    assert items(igate, 20, asked) == []
    assert len(items(igate, 0, {"size": 1_000})) == 200
    assert "totalElements" not in found(igate, 0, {"spec": "slice"})
    assert found(igate)["totalElements"] == len(on_file(1))


def test_igate_reads_as_the_world(replica: Replica, igate: httpx.Client) -> None:
    replica.day = 7
    facts: set[Facts] = set()
    for number in range(-(-len(in_process(7)) // 200)):
        asked: Asked = {"page": number, "size": 200, "dossier-status": "2,4"}
        facts |= read_facts(igate.get(SEARCH_PATH, params=asked).content)
    assert facts == expected_facts([row for row in in_process(7) if row.due_at])


def test_the_search_takes_bounds(igate: httpx.Client) -> None:
    due = {row.code for row in in_process(1) if row.due_at and row.due_at <= as_of(1)}
    late = {row.code for row in overdue(1)}
    assert late < due, "a mere day of today is due and not overdue"
    asked: Asked = {"dossier-status": "2,4", "appointment-to": "2026-11-26T07:00:00.000+0700"}
    assert {*item_codes(igate, 0, asked), *item_codes(igate, 1, asked)} == due
    assert found(igate, 0, asked)["totalElements"] == len(due)
    day: Asked = {"appointment-from": "2026-11-26", "appointment-to": "2026-11-26"}
    on_the_day = {
        row.code for row in on_file(1) if row.due_at and f"{row.due_at:%F}" == "2026-11-26"
    }
    assert set(item_codes(igate, 0, day)) == on_the_day
    assert igate.get(SEARCH_PATH, params={"appointment-to": "mai"}).status_code == 400


def test_items_have_the_shapes_and_traps_of_the_real_ones(igate: httpx.Client) -> None:
    several = items(igate)
    names = [item["agency"]["name"] for item in several]
    assert {type(name) for name in names} == {str, list}
    dates = [str(item["acceptedDate"]) for item in several]
    assert {date[-5:] for date in dates} == {"+0000", "+0700"}
    assert any(str(item["appointmentDate"]).endswith("T17:00:00.000+0000") for item in several)
    for item in several:
        tasks = item["currentTask"]
        assert isinstance(tasks, list)
        assert all(task["dueDate"] != item["appointmentDate"] for task in tasks)
    assert personal_strings() & {item["applicant"]["data"]["phoneNumber"] for item in several}


def test_why_a_dossier_left_is_told_by_a_search_without_states(
    replica: Replica, igate: httpx.Client
) -> None:
    replica.day = 2
    (item,) = items(igate, 0, {"code": "H01.14-261026-0022"})
    assert item["completedDate"] == item["appointmentDate"]
    assert items(igate, 0, {"code": "H01.12-261014-0031"}) == []


def test_faults_of_igate(replica: Replica, igate: httpx.Client) -> None:
    asked: Asked = {"dossier-status": "2,4", "sort": "code,asc"}
    codes = [row.code for row in in_process(1)]
    replica.fault("page_short", path=SEARCH_PATH, page=2, rows=50)
    assert item_codes(igate, 1, asked) == codes[200:250]
    replica.clear_faults()
    replica.fault("page_repeats", page=3)
    assert item_codes(igate, 2, asked) == codes[200:400]
    replica.clear_faults()
    replica.fault("page_cut", page=2)
    assert found(igate, 1, asked)["last"] is True
    assert found(igate, 1, asked)["totalElements"] == 4_000
    assert items(igate, 2, asked) == []
    replica.clear_faults()
    replica.fault("keep_share", share=0.05)
    assert found(igate, 0, asked)["totalElements"] == len(items(igate, 0, asked)) == 200
    replica.clear_faults()
    replica.fault("empty")
    assert found(igate, 0, asked)["totalElements"] == 0
    replica.clear_faults()
    replica.fault("field_missing", field="appointmentDate", share=0.5)
    lacking = sum("appointmentDate" not in item for item in items(igate))
    assert 50 < lacking < 150


def test_the_token_ends_in_the_middle(replica: Replica, igate: httpx.Client) -> None:
    replica.fault("token_expired", page=2)
    assert len(items(igate)) == 200
    assert igate.get(SEARCH_PATH, params={"page": 1}).status_code == 401
    assert igate.get(SEARCH_PATH, params={"page": 0}).status_code == 401
    igate.headers["Authorization"] = f"Bearer {token(igate)}"
    assert len(items(igate, 1)) == 200
    replica.clear_faults()
    replica.fault("token_expired", page=2, every=True)
    for _ in range(2):
        igate.headers["Authorization"] = f"Bearer {token(igate)}"
        assert igate.get(SEARCH_PATH, params={"page": 1}).status_code == 401


def test_every_fault_can_be_set_from_another_process(replica: Replica) -> None:
    with httpx.Client(base_url=replica.url, trust_env=False) as client:
        for kind in LISTING_KINDS:
            assert client.post("/__replica__/fault", json={"kind": kind}).status_code == 200
        wrong = client.post("/__replica__/fault", json={"kind": "page_cut", "side": 2})
        assert wrong.status_code == 400
