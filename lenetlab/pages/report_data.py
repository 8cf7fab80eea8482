"""What the report of a class is made from: plain data, which ``course.class_report`` gathers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lenetlab.notebook.titles import Title
from lenetlab.records import Flag, Verdict

GRADED = ("graded", "review")


@dataclass(frozen=True)
class Student:
    """One student; addresses are relative to the report, and empty where there is nothing."""

    id: str
    verdict: Verdict
    name: str = ""  # the gradebook's
    word: str = ""  # the id as one word of a shell's command
    page: str = ""  # the address of the feedback page
    notebook: str = ""  # the address of what was handed in
    # By model, then kind: accuracy in per cent, seconds of training; in the order of printing.
    measured: Mapping[str, Mapping[str, Sequence[float]]] = field(default_factory=dict)
    seconds: float = 0.0  # that grading took
    handed_in: datetime | None = None
    due: datetime | None = None

    @property
    def is_scored(self) -> bool:
        """Whether there is a score, if only one of an earlier version."""
        return self.verdict.score is not None

    @property
    def shown(self) -> str:
        """What a person calls the student."""
        return self.name or self.id


@dataclass(frozen=True)
class GradedItem:
    """An item of the assignment: what it is called, and the most points that it gives."""

    id: str
    title: Title
    points: float


@dataclass(frozen=True)
class ScoreChange:
    """A change of a score; the cause as the ledger has it, the time of a zone.

    ``item`` is empty where it is what being late costs.
    """

    student: str
    item: str
    old: float | None
    new: float | None
    cause: str
    person: str
    at: datetime | None


@dataclass(frozen=True)
class ClassData:
    """A class, as the records, the gradebook and the files have it."""

    assignment: str
    made: datetime
    students: tuple[Student, ...]
    items: tuple[GradedItem, ...]
    max_score: float
    models: tuple[str, ...] = ()  # those of the lab, in its order; empty: whatever was measured
    reference: tuple[Mapping[str, Mapping[str, float]], ...] = ()  # runs: model, kind, figure
    strays: tuple[Flag, ...] = ()  # of files that are nobody's
    changes: tuple[ScoreChange, ...] = ()  # in the order in which they were made
    option: str = ""  # that commands need where the course has several assignments

    @property
    def scored(self) -> list[Student]:
        """Everyone who has a score."""
        return [one for one in self.students if one.is_scored]
