"""What the tables of Moodle and Canvas have in common: a column of scores that is filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lenetlab.course.directory import CourseError
from lenetlab.export.marks import Mark, Note
from lenetlab.export.people import Matches, Row
from lenetlab.export.sheet import Sheet
from lenetlab.records import as_text, rounded


@dataclass(frozen=True)
class Wanted:
    """How an instructor wants a table filled in."""

    column: str = ""  # the header of the scores, where it is not found
    rescale: bool = False  # convert the scores to the system's maximum
    comments: bool = False  # fill in Moodle's comments, too


@dataclass
class Filled:
    """A table with scores in it."""

    sheet: Sheet
    students: dict[str, Row]  # matched, by the student
    notes: list[Note]
    changes: dict[tuple[int, int], str] = field(default_factory=dict)
    count: int = 0  # scores in the table, those among them that stood there before
    advice: list[str] = field(default_factory=list)  # labels

    @property
    def data(self) -> bytes:
        """The file."""
        return self.sheet.edited(self.changes)


def start(sheet: Sheet, rows: Iterable[Row], matches: Matches, marks: list[Mark]) -> Filled:
    """A table of which nothing is filled in yet; students with a score and no row are listed."""
    places = {row.place: row for row in rows}
    of = {student: places[place] for place, student in matches.students.items()}
    idle = {mark.student for mark in marks if mark.score is None and not mark.page}
    notes = [n for n in matches.notes if n.kind != "export-by-name" or n.who not in idle]
    notes += [
        Note("export-no-row", mark.student, (as_text(mark.score),))
        for mark in marks
        if mark.score is not None and mark.student not in of
    ]
    return Filled(sheet, of, notes)


def put(filled: Filled, mark: Mark, column: int, factor: float, before: float | None) -> None:
    """Write a student's score, where another one or none stands in the table."""
    row = filled.students[mark.student]
    assert mark.score is not None
    new = rounded(round(mark.score * factor, 5))  # as many decimals as Moodle keeps
    filled.count += 1
    if before == new:
        return
    # A dot in every language: Moodle's unformat_float reads it in all of them, Canvas as well.
    filled.changes[row.place, column] = as_text(new)
    stood = filled.sheet.value(row.place, column)
    if stood not in ("", "-"):
        change = f"{stood} → {as_text(new)}"
        filled.notes.append(Note("export-replaced", mark.student, (change,)))


def factor_of(sheet: Sheet, most: float, own: float, where: str, wanted: Wanted) -> float:
    """What a score is multiplied with.

    Raises:
        CourseError: the system's maximum is another one, and nobody asked for another scale.
    """
    if most <= 0:
        raise CourseError(f"{sheet.name}: {where} is {as_text(most)}: no score can be entered.")
    if most != own and not wanted.rescale:
        raise CourseError(
            f"{sheet.name}: {where} is {as_text(most)}, the assignment's is {as_text(own)}. "
            f"Set it to {as_text(own)} there and download the file again, or convert the scores "
            "with --rescale."
        )
    return most / own


def no_column(sheet: Sheet, what: str, headers: Iterable[str]) -> CourseError:
    """The error that there is no such column, with the columns that there are."""
    shown = ", ".join(f"“{header}”" for header in headers if header) or "none"
    return CourseError(f"{sheet.name}: {what}. Name it with --column; there are: {shown}.")
