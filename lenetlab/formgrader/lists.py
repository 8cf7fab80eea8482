"""What the formgrader's lists show beside nbgrader's own columns: names, why no grade came."""

from __future__ import annotations

import textwrap
from typing import Any

from lenetlab.course import handed_in, standings
from lenetlab.course.directory import Course, is_student_name
from lenetlab.course.failures import failure_of
from lenetlab.records import Verdict, printable

SHORT = 90  # characters of a reason that a list shows before it is expanded
EARLIER = "The score is of a version that was graded before."


def name_of(last_name: str | None, first_name: str | None, student: str) -> str:
    """How a student is called in a list: by the names that are known, else by the id."""
    return ", ".join(name for name in (last_name, first_name) if name) or student


def shown(verdict: Verdict | None, *, has_grade: bool) -> dict[str, Any] | None:
    """A failure as the pages take it: its status, a short reason, and everything, as plain text.

    ``has_grade`` says that the gradebook has scores all the same.
    """
    if verdict is None:
        return None
    messages = [printable(flag.message) for flag in verdict.flags] or ["no reason is recorded"]
    lines = messages + [EARLIER] * has_grade
    reason = textwrap.shorten(messages[0], SHORT, placeholder=" …")
    return {"status": verdict.status, "reason": reason, "lines": lines}


def add_failures(course: Course, submissions: list[dict[str, Any]]) -> None:
    """Give every row of a list of submissions its ``failure``, None where there is none."""
    for row in submissions:
        student = row["student"]
        failure = failure_of(course, student) if is_student_name(student) else None
        row["failure"] = shown(failure, has_grade=row["autograded"])


def left_out(course: Course, submissions: list[dict[str, Any]]) -> list[str]:
    """Students whose submission failed where nbgrader does not look for one: an archive, say."""
    listed = {row["student"] for row in submissions}
    others = [name for name in standings.recorded(course) if name not in listed]
    is_student = handed_in.students_of(course)
    return [name for name in others if is_student(name) and failure_of(course, name)]
