"""A person's decision on many students at once: points and comments by hand, as in the formgrader.

A score goes to where nbgrader has manual scores, a comment to the solution cell before the test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lenetlab.course import backup, ledger
from lenetlab.course.directory import Course, CourseError, nbgrader_api
from lenetlab.course.ledger import Change
from lenetlab.notebook.master import Assignment
from lenetlab.records import as_text, rounded


@dataclass(frozen=True)
class Decision:
    """Points for an item in place of the automatic ones, or added to them; and a comment."""

    score: float | None = None
    added: float | None = None
    comment: str = ""

    def points(self, automatic: float, most: float) -> float | None:
        """The manual score; None where points are not decided on."""
        if self.score is not None:
            return self.score
        if self.added is None:
            return None
        return rounded(min(most, max(0.0, automatic + self.added)))


@dataclass
class Outcome:
    """What came of it: students with their items."""

    scored: list[tuple[str, str]] = field(default_factory=list)
    commented: list[tuple[str, str]] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)  # scored by hand before
    changes: list[Change] = field(default_factory=list)  # of scores, where it is only tried


def decide(
    course: Course,
    assignment: Assignment,
    group: Mapping[str, set[str]],
    decision: Decision,
    *,
    dry_run: bool = False,
) -> Outcome:
    """Enter the decision for each student's items, all or none; with ``dry_run`` take it back.

    What a person has scored before is left alone, so that doing this twice is doing it once.

    Raises:
        CourseError: the score is not possible, or the gradebook takes nothing.
    """
    most = {cell.grade_id: cell.points for cell in assignment.tests}
    wanted = {item for items in group.values() for item in items}
    if any(
        points is not None and not isfinite(points) for points in (decision.score, decision.added)
    ):
        raise CourseError("Points are numbers: say how many.")
    if decision.score is not None:
        for item in sorted(wanted):
            if not 0 <= decision.score <= most[item]:
                raise CourseError(
                    f"{item} gives from 0 to {as_text(most[item])} points, not "
                    f"{as_text(decision.score)}."
                )
    with nbgrader_api(course) as nbgrader:
        if not dry_run:
            backup.back_up(nbgrader.coursedir.db_url, course.root)
        with Gradebook(nbgrader.coursedir.db_url, nbgrader.coursedir.course_id) as book:
            try:
                before = ledger.last(book.db)
                outcome = _enter(book.db, course, assignment, group, decision)
                if dry_run:
                    changes = ledger.changes(book.db, course.name, after=before)
                    outcome.changes = sorted(changes, key=lambda one: (one.student, one.item))
                    book.db.rollback()
                    return outcome
                ledger.sign(book.db, ledger.user(), before)
                book.db.commit()
            except OperationalError as error:
                book.db.rollback()
                raise CourseError(
                    f"Nothing was changed, the gradebook takes nothing: {error.orig}."
                ) from None
    return outcome


def _enter(
    db: Session,
    course: Course,
    assignment: Assignment,
    group: Mapping[str, set[str]],
    decision: Decision,
) -> Outcome:
    outcome = Outcome()
    most = {cell.grade_id: cell.points for cell in assignment.tests}
    for student, name, grade in _rows(db, api.Grade, course.name):
        if name not in group.get(student, ()):
            continue
        points = decision.points(grade.auto_score or 0.0, most[name])
        if points is None:
            continue
        if grade.manual_score is not None:
            outcome.left.append((student, name))
            continue
        grade.manual_score, grade.needs_manual_grade = points, False
        outcome.scored.append((student, name))
    if decision.comment:
        cells = {item: _solution_before(assignment, item) for item in most}
        told = {who: {cells[item] for item in items} for who, items in group.items()}
        for student, name, comment in _rows(db, api.Comment, course.name):
            if name in told.get(student, ()):
                before = comment.manual_comment or ""
                if decision.comment not in before.split("\n\n"):
                    comment.manual_comment = f"{before}\n\n{decision.comment}".strip()
                outcome.commented.append((student, name))
    db.flush()
    return outcome


def _rows(db: Session, kind: Any, assignment: str) -> list[tuple[str, str, Any]]:
    """Everyone's grades or comments, each with the student and the cell's name."""
    found = (
        db.query(api.SubmittedAssignment.student_id, api.BaseCell.name, kind)
        .join(api.SubmittedNotebook, kind.notebook_id == api.SubmittedNotebook.id)
        .join(
            api.SubmittedAssignment,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        )
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .join(api.BaseCell, kind.cell_id == api.BaseCell.id)
        .filter(api.Assignment.name == assignment)
        .order_by(api.SubmittedAssignment.student_id, api.BaseCell.name)
    )
    return [(student, name, row) for student, name, row in found]


def _solution_before(assignment: Assignment, item: str) -> str:
    """The solution cell that a test is about: the last one before it."""
    name = ""
    for cell in assignment.cells:
        if cell.role == "solution":
            name = cell.grade_id
        if cell.grade_id == item:
            return name
    return ""
