"""What systemd wants to know: ready, alive, stopping. Where nobody asks, nothing is said.

Our own few lines and no library: the protocol is one datagram of text, fixed since 2011.
"""

from __future__ import annotations

import os
import socket


def notify(state: str) -> None:
    """Tell the service manager a state such as "READY=1", if NOTIFY_SOCKET names one.

    A manager that does not listen is no reason to stop working, so nothing is raised for it.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        # A manager that is stuck leaves its queue full; it must not hold us up.
        channel.settimeout(1.0)
        try:
            # "@" stands for the zero byte of a socket that has no file.
            channel.sendto(state.encode(), address.replace("@", "\0", 1))
        except OSError:
            return


def watchdog_seconds() -> float | None:
    """How often the manager is to be told that we are alive; None where it does not watch.

    Half of WATCHDOG_USEC, as systemd advises, and only if it is this process that is watched.
    """
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdecimal() or os.environ.get("WATCHDOG_PID") not in (
        None,
        str(os.getpid()),
    ):
        return None
    return int(microseconds) / 2_000_000
