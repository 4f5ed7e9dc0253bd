"""The replica's dossiers: the world is what was planted, and the admin site shows it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from scrapers.dossiers.errors import MissingColumn, NoListing
from scrapers.dossiers.listing import open_listing
from tests.replica.admin_exports import FORMATS, Format, export
from tests.replica.admin_pages import EXPORT_PATH, LIST_PATH, LOGIN_PATH
from tests.replica.admin_site import ROWS_A_PAGE
from tests.replica.dossier_clients import (
    all_codes,
    codes_on,
    dossier_sources,
    expected_facts,
    log_in,
    read_facts,
    site_page,
    total_on,
)
from tests.replica.dossier_events import CROWDED_UNIT, EVENTS
from tests.replica.dossier_first import IN_PROCESS_ON_DAY_1, first_rows
from tests.replica.dossier_procedures import PROCEDURES
from tests.replica.dossier_rows import as_of, read_instant
from tests.replica.dossier_world import (
    effects,
    exceeding,
    in_process,
    on_file,
    overdue,
    personal_strings,
    planted,
    rates,
)
from tests.replica.periods import DAYS
from tests.replica.server import Replica


@pytest.fixture
def sources() -> Iterator[tuple[Replica, httpx.Client]]:
    with dossier_sources() as both:
        yield both


@pytest.fixture
def replica(sources: tuple[Replica, httpx.Client]) -> Replica:
    return sources[0]


@pytest.fixture
def stranger(sources: tuple[Replica, httpx.Client]) -> httpx.Client:
    """A client that has not logged in."""
    return sources[1]


@pytest.fixture
def site(stranger: httpx.Client) -> httpx.Client:
    """A client that has logged in to the admin site."""
    assert log_in(stranger).status_code == 302
    return stranger


# The world


@pytest.mark.parametrize("day", DAYS)
def test_a_plain_comparison_finds_what_was_planted_and_nothing_else(day: int) -> None:
    by_hand = [(event.kind, event.code) for event in planted(day)]
    assert len(set(by_hand)) == len(by_hand)
    assert effects(day) == set(by_hand)


@pytest.mark.parametrize("day", range(2, 8))
def test_what_was_planted_tells_the_values_before_and_after(day: int) -> None:
    for event in planted(day):
        for text, on in ((event.before, day - 1), (event.after, day)):
            row = next((row for row in overdue(on) if row.code == event.code), None)
            assert (row is None) == (text is None)
            if row is None or text is None:
                continue
            if event.kind == "reassigned":
                assert text in (row.unit_code, "; ".join(sorted(row.officers)))
            elif event.kind == "state_changed":
                assert text == row.state_code
            else:
                assert (read_instant(text), " " not in text) == (row.due_at, row.due_is_date_only)


def test_every_kind_and_every_reason_is_planted() -> None:
    assert {event.kind for event in EVENTS} == {
        "newly_overdue", "gone", "returned", "deadline_moved", "reassigned", "state_changed",
        "unseen",
    }  # fmt: skip
    assert {event.why for event in EVENTS if event.kind == "gone"} == {
        "", "done", "result returned", "withdrawn", "stopped", "payment asked",
        "supplement asked", "deadline re-set", "deadline put off",
    }  # fmt: skip


def test_counts_are_those_of_an_ordinary_province() -> None:
    assert len(in_process(1)) == IN_PROCESS_ON_DAY_1 == 4_000
    assert all(290 <= len(overdue(day)) <= 330 for day in DAYS)
    assert len({row.code for row in first_rows()}) == len(first_rows())
    assert len(PROCEDURES) == len({p.code for p in PROCEDURES}) == len({p.name for p in PROCEDURES})
    listed = in_process(1)
    assert sum(row.due_at is None for row in listed) > 10
    assert {row.code[:4] for row in listed} == {"H01.", "000.", "G09."}
    assert any(len(row.officers) == 2 for row in overdue(1))


def test_on_the_quiet_day_only_time_passes() -> None:
    assert overdue(3) == overdue(4)
    assert on_file(3) == on_file(4)


def test_a_mere_day_is_over_when_the_next_one_begins() -> None:
    code = "H01.12-261105-0007"
    row = next(row for row in in_process(1) if row.code == code)
    assert row.due_at == read_instant("2026-11-26")
    assert row.due_at < as_of(1)
    assert next(day for day in DAYS if code in {late.code for late in overdue(day)}) == 2


def test_the_reason_of_leaving_stands_in_what_is_on_file() -> None:
    for event in EVENTS:
        if event.kind == "gone":
            row = next((row for row in on_file(event.day) if row.code == event.code), None)
            assert (row is None) == (event.why == "")
            if event.why == "deadline re-set":
                assert row
                assert row.ended_at == row.due_at


def test_one_unit_goes_over_its_threshold_and_on_one_day_only() -> None:
    gained = {day: exceeding(day) - exceeding(day - 1) for day in range(2, 8)}
    assert gained == {**dict.fromkeys(range(2, 7), frozenset()), 7: {CROWDED_UNIT}}
    assert rates(6)[CROWDED_UNIT].percent == 0
    assert rates(7)[CROWDED_UNIT].percent == 30


def test_personal_strings_are_in_nothing_that_may_be_kept() -> None:
    personal = personal_strings()
    assert len(personal) == 5 * len(first_rows())
    for row in first_rows():
        kept = {row.code, row.national_code, row.procedure_name, row.unit_name, *row.officers}
        assert not kept & personal


# The admin site


def test_the_site_asks_for_a_login(stranger: httpx.Client) -> None:
    for path in (LIST_PATH, EXPORT_PATH):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"]) == (302, LOGIN_PATH)
    assert 'type="password"' in stranger.get(LOGIN_PATH).text
    wrong = log_in(stranger, "sai")
    assert wrong.status_code == 200
    assert "không đúng" in wrong.text
    assert log_in(stranger).headers["location"] == LIST_PATH
    assert site_page(stranger, 1).status_code == 200
    stranger.get("/dang-xuat")
    assert site_page(stranger, 1).status_code == 302


def test_the_pages_are_the_listing(replica: Replica, site: httpx.Client) -> None:
    for day in (1, 5):
        replica.day = day
        assert all_codes(site) == [row.code for row in overdue(day)]
    first = site_page(site, 1).text
    total = len(overdue(5))
    assert f"Tổng số: {total}" in first
    assert f"1–25 / {total}" in first
    assert 'data-page="2"' in first
    assert overdue(5)[0].owner.phone in first
    last = site_page(site, total // ROWS_A_PAGE + 1).text
    assert 'class="trang-sau"' not in last
    assert " disabled>" in last
    assert "Không có dữ liệu" in site_page(site, 99).text


def test_a_page_declares_its_total_and_reads_as_the_world(site: httpx.Client) -> None:
    listing = open_listing(site_page(site, 3).content)
    assert len(list(listing)) == ROWS_A_PAGE
    assert listing.facts.declared_total == len(overdue(1))
    assert listing.facts.declared_rows_here == ROWS_A_PAGE
    assert read_facts(site_page(site, 3).content) == expected_facts(overdue(1)[50:75])


@pytest.mark.parametrize("kind", FORMATS)
def test_every_export_reads_as_the_world(site: httpx.Client, kind: Format) -> None:
    answer = site.get(EXPORT_PATH, params={"dang": kind})
    assert answer.content == export(1, kind)
    assert answer.headers["content-disposition"].endswith(f'20261126.{kind}"')
    assert read_facts(answer.content) == expected_facts(overdue(1))
    listing = open_listing(answer.content)
    text = " ".join(str(tuple(dossier)) for dossier in listing)
    owners = (row.owner for row in overdue(1))
    assert not [secret for owner in owners for secret in owner.strings() if secret in text]
    if kind != "csv":
        assert listing.facts.declared_total == len(overdue(1))


def test_faults_of_paging(replica: Replica, site: httpx.Client) -> None:
    codes = [row.code for row in overdue(1)]
    replica.fault("page_cut", path=LIST_PATH, page=3)
    assert all_codes(site) == codes[:75]
    assert total_on(site, 3) == len(codes)
    replica.clear_faults()
    replica.fault("page_repeats", page=4)
    assert codes_on(site, 4) == codes_on(site, 3)
    assert codes_on(site, 5) == codes[100:125]
    replica.clear_faults()
    replica.fault("page_short", page=2, rows=7)
    assert codes_on(site, 2) == codes[25:32]


def test_a_row_is_skipped_while_paging(replica: Replica, site: httpx.Client) -> None:
    codes = [row.code for row in overdue(1)]
    replica.fault("page_shifts")
    assert all_codes(site) == codes[:25] + codes[26:]
    assert total_on(site, 2) == len(codes) - 1
    replica.clear_faults()
    assert all_codes(site) == codes
    replica.fault("page_shifts", replaced=True)
    shifted = all_codes(site)
    assert len(shifted) == len(codes) == total_on(site, 3)
    assert codes[25] not in shifted


def test_faults_of_the_rows(replica: Replica, site: httpx.Client) -> None:
    replica.fault("keep_share", share=0.05)
    assert len(all_codes(site)) == total_on(site, 1) == 15
    replica.clear_faults()
    replica.fault("empty")
    assert total_on(site, 1) == 0
    assert codes_on(site, 1) == []
    replica.clear_faults()
    mine = [row.code for row in overdue(1) if row.unit_code == "H01.101"]
    replica.fault("one_unit", unit="H01.101")
    assert all_codes(site) == mine
    replica.clear_faults()
    replica.fault("without_unit", unit="H01.101")
    assert len(all_codes(site)) == len(overdue(1)) - len(mine) == total_on(site, 1)


def test_faults_of_the_columns(replica: Replica, site: httpx.Client) -> None:
    replica.fault("columns_reordered", seed=4)
    assert not site_page(site, 1).text.partition("<thead>")[2].startswith("<tr><th>STT")
    assert read_facts(site_page(site, 1).content) == expected_facts(overdue(1)[:25])
    replica.fault("more_columns")
    dossiers = list(open_listing(site_page(site, 1).content))
    assert [d.procedure_code for d in dossiers] == [row.procedure_code for row in overdue(1)[:25]]
    assert [d.unit_code for d in dossiers] == [row.unit_code for row in overdue(1)[:25]]
    replica.clear_faults()
    replica.fault("column_renamed", old="Ngày hẹn trả", new="Mốc cam kết")
    for kind in FORMATS:
        content = site.get(EXPORT_PATH, params={"dang": kind}).content
        with pytest.raises(MissingColumn):
            list(open_listing(content))


def test_the_session_ends_at_a_page(replica: Replica, site: httpx.Client) -> None:
    replica.fault("session_expired", page=3)
    assert site_page(site, 2).status_code == 200
    answer = site_page(site, 3)
    assert (answer.status_code, answer.headers["location"]) == (302, f"{LOGIN_PATH}?het-han=1")
    assert site_page(site, 1).status_code == 302
    log_in(site)
    assert site_page(site, 3).status_code == 200
    replica.fault("session_expired", page=1, path=EXPORT_PATH, every=True)
    assert site.get(EXPORT_PATH).status_code == 302
    assert "hết hạn" in site.get(f"{LOGIN_PATH}?het-han=1").text


def test_a_login_page_comes_with_status_200(replica: Replica, site: httpx.Client) -> None:
    replica.fault("login_200", page=2)
    assert len(codes_on(site, 1)) == ROWS_A_PAGE
    answer = site_page(site, 2)
    assert answer.status_code == 200
    with pytest.raises(NoListing) as error:
        open_listing(answer.content)
    assert error.value.asks_for_login
    assert len(codes_on(site, 3)) == ROWS_A_PAGE


def test_a_slow_site_is_slow(replica: Replica, site: httpx.Client) -> None:
    replica.fault("slow", path=LIST_PATH, seconds=5)
    with pytest.raises(httpx.ReadTimeout):
        site.get(LIST_PATH, timeout=0.2)
