"""The portal asked out of a page of its own: the same client, the same answers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from scrapers import browser_transport, http
from scrapers.browser import find_chromium
from scrapers.browser_transport import PageTransport
from scrapers.errors import NotAsked, Refused, Unreachable
from scrapers.evaluation import read_province
from scrapers.periods import Period
from scrapers.provinces import PROVINCES
from tests.conftest import Asking, ScriptedPortal, Step, asking
from tests.replica.portal import LANDING_PATH
from tests.replica.server import Replica

AN_GIANG = PROVINCES["H01"]
YEAR = Period("year", 2026)


@pytest.fixture(scope="module")
def running() -> Iterator[Replica]:
    with Replica() as replica:
        yield replica


@pytest.fixture(scope="module")
def transport(running: Replica) -> Iterator[PageTransport]:
    opened = PageTransport(running.url)
    yield opened
    opened.close()


@pytest.fixture
def replica(running: Replica) -> Iterator[Replica]:
    running.requests.clear()
    yield running
    running.clear_faults()


def reading(client: Asking) -> object:
    return read_province(client.client.ask, YEAR, "H01", AN_GIANG.portal_id)


def test_a_reading_is_the_same_as_by_plain_http(replica: Replica, transport: PageTransport) -> None:
    plain, inside = asking(replica.url), asking(replica.url, transport=transport)
    assert reading(inside) == reading(plain)
    assert inside.client.requests == plain.client.requests == len(plain.kept) > 1
    assert [answer[:5] for answer in inside.kept] == [answer[:5] for answer in plain.kept]
    # The transport has a thread of its own, so another browser may be used beside it.
    assert find_chromium() is not None


@pytest.mark.parametrize("fault", ["forbidden", "html", "too_many"])
def test_a_refusal_is_a_refusal(replica: Replica, transport: PageTransport, fault: str) -> None:
    replica.fault(fault)
    client = asking(replica.url, transport=transport)
    with pytest.raises(Refused):
        reading(client)
    with pytest.raises(NotAsked):
        client.ask()
    assert len(client.kept) == 1


@pytest.mark.parametrize(("fault", "reason"), [("hang", "ReadTimeout"), ("reset", "ConnectError")])
def test_a_call_without_an_answer_is_tried_again_and_given_up(
    replica: Replica, transport: PageTransport, fault: str, reason: str
) -> None:
    replica.fault(fault)
    client = asking(replica.url, transport=transport, timeout_s=2, attempts=1)
    with pytest.raises(Unreachable, match=reason):
        reading(client)
    replica.clear_faults()
    assert reading(asking(replica.url, transport=transport, timeout_s=10))


def test_a_portal_that_refuses_its_page_refuses(replica: Replica) -> None:
    replica.fault("forbidden", path=LANDING_PATH)
    transport = PageTransport(replica.url)
    client = asking(replica.url, transport=transport)
    with pytest.raises(Refused, match="status 403"):
        reading(client)
    assert not [request.path for request in replica.requests if "/api/" in request.path]
    client.client.close()


def test_what_a_call_from_a_page_sends_and_brings(
    portal: ScriptedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = PageTransport(portal.base_url)
    client = asking(portal.base_url, transport=transport)
    client.client.ask("/api", {"name": "Sở Tư pháp"})
    headers = portal.seen[0].headers
    assert json.loads(portal.seen[0].body) == {"name": "Sở Tư pháp"}
    assert headers["content-type"] == "application/json"
    assert headers["origin"] == portal.base_url
    assert headers["referer"] == portal.base_url + LANDING_PATH
    assert "dvcqg" not in headers["user-agent"]
    client.client.ask_by_form("/jsp/rest.jsp", {"p_nam": "2024"})
    assert portal.seen[1].headers["x-requested-with"] == "XMLHttpRequest"
    portal.script = [Step(429, headers={"Retry-After": "7"}), Step()]
    client.ask()
    assert client.waits[-1] >= 7
    for module in (http, browser_transport):
        monkeypatch.setattr(module, "LARGEST_ANSWER", 1000)
    portal.script = [Step(body=b" " * 5000)]
    with pytest.raises(Refused, match="larger than 1000"):
        client.ask()
    portal.script = [Step(307, headers={"Location": "http://localhost:9/"})]
    with pytest.raises(Refused, match="another address"):
        asking(portal.base_url, transport=transport).ask()
    with pytest.raises(ValueError, match="not the host"):
        transport.handle_request(httpx.Request("POST", "http://other.test/api"))
    client.client.close()
