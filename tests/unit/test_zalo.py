"""A Zalo bot as the platform's documents describe it: the request, the pieces, the troubles."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sync.changes import Severity
from sync.notify import deliver
from sync.zalo import NotifyZaloBot
from tests.unit.receiver import Receiver

TOKEN = "1234567890:abc-xyz_0123"


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(NotifyZaloBot, "request_rate_per_sec", 0.0)
    with Receiver() as running:
        running.answer = lambda said: (200, b'{"ok": true, "result": {"message_id": "1"}}')
        yield running


def address(bot: Receiver) -> str:
    return f"zalobot://{TOKEN}/6ede9afa66b8?api=http://{bot.address}"


def send(bot: Receiver, body: str, title: str = "") -> Any:
    return deliver(address(bot), title, body, Severity.warning)


def test_a_message_is_one_request(bot: Receiver) -> None:
    assert send(bot, "Nội dung – có dấu", "Tiêu đề") is None
    assert bot.paths == [f"/bot{TOKEN}/sendMessage"]
    [said] = bot.heard
    assert said["chat_id"] == "6ede9afa66b8"
    assert " ".join(said["text"].split()) == "Tiêu đề Nội dung – có dấu"
    assert set(said) == {"chat_id", "text"}


def test_a_long_message_comes_in_pieces_and_nothing_is_lost(bot: Receiver) -> None:
    lines = [f"• Đơn vị {number}: việc cần xem lại trong ngày." for number in range(120)]
    assert send(bot, "\n".join(lines)) is None
    pieces = [said["text"] for said in bot.heard]
    assert len(pieces) > 2
    assert all(0 < len(piece) <= 2000 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join("".join(lines).split())


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (200, {"ok": False, "error_code": 401, "description": "Unauthorized"}, 401),
        (403, {"ok": False}, 403),
        (200, {"ok": "true"}, 200),
        (502, "a page of a proxy", 502),
        (200, ["no", "envelope"], 200),
    ],
)
def test_what_the_service_does_not_take_is_an_error(
    bot: Receiver, status: int, answer: Any, error: int
) -> None:
    bot.answer = lambda said: (status, json.dumps(answer).encode())
    assert send(bot, "một") == (f"the receiver answered with error {error}", False)


def test_a_message_of_which_a_piece_arrived_may_have_arrived(bot: Receiver) -> None:
    bot.script = ["good", "error"]
    assert send(bot, "chữ " * 900) == ("the receiver answered with error 503", True)


def test_no_answer_is_not_a_refusal(bot: Receiver) -> None:
    bot.script = ["reset"]
    assert send(bot, "một") == ("the receiver did not answer", True)


def test_a_service_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    trouble = deliver("zalobot://1:a/b?api=http://127.0.0.1:1", "", "một", Severity.info)
    assert trouble == ("the receiver could not be reached", False)


@pytest.mark.parametrize(
    "url",
    [
        "zalobot://token",
        "zalobot:///chat",
        "zalobot://token/chat/more",
        "zalobot://token/chat?api=http://example.com",
        "zalobot://token/chat?api=https://example.com/path",
        "zalo://token/chat",
    ],
)
def test_what_is_no_address_of_a_bot(url: str) -> None:
    assert NotifyZaloBot.parse_url(url) is None


def test_the_token_is_shown_to_nobody(bot: Receiver, whole_log: io.StringIO) -> None:
    bot.script = ["good", "error", "reset"]
    for _ in range(3):
        send(bot, "một")
    assert TOKEN not in whole_log.getvalue()
    parts = NotifyZaloBot.parse_url(f"zalobot://{TOKEN}/99")
    assert parts is not None
    assert parts["api"] == "https://bot-api.zaloplatforms.com"
    assert TOKEN not in NotifyZaloBot(**parts).url(privacy=True)
