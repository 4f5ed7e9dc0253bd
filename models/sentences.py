"""Sentences about dossiers as the store keeps them: marks stand for what their row says anyway.

A change repeats its subject and both its values in its sentence, of which there may be a million a
day. In `change_log` a mark stands for each; the view `changes` gives the sentence whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.dialect import Dialect

_MARKED = ("before_value", "after_value", "subject")
"""The columns for which marks stand, in the order in which they are put in."""
_MARKS = ("\x01", "\x02", "\x03")
"""No text of a source has such characters."""


def shortened(sentence: str, before: str | None, after: str | None, subject: str | None) -> str:
    """The sentence with marks."""
    for mark, said in zip(_MARKS, (before, after, subject), strict=True):
        sentence = sentence.replace(mark, "")
        if said:
            sentence = sentence.replace(said, mark)
    return sentence


def whole(row: Mapping[str, Any]) -> str:
    """The sentence without marks, of a row of `change_log`."""
    sentence = str(row["message"])
    for mark, name in zip(_MARKS, _MARKED, strict=True):
        sentence = sentence.replace(mark, row[name] or "")
    return sentence


def whole_in_sql(dialect: Dialect, log: str) -> str:
    """The sentence without marks, of the rows of `change_log` that have this alias."""
    sql = f"{log}.message"
    for mark, name in zip(_MARKS, _MARKED, strict=True):
        sql = f"REPLACE({sql}, {dialect.character(ord(mark))}, COALESCE({log}.{name}, ''))"
    return sql
