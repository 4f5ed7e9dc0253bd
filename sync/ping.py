"""The dead man's switch: a watchdog elsewhere is told that a check was complete.

When nothing comes for a day, the watchdog tells somebody: an alarm on our own silence.
"""

from __future__ import annotations

import logging

from sync.calls import NoAnswer, get
from sync.config import Config
from sync.config_sections import expanded

SECONDS = 10.0
log = logging.getLogger(__name__)


def ping(config: Config) -> None:
    """Ask for `[schedule] ping_url`, if there is one; trouble is logged and nothing more."""
    if not config.schedule.ping_url:
        return
    url = expanded(config.schedule.ping_url)
    if not url:
        log.warning("no ping: the environment variable of [schedule] ping_url is not set")
        return
    try:
        status = get(url, SECONDS).status
    except NoAnswer as trouble:
        log.warning("the ping did not arrive: %s", trouble)
        return
    if not 200 <= status < 300:
        log.warning("the ping was answered with status %d", status)
