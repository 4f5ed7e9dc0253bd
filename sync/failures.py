"""What ends a command with one sentence and an exit code. Light, so that --help stays fast."""

from typing import ClassVar


class Failure(Exception):
    """Base of all; the message is one English sentence that says what to do."""

    exit_code: ClassVar[int]


class StoreError(Failure):
    """The store cannot be used; the message says why and what to do."""

    exit_code = 4
