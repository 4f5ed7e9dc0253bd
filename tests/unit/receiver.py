"""A receiver of messages on loopback that fails, hangs, resets and drips on request."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Mood = Literal["good", "error", "hang", "reset", "drip", "die"]
"""What it does with a request: `die` does not even read it, `error` refuses what it read."""


class Receiver(ThreadingHTTPServer):
    """Acts by the next mood of its script, the last one again and again."""

    daemon_threads = True

    def __init__(self, *script: Mood) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Mood] = list(script) or ["good"]
        self.heard: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.answer: Callable[[dict[str, Any]], tuple[int, bytes]] = lambda said: (200, b"{}")
        self.over = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Broken connections are what it is for."""

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.shutdown()
        self._thread.join(5)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_GET(self) -> None:
        self._act({})

    def do_POST(self) -> None:
        mood = self.server.script[0]
        if mood == "die":
            self._next()
            self._reset()
            return
        self._act(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _act(self, said: dict[str, Any]) -> None:
        self.server.paths.append(self.path)
        mood = self._next()
        if mood != "error":
            self.server.heard.append(said)
        match mood:
            case "good":
                self._answer(*self.server.answer(said))
            case "error":
                self._answer(503, b"no")
            case "reset":
                self._reset()
            case "drip":
                self.send_response(200)
                self.end_headers()
                while not self.server.over.wait(0.05):
                    self.wfile.write(b".")
            case _:
                self.server.over.wait(30)

    def _next(self) -> Mood:
        script = self.server.script
        return script.pop(0) if len(script) > 1 else script[0]

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        for open_end in (self.rfile, self.wfile, self.connection):
            open_end.close()

    def log_message(self, format: str, *args: Any) -> None: ...
