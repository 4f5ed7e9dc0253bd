"""Being told to stop, by Ctrl-C or by a service manager: heard wherever the program stands.

Python raises KeyboardInterrupt at once. But where an object is just being thrown away it is lost
without a word, and a library that is interrupted may raise another error in its place. So it is
remembered, and raised again before the next reading.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

_told = threading.Event()


def listen() -> None:
    """Let Ctrl-C and SIGTERM raise KeyboardInterrupt in the main thread, which calls this.

    What was ignored when the program started (by nohup, say) stays ignored.
    """
    _told.clear()
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


def was_told() -> bool:
    """Whether the program was told to stop, even if nothing came of it yet."""
    return _told.is_set()


def heed() -> None:
    """Raise the KeyboardInterrupt that may have been lost."""
    if was_told():
        raise KeyboardInterrupt


def _stop(_number: int, _frame: FrameType | None) -> None:
    _told.set()
    raise KeyboardInterrupt
