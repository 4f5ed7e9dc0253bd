"""The portal: whether it lets us in, and whether its clock agrees with ours. One request."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

from scrapers.browser import NoBrowser
from scrapers.errors import Refused, ScrapeError
from scrapers.http import LANDING, PortalClient
from sync import clock, sources
from sync.calls import NoAnswer, within
from sync.config import Config
from sync.doctor.findings import CONFIGURATION, SOURCE, Finding, bad, doubtful, well
from sync.manners import manners

LIMIT_S, ANSWER_S = 8.0, 6.0
"""For the whole look, with name service and the start of a browser; for the answer alone."""
FARTHEST = dt.timedelta(minutes=5)


def portal(config: Config) -> Iterator[Finding]:
    """One polite look at the portal's page of results, and what its clock shows."""
    try:
        shown = within(LIMIT_S, lambda: _look(config))
    except NoBrowser as error:
        yield bad("portal", f"was not asked, for that needs a browser. {error}", SOURCE)
    except (ScrapeError, NoAnswer) as error:
        yield bad("portal", f"{_reason(config, error)}; {_advice(config, error)}", SOURCE)
    else:
        yield well("portal", f"{config.portal.base_url} lets us in.")
        yield _compared(shown, clock.now())
        return
    yield doubtful("clock", "could not be compared with the portal's; that waits for it.")


def _look(config: Config) -> dt.datetime | None:
    patient = manners(config)
    quick = dataclasses.replace(patient, timeout_s=min(patient.timeout_s, ANSWER_S))
    client = PortalClient(quick, transport=sources.transport(config))
    try:
        return client.look(LANDING)
    finally:
        client.close()


def _reason(config: Config, error: Exception) -> str:
    """What kept us out, after the whole address; an error of the client begins with the path."""
    place = config.portal.base_url if str(error).startswith("/") else f"{config.portal.base_url}: "
    return f"{place}{str(error).rstrip('.')}"


def _advice(config: Config, error: Exception) -> str:
    if isinstance(error, Refused):
        advice = "wait some hours, and ask no faster than now"
    else:
        advice = "see to the network, its proxy and its firewall"
    if config.portal.transport == "browser":
        return f"{advice}."
    return (
        'if a browser on this computer can open the portal, set transport = "browser" under '
        f"[portal]; otherwise {advice}."
    )


def _compared(shown: dt.datetime | None, ours: dt.datetime) -> Finding:
    if shown is None:
        return doubtful("clock", "the portal does not tell its time; compare this computer's.")
    apart = abs(ours - shown)
    if apart > FARTHEST:
        return bad(
            "clock",
            f"this computer's clock and the portal's are {_words(apart)} apart: set it by network "
            "time (NTP), or what is read gets the wrong day.",
            CONFIGURATION,
        )
    return well("clock", f"this computer's clock and the portal's are {_words(apart)} apart.")


def _words(apart: dt.timedelta) -> str:
    seconds = round(apart.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} minutes"
