"""Words that many versions repeat, kept once in `texts`, as the numbers that versions hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from models.tables import texts

_MOST_WORDS = 50_000
_MOST_ASKED = 500
"""Words in one statement; databases limit the number of its parameters."""


class Words(dict[str | None, int | None]):
    """Word -> its number in `texts`, given on first use; forgets when it grows too large."""

    def __init__(self, connection: Connection) -> None:
        super().__init__({None: None})
        self._connection = connection

    def numbers(self, words: Sequence[str | None]) -> list[int | None]:
        """The numbers of words, in their order; nothing has none."""
        try:
            return list(map(self.__getitem__, words))
        except KeyError:
            self._learn(set(words))
            return list(map(self.__getitem__, words))

    def _learn(self, words: Iterable[str | None]) -> None:
        """Know all of some words, with new numbers for those that the store has not."""
        unknown = sorted(word for word in words if word is not None and word not in self)
        if len(self) + len(unknown) > _MOST_WORDS:
            self.clear()
            self[None] = None
            unknown = sorted(word for word in words if word is not None)
        self._find(unknown)
        new = [word for word in unknown if word not in self]
        if new:
            self._connection.execute(texts.insert(), [{"text": word} for word in new])
            self._find(new)

    def _find(self, words: Sequence[str]) -> None:
        for start in range(0, len(words), _MOST_ASKED):
            asked = words[start : start + _MOST_ASKED]
            found = select(texts.c.text, texts.c.id).where(texts.c.text.in_(asked))
            self.update((row.text, row.id) for row in self._connection.execute(found))
