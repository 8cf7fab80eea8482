"""Doubts about cells, decided when it is known which tests lost points."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lenetlab.notebook.master import Assignment
from lenetlab.records import Doubt, Flag

NO_MEASUREMENTS = "no-measurements"
_NOTES = {
    "locked-cell-changed": "put back as in the master",
    "matched-by-content": "not marked as such, recognised by its content",
}
_COSTLY = {  # of which nobody need know where nothing was lost
    "answer-elsewhere": "no answer that counts, but one in a cell that may be meant for it",
    "garbled": "would be Python but for characters that copying or merging has put there",
    "passed-before": "earned its points when the notebook was run, and does not now",
    NO_MEASUREMENTS: "the notebook has no measurements of its own to judge answers by",
}
_TEXTS = _NOTES | _COSTLY


def decided(
    doubts: Iterable[Doubt],
    lost: Collection[str],
    empty: Collection[str],
    assignment: Assignment,
) -> list[Flag]:
    """The doubts as flags, a flag a kind: for a person where one may have cost points.

    ``lost`` are the tests that lost points, ``empty`` those that found nothing to check.
    """
    found: dict[str, list[Doubt]] = {code: [] for code in _TEXTS}
    costly: set[str] = set()
    for doubt in doubts:
        may_have_cost = _may_have_cost(doubt, lost, empty, assignment)
        costly.update([doubt.code] if may_have_cost else [])
        if may_have_cost or doubt.code in _NOTES:
            found[doubt.code].append(doubt)
    return [
        Flag(code, _sentence(code, alike), code in costly) for code, alike in found.items() if alike
    ]


def _sentence(code: str, doubts: list[Doubt]) -> str:
    names = ", ".join(sorted({doubt.name for doubt in doubts}))
    return f"{_TEXTS[code]}: {names}" if names else _TEXTS[code]


def _may_have_cost(
    doubt: Doubt, lost: Collection[str], empty: Collection[str], assignment: Assignment
) -> bool:
    tests = empty if doubt.lacking else lost
    return any(not assignment.behind[test].isdisjoint(doubt.cells) for test in tests)
