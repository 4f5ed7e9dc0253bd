"""`python -m tests.replica --port 8766 --day 1`: the replica in the foreground."""

from __future__ import annotations

import argparse
import signal
import threading

from .server import Replica


def main() -> None:
    """Serve until Ctrl-C or SIGTERM; the address is the one line on standard output."""
    parser = argparse.ArgumentParser(prog="python -m tests.replica", description=__doc__)
    parser.add_argument("--port", type=int, default=8766, help="0 takes a free one")
    parser.add_argument("--day", type=int, default=1, help="1 (26 November 2026) to 7")
    arguments = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with Replica(arguments.port, arguments.day) as replica:
        print(replica.url, flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
