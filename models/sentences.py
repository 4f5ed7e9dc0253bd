"""How the store keeps what is told of a change.

A change of a dossier repeats its subject and both its values in its sentence, of which there may be
a million a day. A mark stands for each, so that a few sentences are left, which are kept once, as
words are, and the values too; the view `changes` gives all of it whole.
"""

from __future__ import annotations

from models.dialect import Dialect
from models.schema import word_in_sql

_MARKS = ("\x01", "\x02", "\x03")
"""For the values before and after, and the subject; no text of a source has such characters."""


def shortened(sentence: str, before: str | None, after: str | None, subject: str | None) -> str:
    """The sentence with marks."""
    for mark, said in zip(_MARKS, (before, after, subject), strict=True):
        sentence = sentence.replace(mark, "")
        if said:
            sentence = sentence.replace(said, mark)
    return sentence


def whole(sentence: str, before: str | None, after: str | None, subject: str | None) -> str:
    """The sentence without marks."""
    for mark, said in zip(_MARKS, (before, after, subject), strict=True):
        sentence = sentence.replace(mark, said or "")
    return sentence


def dataset_in_sql(log: str, scope: str) -> str:
    """What a change is about, of the rows of `change_log` and `scopes` that have these aliases."""
    return f"CASE WHEN {log}.of_system = 1 THEN 'system' ELSE {scope}.dataset END"


def told_in_sql(dialect: Dialect, log: str) -> str:
    """What is told of a change, of the rows of `change_log` that have this alias."""
    sentence = word_in_sql(f"{log}.sentence")
    said = (word_in_sql(f"{log}.before_value"), word_in_sql(f"{log}.after_value"), f"{log}.subject")
    for mark, one in zip(_MARKS, said, strict=True):
        sentence = f"REPLACE({sentence}, {dialect.character(ord(mark))}, COALESCE({one}, ''))"
    return f"COALESCE({log}.message, {sentence})"
