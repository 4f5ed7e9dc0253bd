"""The doors of the two dossier sources, for the list of routes in `portal.py`."""

from __future__ import annotations

from .admin_site import AdminSite
from .igate_api import IGateApi
from .routes import Route

DOSSIER_ROUTES: tuple[Route, ...] = (AdminSite().route, IGateApi().route)
"""Sessions and tokens are random, so replicas of one process may share them."""
