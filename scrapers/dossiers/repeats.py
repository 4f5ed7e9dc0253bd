"""Knows a dossier code that has come before, at a million codes in little memory."""

from __future__ import annotations

from array import array
from typing import Literal

Repeat = Literal["new", "identical", "conflicting"]

_SMALLEST = 1 << 12
_MASK_64 = (1 << 64) - 1
_MASK_32 = (1 << 32) - 1


class Repeats:
    """The codes met so far, as 12 to 24 bytes each: a hash of the code and one of the record.

    An open-addressed table in two arrays; a dictionary of the same takes ten times the memory.
    Two different codes share a 64-bit hash once in some ten million listings of a million rows.
    """

    def __init__(self) -> None:
        self._slots = _SMALLEST
        self._codes = array("Q", bytes(8 * self._slots))
        self._records = array("I", bytes(4 * self._slots))
        self._count = 0

    def meet(self, code: int, record: int) -> Repeat:
        """Meet a code again or for the first time, by the hashes of the code and of its record."""
        code = code & _MASK_64 or 1  # 0 marks a free slot
        codes, last = self._codes, self._slots - 1
        slot = code & last
        while held := codes[slot]:
            if held == code:
                return "identical" if self._records[slot] == record & _MASK_32 else "conflicting"
            slot = (slot + 1) & last
        codes[slot] = code
        self._records[slot] = record & _MASK_32
        self._count += 1
        if self._count * 3 > self._slots * 2:
            self._grow()
        return "new"

    def _grow(self) -> None:
        codes, records = self._codes, self._records
        self._slots *= 2
        self._codes = array("Q", bytes(8 * self._slots))
        self._records = array("I", bytes(4 * self._slots))
        last = self._slots - 1
        for code, record in zip(codes, records, strict=True):
            if code:
                slot = code & last
                while self._codes[slot]:
                    slot = (slot + 1) & last
                self._codes[slot] = code
                self._records[slot] = record
