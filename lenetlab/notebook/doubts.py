"""Doubts about cells, decided when it is known which tests lost points."""

from __future__ import annotations

from collections.abc import Collection

from lenetlab.notebook.master import Assignment
from lenetlab.records import Doubt, Flag

NO_MEASUREMENTS = "no-measurements"
_NOTES = {
    "locked-cell-changed": "put back as in the master",
    "matched-by-content": "found in another cell, or without its marks",
}
_COSTLY = {  # of which nobody need know where nothing was lost
    "work-elsewhere": "not finished there, but other work that may be meant for it is elsewhere",
    "garbled": "would be Python but for characters that copying or merging has put there",
    "passed-before": "earned its points when the notebook was run, and does not now",
    NO_MEASUREMENTS: "the notebook has no measurements of its own to judge answers by",
}
_TEXTS = _NOTES | _COSTLY


def decided(
    doubts: Collection[Doubt],
    lost: Collection[str],
    empty: Collection[str],
    assignment: Assignment,
) -> list[Flag]:
    """The doubts as flags, one a kind: for a person, and of those alone, that may have cost points.

    ``lost`` are the tests that lost points, ``empty`` those that found nothing to check.
    """
    flags = []
    for code in _TEXTS:
        alike = [doubt for doubt in doubts if doubt.code == code]
        costly = [d for d in alike if _may_have_cost(d, lost, empty, assignment)]
        if costly or (alike and code in _NOTES):
            flags.append(Flag(code, _sentence(code, costly or alike), bool(costly)))
    return flags


def _sentence(code: str, doubts: list[Doubt]) -> str:
    names = ", ".join(sorted({doubt.name for doubt in doubts}))
    return f"{_TEXTS[code]}: {names}" if names else _TEXTS[code]


def _may_have_cost(
    doubt: Doubt, lost: Collection[str], empty: Collection[str], assignment: Assignment
) -> bool:
    tests = empty if doubt.lacking else lost
    return any(not assignment.behind[test].isdisjoint(doubt.cells) for test in tests)
