"""The class report: standings and records brought into the form that the page is made from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from lenetlab.course import commands, lookup, results, timestamps
from lenetlab.course.directory import Course, CourseError, assignments
from lenetlab.course.ledger import PENALTY, Change
from lenetlab.course.standings import Standing
from lenetlab.notebook.fingerprint import engine
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.titles import titles_of
from lenetlab.pages.report_data import ClassData, GradedItem, ScoreChange, Student
from lenetlab.records import Flag


def write(
    course: Course,
    assignment: Assignment,
    everyone: Iterable[Standing],
    strays: Sequence[Flag],
    target: Path | None = None,
    *,
    anew: bool = True,
) -> Path:
    """Write the report, to ``report.html`` in the course's folder by default; returns its path.

    With ``anew`` false, one that shows all that is known stays as it is.

    Raises:
        CourseError: it cannot be written; one that is there stays.
    """
    target = target or course.of_all("report.html")
    data = gather(course, assignment, everyone, strays, target.parent)
    with suppress(CourseError):  # a gradebook without a ledger that takes none
        data = replace(data, changes=_changes(lookup.history(course).changes))
    mark = f"<!-- {_digest(data)} -->\n"
    if anew or not _ends_with(target, mark):
        from lenetlab.pages import report  # loads matplotlib, which takes half a second

        results.write(target, report.page(data) + mark)
    return target


_ANY = datetime(2000, 1, 1)


def _digest(data: ClassData) -> str:
    """The same where the report would be, but for the time at which it was made."""
    content = msgspec.json.encode((engine(), replace(data, made=_ANY)))
    return hashlib.sha256(content).hexdigest()


def _ends_with(path: Path, mark: str) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(-len(mark), os.SEEK_END)
            return file.read() == mark.encode()
    except OSError:
        return False


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


def _changes(found: Iterable[Change]) -> tuple[ScoreChange, ...]:
    return tuple(
        ScoreChange(
            student=change.student,
            item="" if change.item == PENALTY else change.item,
            old=change.old,
            new=change.new,
            cause=change.cause,
            person=change.person,
            at=timestamps.local(change.at),
        )
        for change in found
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
        name=entry.name,
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
