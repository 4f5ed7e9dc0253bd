"""Told to stop by Ctrl-C or SIGTERM: it counts, also where Python or a library swallows it."""

from __future__ import annotations

import contextlib
import io
import signal
from collections.abc import Iterator
from typing import NoReturn

import pytest
from sqlalchemy import Engine

from sync import cli, stopping
from sync.capture import Reading
from sync.config import Config
from sync.dossiers import dossier_scope
from sync.run import Run


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """What listens to signals outside these tests."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    stopping._told.clear()


class ThrownAway(io.RawIOBase):
    """A file during whose last moments somebody presses Ctrl-C."""

    @property
    def closed(self) -> bool:
        signal.raise_signal(signal.SIGINT)
        return True


def throw_one_away() -> None:
    # Python drops what is raised while it throws a file away, and says nothing.
    ThrownAway()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_heard_at_once(number: signal.Signals) -> None:
    stopping.listen()
    assert not stopping.was_told()
    stopping.heed()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    assert stopping.was_told()


def test_what_is_lost_while_a_file_is_thrown_away_is_heeded_later() -> None:
    stopping.listen()
    throw_one_away()
    with pytest.raises(KeyboardInterrupt):
        stopping.heed()
    stopping.listen()
    stopping.heed()


def test_no_reading_begins_after_it(engine: Engine) -> None:
    def fetch() -> NoReturn:
        pytest.fail("it was told to stop")

    config = Config.model_validate({"index": {"provinces": ("H01",)}})
    stopping.listen()
    throw_one_away()
    with contextlib.ExitStack() as clients:
        run = Run(config, engine, clients, None, None)
        with pytest.raises(KeyboardInterrupt):
            run.take(Reading(dossier_scope("x"), fetch), None)


def test_another_error_in_its_place_is_the_same_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def commit() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            raise AssertionError("the transaction is still active")

    monkeypatch.setattr(cli, "app", commit)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err.startswith("dvcqg: stopped; what was already read is stored")


def test_the_same_error_unasked_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise AssertionError("a mistake of ours")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(AssertionError, match="a mistake of ours"):
        cli.main()


def test_what_was_ignored_at_the_start_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stopping.listen()
    signal.raise_signal(signal.SIGINT)
    assert not stopping.was_told()
