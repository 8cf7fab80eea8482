"""The class report: standings and records brought into the form that the page is made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from pathlib import Path
from urllib.parse import quote

from lenetlab.course.directory import Course
from lenetlab.course.standings import Standing
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.titles import titles_of
from lenetlab.pages import report
from lenetlab.pages.class_data import SchoolClass, Student
from lenetlab.records import Flag, write_whole


def write(
    course: Course,
    assignment: Assignment,
    everyone: Iterable[Standing],
    strays: Sequence[Flag],
    target: Path | None = None,
) -> Path:
    """Write the report, to ``report.html`` in the course's folder by default; returns its path."""
    target = target or course.of_all("report.html")
    page = report.page(
        SchoolClass(
            assignment=course.name,
            students=tuple(_student(course, one, target.parent) for one in everyone),
            tests=tuple((cell.grade_id, cell.points) for cell in assignment.tests),
            titles=titles_of(assignment),
            references=assignment.lab.reference_runs,
            strays=tuple(strays),
        )
    )
    write_whole(target, page)
    return target


def _student(course: Course, one: Standing, beside: Path) -> Student:
    entry, record, time = one.entry, one.record, one.entry.timestamp
    return Student(
        id=one.student,
        name=f"{entry.last_name} {entry.first_name}".strip(),
        status=one.verdict.status,
        score=one.verdict.score,
        items=one.verdict.items,
        flags=one.verdict.flags,
        measured=record.measured if record else {},
        seconds=record.seconds if record else 0.0,
        handed_in=time.replace(tzinfo=UTC).astimezone() if time else None,
        late=entry.is_late,
        page=_link(course.page(one.student), beside),
        notebook=_link(course.notebook("submitted", one.student), beside),
    )


def _link(path: Path, beside: Path) -> str:
    """The address of a file for a page in the folder ``beside``; empty where there is none."""
    if not path.is_file():
        return ""
    if path.is_relative_to(beside):
        return quote(path.relative_to(beside).as_posix())
    return path.resolve().as_uri()
