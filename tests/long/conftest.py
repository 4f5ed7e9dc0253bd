"""Collected only when asked for: DVCQG_LONG=1 .venv/bin/python -m pytest tests/long"""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("DVCQG_LONG") == "1" else ["test_*.py"]
