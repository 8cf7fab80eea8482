"""Who has which score, whether it is final, and what an export has to say of everyone else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from lenetlab.course.directory import CourseError
from lenetlab.course.standings import Standing
from lenetlab.records import Status

_ASKED_FOR = ("review", "failed")  # statuses whose scores and pages are exported if asked for


@dataclass(frozen=True)
class Note:
    """One line for a person: ``kind`` is the label of the list that it stands in."""

    kind: str
    who: str
    texts: tuple[str, ...] = ()
    status: Status | None = None


@dataclass(frozen=True)
class Written:
    """A file that an export wrote; ``what`` is the label of what there are ``count`` of in it."""

    path: Path
    what: str
    count: int
    notes: tuple[Note, ...] = ()
    advice: tuple[str, ...] = ()  # labels


@dataclass(frozen=True)
class Mark:
    """A student, and what may leave the course: the score, the page."""

    standing: Standing
    score: float | None  # None also where it is not final
    page: bool

    @property
    def student(self) -> str:
        """The student's folder name."""
        return self.standing.student


def marks_of(
    everyone: Iterable[Standing], *, everything: bool = False, also: Collection[str] = ()
) -> list[Mark]:
    """What may leave the course of each student; with ``everything`` what is not final, too.

    ``also`` are students of whom it may.

    Raises:
        CourseError: nobody is called as one of ``also``.
    """
    found = []
    everyone = list(everyone)
    if unknown := sorted(set(also) - {one.student for one in everyone}):
        raise CourseError(f"There is no student {', '.join(unknown)}: --also names folders.")
    for one in everyone:
        status = one.verdict.status
        asked = status in _ASKED_FOR and (everything or one.student in also)
        score = one.verdict.score if status == "graded" or asked else None
        found.append(Mark(one, score, status in ("graded", "rejected") or asked))
    return found


def without_score(marks: Iterable[Mark]) -> list[Note]:
    """Everyone whose score is not exported, and why."""
    notes = []
    for mark in marks:
        verdict = mark.standing.verdict
        if mark.score is None:
            held = verdict.score is not None and verdict.status in _ASKED_FOR
            why = [f.message for f in verdict.flags if f.review] if held else []
            kind = "export-held" if held else "export-no-score"
            notes.append(Note(kind, mark.student, (*why,), verdict.status))
    return notes
