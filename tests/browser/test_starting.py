"""Which Chromium is started, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers import browser
from scrapers.browser import NoBrowser, find_chromium, open_browser


def test_without_one_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_found", lambda playwright: iter(()))
    assert find_chromium() is None
    with (
        pytest.raises(NoBrowser, match=r"no Chromium.*playwright install chromium") as caught,
        open_browser(),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_one_is_found_and_one_that_does_not_start_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, stub = find_chromium(), tmp_path / "chromium-stub"
    assert real is not None, browser.HOW_TO_GET_ONE
    stub.write_text("#!/bin/sh\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setattr(browser, "_found", lambda playwright: iter((stub, real)))
    with open_browser() as opened:
        assert opened.is_connected()
    monkeypatch.setattr(browser, "_found", lambda playwright: iter((stub,)))
    with pytest.raises(NoBrowser, match="chromium-stub does not start: "), open_browser():
        pass
