"""One student of a class, looked up in the records and the gradebook: nothing is graded."""

from __future__ import annotations

from nbgrader.api import Gradebook

from lenetlab.course import gradebook, handed_in, standings
from lenetlab.course.directory import Course, load_master, nbgrader_api
from lenetlab.course.gradebook import Entry
from lenetlab.course.standings import Standing
from lenetlab.notebook.master import Assignment


def students(course: Course) -> list[str]:
    """Everyone who has handed in, or of whom there is a record."""
    return sorted({*handed_in.folders(course), *standings.recorded(course)})


def standing_of(course: Course, student: str) -> tuple[Assignment, Standing]:
    """Where a student stands, and the assignment.

    Raises:
        CourseError: the course is not in order.
    """
    assignment = load_master(course)
    with nbgrader_api(course) as api:
        entry = Entry()
        with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as book:
            entry = gradebook.entries(book, course.name, student).get(student, entry)
        record = standings.latest_record(course, student)
        return assignment, standings.standing(course, assignment, student, record, entry)
