"""Where an answer may stand in a submission: around its question and its test."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lenetlab.notebook.match import Match


@dataclass(frozen=True)
class Window:
    """Places of cells: an answer's best place is between ``low`` and ``test``."""

    floor: int  # the test of the question before, or the class that this one is about
    low: int  # the question
    test: int
    high: int  # what comes after the test
    whole: bool  # whether question and test are still in this order: else marks are believed


def window_of(
    number: int, match: Match, slots: Mapping[int, frozenset[str]], shared: Collection[int]
) -> Window:
    """The window of the solution cell ``number``.

    ``slots`` are the names that solution cells ask for, ``shared`` those cells of which another
    asks for the same name.
    """
    places, last, total = match.places, len(match.cells), len(match.master)
    tests = [n for n, cell in enumerate(match.master) if cell.role == "test"]
    fixed = {n: p for n, p in places.items() if n not in slots}
    own_test = next((n for n in tests if n > number), number)
    low = next((fixed[n] for n in range(number, -1, -1) if n in fixed), -1)
    test = next((fixed[n] for n in range(own_test, total) if n in fixed), last)
    whole = low < test
    if not whole:
        test = min((p for p in fixed.values() if p > low), default=last)
    high = min((p for p in fixed.values() if p > test), default=last)
    alike = max((n for n in shared if n < number and slots[n] & slots[number]), default=-1)
    before = (fixed[n] for n in tests if alike < n < number and n in fixed)
    section = max((n for n in slots if n < number and n not in shared), default=-1)
    floor = max(next(before, -1) if alike >= 0 else -1, places.get(section, 0) - 1)
    return Window(floor, low, test, high, whole)
