"""Sending what waits in the outbox, by these rules (`docs/alerts.md` has the same numbers):

1. A message is claimed by one conditional update, sent outside any transaction, and marked.
2. What failed is tried again after 1, 5, 15 and 60 minutes, then every hour, and given up three
   days after it was written; the trouble stays with it, and `dvcqg status` tells it.
3. What may have arrived although we do not know (no answer, a program that died while sending) is
   sent again with a line that says so. Only a receiver that plainly refused, or was never reached,
   gets the second try without it.
4. A message has a time limit, and no message stops the others.
5. The address of a receiver, which is a secret, reaches no log, no error and no row.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import threading
import time
from typing import Any, NamedTuple

from sqlalchemy import Engine

from sync import clock, outbox, wording
from sync.calls import NoAnswer, within
from sync.changes import Severity
from sync.config import Config, Notification
from sync.config_sections import expanded
from sync.outbox import Message
from sync.quiet import end_of_quiet
from sync.store import reading, writing

MESSAGE_SECONDS = 60.0
PASS_SECONDS = 300.0
"""One pass ends well before another program would take its messages for lost."""
RETRY_MINUTES = (1, 5, 15, 60)
GIVEN_UP_AFTER = dt.timedelta(days=3)
REPEATED = "(Tin này có thể đã được gửi)"
TEST_TITLE = "dvcqg-sync: tin thử"
_STATUS = re.compile(r"error=(-?\d+)")
_NEVER_REACHED = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectError|ConnectTimeout|Connection refused"
    r"|Name or service not known|getaddrinfo failed"
)
KINDS = {Severity.info: "info", Severity.warning: "warning", Severity.critical: "failure"}
"""Apprise's kind of a message, from which some receivers choose a colour."""
_SILENT = logging.NullHandler()
log = logging.getLogger(__name__)


class Trouble(NamedTuple):
    """Why a message did not arrive, in words that hold nothing of its address."""

    reason: str
    may_have_arrived: bool


def send_due(engine: Engine, config: Config, now: dt.datetime) -> None:
    """Send every message whose time has come. Raises StoreError; other trouble stays in the row."""
    with reading(engine) as connection:
        numbers = outbox.due(connection, now)
    started = time.monotonic()
    for number in numbers:
        if time.monotonic() - started > PASS_SECONDS:
            return
        with writing(engine) as connection:
            message = outbox.claim(connection, number, now)
        if message is not None:
            _send_one(engine, config, message, now)


def send_test(config: Config) -> list[tuple[str, Trouble | None]]:
    """Send a test message to every receiver now; the routes, each with its trouble or None."""
    body = f"Tin thử của dvcqg-sync lúc {wording.moment(clock.now())}. Không cần làm gì."
    return [
        (route.url, deliver(expanded(route.url), TEST_TITLE, body, Severity.info))
        for route in config.notify
    ]


def is_understood(url: str) -> bool:
    """Whether some plug-in knows what to do with an address; nothing is sent."""
    return _receiver(url) is not None


def deliver(url: str, title: str, body: str, severity: Severity) -> Trouble | None:
    """Send one message to an address of Apprise now; None when the receiver took it."""
    if not url:
        return Trouble("the environment variable is not set", may_have_arrived=False)
    receiver = _receiver(url)
    if receiver is None:
        return Trouble("Apprise does not know this kind of address", may_have_arrived=False)
    ear = _Ear()
    logging.getLogger("apprise").addHandler(ear)

    def send() -> bool:
        ear.thread = threading.get_ident()
        kind = KINDS[severity]
        return bool(receiver.notify(body=body, title=title, notify_type=kind, body_format="text"))

    try:
        has_arrived = within(MESSAGE_SECONDS, send)
    except NoAnswer as trouble:
        return Trouble(str(trouble), trouble.may_have_arrived)
    except Exception as error:
        # Apprise's plug-ins are many and foreign; the message goes back into the outbox.
        return Trouble(f"the plug-in failed ({type(error).__name__})", may_have_arrived=True)
    finally:
        logging.getLogger("apprise").removeHandler(ear)
    return None if has_arrived else trouble_in(ear.said)


def trouble_in(said: list[str]) -> Trouble:
    """What a plug-in's own log lines say of a failure; of them only known words are kept."""
    text = "\n".join(said)
    part_arrived = any(line.startswith("Sent ") for line in said)
    status = _STATUS.search(text)
    if status is not None:
        return Trouble(f"the receiver answered with error {status[1]}", part_arrived)
    if _NEVER_REACHED.search(text):
        return Trouble("the receiver could not be reached", part_arrived)
    return Trouble("the receiver did not answer", may_have_arrived=True)


def _send_one(engine: Engine, config: Config, message: Message, now: dt.datetime) -> None:
    route = next((one for one in config.notify if one.url == message.route), None)
    if route is None:
        outcome = {"state": "dropped", "trouble": "the configuration no longer has this receiver"}
    else:
        body = f"{message.body}\n{REPEATED}" if message.possibly_repeated else message.body
        trouble = deliver(expanded(route.url), message.title, body, message.severity)
        outcome = _outcome(message, route, trouble, now)
    with writing(engine) as connection:
        outbox.settle(connection, message, **outcome)


def _outcome(
    message: Message, route: Notification, trouble: Trouble | None, now: dt.datetime
) -> dict[str, Any]:
    if trouble is None:
        return {"state": "sent", "sent_at": now, "trouble": None}
    log.warning("message %d to %s was not sent: %s", message.id, route.url, trouble.reason)
    repeated = int(message.possibly_repeated or trouble.may_have_arrived)
    told = {"trouble": trouble.reason, "possibly_repeated": repeated}
    if now - message.created_at >= GIVEN_UP_AFTER:
        return {"state": "dropped", **told}
    minutes = RETRY_MINUTES[min(message.attempts, len(RETRY_MINUTES)) - 1]
    due_at = now + dt.timedelta(minutes=minutes)
    if message.severity < Severity.critical:
        due_at = end_of_quiet(due_at, route.quiet)
    return {"state": "waiting", "due_at": due_at, **told}


def _receiver(url: str) -> Any:
    """The plug-in for an address; None for an address that no plug-in understands."""
    import apprise  # heavy, and needed only when something is sent
    from apprise.manager_plugins import NotificationManager

    from sync.zalo import NotifyZaloBot

    for name in ("apprise", "urllib3"):
        # What they log may hold an address; it is for our own ear alone.
        library = logging.getLogger(name)
        library.propagate = False
        library.addHandler(_SILENT)
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    known = NotificationManager()
    if "zalobot" not in known:
        known["zalobot"] = NotifyZaloBot
    asset = apprise.AppriseAsset(app_id="dvcqg-sync", app_desc="dvcqg-sync")
    return apprise.Apprise.instantiate(url, asset=asset)


class _Ear(logging.Handler):
    """Hears what one thread's plug-in logs, which is the only place where it says what failed."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.thread: int | None = None
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Remember a line."""
        if record.thread == self.thread:
            self.said.append(record.getMessage())
