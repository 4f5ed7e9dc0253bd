"""What may stand in the configuration file, and what a person reads when it is wrong."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.provinces import PROVINCES, nearest_province
from sync.config import Config, ConfigError, Dossiers, find, load, template

ROOT = Path(__file__).parents[2]
Write = Callable[[str], Path]
Spelling = Callable[[str], str]
H01 = 'index.provinces = ["H01"]\n'

EVERY_KEY = """
index.provinces = ["H01", "H53"]
index.periods = ["month"]
index.revisit_days = 0
index.score_drop = { info = 1, warning = 1, critical = 3.5 }
index.classes = [["Đạt", 50], ["Chưa đạt", 0]]
store = { url = "postgresql+psycopg://dvcqg@db.example/dvcqg", archive = "", archive_days = 0 }
portal.transport = "browser"
portal.base_url = "http://127.0.0.1:8080"
portal.legacy_base_url = "http://[::1]:8080/cu/"
portal.requests_per_second = 0
portal.timeout_s = 5
portal.attempts = 10
portal.user_agent = "So Tu phap (+tuphap@angiang.gov.vn)"
procedures = { enabled = false, detail_refresh = "new-only", detail_minutes = 2.5 }
schedule = { check = "23:59" }
dossiers.keep_applicant = true
dossiers.due_soon_days = 0
dossiers.overdue_rate = { department = 1, district = 2, commune = 3 }
[index.targets]
TOTAL = 80
REUSED_DIGITIZED_DATA = 52
[index.targets."H01.15"]
REUSED_DIGITIZED_DATA = 60
[[dossiers.sources]]
name = "Một cửa 2.0"
kind = "browser"
profile = "quantri.toml"
[[notify]]
url = "env:DVCQG_NOTIFY_URL"
min_severity = "critical"
units = ["H01.15"]
[[notify]]
url = "json://127.0.0.1:8080/tin"
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, "utf-8")
        return path

    return _write


def complaint(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert str(path) in message
    return message


def test_example_is_what_init_writes_and_holds_the_defaults(write: Write) -> None:
    example = (ROOT / "config.example.toml").read_text("utf-8")
    assert example == template("H01")
    assert load(write(example)) == load(write(H01))


def test_example_shows_every_key(write: Write) -> None:
    config = load(write(template("H01")))
    assert config.model_fields_set == Config.model_fields.keys() - {"notify"}
    for section in (config.store, config.portal, config.index, config.procedures, config.schedule):
        assert section.model_fields_set == type(section).model_fields.keys()
    assert config.dossiers.model_fields_set == Dossiers.model_fields.keys() - {"sources"}


def test_lines_that_the_example_comments_out_are_right(write: Write) -> None:
    live = re.sub(r"^# (?=\[|[\w]+ = )", "", template("H01"), flags=re.MULTILINE)
    config = load(write(live))
    assert config.dossiers.sources[0].kind == "browser"
    assert config.notify[0].url == "env:DVCQG_NOTIFY_URL"
    assert config.index.target_for("H01.15", "REUSED_DIGITIZED_DATA") == 60


@pytest.mark.parametrize("province", [*PROVINCES, "all"])
def test_template_bears_the_province(write: Write, province: str) -> None:
    assert load(write(template(province))).index.provinces == (province,)


def test_template_refuses_a_province_that_does_not_exist() -> None:
    with pytest.raises(ConfigError, match=r'"An Giag".*H01 \(the nearest, An Giang\)'):
        template("An Giag")


def test_every_key_is_accepted(write: Write) -> None:
    config = load(write(EVERY_KEY))
    assert config.portal.requests_per_second == 0
    assert config.portal.legacy_base_url == "http://[::1]:8080/cu"
    assert config.index.province_codes == ("H01", "H53")
    assert config.index.classes == (("Đạt", 50.0), ("Chưa đạt", 0.0))
    assert config.dossiers.sources[0].name == "Một cửa 2.0"
    assert config.notify[1].min_severity == "warning"
    assert config.archive_folder is None


def test_a_unit_has_its_own_target_or_the_common_one(write: Write) -> None:
    index = load(write(EVERY_KEY)).index
    assert index.target_for("H01.15", "REUSED_DIGITIZED_DATA") == 60
    assert index.target_for("H01.16", "REUSED_DIGITIZED_DATA") == 52
    assert index.target_for("H01.15", "TOTAL") == 80
    assert index.target_for("H01.15", "CKMB") is None
    empty = load(write('index = { provinces = ["all"], targets = {} }')).index
    assert empty.target_for("H01", "REUSED_DIGITIZED_DATA") is None
    assert empty.province_codes == tuple(PROVINCES)


def test_paths_start_at_the_file_and_not_where_the_command_runs(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(template("H01"))
    monkeypatch.chdir(tmp_path.parent)
    config = load(Path(tmp_path.name, "config.toml"))
    assert config.store_url == f"sqlite:///{tmp_path}/dvcqg.db"
    assert config.archive_folder == tmp_path / "archive"
    assert config.reports_folder == tmp_path / "reports"
    absolute = load(write(f'{H01}store.url = "sqlite:////var/lib/dvcqg.db"'))
    assert absolute.store_url == "sqlite:////var/lib/dvcqg.db"


def test_store_address_may_come_from_the_environment(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(H01 + 'store.url = "env:DVCQG_STORE_URL"')
    monkeypatch.delenv("DVCQG_STORE_URL", raising=False)
    assert 'store.url is "env:DVCQG_STORE_URL"; allowed: an environment' in complaint(path)
    address = "postgresql+psycopg://dvcqg:matkhau@db.example/dvcqg"
    monkeypatch.setenv("DVCQG_STORE_URL", address)
    config = load(path)
    assert config.store_url == address
    assert "matkhau" not in repr(config)
    monkeypatch.setenv("DVCQG_STORE_URL", "mysql://dvcqg:matkhau@db.example/dvcqg")
    assert "matkhau" not in complaint(path)


BAD_VALUES = [
    ('store.url = "mysql://db.example/x"', '"mysql://db.example/x"', "sqlite:///"),
    ('store.url = "sqlite:///:memory:"', '"sqlite:///:memory:"', "sqlite:///FILE"),
    ('portal.base_url = "http://dichvucong.gov.vn"', '"http://dich', "an https address"),
    ('portal.base_url = "http://localhost.example"', '"http://localhost.example"', "https"),
    ("portal.requests_per_second = 2.1", "2.1", "at most 2 out of politeness"),
    ("portal.requests_per_second = 0", "0", "above 0 and at most 2"),
    ("portal.timeout_s = inf", "Infinity", "at most 3600"),
    ("portal.attempts = 4.5", "4.5", "a whole number from 1 to 10"),
    ("portal.attempts = true", "true", "a whole number from 1 to 10"),
    ('portal.user_agent = "Sở"', '"Sở"', "ASCII"),
    ("index.periods = []", "[]", '"year", "quarter", "month"'),
    ('index.periods = ["year", "year"]', '["year", "year"]', "each once"),
    ("index.revisit_days = -1", "-1", "a whole number from 0"),
    ("index.score_drop.warning = 0.001", "0.001", "info <= warning <= critical"),
    ('index.classes = [["A", 50], ["B", 50], ["C", 0]]', '[["A"', "strictly falling"),
    ("index.targets.TOTAL = 101", "101", "from 0 to 100"),
    ('index.targets."H01.15".TOTAL = -1', "-1", "from 0 to 100"),
    ('dossiers.keep_applicant = "no"', '"no"', "true or false"),
    ("dossiers.due_soon_days = 61", "61", "working days from 0"),
    ("dossiers.overdue_rate.commune = 101", "101", "a percentage from 0 to 100"),
    ('procedures.detail_refresh = "x"', '"x"', '"daily", "weekly" or "new-only"'),
    ('schedule.check = "7:00"', '"7:00"', '"HH:MM"'),
    ("schedule.check = 07:00:00", '"07:00:00"', "in quotes"),
    ("portal = 5", "5", "a table, written [portal]"),
]


@pytest.mark.parametrize(("line", "value", "allowed"), BAD_VALUES)
def test_a_bad_value_is_named_with_what_is_allowed(
    write: Write, line: str, value: str, allowed: str
) -> None:
    key = line.partition(" = ")[0]
    message = complaint(write(H01 + line))
    assert f": {key} is {value}" in message
    assert allowed in message.partition("; allowed: ")[2]
    assert "other errors" not in message


OTHER_COMPLAINTS = [
    ("", "index.provinces is missing; allowed: codes of provinces"),
    ('index.provinces = "H01"', 'index.provinces is "H01"; allowed: codes'),
    ('index.provinces = ["all", "H01"]', 'is ["all", "H01"]; allowed: codes of provinces'),
    ('index.provinces = ["H01", "H01"]', 'is ["H01", "H01"]; allowed: codes of provinces'),
    ('index.provinces = ["H64"]', "nearest to H64 is H"),
    ('index.provinces = ["an giag"]', "(nearest to an giag is H01, An Giang)"),
    (H01 + "index.score_drop.info = 0.6", "index.score_drop.warning is 0.5; allowed"),
    (H01 + 'index.periods = ["year", "week"]', 'index.periods (entry 2) is "week"; allowed'),
    (H01 + "index.revisit_day = 3", "revisit_day is not a known key (did you mean index.revisit_"),
    (H01 + 'store.urI = ""', "store.urI is not a known key (did you mean store.url?)"),
    (H01 + "index.detail_minutes = 3", "(did you mean procedures.detail_minutes?)"),
    (H01 + "[shedule]", "shedule is not a known key (did you mean schedule?); allowed: store, "),
    ('provinces = ["H01"]', "(did you mean index.provinces?)"),
    (H01 + "index.targets.reused = 5", "index.targets.reused is no code; allowed: percentages"),
    (H01 + "index.targets.H01.15.TOTAL = 5", '[index.targets."H01.15"] with the quotes'),
    (H01 + 'dossiers.sources = [{ kind = "igate" }]', "dossiers.sources.name (entry 1) is missing"),
    (H01 + '[[dossiers.sources]]\nname = "../a"\nkind = "igate"', 'name (entry 1) is "../a"'),
    (
        H01 + 2 * '[[dossiers.sources]]\nname = "a"\nkind = "folder"\npath = "x"\n',
        "a name of its own",
    ),
    (H01 + "[[notify]]", "notify.url (entry 1) is missing; allowed: env:NAME"),
    (H01 + "portal.attempts = 0\nportal.timeout_s = 0", "(other errors in the file: 1)."),
    (H01 + "portal.attempts =", "not valid TOML in UTF-8: Invalid value (at the end, line 2)"),
]


@pytest.mark.parametrize(("text", "part"), OTHER_COMPLAINTS)
def test_other_complaints_say_what_to_change(write: Write, text: str, part: str) -> None:
    assert part in complaint(write(text))


def test_pacing_may_go_only_when_both_addresses_are_this_machine(write: Write) -> None:
    unpaced = H01 + 'portal.requests_per_second = 0\nportal.base_url = "http://localhost:1"\n'
    assert load(write(unpaced)).portal.legacy_base_url == "http://localhost:1"
    legacy = 'portal.legacy_base_url = "https://dichvucong.gov.vn"'
    assert "legacy_base_url" in complaint(write(unpaced + legacy))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert "run `dvcqg init --province H01`" in complaint(tmp_path / "config.toml")
    assert "cannot be read" in complaint(tmp_path)
    (tmp_path / "config.toml").write_bytes("index = 'Sở'".encode("utf-16"))
    assert "UTF-8" in complaint(tmp_path / "config.toml")
    # A byte order mark alone is no error: editors on Windows write it.
    (tmp_path / "config.toml").write_text(H01, "utf-8-sig")
    assert load(tmp_path / "config.toml").index.provinces == ("H01",)


def test_find_prefers_option_then_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_CONFIG", "env.toml")
    assert find(Path("option.toml")) == Path("option.toml")
    assert find(None) == Path("env.toml")
    monkeypatch.setenv("DVCQG_CONFIG", "")
    assert find(None) == Path("config.toml")


@pytest.mark.parametrize(
    "line",
    [
        'notify = [{ url = "mailto://dvc:MATKHAU@example.vn" }]',
        'notify = [{ url = "tgram://123:MATKHAU/5" }]',
        'notify = [{ url = "json://example.vn/hook?token=MATKHAU" }]',
        'notify = [{ url = "json://example.vn/hook/MATKHAU0123456789" }]',
        'notify = [{ url = "env: MATKHAU" }]',
        'notify = "mailto://dvc:MATKHAU@example.vn"',
        'store.url = "postgresql+psycopg://dvc:MATKHAU@db.example/dvc"',
        'portal.base_url = "https://dvc:MATKHAU@dichvucong.gov.vn"',
        'portal.password = "MATKHAU"',
        '[[dossiers.sources]]\nname = "a"\npassword = "MATKHAU"',
    ],
)
def test_secrets_are_refused_and_never_repeated(write: Write, line: str) -> None:
    message = complaint(write(H01 + line))
    assert "MATKHAU" not in message
    if "[{" in line or "store" in line:
        assert "env:NAME" in message


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_any_unknown_key_gives_one_sentence(name: str) -> None:
    text = f"{H01}portal.{json.dumps(name.replace(chr(127), ''), ensure_ascii=False)} = 'x'"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(text, "utf-8")
        assert "not a known key (did you mean" in complaint(path)


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 10))
def test_score_drops_must_ascend_from_above_zero(info: float, warning: float, high: float) -> None:
    drops = {"info": info, "warning": warning, "critical": high}
    text = json.dumps({"index": {"provinces": ["H01"], "score_drop": drops}})
    if 0 < info <= warning <= high:
        assert Config.model_validate_json(text).index.score_drop.critical == high
    else:
        with pytest.raises(ValueError, match="score_drop"):
            Config.model_validate_json(text)


@given(st.sampled_from(sorted(PROVINCES)), st.sampled_from([str.upper, str.lower, str.title]))
def test_nearest_province_knows_code_and_name_in_any_case(code: str, case: Spelling) -> None:
    assert nearest_province(case(code)).code == code
    assert nearest_province(case(PROVINCES[code].name)).code == code
