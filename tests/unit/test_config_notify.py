"""What may stand in [[notify]] and in [schedule] ping_url."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.config import Config, ConfigError, load

ROUTE = '[[notify]]\nurl = "env:DVCQG_NOTIFY_URL"\n'
ADDRESS = "https://watchdog.example.vn/7f0e-secret"


def loaded(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(f'[index]\nprovinces = ["H01"]\n{text}', encoding="utf-8")
    return load(path)


def test_the_defaults_are_calm(tmp_path: Path) -> None:
    config = loaded(tmp_path, ROUTE)
    assert config.notify[0].quiet == ()
    assert config.notify[0].min_severity == "warning"
    assert config.schedule.ping_url == ""


@pytest.mark.parametrize("quiet", [("21:00", "06:00"), ("12:00", "13:30")])
def test_quiet_hours_are_two_times_of_day(tmp_path: Path, quiet: tuple[str, str]) -> None:
    text = f"{ROUTE}quiet = {list(quiet)}\n".replace("'", '"')
    assert loaded(tmp_path, text).notify[0].quiet == quiet


@pytest.mark.parametrize(
    "quiet", ['["21:00"]', '["21:00", "21:00"]', '["9:00", "17:00"]', '["1:00", "2:00", "3:00"]']
)
def test_what_are_no_quiet_hours_is_one_sentence(tmp_path: Path, quiet: str) -> None:
    with pytest.raises(ConfigError, match=r"notify\.quiet .*allowed: .*time") as refused:
        loaded(tmp_path, f"{ROUTE}quiet = {quiet}\n")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("url", ["", "env:DVCQG_PING_URL", ADDRESS, "http://127.0.0.1:8080/x"])
def test_a_watchdog_has_an_address_or_none(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, f'[schedule]\nping_url = "{url}"\n').schedule.ping_url == url


def test_a_wrong_address_of_a_watchdog_is_not_repeated(tmp_path: Path) -> None:
    wrong = ADDRESS.replace("https", "http")
    with pytest.raises(ConfigError, match=r"schedule\.ping_url .*allowed: an https") as refused:
        loaded(tmp_path, f'[schedule]\nping_url = "{wrong}"\n')
    assert "secret" not in str(refused.value).replace("may be secret", "")
