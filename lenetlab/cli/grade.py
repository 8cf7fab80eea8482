"""A class: ``lenetlab grade`` and ``lenetlab demo``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lenetlab import tables
from lenetlab.cli.options import (
    AssignmentName,
    CourseFolder,
    NoSandbox,
    app,
    course_of,
    err,
    out,
    release_of,
)
from lenetlab.course import classroom, directory, interrupts, standings
from lenetlab.course.handed_in import who_handed_in
from lenetlab.course.strays import nothing_to_grade, strays


@app.command()
def grade(
    students: Annotated[
        list[str] | None, typer.Argument(help="Students; all that have submitted by default.")
    ] = None,
    folder: CourseFolder = None,
    name: AssignmentName = None,
    force: Annotated[bool, typer.Option(help="Grade again what has not changed.")] = False,
    feedback: Annotated[bool, typer.Option(help="Write the feedback pages.")] = True,
    no_sandbox: NoSandbox = False,
) -> None:
    """Grade a class: submitted/ to autograded/, feedback/, the gradebook and grades.csv.

    Exit code 1 where a submission could not be graded, 130 where the run was stopped.
    """
    where = course_of(folder, name, not no_sandbox)
    everyone = who_handed_in(where)
    unknown = sorted(set(students or []) - set(everyone))
    if unknown:
        raise directory.CourseError(f"No submission of {', '.join(unknown)} in submitted/.")
    todo = list(dict.fromkeys(students or everyone))
    if not todo:
        raise directory.CourseError(nothing_to_grade(where))
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        advance = partial(progress.advance, progress.add_task("grading", total=len(todo)))
        graded = classroom.grade_class(where, todo, force=force, pages=feedback, done=advance)
    found = strays(where)
    shown = [one for one in graded.standings if one.student in todo or not students]
    tables.show_class(out, shown, graded.unchanged, [] if students else found)
    table = standings.write_grades(where, graded.assignment, graded.standings)
    review = standings.write_review(where, graded.standings, found)
    out.print(f"Grades: {table.name}" + (f"; to look at: {review.name}" if review else ""))
    if feedback:
        out.print(f"Feedback: feedback/<student>/{where.name}/{where.name}.html")
    if graded.stopped:
        err.print("stopped; what was graded so far is kept, and the next run goes on")
        raise typer.Exit(interrupts.EXIT_CODE)
    if any(one.verdict.status in ("rejected", "failed") for one in shown):
        raise typer.Exit(1)


@app.command()
def demo(
    folder: CourseFolder = None, name: AssignmentName = None, no_sandbox: NoSandbox = False
) -> None:
    """Release the assignment, hand in the example submissions, and grade them all."""
    where = course_of(folder, name, not no_sandbox)
    release_of(where)
    names = classroom.install_examples(where, where.root / "examples")
    grade(names, where.root, where.name, force=True, feedback=True, no_sandbox=no_sandbox)
