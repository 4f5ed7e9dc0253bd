"""Words that many versions repeat, kept once in `texts`, as the numbers that versions hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from sqlalchemy import Connection, text

from models.dialect import dialect_of

_MOST_WORDS = 50_000

Numbers = list[int | None]


class Words(dict[str | None, int | None]):
    """Word -> its number in `texts`, given on first use; forgets when it grows too large.

    `before_asking` is called before the connection is asked for anything.
    """

    def __init__(self, connection: Connection, before_asking: Callable[[], None]) -> None:
        super().__init__({None: None})
        self._connection, self._before_asking = connection, before_asking

    def numbers(self, columns: Sequence[Sequence[str | None]]) -> list[Numbers]:
        """The numbers of some columns of words, in their order; nothing has none."""
        try:
            return [list(map(self.__getitem__, column)) for column in columns]
        except KeyError:
            self._before_asking()
            self._learn(set(chain.from_iterable(columns)))
            return [list(map(self.__getitem__, column)) for column in columns]

    def _learn(self, words: Iterable[str | None]) -> None:
        """Know all of some words, with new numbers for those that the store has not."""
        unknown = sorted(word for word in words if word is not None and word not in self)
        if len(self) + len(unknown) > _MOST_WORDS:
            self.clear()
            self[None] = None
            unknown = sorted(word for word in words if word is not None)
        self._ask(
            "SELECT t.text, t.id FROM {words} CROSS JOIN texts t WHERE t.text = value", unknown
        )
        if new := [word for word in unknown if word not in self]:
            self._ask("INSERT INTO texts (text) SELECT value FROM {words} RETURNING text, id", new)

    def _ask(self, query: str, words: Sequence[str]) -> None:
        """Know what a query gives for some words: one parameter, however many they are."""
        among = dialect_of(self._connection).words(":words")
        bound = {"words": json.dumps(words, ensure_ascii=False)}
        self.update(self._connection.execute(text(query.format(words=among)), bound).all())
