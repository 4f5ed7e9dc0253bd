"""What may stand in [schedule] and in [daemon]."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sync.config import Config, ConfigError, load

FOLDER = '[[dossiers.sources]]\nname = "Một cửa"\nkind = "folder"\npath = "x"\n'


def loaded(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(f'[index]\nprovinces = ["H01"]\n{text}', encoding="utf-8")
    return load(path)


def test_the_defaults(tmp_path: Path) -> None:
    config = loaded(tmp_path, "")
    assert config.schedule.times_for("index") == (dt.time(7),)
    assert config.schedule.jitter_minutes == 10
    assert (config.daemon.address, config.daemon.log) == (("127.0.0.1", 9466), "lines")


def test_a_source_has_its_own_times_or_the_common_one(tmp_path: Path) -> None:
    own = '[schedule]\ncheck = "06:00"\n[schedule.sources]\n"Một cửa" = ["05:30", "13:00"]\n'
    schedule = loaded(tmp_path, own + FOLDER).schedule
    assert schedule.times_for("Một cửa") == (dt.time(5, 30), dt.time(13))
    assert schedule.times_for("procedures") == (dt.time(6),)


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("", None),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::1]:9466", ("::1", 9466)),
        ("localhost:1", ("localhost", 1)),
    ],
)
def test_it_listens_where_it_is_told(
    tmp_path: Path, listen: str, address: tuple[str, int] | None
) -> None:
    assert loaded(tmp_path, f'[daemon]\nlisten = "{listen}"\n').daemon.address == address


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[schedule.sources]\nindex = ["7:00"]', 'schedule.sources.index (entry 1) is "7:00"'),
        (
            '[schedule.sources]\nindex = "07:00"',
            'schedule.sources.index is "07:00"; allowed: lists',
        ),
        ("[schedule.sources]\nindex = []", "schedule.sources.index is []; allowed: lists of times"),
        (
            '[schedule.sources]\nindex = ["07:00", "07:00"]',
            'schedule.sources.index is ["07:00", "07:00"]; allowed: lists of times of day, each',
        ),
        (
            '[schedule.sources]\nigate = ["07:00"]\n' + FOLDER,
            "the keys index, procedures, Một cửa, which are known, and not igate.",
        ),
        ("[schedule]\njitter_minutes = 61", "schedule.jitter_minutes is 61; allowed: minutes from"),
        ("[schedule]\njitter_minutes = -1", "schedule.jitter_minutes is -1; allowed: minutes from"),
        ('[daemon]\nlisten = "9466"', 'daemon.listen is "9466"; allowed: "HOST:PORT" for'),
        ('[daemon]\nlisten = "127.0.0.1:70000"', 'daemon.listen is "127.0.0.1:70000"; allowed'),
        ('[daemon]\nlog = "xml"', 'daemon.log is "xml"; allowed: "lines" or "json".'),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, text + "\n")
    assert said in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
