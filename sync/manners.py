"""How politely a source is asked: the portal's settings hold for every host."""

from __future__ import annotations

from scrapers.http import Manners
from sync.config import Config


def manners(config: Config, base_url: str | None = None) -> Manners:
    """The manners for a host, by default the portal's."""
    portal = config.portal
    return Manners(
        base_url=base_url or portal.base_url,
        user_agent=portal.user_agent,
        requests_per_second=portal.requests_per_second,
        timeout_s=portal.timeout_s,
        attempts=portal.attempts,
    )
