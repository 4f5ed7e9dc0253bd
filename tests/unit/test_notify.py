"""Every message arrives, and twice only where it says so: against a real and moody receiver."""

from __future__ import annotations

import datetime as dt
import io
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sync import notify, outbox
from sync.changes import Severity
from sync.config import Config, load
from sync.notify import REPEATED, send_due, send_test, trouble_in
from sync.store import reading, writing
from tests.databases import Databases
from tests.unit.receiver import Mood, Receiver

NOW = dt.datetime(2026, 11, 27, 0, 5, tzinfo=dt.UTC)
SECRET = "s3cr3t-t0ken-of-a-receiver-0123"
ROUTE = "env:DVCQG_NOTIFY_URL"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "MESSAGE_SECONDS", 1.0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def configured(folder: Path, *routes: str, quiet: str = "[]") -> Config:
    lines = [f'[[notify]]\nurl = "{route}"\nquiet = {quiet}\n' for route in routes]
    path = folder / "config.toml"
    path.write_text('[index]\nprovinces = ["H01"]\n' + "".join(lines), encoding="utf-8")
    return load(path)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with Receiver() as running:
        monkeypatch.setenv("DVCQG_NOTIFY_URL", f"json://{running.address}/{SECRET}?cto=1&rto=0.5")
        yield running


def queued(engine: Engine, *titles: str, route: str = ROUTE, at: dt.datetime = NOW) -> None:
    with writing(engine) as connection:
        for title in titles:
            outbox.queue(
                connection, route, Severity.warning, title, f"Nội dung {title}", now=at, due_at=at
            )


def rows(engine: Engine) -> list[tuple[object, ...]]:
    query = "SELECT state, attempts, possibly_repeated, trouble FROM outbox ORDER BY id"
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def due_after(engine: Engine) -> dt.timedelta:
    with reading(engine) as connection:
        due = connection.execute(text("SELECT due_at FROM outbox")).scalar_one()
    return dt.datetime.fromisoformat(due) - NOW


def test_a_message_is_sent_once(engine: Engine, receiver: Receiver, tmp_path: Path) -> None:
    config = configured(tmp_path, ROUTE)
    queued(engine, "một")
    for _ in range(3):
        send_due(engine, config, NOW)
    assert rows(engine) == [("sent", 1, 0, None)]
    assert [(said["title"], said["message"]) for said in receiver.heard] == [
        ("một", "Nội dung một")
    ]


@pytest.mark.parametrize(
    ("mood", "trouble", "repeated"),
    [
        ("error", "the receiver answered with error 503", 0),
        ("reset", "the receiver did not answer", 1),
        ("hang", "the receiver did not answer", 1),
        ("drip", "no answer within 1 s", 1),
        ("die", "the receiver did not answer", 1),
    ],
)
def test_what_failed_waits_and_says_whether_it_may_have_arrived(
    engine: Engine, receiver: Receiver, tmp_path: Path, mood: Mood, trouble: str, repeated: int
) -> None:
    receiver.script = [mood, "good"]
    config = configured(tmp_path, ROUTE)
    queued(engine, "một")
    send_due(engine, config, NOW)
    assert rows(engine) == [("waiting", 1, repeated, trouble)]
    assert due_after(engine) == dt.timedelta(minutes=1)
    send_due(engine, config, NOW + dt.timedelta(seconds=59))
    assert rows(engine)[0][1] == 1, "not before its time"
    send_due(engine, config, NOW + dt.timedelta(minutes=1))
    assert rows(engine) == [("sent", 2, repeated, None)]
    assert (REPEATED in receiver.heard[-1]["message"]) == bool(repeated)


def test_a_receiver_that_was_never_reached_has_nothing_twice(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("DVCQG_NOTIFY_URL", f"json://127.0.0.1:{port}")
    queued(engine, "một")
    send_due(engine, configured(tmp_path, ROUTE), NOW)
    assert rows(engine) == [("waiting", 1, 0, "the receiver could not be reached")]


@pytest.mark.parametrize(
    ("address", "trouble"),
    [
        ("", "the environment variable is not set"),
        ("nonsense://127.0.0.1/x", "Apprise does not know this kind of address"),
        ("no address at all", "Apprise does not know this kind of address"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, trouble: str
) -> None:
    monkeypatch.setenv("DVCQG_NOTIFY_URL", address)
    queued(engine, "một")
    send_due(engine, configured(tmp_path, ROUTE), NOW)
    assert rows(engine) == [("waiting", 1, 0, trouble)]


def test_the_pauses_grow_and_after_three_days_it_is_given_up(
    engine: Engine, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.script = ["error"]
    config = configured(tmp_path, ROUTE)
    queued(engine, "một")
    now, pauses = NOW, []
    while rows(engine)[0][0] == "waiting":
        send_due(engine, config, now)
        pauses.append(due_after(engine) - (now - NOW))
        now = NOW + due_after(engine)
    minutes = [int(pause.total_seconds()) // 60 for pause in pauses]
    assert minutes[:6] == [1, 5, 15, 60, 60, 60]
    assert set(minutes[6:-1]) == {60}
    assert now - NOW >= dt.timedelta(days=3)
    assert rows(engine)[0] == ("dropped", len(minutes), 0, "the receiver answered with error 503")
    with reading(engine) as connection:
        found = outbox.overview(connection, NOW)
    assert (found.waiting, found.dropped) == (0, 1)
    assert found.trouble == "the receiver answered with error 503"


def test_a_message_that_nobody_could_try_for_days_is_tried(
    engine: Engine, receiver: Receiver, tmp_path: Path
) -> None:
    queued(engine, "một", at=NOW - dt.timedelta(days=10))
    send_due(engine, configured(tmp_path, ROUTE), NOW)
    assert rows(engine) == [("sent", 1, 0, None)]


def test_a_program_that_died_while_sending_leaves_a_message_that_says_so(
    engine: Engine, receiver: Receiver, tmp_path: Path
) -> None:
    config = configured(tmp_path, ROUTE)
    queued(engine, "một")
    with writing(engine) as connection:
        assert outbox.claim(connection, 1, NOW) is not None
    send_due(engine, config, NOW + dt.timedelta(minutes=9))
    assert receiver.heard == []
    send_due(engine, config, NOW + dt.timedelta(minutes=10))
    assert rows(engine) == [("sent", 2, 1, None)]
    assert receiver.heard[0]["message"] == f"Nội dung một\n{REPEATED}"


def test_one_message_is_claimed_by_one_program(engine: Engine) -> None:
    queued(engine, "một")
    with writing(engine) as connection:
        first = outbox.claim(connection, 1, NOW)
        assert first is not None
        assert outbox.claim(connection, 1, NOW) is None
    # A program that was taken for dead wakes: the message is another's by now.
    later = NOW + outbox.LOST_AFTER
    with writing(engine) as connection:
        second = outbox.claim(connection, 1, later)
        assert second is not None
        assert second.possibly_repeated
        outbox.settle(connection, first, state="waiting", due_at=later)
    assert rows(engine)[0][0] == "sending"


def test_one_poisoned_message_stops_no_other(
    engine: Engine, receiver: Receiver, tmp_path: Path
) -> None:
    bad = "json://127.0.0.1:1/nobody"
    config = configured(tmp_path, bad, ROUTE)
    queued(engine, "độc", route=bad)
    queued(engine, "một")
    queued(engine, "của ai", route="env:NO_LONGER_CONFIGURED")
    queued(engine, "hai")
    send_due(engine, config, NOW)
    assert [row[0] for row in rows(engine)] == ["waiting", "sent", "dropped", "sent"]
    assert rows(engine)[2][3] == "the configuration no longer has this receiver"


def test_a_second_try_keeps_out_of_the_quiet_hours(
    engine: Engine, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.script = ["error"]
    evening = dt.datetime(2026, 11, 27, 13, 59, tzinfo=dt.UTC)
    queued(engine, "một", at=evening)
    config = configured(tmp_path, ROUTE, quiet='["21:00", "06:00"]')
    send_due(engine, config, evening)
    assert NOW + due_after(engine) == dt.datetime(2026, 11, 27, 23, 0, tzinfo=dt.UTC)


def test_a_plug_in_that_raises_is_one_failed_message(
    engine: Engine, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def notify(self, **_message: object) -> bool:
            raise RuntimeError(f"cannot reach {SECRET}")

    monkeypatch.setattr(notify, "_receiver", lambda url: Broken())
    queued(engine, "một")
    send_due(engine, configured(tmp_path, ROUTE), NOW)
    assert rows(engine) == [("waiting", 1, 1, "the plug-in failed (RuntimeError)")]


def test_an_address_stays_secret_whatever_happens(
    engine: Engine,
    databases: Databases,
    store_url: str,
    receiver: Receiver,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    whole_log: io.StringIO,
) -> None:
    config = configured(tmp_path, ROUTE)
    receiver.script = ["error", "reset", "hang", "drip", "good"]
    queued(engine, "một", "hai", "ba", "bốn", "năm")
    send_due(engine, config, NOW)
    send_test(config)
    engine.dispose()
    files = [*tmp_path.glob("dvcqg.db*"), *databases.dumps(store_url)]
    written = b"".join(file.read_bytes() for file in files)
    assert "một" in written.decode("utf-8", "replace")
    said = whole_log.getvalue() + "".join(capfd.readouterr())
    assert "was not sent" in said
    assert len(receiver.heard) == 5
    for leaked in (said, written.decode("utf-8", "replace")):
        assert SECRET not in leaked
        assert receiver.address not in leaked


def test_a_test_message_goes_to_every_receiver_and_each_is_told(
    engine: Engine, receiver: Receiver, tmp_path: Path
) -> None:
    config = configured(tmp_path, ROUTE, "json://127.0.0.1:1/nobody")
    results = send_test(config)
    assert [(route, trouble and trouble.reason) for route, trouble in results] == [
        (ROUTE, None),
        ("json://127.0.0.1:1/nobody", "the receiver could not be reached"),
    ]
    assert receiver.heard[0]["title"] == "dvcqg-sync: tin thử"
    assert rows(engine) == []


@pytest.mark.parametrize(
    ("said", "reason", "may_have_arrived"),
    [
        (["Failed to send X: error=404."], "the receiver answered with error 404", False),
        (["Sent X.", "Failed to send X: error=500."], "the receiver answered with error 500", True),
        (["Socket Exception: NewConnectionError(..."], "the receiver could not be reached", False),
        (["no answer (ConnectError)"], "the receiver could not be reached", False),
        (["Sent X.", "... Connection refused"], "the receiver could not be reached", True),
        (["ConnectionResetError(104, ..."], "the receiver did not answer", True),
        ([], "the receiver did not answer", True),
    ],
)
def test_only_known_words_are_kept_of_what_a_plug_in_says(
    said: list[str], reason: str, may_have_arrived: bool
) -> None:
    assert trouble_in(said) == (reason, may_have_arrived)


@pytest.mark.parametrize("seed", range(3))
def test_every_message_arrives_and_twice_only_where_it_says_so(
    engine: Engine, receiver: Receiver, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    moods: list[Mood] = ["good", "good", "error", "reset", "hang", "die"]
    receiver.script = [*chance.choices(moods, k=12), "good"]
    config = configured(tmp_path, ROUTE)
    titles = [f"tin {number}" for number in range(6)]
    queued(engine, *titles)
    for hour in range(24):
        send_due(engine, config, NOW + dt.timedelta(hours=hour))
    assert {row[0] for row in rows(engine)} == {"sent"}
    for title in titles:
        first, *again = [said["message"] for said in receiver.heard if said["title"] == title]
        assert all(REPEATED in message for message in again)
        assert first.startswith(f"Nội dung {title}")
