"""Every secret of an office is planted where it can stand, and found nowhere else afterwards.

One office on PostgreSQL with a password, an iGate, an admin site, a receiver and a watchdog, all of
which fail on some day: what the commands and a daemon say, log, keep, answer and start is searched.
"""

from __future__ import annotations

import base64
import os
import re
import socket
import stat
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from typer.main import get_command

from scrapers.dossiers.browser import login
from sync.cli import app
from tests import databases
from tests.databases import POSTGRESQL, Databases
from tests.flow.listings import BROWSER_SOURCE, write_profile
from tests.flow.office import DVCQG, Office
from tests.flow.people import people_in, readable
from tests.flow.running import Running, settings, wait_for
from tests.replica import igate_api
from tests.replica.admin_pages import LIST_PATH, LOGIN_PATH
from tests.replica.admin_site import COOKIE, PASSWORD, USER
from tests.replica.portal import ROUTES
from tests.replica.routes import Answer, Call, page
from tests.replica.server import Replica
from tests.unit.receiver import Receiver

STORE_PASSWORD = "Kho-bi-mat-7c1e"
NOTIFY_USER, NOTIFY_PASSWORD, NOTIFY_TOKEN = "can-bo-tin", "Tin-bi-mat-91f3", "tok-5d20aa77c3e8"
PING_KEY = "0f6e3b7e-ping-4c11-9d5e"
TYPED = f"""<form method="post" action="{LOGIN_PATH}">
<input name="ten-dang-nhap" value="{USER}"><input name="mat-khau" value="{PASSWORD}"></form>
<script>document.forms[0].submit()</script>"""
"""What a person types, typed by the page itself."""


class Secrets:
    """What must stay secret: what was planted, and what the sources hand out meanwhile."""

    def __init__(self) -> None:
        self.known = {
            STORE_PASSWORD, NOTIFY_PASSWORD, NOTIFY_TOKEN, PING_KEY, PASSWORD,
            igate_api.CLIENT_SECRET,
        }  # fmt: skip

    def overhear(self, call: Call) -> Answer | None:
        """Notes every token and cookie that comes by; answers nothing but the typed form."""
        for name, value in call.headers.items():
            if name.lower() == "authorization":
                self.known.add(value.partition(" ")[2])
            if name.lower() == "cookie" and (found := re.search(f"{COOKIE}=(\\w+)", value)):
                self.known.add(found[1])
        return page(TYPED) if call.path == "/typed" else None

    def found_in(self, text: str) -> set[str]:
        """Those that a text shows, plainly, quoted for an address or in base64."""
        return {
            one
            for one in self.known
            for form in (one, quote(one, safe=""), base64.b64encode(one.encode()).decode()[:-4])
            if form in text
        }


class Arguments(threading.Thread):
    """Reads the arguments of every process on the machine, again and again."""

    def __init__(self) -> None:
        super().__init__()
        self._over = threading.Event()
        self.seen: set[str] = set()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._over.wait(0.05):
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(
                        process.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                    )
                except OSError:
                    continue  # it has ended meanwhile

    def __enter__(self) -> Arguments:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.join()


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def server_databases() -> Iterator[Databases]:
    with databases.using(POSTGRESQL) as found:
        yield found


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver("error") as found:
        yield found


@pytest.fixture
def office(
    tmp_path: Path,
    secrets: Secrets,
    server_databases: Databases,
    receiver: Receiver,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    """The office with all its secrets in the environment, and a person's login saved."""
    with Replica(routes=(secrets.overhear, *ROUTES)) as replica:
        igate = f"""
            [[dossiers.sources]]
            name = "igate"
            kind = "igate"
            base_url = "{replica.url}"
            token_base_url = "{replica.url}"
            page_size = 1000
            [[notify]]
            url = "env:DVCQG_NOTIFY_URL"
            min_severity = "info"
        """
        opened = Office(
            tmp_path / "office",
            replica,
            more=settings(f"127.0.0.1:{port}", BROWSER_SOURCE + igate),
            periods='periods = ["year"]\nrevisit_days = 0',
        )
        notify = f"json://{NOTIFY_USER}:{NOTIFY_PASSWORD}@{receiver.address}/{NOTIFY_TOKEN}"
        user = f"postgres:{STORE_PASSWORD}@"
        for name, value in {
            "DVCQG_STORE_URL": opened.config.store_url.replace("postgres@", user),
            "DVCQG_NOTIFY_URL": notify,
            "DVCQG_PING_URL": f"http://{receiver.address}/{PING_KEY}",
            "DVCQG_IGATE_CLIENT_ID": igate_api.CLIENT_ID,
            "DVCQG_IGATE_CLIENT_SECRET": igate_api.CLIENT_SECRET,
            "NO_PROXY": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        move_secrets_out(opened)
        write_profile(opened)
        make_small(replica)
        log_in(opened)
        yield opened
        opened.engine.dispose()


def make_small(replica: Replica) -> None:
    """No faults, and listings of few pages."""
    replica.clear_faults()
    for path in (LIST_PATH, "search"):
        replica.fault("keep_share", path=path, share=0.1)


def move_secrets_out(office: Office) -> None:
    """Let the configuration name the variables that hold what it must not."""
    text = office.config_path.read_text(encoding="utf-8")
    text = re.sub('store.url = ".*"', 'store.url = "env:DVCQG_STORE_URL"', text)
    ping = 'jitter_minutes = 0\nping_url = "env:DVCQG_PING_URL"'
    office.config_path.write_text(text.replace("jitter_minutes = 0", ping), encoding="utf-8")
    office.engine.dispose()
    office.reload()


def log_in(office: Office) -> None:
    """A person logs in, in a real browser."""

    before, seen = len(office.replica.requests), office.replica.requests

    def is_listed() -> bool:
        return any((one.path, one.status) == (LIST_PATH, 200) for one in seen[before:])

    def until_listed() -> None:
        wait_for(is_listed, "a login")

    saved = office.config.saved_login("nguon")
    login(f"{office.replica.url}/typed", saved, wait_for_person=until_listed, headed=False)


def say(office: Office, *command: str, day: int, hour: int = 7) -> int:
    """Run a command; all it says is kept beside the store."""
    done = office.dvcqg(*command, day=day, hour=hour)
    with (office.folder / "said.txt").open("a", encoding="utf-8") as said:
        said.write(done.stdout + done.stderr)
    return done.returncode


def day_of_failures(office: Office) -> None:
    """Everything that has a secret fails, each in its own way."""
    replica = office.replica
    replica.fault("token_expired", every=True, path="search")
    replica.fault("session_expired", path=LIST_PATH)
    assert say(office, "check", "--verbose", day=2) == 3
    make_small(replica)
    replica.fault("forbidden", path="token")
    replica.fault("reset", path=LIST_PATH)
    assert say(office, "check", "--verbose", day=2, hour=9) == 3
    make_small(replica)
    assert say(office, "notify", "--test", "--verbose", day=2) != 0
    say(office, "doctor", "--verbose", day=2)
    for command in (["status"], ["captures"], ["alerts"], ["captures", "--json"]):
        say(office, *command, day=2)


def unreachable_store(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is not there, an address that is none, one written into the file."""
    there = os.environ["DVCQG_STORE_URL"]
    for url in (
        f"postgresql+psycopg://dvcqg:{STORE_PASSWORD}@127.0.0.1:9/nowhere",
        f"postgresql+psycopg://dvcqg:{STORE_PASSWORD}@[::1/nowhere",
        f"oracle://dvcqg:{STORE_PASSWORD}@127.0.0.1/nowhere",
    ):
        monkeypatch.setenv("DVCQG_STORE_URL", url)
        assert say(office, "check", "--verbose", day=2) in (2, 4)
    monkeypatch.setenv("DVCQG_STORE_URL", there)
    text = office.config_path.read_text(encoding="utf-8")
    office.config_path.write_text(text.replace("env:DVCQG_STORE_URL", there), encoding="utf-8")
    assert say(office, "check", day=2) == 2
    office.config_path.write_text(text, encoding="utf-8")


def daemon_answers(office: Office, port: int) -> str:
    """What a daemon that does a day answers, and where it listens."""
    with Running(office, "--verbose") as running:
        running.move_to(3)
        wait_for(lambda: answers(port, "healthz") != "", "an answer")
        running.finish_day(3)
        told = answers(port, "healthz") + answers(port, "metrics")
        assert listening_on(port) == {"0100007F"}
        running.stop()
    return told


def answers(port: int, path: str) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""


def listening_on(port: int) -> set[str]:
    """The local addresses, as the kernel writes them, on which somebody listens at a port."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text("ascii").splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                found.add(local.rpartition(":")[0])
    return found


def test_no_secret_is_anywhere_but_where_it_belongs(
    office: Office,
    secrets: Secrets,
    receiver: Receiver,
    port: int,
    server_databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Arguments() as arguments:
        assert say(office, "check", "--verbose", day=1) == 0
        day_of_failures(office)
        unreachable_store(office, monkeypatch)
        log_in(office)
        told = daemon_answers(office, port)

    # All of it was really in use.
    assert {f"/{NOTIFY_TOKEN}", f"/{PING_KEY}"} <= {path.rstrip("/") for path in receiver.paths}
    assert len(secrets.known) >= 10
    saved = office.config.saved_login("nguon")
    assert secrets.found_in(saved.read_text("ascii"))
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert stat.S_IMODE(saved.parent.stat().st_mode) == 0o700

    files = [file for file in office.folder.rglob("*") if file.is_file() and file != saved]
    assert {".gz", ".html", ".txt", ".log", ".toml"} <= {file.suffix for file in files}
    for file in (*files, *server_databases.dumps()):
        assert not secrets.found_in(readable(file)), file
        assert not people_in(readable(file)), file
    assert any(str(DVCQG) in line for line in arguments.seen)
    assert not [line for line in arguments.seen if secrets.found_in(line)]
    assert "dvcqg_captures" in told
    assert not secrets.found_in(told)
    assert not people_in(told)
    assert "Traceback" not in (office.folder / "said.txt").read_text(encoding="utf-8")


def test_a_login_that_others_can_read_is_not_used(office: Office) -> None:
    saved = office.config.saved_login("nguon")
    saved.chmod(0o640)
    asked = len(office.replica.requests)
    done = office.dvcqg("check", "--source", "nguon", day=1)
    assert done.returncode == 3
    assert "đăng nhập lại: dvcqg login nguon" in done.stdout
    [(reason,)] = office.rows("SELECT reason FROM captures")
    assert "Others on this computer can read the saved login nguon.json" in reason
    assert len(office.replica.requests) == asked
    saved.chmod(0o600)
    assert office.dvcqg("check", "--source", "nguon", day=1, hour=9).returncode == 0


def test_no_option_takes_a_secret() -> None:
    """What is no argument of any command cannot be read by others among those of a process."""

    def names(command: Any) -> Iterator[str]:
        for parameter in command.params:
            yield from (*parameter.opts, parameter.name)
        for inner in getattr(command, "commands", {}).values():
            yield from names(inner)

    told = set(names(get_command(app)))
    assert {"--verbose", "--config", "source"} <= told
    assert not [name for name in told if re.search("password|token|secret|cookie|user", name)]
