"""Everything that an instructor asks for, made first and written then: all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lenetlab.course.directory import Course, CourseError
from lenetlab.export import canvas, moodle, pages, plain, sheet
from lenetlab.export.marks import Mark, Note, Written
from lenetlab.export.people import people_of
from lenetlab.export.table import Filled, Wanted
from lenetlab.files import write_whole
from lenetlab.notebook.master import Assignment
from lenetlab.records import Language


@dataclass(frozen=True)
class Kinds:
    """What is asked for."""

    moodle: Path | None = None
    moodle_feedback: bool = False
    canvas: Path | None = None
    nbgrader: bool = False
    xlsx: bool = False


@dataclass(frozen=True)
class _Made:
    name: str
    content: bytes | str
    what: str
    count: int
    notes: tuple[Note, ...] = ()
    advice: tuple[str, ...] = ()


def export(
    course: Course,
    assignment: Assignment,
    marks: list[Mark],
    kinds: Kinds,
    wanted: Wanted,
    folder: Path,
    language: Language,
) -> list[Written]:
    """Write what is asked for into ``folder``.

    Raises:
        CourseError: a file that was given is not what it has to be, or would be overwritten.
    """
    everyone = [mark.standing for mark in marks]
    made, ids = list[_Made](), pages.ids_of(course, marks) if kinds.moodle_feedback else {}
    if kinds.moodle:
        table = sheet.read(kinds.moodle)
        filled = moodle.fill(
            table, marks, people_of(course, everyone, "moodle"), assignment, wanted
        )
        made.append(_table(kinds.moodle, filled))
        ids = {student: row.id for student, row in filled.students.items()}
    if kinds.moodle_feedback:
        data, count, notes = pages.archive(course, marks, ids)
        name, advice = f"{course.name}-feedback.zip", ("export-zip-upload",)
        made.append(_Made(name, data, "export-pages", count, tuple(notes), advice))
    if kinds.canvas:
        table, people = sheet.read(kinds.canvas), people_of(course, everyone, "canvas")
        filled = canvas.fill(table, marks, people, assignment, wanted, course.name)
        made.append(_table(kinds.canvas, filled))
    scores = sum(mark.score is not None for mark in marks)
    if kinds.nbgrader:
        text = plain.table(course.name, marks)
        made.append(_Made(f"{course.name}-nbgrader.csv", text, "export-scores", scores))
    if kinds.xlsx:
        from lenetlab.export.workbook import workbook  # loads openpyxl, which takes a while

        data = workbook(assignment, marks, language)
        made.append(_Made(f"{course.name}.xlsx", data, "export-scores", scores))
    given = [path for path in (kinds.moodle, kinds.canvas) if path]
    return _write(made, folder, given, course.root)


def _table(given: Path, filled: Filled) -> _Made:
    notes, advice = tuple(filled.notes), tuple(filled.advice)
    return _Made(given.name, filled.data, "export-scores", filled.count, notes, advice)


def _write(made: list[_Made], folder: Path, given: list[Path], root: Path) -> list[Written]:
    """Put everything into the folder; what was given is never changed.

    Raises:
        CourseError: two files would have one name, or one that was given, or one of the course's,
            would be overwritten.
    """
    if folder.resolve() == root.resolve():
        raise CourseError(f"{folder} holds the course's own tables: name another folder with --to.")
    names = [one.name.casefold() for one in made]
    for one in made:
        path = folder / one.name
        if names.count(one.name.casefold()) > 1:
            raise CourseError(f"Two files would be called {one.name}: rename the one you gave.")
        if any(path.exists() and path.samefile(file) for file in given):
            raise CourseError(f"{path} would be overwritten: name another folder with --to.")
    for one in made:
        write_whole(folder / one.name, one.content)
    return [Written(folder / m.name, m.what, m.count, m.notes, m.advice) for m in made]
