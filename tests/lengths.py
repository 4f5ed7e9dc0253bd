"""How much the suite plays: shortened forms, or with DVCQG_LONG=1 whole ones (`make test-long`)."""

from __future__ import annotations

import os

IS_LONG = os.environ.get("DVCQG_LONG") == "1"
