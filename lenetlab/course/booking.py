"""What was graded entered into nbgrader's gradebook, in one transaction a submission.

It is what nbgrader's SaveAutoGrades and AssignLatePenalties enter, which ask the database several
times a cell and commit after each.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import nbformat
from nbgrader import api
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from lenetlab.course import attempts, ledger, timestamps
from lenetlab.course.directory import Course, CourseError
from lenetlab.course.job import Graded, Steps
from lenetlab.course.ledger import Change
from lenetlab.files import as_json, prepared

T = TypeVar("T")
PATIENCE = 60.0  # seconds until a gradebook that stays locked ends the run


@dataclass(frozen=True)
class _Cells:
    """The cells of a notebook of the assignment's, by their ids in the gradebook."""

    id: str
    name: str
    names: dict[str, str]
    graded: list[str]
    commented: list[str]


def _cells_of(notebook: Any) -> _Cells:
    graded = [*notebook.grade_cells, *notebook.task_cells]
    commented = [*notebook.solution_cells, *notebook.task_cells]
    names = {cell.id: cell.name for cell in (*graded, *commented)}
    return _Cells(
        notebook.id, notebook.name, names, [c.id for c in graded], [c.id for c in commented]
    )


class Booking:
    """Enters the submissions of one assignment; the only writer of a run."""

    def __init__(self, nbgrader: NbGraderAPI, course: Course, before: Callable[[], None]) -> None:
        """Look up the assignment's cells; ``before`` is called before anything is changed."""
        self._course, self._before = course, before
        self._url = nbgrader.coursedir.db_url
        with api.Gradebook(self._url, nbgrader.coursedir.course_id) as book:
            self._engine = book.engine
            try:
                ledger.prepare(book.engine)
            except SQLAlchemyError as error:
                raise CourseError(f"The gradebook takes no tables of the ledger: {error}") from None
            assignment = book.find_assignment(course.name)
            self._assignment = assignment.id
            self._notebooks = [_cells_of(notebook) for notebook in assignment.notebooks]
        self._cells = next(cells for cells in self._notebooks if cells.name == course.name)
        # Those that are nbgrader's own are done here; whatever else is configured follows.
        entering = Steps(nbgrader.config).entering
        self._penalties = [step for step in entering if isinstance(step, AssignLatePenalties)]
        own = (SaveAutoGrades, AssignLatePenalties)
        self._others = [step for step in entering if not isinstance(step, own)]

    def enter(self, graded: Graded) -> None:
        """Enter the scores, put the notebook and the record in their places.

        Both files are written before the gradebook is changed, and put in place after it: whenever
        this is stopped, the next run finds the old grade whole, or grades again and ends the same.

        Raises:
            OSError: the files cannot be written; nothing has changed.
            CourseError: the gradebook is locked; nothing has changed.
        """
        student = graded.record.verdict.file
        path, beside = self._course.notebook("autograded", student), self._course.record(student)
        with (
            prepared(path, graded.notebook, read_only=True) as notebook,
            prepared(beside, as_json(graded.record)) as record,
        ):
            attempts.keep(self._course, student, graded.record.of, notebook, record)
            self._commit(lambda db: self._enter(db, student, graded))
            notebook.replace(path)
            record.replace(beside)
        if self._others:
            self._run_others(student, graded)

    def enter_time(self, student: str) -> None:
        """Enter when a graded submission was handed in, and what being late costs.

        Raises:
            CourseError: the gradebook is locked; nothing has changed.
        """
        self._commit(lambda db: self._enter_time(db, student))

    def rehearse(self, student: str, graded: Graded | None) -> list[Change]:
        """What :meth:`enter` would change, or without ``graded`` :meth:`enter_time`: taken back.

        Raises:
            CourseError: the gradebook is locked.
        """

        def change(db: Session) -> list[Change]:
            before = ledger.last(db)
            if graded is None:
                self._enter_time(db, student)
            else:
                self._enter(db, student, graded)
            db.flush()
            found = ledger.changes(db, self._course.name, after=before)
            db.rollback()
            return found

        return self._patiently(change)

    def _commit(self, change: Callable[[Session], None]) -> None:
        self._before()

        def whole(db: Session) -> None:
            change(db)
            db.commit()

        self._patiently(whole)

    def _patiently(self, change: Callable[[Session], T]) -> T:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with Session(self._engine) as db:
                    return change(db)
            except OperationalError as error:  # SQLite has waited for five seconds before
                if time.monotonic() > deadline:
                    raise CourseError(
                        f"The gradebook cannot be changed: {error.orig}. Another program may hold "
                        "it open; end that and run this again, nothing is lost."
                    ) from None

    def _enter(self, db: Session, student: str, graded: Graded) -> None:
        time = self._time_of(student)
        submission = self._submission(db, student, time)
        attempts.announce(db, self._course.name, student, graded.record.of, time)
        if submission is None:
            submission = self._new(db, student, graded, time)
        else:
            self._change(self._notebook_of(submission), student, graded)
        self._penalize(db, submission)
        attempts.settle(db, self._course.name, student)

    def _enter_time(self, db: Session, student: str) -> None:
        submission = self._submission(db, student, self._time_of(student))
        if submission is not None:
            self._penalize(db, submission)

    def _change(self, notebook: Any, student: str, graded: Graded) -> None:
        names = self._cells.names
        for grade in notebook.grades:
            if names[grade.cell_id] in graded.scores:
                score = graded.scores[names[grade.cell_id]]
                grade.auto_score = score
                grade.needs_manual_grade = grade.manual_score is not None or score is None
        for comment in notebook.comments:
            if names[comment.cell_id] in graded.comments:
                comment.auto_comment = graded.comments[names[comment.cell_id]]
        entered = {names[grade.cell_id] for grade in notebook.grades}
        if lacking := graded.scores.keys() - entered:
            cells = ", ".join(sorted(lacking))
            raise api.MissingEntry(f"the gradebook has no cell {cells} for {student}")

    def _time_of(self, student: str) -> datetime | None:
        return timestamps.read(self._course.folder("submitted", student))

    def _submission(self, db: Session, student: str, time: datetime | None) -> Any:
        """The student's submission, handed in at that ``time``; None where there is none yet."""
        found = db.query(api.SubmittedAssignment).filter_by(
            assignment_id=self._assignment, student_id=student
        )
        submission = found.one_or_none()
        if submission is not None and time:
            submission.timestamp = time
        return submission

    def _new(self, db: Session, student: str, graded: Graded, time: datetime | None) -> Any:
        """A submission with all its cells, entered at once: row by row takes twice as long."""
        if db.get(api.Student, student) is None:
            db.add(api.Student(id=student))
        submission = api.SubmittedAssignment(
            assignment_id=self._assignment, student_id=student, timestamp=time
        )
        for cells in self._notebooks:
            submission.notebooks.append(api.SubmittedNotebook(notebook_id=cells.id))
        db.add(submission)
        db.flush()
        for cells, notebook in zip(self._notebooks, submission.notebooks, strict=True):
            scores = graded.scores if cells is self._cells else {}
            comments = graded.comments if cells is self._cells else {}
            of = {"notebook_id": notebook.id}
            grades = [
                of
                | {"cell_id": cell, "auto_score": scores.get(cells.names[cell])}
                | {"needs_manual_grade": scores.get(cells.names[cell]) is None}
                for cell in cells.graded
            ]
            said = [
                of | {"cell_id": cell, "auto_comment": comments.get(cells.names[cell])}
                for cell in cells.commented
            ]
            for table, rows in ((api.Grade, grades), (api.Comment, said)):
                if rows:
                    db.execute(insert(table), rows)
        return submission

    def _notebook_of(self, submission: Any) -> Any:
        return next(n for n in submission.notebooks if n.notebook_id == self._cells.id)

    def _penalize(self, db: Session, submission: Any) -> None:
        """What the configured plugin takes off for being late, within nbgrader's bounds."""
        for step in self._penalties:
            notebook, penalty = self._notebook_of(submission), None
            late = submission.total_seconds_late
            if late > 0:
                db.flush()  # the score is the database's own sum
                step.init_plugin()
                student, score = submission.student_id, notebook.score
                penalty = step.plugin_inst.late_submission_penalty(student, score, late)
                if penalty is not None:
                    penalty = step._check_late_penalty(notebook, penalty)
            notebook.late_submission_penalty = penalty

    def _run_others(self, student: str, graded: Graded) -> None:
        name = self._course.name
        marks = {"student": student, "assignment": name, "notebook": name, "db_url": self._url}
        resources: dict[str, Any] = {"unique_key": name, "nbgrader": marks}
        notebook = nbformat.reads(graded.notebook, as_version=4)
        for step in self._others:
            notebook, resources = step(notebook, resources)
