"""A replica of the portal on loopback, for tests, the demo and benchmarks.

It behaves like the portal as far as public captures show it, and serves a made-up world whose
arithmetic is sound and which moves on day by day when told to. Read in this order:

    periods, provinces, units     which days, periods and units there are
    counts, figures               what is counted, and how the portal turns counts into scores
    targets, generated            where every unit stands on day 1
    effects, events, planted      what is planted on the later days, and what must be seen of it
    world, scene                  the counts and scores of a day
    asked, results, shape_a/b     requests understood, answers written
    catalogue_*                   the procedure catalogue: cast, events, expected, noise
    legacy_*                      the older interface, 2022-2025, a world of its own
    go_dau                        one announcement's rates, planted for its test
    faults, distortions           misbehaviour
    evaluation, portal, server    routes and the server itself
    expected                      an independent second reckoning for tests
"""

from .server import RecordedRequest, Replica

__all__ = ["RecordedRequest", "Replica"]
