"""Submissions of which no grade came: why, recorded by nbgrader's own runs as by ours, and read."""

from __future__ import annotations

from contextlib import suppress

from lenetlab import records
from lenetlab.course import handed_in
from lenetlab.course.directory import Course, CourseError, load_master
from lenetlab.grading import verdict_of
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


def failure_of(course: Course, student: str) -> Verdict | None:
    """What the record says of a submission that was not graded when last tried.

    None where it was graded since, or never tried as it is now. Graded notebooks are not opened for
    it: a list asks for a whole class.
    """
    path = course.record(student)
    record = records.load(path)
    if record is None or record.verdict.status not in ("rejected", "failed", "interrupted"):
        return None
    notebook = course.notebook("autograded", student)
    try:
        if notebook.exists() and notebook.stat().st_mtime_ns > path.stat().st_mtime_ns:
            return None  # nbgrader has made it since
        here = handed_in.look(course, student)
        current = here.is_there and _is_of_this(here, record)
    except OSError:
        current = True  # what cannot be read now is no reason to hide what is known
    return record.verdict if current else None


def _is_of_this(here: handed_in.HandedIn, record: Record) -> bool:
    """Whether the record is of the file and the master that are there now."""
    if record.verdict.status == "interrupted":
        return True  # nothing was looked at
    try:
        return record.of == here.fingerprint(load_master(here.course))
    except CourseError:
        return True  # it cannot be told
