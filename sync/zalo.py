"""A bot of the Zalo Bot Platform as an address of Apprise: zalobot://TOKEN/CHAT_ID

Written after the platform's documents (bot.zaloplatforms.com/docs): a POST of {"chat_id", "text"}
to /bot<TOKEN>/sendMessage, 1 to 2000 letters, an answer {"ok": true} or {"ok": false,
"error_code"}. Seen in documents only, never against the real service.

`?api=` names another host, for tests: https, or plain http to this machine.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from apprise import NotifyType
from apprise.common import OverflowMode
from apprise.plugins.base import NotifyBase

from sync.calls import NoAnswer, post_json
from sync.config_sections import WEB_ADDRESS

HOST = "https://bot-api.zaloplatforms.com"
SECONDS = 20.0
_ADDRESS = re.compile(r"zalobot://(?P<token>[^/?#\s]+)/(?P<chat>[^/?#\s]+)/?(\?(?P<query>\S*))?")


class NotifyZaloBot(NotifyBase):  # type: ignore[misc]  # Apprise is not fully typed
    """One bot and one conversation."""

    service_name = "Zalo Bot"
    service_url = "https://bot.zaloplatforms.com"
    secure_protocol = "zalobot"
    templates = ("{schema}://{token}/{chat_id}",)
    title_maxlen = 0
    """There is no title; Apprise puts it before the text."""
    body_maxlen = 2000
    overflow_mode = OverflowMode.SPLIT
    request_rate_per_sec = 1.0

    def __init__(self, token: str, chat_id: str, api: str = HOST, **options: Any) -> None:
        super().__init__(**options)
        self._token, self._chat_id, self._api = token, chat_id, api

    def send(
        self,
        body: str,
        title: str = "",
        notify_type: NotifyType = NotifyType.INFO,
        **_options: Any,
    ) -> bool:
        """Send one message; the log says in Apprise's own words how that went."""
        payload = {"chat_id": self._chat_id, "text": body}
        self.throttle()
        try:
            reply = post_json(f"{self._api}/bot{self._token}/sendMessage", payload, SECONDS)
        except NoAnswer as trouble:
            self.logger.warning("Failed to send Zalo notification: %s", trouble)
            return False
        error = _error_in(reply.status, reply.body)
        if error is not None:
            self.logger.warning("Failed to send Zalo notification: error=%s.", error)
            return False
        self.logger.info("Sent Zalo notification.")
        return True

    def url(self, privacy: bool = False, *_args: Any, **_options: Any) -> str:
        """The address, its token only where it may be seen."""
        token = "****" if privacy else self._token
        return f"{self.secure_protocol}://{token}/{self._chat_id}"

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """The parts of an address; None for one that is not of this kind."""
        found = _ADDRESS.fullmatch(url.strip())
        if found is None:
            return None
        parts: dict[str, Any] = {
            "schema": "zalobot",
            "token": unquote(found["token"]),
            "chat_id": unquote(found["chat"]),
        }
        api = parse_qs(found["query"] or "").get("api", [HOST])[0]
        if not WEB_ADDRESS.fullmatch(api) or urlsplit(api).path.strip("/"):
            return None
        return parts | {"api": api.rstrip("/")}


def _error_in(status: int, body: bytes) -> int | None:
    """The error of an answer: the service's own code, else the status; None where it was taken."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return status
    if 200 <= status < 300 and answer.get("ok") is True:
        return None
    code = answer.get("error_code")
    return code if isinstance(code, int) else status
