"""nbgrader's gradebook, read for a whole assignment: scores by test, penalties, comments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.orm import Session

from lenetlab.course import attempts
from lenetlab.course.attempts import Attempt
from lenetlab.records import rounded


@dataclass(frozen=True)
class Mark:
    """The scores of one test: the automatic one, and what a person gave by hand."""

    auto: float | None = None
    manual: float | None = None
    extra: float | None = None
    to_confirm: bool = False  # graded again after a person had given a score

    @property
    def score(self) -> float | None:
        """The score that counts, by nbgrader's rule; None where nothing was graded."""
        base = self.auto if self.manual is None else self.manual
        return None if base is None else rounded(base + (self.extra or 0))

    @property
    def by_hand(self) -> bool:
        """Whether a person changed the score."""
        return self.manual is not None or bool(self.extra)


@dataclass
class Entry:
    """What the gradebook has of one student's submission."""

    last_name: str = ""
    first_name: str = ""
    email: str = ""
    duedate: datetime | None = None
    timestamp: datetime | None = None
    penalty: float = 0.0
    marks: dict[str, Mark] = field(default_factory=dict)  # by the test's grade id
    comments: dict[str, str] = field(default_factory=dict)  # a person's, by grade id
    earlier: list[Attempt] = field(default_factory=list)  # that do not count any more

    @property
    def name(self) -> str:
        """The student's name as one writes it in Vietnam; empty where none is known."""
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def is_graded(self) -> bool:
        """Whether there are scores; a submission is entered before it is graded."""
        return any(mark.score is not None for mark in self.marks.values())

    @property
    def is_late(self) -> bool:
        """Whether it was handed in after the due date, as far as the gradebook knows."""
        return bool(self.timestamp and self.duedate and self.timestamp > self.duedate)

    @property
    def fingerprint(self) -> str:
        """The same where scores and comments have not changed."""
        scores = (sorted(self.marks.items()), sorted(self.comments.items()), self.penalty)
        shown = (*scores, self.earlier) if self.earlier else scores
        return hashlib.sha256(repr(shown).encode()).hexdigest()


def entries(
    gradebook: Gradebook, assignment: str, student: str | None = None
) -> dict[str, Entry]:  # fmt: skip
    """What the gradebook has of each student's submission: of all whom it knows, or of one."""
    db = gradebook.db
    people = db.query(Student.id, Student.last_name, Student.first_name, Student.email)
    if student is not None:
        people = people.filter(Student.id == student)
    found = {who: Entry(last or "", first or "", email or "") for who, last, first, email in people}
    owners = _add_submissions(db, assignment, found)
    _add_marks(db, owners)
    _add_comments(db, owners)
    for who, all_ in attempts.attempts(db, assignment).items():
        if who in found:
            found[who].earlier = all_[:-1]
    return found


def _add_submissions(db: Session, assignment: str, found: Mapping[str, Entry]) -> dict[str, Entry]:
    """When each was handed in, and what that costs; returns the entries by the notebooks' ids."""
    rows = (
        db.query(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            Assignment.duedate,
            SubmittedNotebook.id,
            SubmittedNotebook.late_submission_penalty,
        )
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .filter(Assignment.name == assignment, SubmittedAssignment.student_id.in_(found))
    )
    owners: dict[str, Entry] = {}
    for who, timestamp, duedate, notebook, penalty in rows:
        entry = owners[notebook] = found[who]
        entry.timestamp, entry.duedate = timestamp, duedate
        entry.penalty += penalty or 0.0
    return owners


def _add_marks(db: Session, owners: Mapping[str, Entry]) -> None:
    rows = (
        db.query(
            Grade.notebook_id,
            BaseCell.name,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
        )
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .filter(Grade.notebook_id.in_(owners))
    )
    for notebook, name, auto, manual, extra, to_confirm in rows:
        mark = Mark(auto, manual, extra, to_confirm and manual is not None)
        owners[notebook].marks[name] = mark


def _add_comments(db: Session, owners: Mapping[str, Entry]) -> None:
    rows = (
        db.query(Comment.notebook_id, BaseCell.name, Comment.manual_comment)
        .join(BaseCell, Comment.cell_id == BaseCell.id)
        .filter(Comment.notebook_id.in_(owners))
    )
    for notebook, name, text in rows:
        if text:
            owners[notebook].comments[name] = text


def is_released(gradebook: Gradebook, assignment: str) -> bool:
    """Whether the gradebook knows the assignment."""
    known = gradebook.db.query(Assignment.id).filter(Assignment.name == assignment)
    return known.first() is not None


def enter_students(gradebook: Gradebook, people: Iterable[tuple[str, str, str, str]]) -> None:
    """Enter students, each an id, a last name, a first name and an address; empty ones stay.

    At once, not one by one as nbgrader would: a class of thousands takes a second.
    """
    known = {student.id: student for student in gradebook.db.query(Student)}
    for who, last, first, email in people:
        given = {"last_name": last, "first_name": first, "email": email}
        student = known.get(who)
        if student is None:
            student = known[who] = Student(id=who)
            gradebook.db.add(student)
        for name, value in given.items():
            if value and getattr(student, name) != value:
                setattr(student, name, value)
    gradebook.db.commit()
