"""Knows a dossier code that has come before, at a million codes in little memory."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Literal

Repeat = Literal["identical", "conflicting"]

_SMALLEST = 1 << 12
_MASK_32 = (1 << 32) - 1


class Repeats:
    """The codes met so far, as 12 to 24 bytes each: a hash of the code and one of the record.

    An open-addressed table in two arrays; a dictionary of the same takes ten times the memory.
    Two different codes share a 64-bit hash once in some ten million listings of a million rows.
    """

    def __init__(self) -> None:
        self._slots = _SMALLEST
        self._codes, self._records = _tables(self._slots)
        self._count = 0

    def meet(self, codes: Sequence[int], records: Sequence[int]) -> dict[int, Repeat]:
        """Meet codes by their hashes, each with the hash of its record.

        Returns the places (from 0) of those that had come before, with what became of the record.
        """
        while (self._count + len(codes)) * 3 > self._slots * 2:
            self._grow()
        held_codes, held_records, last = self._codes, self._records, self._slots - 1
        again: dict[int, Repeat] = {}
        for place, code in enumerate(codes):
            code = code or 1  # 0 marks a free slot
            slot = code & last
            while held := held_codes[slot]:
                if held == code:
                    is_same = held_records[slot] == records[place] & _MASK_32
                    again[place] = "identical" if is_same else "conflicting"
                    break
                slot = (slot + 1) & last
            else:
                held_codes[slot] = code
                held_records[slot] = records[place] & _MASK_32
        self._count += len(codes) - len(again)
        return again

    def _grow(self) -> None:
        codes, records = self._codes, self._records
        self._slots *= 2
        self._codes, self._records = _tables(self._slots)
        last = self._slots - 1
        for code, record in zip(codes, records, strict=True):
            if code:
                slot = code & last
                while self._codes[slot]:
                    slot = (slot + 1) & last
                self._codes[slot] = code
                self._records[slot] = record


def _tables(slots: int) -> tuple[array[int], array[int]]:
    return array("q", [0]) * slots, array("I", [0]) * slots
