"""Sockets and HTTP, and nothing of the portal."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .routes import Answer

_LARGEST_BODY = 10_000_000


class LoopbackServer(ThreadingHTTPServer):
    """A thread for each connection; knows its connections, so that it can drop them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, handle: Callable[[Connection], None]) -> None:
        self.handle_call = handle
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Connection)

    def server_bind(self) -> None:
        # The parent looks up a host name here, which can take seconds and is not needed.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that went away is no event here; anything else would be a mistake of ours.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def close_all(self) -> None:
        """Close the listening socket and every open connection."""
        self.server_close()
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Connection(BaseHTTPRequestHandler):
    """One connection, kept alive between requests."""

    protocol_version = "HTTP/1.1"
    server_version = "replica"
    sys_version = ""
    disable_nagle_algorithm = True
    server: LoopbackServer
    method: str
    query: str
    raw_body: bytes
    json_body: Mapping[str, object]

    def do_GET(self) -> None:
        """Any method is handed over alike."""
        self._serve()

    do_POST = do_GET
    do_PUT = do_GET
    do_HEAD = do_GET

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the requests are recorded."""

    def send(self, answer: Answer) -> None:
        """Send an answer in one piece; two writes would wait for each other on a kept line."""
        phrase = HTTPStatus(answer.status).phrase
        lines = [
            f"HTTP/1.1 {answer.status} {phrase}",
            f"Content-Type: {answer.content_type}",
            f"Content-Length: {len(answer.body)}",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
        ]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        self.wfile.write(head if self.command == "HEAD" else head + answer.body)

    def reset(self) -> None:
        """Drop the connection with a reset instead of an orderly end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The socket only closes, and thus resets, once its reader is closed too.
        self.rfile.close()
        self.connection.close()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        self.method, self.path, self.query = self.command, parts.path, parts.query
        length = int(self.headers.get("Content-Length") or 0)
        self.raw_body = self.rfile.read(min(length, _LARGEST_BODY))
        self.json_body = _object(self.raw_body)
        self.server.handle_call(self)


def _object(raw: bytes) -> dict[str, object]:
    """The JSON object in a body, or an empty one for anything else."""
    try:
        value = json.loads(raw) if raw else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
