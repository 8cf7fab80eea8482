"""A class: ``lenetlab grade`` and ``lenetlab demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenetlab.cli.options import (
    AssignmentName,
    CourseFolder,
    InLanguage,
    NoSandbox,
    Workers,
    app,
    course_of,
    err,
    language_of,
    out,
    release_of,
)
from lenetlab.course import class_report, classroom, directory, interrupts, lock, run, standings
from lenetlab.course.handed_in import who_handed_in
from lenetlab.course.strays import nothing_to_grade, strays
from lenetlab.records import Flag
from lenetlab.terminal.grades import show_class
from lenetlab.terminal.progress import Bar
from lenetlab.terminal.text import Wording, escape


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
    lang: InLanguage = None,
    workers: Workers = None,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler, tcp://…, whose workers grade.")
    ] = None,
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
    pool = run.cluster(scheduler) if scheduler else run.local(workers)
    with (
        lock.changing(where.root, "grade"),
        Bar(err, len(todo), Wording(language_of(lang))) as bar,
    ):
        graded = run.grade_class(where, todo, force=force, pages=feedback, watcher=bar, pool=pool)
    wording = Wording.of(graded.assignment, language_of(lang))
    found = strays(where)
    shown = [one for one in graded.standings if one.student in todo or not students]
    show_class(out, shown, graded.unchanged, [] if students else found, wording)
    table = standings.write_grades(where, graded.assignment, graded.standings)
    review = standings.write_review(where, graded.standings, found)
    page = _report(where, graded, found)
    out.print(f"{wording.label('grades-file')} {table.name}")
    if review:
        out.print(f"{wording.label('review-file')} {review.name}")
    if feedback:
        out.print(f"{wording.label('feedback-files')} feedback/*/{where.name}/{where.name}.html")
    if page:
        out.print(f"{wording.label('report-file')} {page.name}")
    if graded.stopped:
        err.print(wording.label("stopped"))
        raise typer.Exit(interrupts.EXIT_CODE)
    if any(one.verdict.status in ("rejected", "failed") for one in shown):
        raise typer.Exit(1)


def _report(where: directory.Course, graded: run.Result, found: list[Flag]) -> Path | None:
    """Write the class report; one that cannot be made costs nobody a grade."""
    try:
        return class_report.write(where, graded.assignment, graded.standings, found, anew=False)
    except Exception as error:
        err.print(f"[red]no report:[/] {escape(f'{type(error).__name__}: {error}')}")
        return None


@app.command()
def demo(
    folder: CourseFolder = None,
    name: AssignmentName = None,
    no_sandbox: NoSandbox = False,
    lang: InLanguage = None,
    workers: Workers = None,
) -> None:
    """Release the assignment, hand in the example submissions, and grade them all."""
    where = course_of(folder, name, not no_sandbox)
    with lock.changing(where.root, "demo"):
        release_of(where)
        names = classroom.install_examples(where, where.root / "examples")
    grade(names, where.root, where.name, True, True, no_sandbox, lang, workers)
