"""Notebooks as they come: really run submissions, changed as students, editors and tools do.

Each operator says what a fair teaching assistant expects of the grade. ``make mangled`` grades all.
"""

from __future__ import annotations

import functools
import random
from collections import Counter
from dataclasses import dataclass

from . import (  # each adds its operators
    answers,  # noqa: F401
    elsewhere,  # noqa: F401
    encoding,  # noqa: F401
    files,  # noqa: F401
    locked,  # noqa: F401
    magics,  # noqa: F401
    marks,  # noqa: F401
    metadata,  # noqa: F401
    originals,
    outputs,  # noqa: F401
    solutions,  # noqa: F401
    whole,  # noqa: F401
)
from .notebook import written
from .operator import OPERATORS, Expected, Operator, Result

__all__ = ["Case", "cases", "sample"]

COMPOSED = 80
# Operators that look cells up by their marks come before those that take the marks away.
ORDER = (
    "split", "merged", "moved", "copied", "elsewhere", "answers", "own cells", "whole",
    "locked", "magics", "outputs", "metadata", "encoding", "files", "marks",
)  # fmt: skip
ON_SOLUTIONS = ("split", "merged", "moved", "copied", "elsewhere")  # at most one of these


@dataclass(frozen=True)
class Case:
    """A mangled notebook and what is expected of its grade."""

    name: str
    kind: str
    original: str  # vd01
    operators: tuple[Operator, ...]
    expected: Expected

    def file(self) -> bytes:
        """The file that is handed in."""
        made: Result = originals.notebook(self.original)
        for operator in self.operators:
            assert isinstance(made, dict), self.name
            made = operator.apply(made)
        if isinstance(made, dict):
            made = written(made)
        return made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")

    @property
    def shell(self) -> bool:
        """Whether it is never to be run outside the sandbox."""
        return any(operator.shell for operator in self.operators)


@functools.cache
def cases() -> tuple[Case, ...]:
    """Every case, always in the same order."""
    single = [
        Case(f"{op.kind}/{op.name}@{original}", op.kind, original, (op,), op.expected)
        for op in OPERATORS
        for original in op.on
    ]
    found = (*single, *_composed())
    repeated = [name for name, count in Counter(c.name for c in found).items() if count > 1]
    assert not repeated, repeated
    return found


def _composed() -> list[Case]:
    """Two or three operators of different kinds, drawn with a fixed seed."""
    chance = random.Random(20)
    fit = [op for op in OPERATORS if op.composes]
    made: dict[str, Case] = {}
    while len(made) < COMPOSED:
        original = chance.choice(("vd01", "vd04", "vd05", "vd11"))
        kinds = chance.sample(ORDER, chance.choice((2, 2, 3)))
        if sum(kind in ON_SOLUTIONS for kind in kinds) > 1 or "files" in kinds:
            continue
        chosen = []
        for kind in sorted(kinds, key=ORDER.index):
            there = [op for op in fit if op.kind == kind and original in op.on]
            chosen += [chance.choice(there)] if there else []
        if len(chosen) > 1 and not _takes_work_away(chosen):
            name = " + ".join(f"{op.kind}/{op.name}" for op in chosen) + f"@{original}"
            made[name] = Case(name, "composed", original, tuple(chosen), "same")
    return list(made.values())


def _takes_work_away(operators: list[Operator]) -> bool:
    """Whether one writes work into a test cell and another deletes that."""
    names = [operator.name for operator in operators]
    in_tests = any(name.startswith(("class_in_a_locked_cell", "in_another_cell")) for name in names)
    return in_tests and any(name.startswith("tests_deleted") for name in names)


def sample(number: int) -> list[Case]:
    """About ``number`` cases, some of every kind."""
    kinds: dict[str, list[Case]] = {}
    for case in cases():
        kinds.setdefault(case.kind, []).append(case)
    chosen = []
    for members in kinds.values():
        share = max(1, round(number * len(members) / len(cases())))
        chosen += [members[int((place + 0.5) * len(members) / share)] for place in range(share)]
    return chosen
