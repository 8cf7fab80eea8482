"""``lenetlab export``: grades and pages as Moodle, Canvas, nbgrader and Excel take them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenetlab.cli.options import (
    AssignmentName,
    CourseFolder,
    InLanguage,
    app,
    course_of,
    language_of,
    out,
)
from lenetlab.course import lookup
from lenetlab.course.directory import CourseError
from lenetlab.export.exporting import Kinds
from lenetlab.export.exporting import export as take_out
from lenetlab.export.marks import marks_of, without_score
from lenetlab.export.table import Wanted
from lenetlab.terminal.exported import show_exported
from lenetlab.terminal.text import Wording


@app.command()
def export(
    moodle: Annotated[
        Path | None,
        typer.Option(metavar="WORKSHEET.csv", help="Fill in Moodle's grading worksheet."),
    ] = None,
    moodle_feedback: Annotated[
        bool, typer.Option("--moodle-feedback", help="Pack everyone's page for Moodle.")
    ] = False,
    canvas: Annotated[
        Path | None,
        typer.Option(metavar="GRADEBOOK.csv", help="Fill in Canvas's exported gradebook."),
    ] = None,
    nbgrader: Annotated[
        bool, typer.Option("--nbgrader", help="The table that nbgrader export writes.")
    ] = False,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="An Excel workbook: overview, items, findings.")
    ] = False,
    comments: Annotated[
        bool, typer.Option("--comments", help="Fill in Moodle's empty comments, too.")
    ] = False,
    column: Annotated[
        str | None, typer.Option(help="The column of the scores, where it is not found.")
    ] = None,
    rescale: Annotated[
        bool, typer.Option("--rescale", help="Convert scores to the system's maximum.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is not final: review and failed.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(metavar="STUDENT", help="Also this student's, though it is not final."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Another folder than exported/<assignment>/.")
    ] = None,
    folder: CourseFolder = None,
    name: AssignmentName = None,
    lang: InLanguage = None,
) -> None:
    """Take grades and feedback pages to Moodle, Canvas, nbgrader or Excel. Nothing is graded.

    The files that are given stay as they are; copies with the scores in them are written to
    exported/<assignment>/. Whatever cannot be matched or is not final is listed.
    """
    kinds = Kinds(moodle, moodle_feedback, canvas, nbgrader, xlsx)
    _check(kinds, comments, column)
    where = course_of(folder, name, True)
    assignment, everyone = lookup.everyone(where)
    marks = marks_of(everyone, everything=everything, also=also or [])
    wanted = Wanted(column or "", rescale, comments)
    target = to.resolve() if to else where.root / "exported" / where.name
    try:
        written = take_out(where, assignment, marks, kinds, wanted, target, language_of(lang))
    except OSError as error:
        raise CourseError(f"{error.filename or target}: {error.strerror or error}.") from None
    show_exported(out, written, without_score(marks), Wording.of(assignment, language_of(lang)))


def _check(kinds: Kinds, comments: bool, column: str | None) -> None:
    """Refuse what says nothing, or two things.

    Raises:
        CourseError: what is asked for is not clear.
    """
    if kinds == Kinds():
        raise CourseError(
            "What is to be exported? Say --moodle WORKSHEET.csv, --moodle-feedback, "
            "--canvas GRADEBOOK.csv, --nbgrader or --xlsx; several at once are fine."
        )
    if comments and not kinds.moodle:
        raise CourseError("--comments are those of a worksheet: name it with --moodle.")
    if column and bool(kinds.moodle) == bool(kinds.canvas):
        raise CourseError("--column is of one table: name it with --moodle or with --canvas.")
