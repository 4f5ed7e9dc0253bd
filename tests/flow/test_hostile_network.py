"""Servers that send us elsewhere, show a bad certificate, or answer with a bomb: refused.

What goes on inside an answer is played in `test_hostile_answers`; files that a person gives are in
`test_dossiers_hostile`, a way out of the admin site within its pages in `tests/browser`.
"""

from __future__ import annotations

import ssl
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.flow.listings import BROWSER_SOURCE, igate_source, save_login, write_profile
from tests.flow.office import Office
from tests.replica import igate_api
from tests.replica.admin_pages import LIST_PATH
from tests.replica.portal import ROUTES
from tests.replica.routes import HTML_TYPE, Answer, Call
from tests.replica.server import Replica

MOST_MEGABYTES = 400
MEGABYTE = bytes(2**20)
# Made for this test with `openssl req -x509`; nobody trusts it, and it opens nothing.
UNTRUSTED = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzzFQW6adA5lrMJ20
Qfpm07IPAbgaUwYcydhWvI9L0nShRANCAAS4VZNSBaaVOzYqtFcxps5YSs+z2VPw
eg1+/jAxPLKxWMVxrEQdDEvp0i14iQ/Ag6H9Pvjd3/LUSFd9jZ8kilNv
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUP0ox/30X5EmDLQhHEBEnkvVEo7QwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTA5MDIyMloYDzIxMjYxMDI4
MDkwMjIyWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS4VZNSBaaVOzYqtFcxps5YSs+z2VPweg1+/jAxPLKxWMVxrEQdDEvp
0i14iQ/Ag6H9Pvjd3/LUSFd9jZ8kilNvo2QwYjAdBgNVHQ4EFgQUixli7SBoiiNq
hdSZ519XZ6ivd1QwHwYDVR0jBBgwFoAUixli7SBoiiNqhdSZ519XZ6ivd1QwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IHj/vT9corb9JOTPaPFAv4s+beUlZuKRZHolecryt3qaAiAMlg64dxtGKId/faVi
IlkVGxSdWsp5Pdzq743fuKhSjA==
-----END CERTIFICATE-----
"""
SOURCES = ("index", "procedures", "igate", "site")


class Elsewhere(ThreadingHTTPServer):
    """Another server, perhaps behind that certificate; remembers which requests reached it."""

    daemon_threads = True

    def __init__(self, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Noting)
        self.reached: list[str] = []
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake fails in a thread of its own, not in the one that accepts.
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up on us is what we want."""

    def __enter__(self) -> Elsewhere:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Noting(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        """Any request counts."""
        self.server.reached.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def _clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[Elsewhere]:
    """A server whose certificate nobody trusts."""
    file = tmp_path / "untrusted.pem"
    file.write_text(UNTRUSTED, encoding="ascii")
    with Elsewhere(file) as server:
        yield server


def office_of(source: str, folder: Path, replica: Replica) -> Office:
    more = {"igate": igate_source(replica, 60), "site": BROWSER_SOURCE}.get(source, "")
    office = Office(
        folder / "office",
        replica,
        more=more,
        periods='periods = ["year"]\nrevisit_days = 0',
        procedures="enabled = true",
    )
    if source == "site":
        write_profile(office)
        save_login(office)
    return office


def point_elsewhere(office: Office, url: str) -> None:
    """Every address of the office is another one."""
    for file in (office.config_path, office.folder / "nguon.toml"):
        if file.exists():
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(office.replica.url, url), encoding="utf-8")


def check(office: Office, source: str) -> subprocess.CompletedProcess[str]:
    """The daily check of one source: one sentence and exit code 3, whatever happens."""
    only = source if source in ("index", "procedures") else "dossiers"
    done = office.dvcqg("check", "--only", only, day=1)
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("\n") == 1
    return done


def ways(call: Call) -> bool:
    """What a source asks for first: everything but the login of the admin site."""
    return call.path.startswith(("/api", "/pa", "/auth")) or call.path == LIST_PATH


def redirecting(target: Callable[[], str], status: int) -> Callable[[Call], Answer | None]:
    def route(call: Call) -> Answer | None:
        if not ways(call) or not target():
            return None
        return Answer(status, b"", HTML_TYPE, {"Location": f"{target()}{call.path}"})

    return route


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("status", [302, 307])
def test_a_way_to_another_host_is_not_taken(tmp_path: Path, source: str, status: int) -> None:
    target = ""
    with (
        Elsewhere() as other,
        Replica(routes=(redirecting(lambda: target, status), *ROUTES)) as replica,
    ):
        office = office_of(source, tmp_path, replica)
        target = f"http://localhost:{other.server_port}"
        check(office, source)
        assert other.reached == []
        reasons = office.rows("SELECT status, reason FROM captures ORDER BY id")
        assert reasons[0][0] in ("refused", "failed")
        assert office.rows("SELECT COUNT(*) FROM units") == [(0,)]
        office.engine.dispose()


@pytest.mark.parametrize("source", SOURCES)
def test_a_certificate_that_nobody_trusts_gets_no_request(
    tmp_path: Path, replica: Replica, source: str, certified: Elsewhere
) -> None:
    office = office_of(source, tmp_path, replica)
    point_elsewhere(office, f"https://127.0.0.1:{certified.server_port}")
    check(office, source)
    assert certified.reached == []
    [status, reason] = office.rows("SELECT status, reason FROM captures ORDER BY id")[0]
    assert status == "failed"
    assert "CERT" in reason.upper()
    assert igate_api.CLIENT_SECRET not in reason
    office.engine.dispose()


def packed_nothing(megabytes: int) -> bytes:
    """So many megabytes of zeros, which take little room while they are packed too."""
    packer = zlib.compressobj(level=1, wbits=31)
    return b"".join(packer.compress(MEGABYTE) for _ in range(megabytes)) + packer.flush()


@pytest.mark.parametrize("source", ["index", "procedures", "igate"])
def test_a_bomb_of_an_answer_is_refused_in_little_memory(tmp_path: Path, source: str) -> None:
    packed = packed_nothing(512)

    def bomb(call: Call) -> Answer | None:
        headers = {"Content-Encoding": "gzip"}
        return Answer(200, packed, "application/json", headers) if ways(call) else None

    with Replica(routes=(bomb, *ROUTES)) as replica:
        office = office_of(source, tmp_path, replica)
        only = "dossiers" if source == "igate" else source
        done = office.dvcqg("check", "--only", only, day=1)
        assert done.returncode == 3
        assert done.megabytes < MOST_MEGABYTES
        [(status, reason)] = office.rows("SELECT status, reason FROM captures LIMIT 1")
        assert status == "refused"
        assert "larger than" in reason
        office.engine.dispose()
