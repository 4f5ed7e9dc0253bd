"""The tests that are about a file of SQLite, and so say nothing of a server: name -> reason."""

from __future__ import annotations

_BROWSE = "Datasette opens a file"
_AWAY = "a folder takes the place of the file"

REASONS = {
    "browser/test_browse.py": _BROWSE,
    "flow/test_browse.py": _BROWSE,
    "flow/test_command_line.py::test_a_backup_is_whole_and_never_written_over": "reads the copy; "
    "that of a server is restored in unit/test_store_postgresql.py",
    "flow/test_command_line.py::test_an_unusable_store_is_one_sentence_and_exit_4": "ruins the "
    "file; what goes wrong with a server is in unit/test_store_postgresql.py",
    "flow/test_crash_invariants.py": "damages a file",
    "flow/test_daemon_alone.py::test_without_a_store_it_says_what_to_do": "removes the file",
    "flow/test_disk.py": "the disk of the file; a server's is in flow/test_crash_server.py",
    "flow/test_operations.py::test_a_restored_backup_goes_on_as_if_nothing_had_been": "puts a copy "
    "in the place of the file",
    "flow/test_power_loss.py": "copies the file; a server answers for its own",
    "unit/test_cluster.py::test_on_a_file_it_is_one_sentence": "what is said of a file",
    "unit/test_doctor_checks.py::test_a_large_store_is_looked_at_for_a_while_only": "SQLite's own "
    "look at its file",
    "unit/test_doctor_checks.py::test_a_log_that_nobody_empties_is_told": "the log beside the file",
    "unit/test_doctor_checks.py::test_damage_is_found": "damages the file",
    "unit/test_health.py::test_a_store_that_is_away_is_one_sentence": _AWAY,
    "unit/test_jobs.py::test_a_store_that_is_away_is_told_once_and_looked_at_again": _AWAY,
    "unit/test_store_sqlite.py": "what is special about the file",
}
"""File, or file::test, below `tests` -> why it is not collected with --store=postgresql."""


def is_about_a_file(nodeid: str) -> bool:
    """Whether a test, by its whole name, is one of them."""
    file, _, name = nodeid.removeprefix("tests/").partition("::")
    return file in REASONS or f"{file}::{name.partition('[')[0]}" in REASONS
