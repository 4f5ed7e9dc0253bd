"""What should happen by itself: messages that arrive, a daemon, readings that stay fresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Engine, func, select

from models import tables
from sync.clock import VIETNAM
from sync.config import Config
from sync.config_sections import expanded
from sync.doctor.findings import CONFIGURATION, SOURCE, Finding, bad, doubtful, well
from sync.freshness import Freshness, freshness, stale_at
from sync.leases import held_by
from sync.notify import is_understood
from sync.store import reading


def notifications(config: Config) -> Iterator[Finding]:
    """Whether each receiver's address is there and some plug-in understands it. Sends nothing."""
    if not config.notify:
        yield well("notify", "nobody is told by message: there is no [[notify]].")
    for number, route in enumerate(config.notify, start=1):
        what, url = f"notify {number}", expanded(route.url)
        if not url:
            name = route.url.removeprefix("env:")
            yield bad(what, f"the environment variable {name} is not set: set it.", CONFIGURATION)
        elif not is_understood(url):
            # The address is a secret, so only where it comes from is told.
            yield bad(
                what,
                f"Apprise knows no receiver for the address of {_origin(route.url)}: correct it.",
                CONFIGURATION,
            )
        else:
            yield well(
                what,
                f"the address of {_origin(route.url)} is understood; try it with "
                "dvcqg notify --test.",
            )


def _origin(url: str) -> str:
    return url.removeprefix("env:") if url.startswith("env:") else url.partition(":")[0]


def fresh(config: Config, engine: Engine, now: dt.datetime) -> Iterator[Finding]:
    """Whether every source was read when it should have been."""
    with reading(engine) as connection:
        sources = freshness(connection, config, now)
    if all(source.accepted_at is None for source in sources):
        yield doubtful("freshness", "nothing was read yet: run dvcqg check.")
        return
    stale = [source for source in sources if source.stale]
    known = [source for source in stale if source.accepted_at]
    if known:
        oldest = min(known, key=_read_at)
        yield bad(
            "freshness",
            f"{len(known)} of {len(sources)} readings are stale, {oldest.scope} since "
            f"{_read_at(oldest).astimezone(VIETNAM):%d/%m/%Y}: see dvcqg status and dvcqg captures "
            "for the reason.",
            SOURCE,
        )
    elif stale:
        names = ", ".join(source.scope for source in stale)
        yield doubtful("freshness", f"never read yet: {names}; the next check will.")
    else:
        yield well("freshness", f"all {len(sources)} readings are fresh.")


def _read_at(source: Freshness) -> dt.datetime:
    assert source.accepted_at is not None
    return source.accepted_at


def daemon(config: Config, engine: Engine, now: dt.datetime) -> Iterator[Finding]:
    """Whether a daemon does the duty; without one something else must, and must have lately."""
    with reading(engine) as connection:
        holder = held_by(connection, "daemon")
        last = connection.execute(select(func.max(tables.checks.c.started_at))).scalar()
        check_time = dt.time.fromisoformat(config.schedule.check)
        is_late = last is None or now >= stale_at(connection, last, check_time)
    if holder is not None:
        yield well("daemon", f"runs on this store: {holder}.")
    elif last is not None and not is_late:
        yield well(
            "daemon",
            f"none runs; the last check began at {last.astimezone(VIETNAM):%H:%M %d/%m/%Y}.",
        )
    else:
        yield doubtful(
            "daemon",
            "none runs on this store, and no check was done lately: start `dvcqg daemon`, or let a "
            f"timer run `dvcqg check` every day at {config.schedule.check}.",
        )
