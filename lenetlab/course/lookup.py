"""A class looked up in the records and the gradebook: nothing is graded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from lenetlab.course import attempts, gradebook, handed_in, ledger, standings
from lenetlab.course.attempts import Attempt
from lenetlab.course.directory import Course, CourseError, gradebook_of, load_master
from lenetlab.course.gradebook import Entry
from lenetlab.course.ledger import Change
from lenetlab.course.standings import Standing
from lenetlab.notebook.master import Assignment
from lenetlab.records import Flag, Record, ungraded


def students(course: Course) -> list[str]:
    """Everyone who has handed in, or of whom there is a record."""
    return sorted({*handed_in.folders(course), *standings.recorded(course)})


def standing_of(course: Course, student: str) -> tuple[Assignment, Standing]:
    """Where a student stands, and the assignment.

    Raises:
        CourseError: the course is not in order.
    """
    assignment = load_master(course)
    with gradebook_of(course) as book:
        entries = gradebook.entries(book, course.name, student)
    return assignment, _standing(course, assignment, student, entries, {})


def everyone(course: Course) -> tuple[Assignment, list[Standing]]:
    """Where everyone stands, and the assignment.

    Raises:
        CourseError: the course is not in order.
    """
    assignment = load_master(course)
    with gradebook_of(course) as book:
        entries = gradebook.entries(book, course.name)
    return assignment, standings_of(course, assignment, entries, {})


@dataclass(frozen=True)
class History:
    """What the ledger has: changes in order, and everyone's attempts."""

    changes: list[Change]
    attempts: Mapping[str, list[Attempt]]


def history(course: Course, student: str | None = None) -> History:
    """What has changed of everyone's scores, or of one student's.

    Raises:
        CourseError: the gradebook has no ledger, and takes none.
    """
    with gradebook_of(course) as book:
        try:
            ledger.prepare(book.engine)
            changed = ledger.changes(book.db, course.name, student)
            return History(changed, attempts.attempts(book.db, course.name))
        except SQLAlchemyError as error:
            raise CourseError(f"The gradebook has no ledger, and takes none: {error}.") from None


def standings_of(
    course: Course,
    assignment: Assignment,
    entries: Mapping[str, Entry],
    unstored: Mapping[str, Record],
) -> list[Standing]:
    """Where everyone stands: all who handed in, and all whom the gradebook knows.

    ``unstored`` are records of this run that the disk did not take.
    """
    names = sorted({*students(course), *entries})
    found = [_standing(course, assignment, name, entries, unstored) for name in names]
    return standings.tell_twins(course, found)


def _standing(
    course: Course,
    assignment: Assignment,
    student: str,
    entries: Mapping[str, Entry],
    unstored: Mapping[str, Record],
) -> Standing:
    entry = entries.get(student, Entry())
    try:
        record = unstored.get(student) or standings.latest_record(course, student)
        return standings.standing(course, assignment, student, record, entry)
    except OSError as error:
        flag = Flag("unreadable", f"{error.strerror}: {error.filename}", True)
        verdict = ungraded(student, "failed", assignment.max_score, flag)
        return Standing(student, verdict, entry)
