"""The store: its tables, its public views, and the revision of both. Imports nothing of ours."""

REVISION = "0012"
"""The migration that this code expects. A test holds it against the newest one in `migrations`."""
