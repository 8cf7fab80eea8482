"""What grading a class would change, without changing anything."""

from __future__ import annotations

from dataclasses import dataclass

from nbgrader.apps import NbGraderAPI

from lenetlab.course.classroom import Classroom
from lenetlab.course.directory import Course, CourseError, nbgrader_api
from lenetlab.course.job import Graded
from lenetlab.course.ledger import Change
from lenetlab.course.run import OpenPool, Run, Watcher
from lenetlab.grading import verdict_of
from lenetlab.notebook.master import Assignment
from lenetlab.records import Verdict


@dataclass(frozen=True)
class Preview:
    """What a run would do: change scores, grade students for the first time, fail with others."""

    assignment: Assignment
    changes: list[Change]
    first: list[Verdict]
    failed: list[Verdict]


class _Rehearsal(Classroom):
    """A class that is graded as always; what would be entered is taken back and kept here."""

    def __init__(self, course: Course, api: NbGraderAPI) -> None:
        super().__init__(course, api)
        self.changes: list[Change] = []
        self.first: list[Verdict] = []
        self.refused: list[Verdict] = []

    def _release(self) -> None:
        raise CourseError(
            "Nothing was ever graded here, so that no score can change: run 'lenetlab grade'."
        )

    def enter(self, graded: Graded) -> None:
        verdict = graded.record.verdict
        found = self.booking.rehearse(verdict.file, graded)
        self.changes += found
        if not found and not self.has_grade(verdict.file):
            self.first.append(verdict)

    def late_anew(self, student: str) -> bool:
        found = [] if self.is_in_time(student) else self.booking.rehearse(student, None)
        self.changes += found
        return bool(found)

    def failed(self, student: str, error: Exception) -> None:
        self.refused.append(verdict_of(error, student, self.assignment.max_score))


def preview(
    course: Course,
    chosen: list[str],
    *,
    force: bool = False,
    watcher: Watcher | None = None,
    pool: OpenPool,
) -> Preview:
    """Grade the chosen students as :func:`lenetlab.course.run.grade_class` would.

    Raises:
        CourseError: the course is not in order, or nothing was ever graded.
        SandboxUnavailable: submissions cannot be isolated here.
    """
    with nbgrader_api(course) as api:
        room = _Rehearsal(course, api)
        Run(room, watcher or Watcher(), pool, force).grade(chosen)
        room.changes.sort(key=lambda change: change.student)
        return Preview(room.assignment, room.changes, room.first, room.refused)
