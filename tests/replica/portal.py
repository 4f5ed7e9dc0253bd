"""The routes of the replica, asked in this order."""

from __future__ import annotations

from .catalogue_routes import CATALOGUE_ROUTES
from .dossier_routes import DOSSIER_ROUTES
from .evaluation import evaluation_route
from .legacy_rest import legacy_route
from .routes import Answer, Call, Route, page
from .texts import LANDING_PAGE

LANDING_PATH = "/danh-gia-chat-luong-phuc-vu"


def landing_route(call: Call) -> Answer | None:
    """The page a browser opens first; it only sets the firewall's cookie."""
    if call.method != "GET" or call.path != LANDING_PATH:
        return None
    answer = page(LANDING_PAGE)
    cookie = {"Set-Cookie": "ttqg_dmz=replica; Path=/; HttpOnly"}
    return Answer(answer.status, answer.body, answer.content_type, cookie)


ROUTES: list[Route] = [
    evaluation_route,
    landing_route,
    *CATALOGUE_ROUTES,
    *DOSSIER_ROUTES,
    legacy_route,
]
"""Further parts of the portal append their route here."""
