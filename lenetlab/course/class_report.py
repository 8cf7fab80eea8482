"""The class report: standings and records brought into the form that the page is made from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from lenetlab.course import commands, timestamps
from lenetlab.course.directory import Course, assignments
from lenetlab.course.standings import Standing
from lenetlab.files import write_whole
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.titles import titles_of
from lenetlab.pages import report
from lenetlab.pages.report_data import ClassData, GradedItem, Student
from lenetlab.records import Flag


def write(
    course: Course,
    assignment: Assignment,
    everyone: Iterable[Standing],
    strays: Sequence[Flag],
    target: Path | None = None,
) -> Path:
    """Write the report, to ``report.html`` in the course's folder by default; returns its path."""
    target = target or course.of_all("report.html")
    write_whole(target, report.page(gather(course, assignment, everyone, strays, target.parent)))
    return target


def gather(
    course: Course,
    assignment: Assignment,
    everyone: Iterable[Standing],
    strays: Sequence[Flag],
    beside: Path,
) -> ClassData:
    """The class, for a page in the folder ``beside``."""
    titles = titles_of(assignment)
    items = (
        GradedItem(cell.grade_id, titles.of(cell.grade_id, "vi"), cell.points)
        for cell in assignment.tests
    )
    several = len(assignments(course.root)) > 1
    return ClassData(
        assignment=course.name,
        made=datetime.now().astimezone(),
        students=tuple(_student(course, one, beside) for one in everyone),
        items=tuple(items),
        max_score=assignment.max_score,
        models=_models(assignment),
        reference=assignment.lab.reference_runs,
        strays=tuple(strays),
        option=f" --assignment {commands.word(Path(course.name))}" if several else "",
    )


def _models(assignment: Assignment) -> tuple[str, ...]:
    """The lab's models, those of the reference runs first, which have them in its order."""
    run = (model for run in assignment.lab.reference_runs for model in run)
    named = sorted(set(assignment.lab.models(assignment.classes).values()))
    return tuple(dict.fromkeys([*run, *named]))


def _student(course: Course, one: Standing, beside: Path) -> Student:
    entry, record = one.entry, one.record
    return Student(
        id=one.student,
        verdict=one.verdict,
        name=f"{entry.last_name} {entry.first_name}".strip(),
        word=commands.word(Path(one.student)),
        page=_link(course.page(one.student), beside),
        notebook=_link(course.notebook("submitted", one.student), beside)
        or _link(course.folder("submitted", one.student), beside),
        measured=record.measured if record else {},
        seconds=record.seconds if record else 0.0,
        handed_in=timestamps.local(entry.timestamp),
        due=timestamps.local(entry.duedate),
    )


def _link(path: Path, beside: Path) -> str:
    """The address of a file or folder, from the folder ``beside``; empty where there is none."""
    return quote(os.path.relpath(path, beside)) if path.exists() else ""
