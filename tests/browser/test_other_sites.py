"""Habits of admin sites that the replica does not have, each as a page of a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser

from scrapers.dossiers.browser import Profile, read_paged
from scrapers.dossiers.tab import Tab
from scrapers.errors import Refused, SessionExpired, Unreachable, Unusable
from tests.replica.routes import Answer, Call, page
from tests.replica.server import Replica

TABLE = '<meta charset="utf-8"><table id="t"><tr><td>Hồ sơ {n}</td></tr></table>'
NEXT = '<a id="next" href="/again?n={next}">Trang sau</a>'
IN_PLACE = """<table id="t"><tr><td>Đang tải…</td></tr></table><button id="next">»</button><script>
  let n = 0;
  const more = async () => {{
    const answer = await fetch("/rows?n=" + (n + 1));
    if (!answer.ok) return;
    n += 1;
    const row = "<tr><td class=row>" + await answer.text() + "</td></tr>";
    document.querySelector("#t").innerHTML = row;
    document.querySelector("#next").className = n == {last} ? "btn-disabled" : "";
  }};
  document.querySelector("#next").addEventListener("click", {click});
  more();
</script>"""


def route(call: Call) -> Answer | None:
    """All the sites at once, by path."""
    number = int(parse_qs(call.query).get("n", ["1"])[0])
    if call.path == "/rows":
        return page(f"Hồ sơ {number}", 403 if number > 3 else 200)
    if call.path == "/again":
        return page((TABLE + NEXT).format(n=min(number, 3), next=number + 1))
    texts = {
        "/in-place": IN_PLACE.format(last=3, click="more"),
        "/dead": IN_PLACE.format(last=9, click="() => {}"),
        "/forbidden-call": IN_PLACE.format(last=9, click="more"),
        "/stray": TABLE.format(n=1) + '<a id="next" href="/away">Trang sau</a>',
        "/empty": "<h1>Danh sách</h1>",
        "/rejected": "<h1>Request Rejected</h1>",
    }
    if call.path == "/away":
        port = call.headers["Host"].rpartition(":")[2]
        return Answer(302, b"", "text/html", {"Location": f"http://localhost:{port}/elsewhere"})
    return page(texts[call.path]) if call.path in texts else None


@pytest.fixture(scope="module")
def site() -> Iterator[Replica]:
    with Replica(routes=[route]) as replica:
        yield replica


Read = Callable[..., list[str]]


@pytest.fixture
def read(site: Replica, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Read]:
    """Reads the site at a path, with further values for its profile; gives the pages."""
    monkeypatch.setattr("scrapers.dossiers.tab._UNCHANGED_S", 1)
    context = chromium.new_context()

    def reader(path: str, timeout_s: float = 10, **values: object) -> list[str]:
        given = {
            "start": site.url + path,
            "expired": {"selector": ["input[type=password]"]},
            "table": "#t",
            "paging": {"by": "link", "selector": "#next"},
            **values,
        }
        profile = Profile.model_validate(given)
        tab = Tab(context.new_page(), profile, "127.0.0.1", timeout_s)
        tab.open(profile.start)
        return [part.decode("utf-8-sig") for part in read_paged(tab, profile, 0)]

    yield reader
    context.close()


def rows(found: list[str]) -> list[str]:
    return [text.partition("Hồ sơ ")[2][:1] for text in found]


def test_a_table_that_scripts_fill_and_change_in_place(read: Read) -> None:
    found = read("/in-place", ready="#t .row")
    assert rows(found) == ["1", "2", "3"]


def test_a_last_page_whose_next_shows_it_again_ends_the_listing(read: Read) -> None:
    assert rows(read("/again")) == ["1", "2", "3"]


def test_more_pages_than_allowed_are_refused(read: Read) -> None:
    with pytest.raises(Unusable, match="page_limit = 2"):
        read("/again", page_limit=2)


def test_a_control_that_does_nothing_is_no_end(read: Read) -> None:
    with pytest.raises(Unreachable, match="page 2 did not come within 3 s"):
        read("/dead", 3, ready="#t .row")


def test_a_refused_call_behind_the_table_is_a_refusal(read: Read) -> None:
    with pytest.raises(Refused, match="page 4 came with status 403"):
        read("/forbidden-call", ready="#t .row")


def test_a_way_out_of_the_site_is_stopped_before_it_is_taken(site: Replica, read: Read) -> None:
    with pytest.raises(Refused, match=r"page 2 leads to localhost.*login_hosts"):
        read("/stray")
    assert "/elsewhere" not in [request.path for request in site.requests]


def test_a_login_elsewhere_that_the_profile_names_ends_the_session(read: Read) -> None:
    with pytest.raises(SessionExpired, match="the session is over, seen at page 2"):
        read("/stray", login_hosts=["localhost"])


def test_a_page_without_the_table_is_no_empty_listing(read: Read) -> None:
    with pytest.raises(Unreachable, match="the start page did not come within 1 s"):
        read("/empty", 1)


def test_a_block_page_with_status_200_is_a_refusal(read: Read) -> None:
    with pytest.raises(Refused, match="a page that refuses us"):
        read("/rejected")
