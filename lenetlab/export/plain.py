"""The table that ``nbgrader export`` writes, without a score where none leaves the course."""

from __future__ import annotations

from collections.abc import Iterable

from lenetlab.course.standings import NBGRADERS, about
from lenetlab.export.marks import Mark
from lenetlab.records import as_csv, rounded


def table(name: str, marks: Iterable[Mark]) -> str:
    """The table of the assignment called ``name``.

    nbgrader gives 0 to whoever has no score; an empty field says that there is none.
    """
    rows: list[tuple[object, ...]] = [NBGRADERS]
    for mark in marks:
        entry, verdict = mark.standing.entry, mark.standing.verdict
        scores: tuple[object, ...] = ("", "", "")
        if mark.score is not None:
            raw = rounded(sum(item.score or 0.0 for item in verdict.items))
            scores = (float(raw), float(entry.penalty), float(mark.score))
        rows.append((*about(name, mark.standing), *scores, float(verdict.max_score)))
    return as_csv(rows)
