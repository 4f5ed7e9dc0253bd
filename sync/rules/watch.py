"""Which procedures matter to this office."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Watch:
    """The office's watch lists: a procedure must be in each list that is not empty.

    `own` are the codes of the provinces the office answers for: what they publish always matters.
    """

    own: frozenset[str] = frozenset()
    agencies: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_set(self) -> bool:
        """Whether the office has said at all what matters to it."""
        return bool(self.agencies or self.fields or self.levels or self.words)

    def names(
        self, agency: str | None, field: str | None, levels: str | None, name: str | None
    ) -> bool:
        """Whether a procedure is watched; `levels` as in the view, with commas between."""
        if _is_under(agency, self.own):
            return True
        return (
            self.is_set
            and (not self.agencies or _is_under(agency, self.agencies))
            and (not self.fields or field in self.fields)
            and (not self.levels or not set(self.levels).isdisjoint((levels or "").split(",")))
            and (not self.words or any(word in (name or "").casefold() for word in self._folded))
        )

    @property
    def _folded(self) -> list[str]:
        return [word.casefold() for word in self.words]


def _is_under(agency: str | None, codes: frozenset[str] | tuple[str, ...]) -> bool:
    """Whether an agency is one of some, or stands below one: H26.101 is under H26."""
    return agency is not None and any(
        agency == code or agency.startswith(f"{code}.") for code in codes
    )
