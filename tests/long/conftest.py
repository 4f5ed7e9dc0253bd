"""Collected only with DVCQG_LONG=1, by `make test-long`."""

from __future__ import annotations

from tests.lengths import IS_LONG

collect_ignore_glob = [] if IS_LONG else ["test_*.py"]
