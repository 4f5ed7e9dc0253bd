"""The rules by which the replica misbehaves, and which request they meet."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from .catalogue_kinds import CATALOGUE_KINDS
from .dossier_kinds import LISTING_KINDS

TRANSPORT_KINDS: dict[str, dict[str, object]] = {
    "slow": {"seconds": 1.0},
    "hang": {"seconds": 120.0},
    "reset": {},
    "bad_gateway": {},
    "unavailable": {},
    "too_many": {"retry_after": None},
    "forbidden": {},
    "html": {},
    "login_html": {},
    "truncated": {},
}
"""How the answer arrives, with the options of each kind and their defaults."""

DATA_KINDS: dict[str, dict[str, object]] = {
    "renamed": {"old": "totalScore", "new": "score766"},
    "retyped": {"field": "totalScore"},
    "wrong_province": {"other": "H53"},
    "empty": {},
    "keep_share": {"share": 0.5},
    "zero": {},
    "bad_sums": {"by": 3.0, "share": 0.8},
    "floor": {},
    "bad_code": {"code": "ERROR"},
    "nan": {"field": "totalScore", "value": float("nan")},
    **LISTING_KINDS,
    **CATALOGUE_KINDS,
}
"""What a right-looking answer says."""

KINDS = {**TRANSPORT_KINDS, **DATA_KINDS}


@dataclass(slots=True)
class FaultRule:
    """One fault, whom it meets (None meets all) and how often it still strikes (None always)."""

    kind: str
    path: str | None
    province: str | None
    period_type: str | None
    times: int | None
    options: dict[str, object] = field(default_factory=dict)
    ids: Collection[str] | None = None
    """Of what a body asks for by `id`, such as a procedure."""

    def meets(
        self, path: str, province: str | None, period_type: str | None, asked_id: object = None
    ) -> bool:
        """Whether the rule is about such a request. `path` may be the end of the path only."""
        return (
            (self.path is None or path.endswith(self.path))
            and (self.province is None or self.province == province)
            and (self.period_type is None or self.period_type == period_type)
            and (self.ids is None or asked_id in self.ids)
        )

    def seconds(self) -> float:
        """The option `seconds`."""
        return _as_float(self.options["seconds"])


class FaultBook:
    """All rules of one replica; safe to use from several threads."""

    def __init__(self) -> None:
        self._rules: list[FaultRule] = []
        self._lock = threading.Lock()

    def add(
        self,
        kind: str,
        *,
        path: str | None = None,
        province: str | None = None,
        period_type: str | None = None,
        times: int | None = None,
        ids: Collection[str] | None = None,
        **options: object,
    ) -> None:
        """Add a rule; raises ValueError for an unknown kind or option."""
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}; there are {', '.join(KINDS)}")
        unknown = options.keys() - KINDS[kind].keys()
        if unknown:
            raise ValueError(f"the fault {kind!r} has no option {', '.join(sorted(unknown))}")
        options = {**KINDS[kind], **options}
        rule = FaultRule(kind, path, province, period_type, times, options, ids)
        with self._lock:
            self._rules.append(rule)

    def clear(self) -> None:
        """Forget all rules."""
        with self._lock:
            self._rules.clear()

    def strike(
        self, path: str, province: str | None, period_type: str | None, asked_id: object = None
    ) -> tuple[FaultRule, ...]:
        """The rules that meet this request; each is used up by one."""
        with self._lock:
            struck = [
                rule
                for rule in self._rules
                if rule.times != 0 and rule.meets(path, province, period_type, asked_id)
            ]
            for rule in struck:
                if rule.times is not None:
                    rule.times -= 1
            return tuple(struck)


def data_faults(rules: Iterable[FaultRule]) -> tuple[FaultRule, ...]:
    """Those that change what the answer says."""
    return tuple(rule for rule in rules if rule.kind in DATA_KINDS)


def _as_float(value: object) -> float:
    if not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} is not a number")
    return float(value)
