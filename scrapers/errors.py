"""Everything that can go wrong while reading a source, and what is to be done about it.

ScrapeError
├── Unreachable      no answer, after every try that politeness allows   → try again later
├── Refused          the source does not want us (403, 429, block page)  → stop asking it now
├── Incomplete       most of it came, some records did not           → read those next time
├── SessionExpired   what let us in (a token, a login) is over         → log in again
└── Unusable         an answer came and is not what it must be           → refuse the capture
    ├── FormatChanged    a field we need is gone or has another type     → the program must learn
    └── NotKept          the archive holds no answer to this request     → it cannot be read again
"""


class ScrapeError(Exception):
    """Base of all; the message is one English sentence for logs and `captures.reason`."""


class Unreachable(ScrapeError):
    """The source gave no answer: time-out, reset, name not found, 502–504 to the last try."""


class Refused(ScrapeError):
    """The source answered with a refusal. Nothing more is asked of this host in this check."""


class NotAsked(Refused):
    """We did not ask, because the source refused an earlier request of this check."""


class Incomplete(ScrapeError):
    """Some records could not be read; `explanation` says so in Vietnamese. The rest is stored."""

    def __init__(self, message: str, explanation: str) -> None:
        super().__init__(message)
        self.explanation = explanation


class SessionExpired(ScrapeError):
    """A login, ours or the operator's, is missing or over. The message never shows it."""


class Unusable(ScrapeError):
    """The answer cannot be read or contradicts what was asked; it is in the archive."""


class NotKept(Unusable):
    """Only where the archive is read again: what is asked was not asked then, or not answered."""


class FormatChanged(Unusable):
    """A field that we rely on is missing or retyped; `path` says which one."""

    def __init__(self, where: str, path: str, problem: str) -> None:
        super().__init__(f"{where}: the field {path} {problem}; the portal has changed its format.")
        self.path = path
