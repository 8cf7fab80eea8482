"""Canvas's gradebook, exported and filled in.

Its columns and rows are as Canvas's lib/gradebook_exporter.rb writes them and
lib/gradebook_importer.rb reads them: a title that is not known makes a new assignment, a blank
takes a score away, and ``EX`` excuses a student.
"""

from __future__ import annotations

import re

from lenetlab.course.directory import CourseError
from lenetlab.export import table
from lenetlab.export.marks import Mark, Note
from lenetlab.export.people import Person, Row, match
from lenetlab.export.sheet import Sheet, clean
from lenetlab.export.table import Filled, Wanted
from lenetlab.notebook.master import Assignment

_TITLE = re.compile(r"(.+) \(\d+\)")  # of an assignment's column, with its id
# Whatever has such words in its title is a column of totals to the importer.
_TOTAL = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
_TEST = ("student, test", "student test", "test student")  # Canvas's "test student"
_MUTED = re.compile(r"(muted|manual posting.*)?", re.IGNORECASE)


def fill(
    sheet: Sheet,
    marks: list[Mark],
    people: list[Person],
    assignment: Assignment,
    wanted: Wanted,
    name: str,
) -> Filled:
    """The gradebook with the scores of the assignment called ``name`` in it.

    Raises:
        CourseError: it is no gradebook, the column is not clear, or has another maximum.
    """
    ids = {header: n for n, header in reversed([*enumerate(sheet.headers)])}
    if "ID" not in ids or not ({"Student", "LastName"} & ids.keys()):
        raise CourseError(
            f"{sheet.name} is no gradebook of Canvas's: its columns are not Student, ID, … Export "
            "it from Grades, with “Export Entire Gradebook”."
        )
    column = _column(sheet, wanted.column or name)
    most, first = _points(sheet, column)
    own = assignment.max_score
    factor = table.factor_of(sheet, most, own, "Canvas's Points Possible", wanted)
    rows = [
        _row(sheet, place, ids)
        for place in range(first, len(sheet.rows))
        if not _is_no_student(sheet, place, ids)
    ]
    filled = table.start(sheet, rows, match(rows, people, by_name=False), marks)
    for mark in marks:
        row = filled.students.get(mark.student)
        if row is None or mark.score is None:
            continue
        before = sheet.value(row.place, column)
        if before.upper() == "EX":
            filled.notes.append(Note("export-excused", mark.student, (row.shown,)))
        elif before.upper() == "N/A":
            filled.notes.append(Note("export-not-assigned", mark.student, (row.shown,)))
        else:
            table.put(filled, mark, column, factor, number(before))
    filled.advice.append("export-canvas-upload")
    return filled


def number(text: str) -> float | None:
    """A number as Canvas reads it, the last dot or comma before its decimals; None: it is none."""
    if not re.fullmatch(r"-?[0-9][0-9.,]{0,20}", text):
        return None
    whole, _, decimals = text.replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{decimals}") if whole else float(decimals or 0)


def _column(sheet: Sheet, wanted: str) -> int:
    """The assignment's column: by its title, with or without Canvas's id.

    Raises:
        CourseError: there is none, or several.
    """
    titles = {
        n: header
        for n, header in enumerate(sheet.headers)
        if _TITLE.fullmatch(header) and not _TOTAL.search(header)
    }
    name = clean(wanted).casefold()
    exact = [n for n, title in titles.items() if title.casefold() == name]
    bare = [n for n, t in titles.items() if t.rpartition(" (")[0].casefold() == name]
    found = exact or bare
    if len(found) != 1:
        count = "several columns are" if found else "no column is"
        raise table.no_column(sheet, f"{count} called {wanted}", titles.values())
    return found[0]


def _points(sheet: Sheet, column: int) -> tuple[float, int]:
    """The column's maximum, and the first row after the one that says it.

    Raises:
        CourseError: there is no such row, or Canvas computes the column.
    """
    for place in range(1, len(sheet.rows)):
        if "Points Possible" in sheet.value(place, 0):
            text = sheet.value(place, column)
            most = number(text)
            if most is None:  # "(read only)", in the language of whoever exported it
                raise CourseError(
                    f"{sheet.name}: “{sheet.headers[column]}” has “{text}” in place of points: "
                    "Canvas takes no scores for it from a file."
                )
            return most, place + 1
    raise CourseError(
        f"{sheet.name}: there is no row “Points Possible”, which says how many points Canvas "
        "gives. Export the whole gradebook again."
    )


def _row(sheet: Sheet, place: int, ids: dict[str, int]) -> Row:
    words = (sheet.value(place, ids.get(name)) for name in ("SIS User ID", "SIS Login ID"))
    return Row(
        place,
        sheet.value(place, ids["ID"]),
        tuple(word for word in words if word),
        _name(sheet, place, ids),
    )


def _name(sheet: Sheet, place: int, ids: dict[str, int]) -> str:
    names = (sheet.value(place, ids.get(name)) for name in ("Student", "LastName", "FirstName"))
    return " ".join(name for name in names if name)


def _is_no_student(sheet: Sheet, place: int, ids: dict[str, int]) -> bool:
    if _name(sheet, place, ids).casefold() in _TEST:
        return True
    return all(_MUTED.fullmatch(sheet.value(place, n)) for n in range(len(sheet.rows[place])))
