"""Alerts and messages over the days of the replica's world: one for each matter, and told once."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from sync.duty import Duty, do_duty
from tests.flow.office import Office
from tests.replica.server import Replica
from tests.unit.receiver import Receiver

YEAR_ONLY = 'periods = ["year"]\nrevisit_days = 0'
OPEN_ON: dict[int, list[tuple[str, str]]] = {
    1: [],
    2: [
        ("revised:current:2026-10:H01.130", "revised"),
        ("fall:current:2026:H01", "score_drop"),
        ("fall:current:2026:H01.10", "score_drop"),
        ("fall:current:2026:H01.146", "score_drop"),
        ("fall:current:2026:H01.189", "class_change"),
    ],
    3: [("unit:H01.197", "unit_missing")],
    4: [],
    5: [("fall:current:2026-Q4:H01.06", "score_drop")],
    6: [
        ("fall:current:2026-11:H01.05", "period_drop"),
        ("fall:current:2026-11:H01.127", "period_drop"),
        ("fall:current:2026-11:H01.152", "period_drop"),
    ],
    7: [("recomputed:index", "recomputed")],
}
"""What `tests/replica/events.py` plants with at least a warning, as matters that open."""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Receiver() as running:
        yield running


def telling(folder: Path, replica: Replica, receiver: Receiver, periods: str = "") -> Office:
    """An office whose receiver hears everything from a warning up."""
    route = f'[[notify]]\nurl = "json://{receiver.address}/office"\n'
    return Office(folder, replica, more=route, periods=periods)


def duty(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    day: int,
    *,
    shown: int | None = None,
    hour: int = 7,
) -> Duty:
    """The duty of a day, while the portal shows that day or another."""
    office.replica.day = shown or day
    monkeypatch.setenv("DVCQG_NOW", office.now(day, hour))
    console = Console(file=io.StringIO())
    return do_duty(office.config, office.engine, lambda done, total, label: None, console)


def matters(office: Office, state: str = "open") -> set[tuple[str, str]]:
    rows = office.rows("SELECT matter, kind FROM alert_log WHERE state = :state", state=state)
    return {(matter, kind) for matter, kind in rows}


def heard(receiver: Receiver) -> list[str]:
    """The titles so far, without what is the same in all."""
    return [said["title"].removeprefix("Cổng DVC quốc gia ") for said in receiver.heard]


def test_seven_days_open_what_was_planted_and_tell_it_once(
    tmp_path: Path, replica: Replica, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = telling(tmp_path / "office", replica, receiver)
    expected: set[tuple[str, str]] = set()
    for day, opened in OPEN_ON.items():
        expected |= set(opened)
        for hour in (7, 9) if day in (2, 7) else (7,):
            assert duty(office, monkeypatch, day, hour=hour).result.is_complete
            assert matters(office) == expected, day
    assert heard(receiver) == [
        "27/11/2026: 1 nghiêm trọng, 4 cảnh báo",
        "28/11/2026: 1 cảnh báo",
        # One that opens, and one that falls further.
        "30/11/2026: 2 cảnh báo",
        "01/12/2026: 3 nghiêm trọng",
        "02/12/2026: 1 cảnh báo",
    ]
    # A week after it was told, news is over, and nobody hears of that.
    duty(office, monkeypatch, 10, shown=7)
    assert matters(office, "closed") == {("unit:H01.197", "unit_missing")}
    assert len(receiver.heard) == 5
    assert {row[0] for row in office.rows("SELECT state FROM outbox")} == {"sent"}


def test_a_fall_is_over_when_the_total_is_back_and_comes_again(
    tmp_path: Path, replica: Replica, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = telling(tmp_path / "office", replica, receiver, YEAR_ONLY)
    for day, shown in ((1, 1), (2, 2), (3, 1), (4, 2)):
        duty(office, monkeypatch, day, shown=shown)
    assert heard(receiver) == [
        "27/11/2026: 1 nghiêm trọng, 3 cảnh báo",
        # Two that had risen fall with the day that is taken back.
        "28/11/2026: 2 cảnh báo, 4 đã kết thúc",
        "29/11/2026: 1 nghiêm trọng, 3 cảnh báo, 2 đã kết thúc",
    ]
    over = receiver.heard[1]["message"].split("ĐÃ KẾT THÚC (4)\n")[1].splitlines()
    said = "• Sở Y tế: tổng điểm năm 2026 đã trở lại 68,90 (trước khi giảm: 68,90)."
    assert said in over
    assert receiver.heard[2]["message"].count("(tái diễn)") == 4
    reopened = office.rows("SELECT state, reopened, COUNT(*) FROM alerts GROUP BY 1, 2 ORDER BY 1")
    assert reopened == [("closed", 0, 2), ("open", 1, 4)]


def test_a_source_that_is_down_for_three_days_is_one_alert_and_one_recovery(
    tmp_path: Path, replica: Replica, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = telling(tmp_path / "office", replica, receiver)
    duty(office, monkeypatch, 1)
    duty(office, monkeypatch, 2)
    before = matters(office)
    replica.fault("forbidden")
    for day in (3, 4, 5):
        for hour in (7, 9):
            assert not duty(office, monkeypatch, day, hour=hour).result.is_complete
        down = {("source:index:portal", "source_refused")}
        assert matters(office) == before | down, "an outage is one incident and no differences"
    replica.clear_faults()
    duty(office, monkeypatch, 6)
    assert heard(receiver)[1:] == [
        "28/11/2026: 1 cảnh báo",
        "01/12/2026: 3 nghiêm trọng, 3 cảnh báo, 1 đã kết thúc",
    ]
    down_said, up_said = (said["message"] for said in receiver.heard[1:])
    assert "Cổng từ chối trả lời" in down_said
    assert up_said.count("đã đọc lại được") == 1
    assert "• Chỉ số 766: đã đọc lại được, sau 3 ngày (từ 07:00 ngày 28/11/2026)." in up_said
    assert office.rows("SELECT state FROM alerts WHERE kind = 'source_refused'") == [("closed",)]


@pytest.mark.both_databases
def test_a_reading_that_is_taken_back_takes_its_alerts_along(
    tmp_path: Path, replica: Replica, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = telling(tmp_path / "office", replica, receiver, YEAR_ONLY)
    duty(office, monkeypatch, 1)
    duty(office, monkeypatch, 2)
    newest = office.rows("SELECT MAX(id) FROM captures WHERE scope = 'H01/2026'")[0][0]
    done = office.dvcqg("captures", "reject", str(newest), day=2, hour=8)
    assert done.returncode == 0, done.stderr
    duty(office, monkeypatch, 2, shown=1, hour=9)
    assert matters(office, "closed") == set(OPEN_ON[2][1:])
    # Its numbers are given again, and what they say is told again.
    duty(office, monkeypatch, 3, shown=2)
    assert matters(office) == set(OPEN_ON[2][1:])


def said(office: Office, *command: str, day: int = 2, hour: int = 8) -> tuple[int, str, str]:
    """Exit code, output and errors of the command line."""
    done = office.dvcqg(*command, day=day, hour=hour)
    return done.returncode, done.stdout, done.stderr


def test_the_command_line_lists_acknowledges_and_snoozes(
    tmp_path: Path,
    replica: Replica,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = telling(tmp_path / "office", replica, receiver, YEAR_ONLY)
    assert said(office, "alerts") == (0, "Không có việc nào đang mở.\n", "")
    duty(office, monkeypatch, 1)
    assert said(office, "check")[0] == 0
    assert str(office.folder / "reports" / "report-2026-11-27.html") in receiver.heard[0]["message"]

    rows = json.loads(said(office, "alerts", "--json")[1])
    assert [row["severity"] for row in rows] == ["critical", "warning", "warning", "warning"]
    first, second = str(rows[0]["id"]), str(rows[1]["id"])
    assert said(office, "alerts", "ack", first) == (0, f"Alert {first} acknowledged.\n", "")
    done = said(office, "alerts", "snooze", second, "--until", "2026-12-01")
    assert done[1] == f"Alert {second} snoozed until 00:00 ngày 01/12/2026.\n"
    states = {row["id"]: row for row in json.loads(said(office, "alerts", "--json")[1])}
    assert states[int(first)]["state"] == "acknowledged"
    assert states[int(second)]["state"] == "snoozed"
    assert states[int(second)]["snoozed_until"] == "2026-11-30T17:00:00Z"
    table = said(office, "alerts")[1]
    assert "đã xem" in table
    assert "tạm hoãn" in table


@pytest.mark.parametrize(
    "wrong",
    [["ack", "99"], ["snooze", "1", "--until", "2026-11-01"], ["snooze", "1", "--until", "mai"]],
)
def test_what_cannot_be_done_to_an_alert_is_one_sentence(
    year_office: Office, wrong: list[str]
) -> None:
    told = said(year_office, "alerts", *wrong)
    assert told[0] == 2
    assert told[2].startswith("dvcqg: ")
    assert len(told[2].splitlines()) == 1


def test_the_command_line_tries_every_receiver_and_says_what_waits(
    tmp_path: Path, replica: Replica, receiver: Receiver
) -> None:
    office = telling(tmp_path / "office", replica, receiver, YEAR_ONLY)
    route = f"json://{receiver.address}/office"
    assert said(office, "notify", "--test") == (0, f"{route}: sent\n", "")
    receiver.script = ["error"]
    trouble = "the receiver answered with error 503"
    assert said(office, "notify", "--test")[:2] == (3, f"{route}: NOT SENT, {trouble}\n")
    for day in (1, 2):
        assert said(office, "check", day=day)[0] == 0
    waits = json.loads(said(office, "status", "--json")[1])["outbox"]
    assert (waits["waiting"], waits["dropped"], waits["trouble"]) == (1, 0, trouble)
    assert "Tin nhắn: 1 chờ gửi" in said(office, "status")[1]
    receiver.script = ["good"]
    assert said(office, "notify", hour=9)[0] == 0
    assert heard(receiver)[1:] == ["27/11/2026: 1 nghiêm trọng, 3 cảnh báo"]


def test_without_receivers_there_is_nobody_to_try(year_office: Office) -> None:
    told = said(year_office, "notify", "--test")
    assert told[0] == 2
    assert "names no receiver" in told[2]


def test_a_complete_check_tells_the_watchdog_and_an_incomplete_one_does_not(
    tmp_path: Path, replica: Replica, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = f'[schedule]\nping_url = "http://{receiver.address}/watchdog"\n'
    office = Office(tmp_path / "office", replica, more=watched, periods=YEAR_ONLY)
    duty(office, monkeypatch, 1)
    assert receiver.paths == ["/watchdog"]
    replica.fault("reset", province="H01")
    duty(office, monkeypatch, 2)
    assert receiver.paths == ["/watchdog"]
