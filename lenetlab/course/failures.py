"""Submissions of which no grade came: why, recorded by nbgrader's own runs as by ours, and read."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property

from lenetlab import records
from lenetlab.course import handed_in
from lenetlab.course.directory import Course, CourseError, load_master
from lenetlab.grading import verdict_of
from lenetlab.notebook.master import Assignment
from lenetlab.records import Record, Verdict


def record_failure(course: Course, student: str, error: Exception) -> None:
    """Record why a submission could not be graded; a disk that takes no record stops nothing."""
    of, most = "", 0.0
    with suppress(OSError):
        with suppress(CourseError):  # a master that cannot be read is then itself the reason
            assignment = load_master(course)
            of = handed_in.look(course, student).fingerprint(assignment)
            most = assignment.max_score
        records.store(course.record(student), Record(verdict_of(error, student, most), of))


class Failures:
    """What the records say of an assignment's submissions that were not graded when last tried."""

    def __init__(self, course: Course) -> None:
        """Look at one assignment of a course; the master is read when it is needed, and once."""
        self._course = course

    def of(self, student: str) -> Verdict | None:
        """The verdict; None where the submission was graded since, or never tried as it is now.

        Graded notebooks are not opened for it: a list asks for a whole class.
        """
        path = self._course.record(student)
        record = records.load(path)
        if record is None or record.verdict.status not in ("rejected", "failed", "interrupted"):
            return None
        notebook = self._course.notebook("autograded", student)
        try:
            if notebook.exists() and notebook.stat().st_mtime_ns > path.stat().st_mtime_ns:
                return None  # nbgrader has made it since
            here = handed_in.look(self._course, student)
            current = here.is_there and self._is_of_this(here, record)
        except OSError:
            current = True  # what cannot be read now is no reason to hide what is known
        return record.verdict if current else None

    def _is_of_this(self, here: handed_in.HandedIn, record: Record) -> bool:
        """Whether the record is of the file and the master that are there now."""
        if record.verdict.status == "interrupted" or self._assignment is None:
            return True  # nothing was looked at, or it cannot be told
        return record.of == here.fingerprint(self._assignment)

    @cached_property
    def _assignment(self) -> Assignment | None:
        try:
            return load_master(self._course)
        except CourseError:
            return None
