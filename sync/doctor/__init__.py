"""The doctor: looks at everything the duty stands on, and says what to do about each trouble.

A check is one small function that gives findings; it stops at nothing, so one run tells all. What
needs the configuration, or the store, is looked at when that can be read. The portal gets one
request, nobody gets a message, and no value of a variable or login is shown.

    program.py   versions, libraries, calendar    files.py    configuration, archive, reports
    stores.py    the store and its disk           sources.py  dossiers and the browser
    network.py   the portal and the clock         duties.py   messages, freshness, the daemon
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from sync import clock
from sync.config import Config
from sync.doctor import duties, files, network, program, sources, stores
from sync.doctor.findings import CONFIGURATION, SOURCE, STORE, Finding, State, bad, doubtful
from sync.failures import Failure

__all__ = ["Finding", "State", "examine", "exit_code"]

Check = Callable[[], Iterator[Finding]]


def examine(path: Path) -> Iterator[Finding]:
    """Everything, in the order in which troubles follow from each other.

    `path` is the configuration file. Takes a second or two, and about 15 where nothing answers.
    """
    now = yield from program.present()
    yield from program.versions()
    yield from program.packages()
    yield from program.calendar(clock.day_of(now))
    config = yield from files.configuration(path)
    if config is None:
        yield doubtful("the rest", "was not looked at, because the configuration cannot be used.")
        return
    engine = yield from stores.opened(config)
    for what, check in _of_the_configuration(config, now):
        yield from _told(what, check)
    if engine is None:
        yield doubtful("the duty", "was not looked at, because the store cannot be used.")
        return
    try:
        yield from _told("daemon", partial(duties.daemon, config, engine, now))
        yield from _told("freshness", partial(duties.fresh, config, engine, now))
    finally:
        engine.dispose()


def _of_the_configuration(config: Config, now: dt.datetime) -> list[tuple[str, Check]]:
    """What can be looked at without opening the store, named for the case that it cannot."""
    return [
        ("store folder", partial(stores.place, config)),
        ("integrity", partial(stores.integrity, config)),
        ("write-ahead log", partial(stores.log_size, config)),
        ("archive", partial(files.archive, config)),
        ("reports", partial(files.reports, config)),
        ("browser", partial(sources.browser, config)),
        ("dossiers", partial(sources.dossiers, config, now)),
        ("portal", partial(network.portal, config)),
        ("notify", partial(duties.notifications, config)),
    ]


def exit_code(findings: Collection[Finding]) -> int:
    """0 when nothing is bad; else what has to be mended first: configuration, store, sources."""
    found = {finding.exit_code for finding in findings if finding.state is State.bad}
    return next((code for code in (CONFIGURATION, STORE, SOURCE) if code in found), 0)


def _told(what: str, check: Check) -> Iterator[Finding]:
    """What a check finds; what keeps it from looking is a finding too, and ends no other check."""
    try:
        yield from check()
    except Failure as error:
        yield bad(what, str(error), error.exit_code)
    except (OSError, SQLAlchemyError) as error:
        yield bad(what, f"could not be looked at ({type(error).__name__}: {error}).", CONFIGURATION)
