"""A class: ``lenetlab grade`` and ``lenetlab demo``."""

from __future__ import annotations

import os
from dataclasses import replace
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
from lenetlab.course import (
    class_report,
    classroom,
    directory,
    interrupts,
    lock,
    lookup,
    preview,
    retraining,
    run,
    standings,
)
from lenetlab.course.handed_in import who_handed_in
from lenetlab.course.job import Training
from lenetlab.course.pool import cores
from lenetlab.course.strays import nothing_to_grade, strays
from lenetlab.records import Flag
from lenetlab.terminal.changes import show_preview
from lenetlab.terminal.grades import show_class
from lenetlab.terminal.progress import Bar
from lenetlab.terminal.text import Wording, escape
from lenetlab.training import Budget


@app.command()
def grade(
    students: Annotated[
        list[str] | None, typer.Argument(help="Students; all that have submitted by default.")
    ] = None,
    folder: CourseFolder = None,
    name: AssignmentName = None,
    force: Annotated[bool, typer.Option(help="Grade again what has not changed.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say whose score would change, and by what.")
    ] = False,
    feedback: Annotated[bool, typer.Option(help="Write the feedback pages.")] = True,
    no_sandbox: NoSandbox = False,
    lang: InLanguage = None,
    workers: Workers = None,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler, tcp://…, whose workers grade.")
    ] = None,
    train: Annotated[
        bool, typer.Option("--train", help="Then train the submissions again, and compare.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Train so many of them, drawn by lot.")
    ] = None,
    data: Annotated[
        list[str] | None, typer.Option(help="What to train with: FILE, or VARIABLE=FILE.")
    ] = None,
    train_minutes: Annotated[
        float, typer.Option(min=0.1, help="CPU time that one submission's training may take.")
    ] = Budget.minutes,
    tolerance: Annotated[
        float | None, typer.Option(min=0, help="Percentage points, in place of the lab's own.")
    ] = None,
) -> None:
    """Grade a class: submitted/ to autograded/, feedback/, the gradebook and grades.csv.

    With --train every cell of a submission then runs in the sandbox, with the student's seed; who
    printed an accuracy that does not come out again is on the list for a person. Exit code 1 where
    a submission could not be graded or the report not written, 130 where the run was stopped.
    """
    if dry_run and train:
        raise directory.CourseError("--dry-run trains nothing: leave --train out.")
    where = course_of(folder, name, not no_sandbox)
    todo = _chosen(where, students)
    again = (
        _training(where, data or [], Budget(train_minutes, tolerance=tolerance)) if train else None
    )
    slots = min(workers or cores(), len(todo))

    def pool(training: Training | None = None) -> run.OpenPool:
        return run.cluster(scheduler, training) if scheduler else run.local(slots, training)

    wording = Wording(language_of(lang))
    if dry_run:
        with lock.changing(where.root, "grade"), Bar(err, len(todo), wording) as bar:
            found = preview.preview(where, todo, force=force, watcher=bar, pool=pool())
        show_preview(out, found, Wording.of(found.assignment, language_of(lang)))
        return
    with lock.changing(where.root, "grade"), Bar(err, len(todo), wording) as bar:
        graded = run.grade_class(where, todo, force=force, pages=feedback, watcher=bar, pool=pool())
    if again is not None and not graded.stopped:
        with lock.changing(where.root, "grade --train"):
            graded = _train(
                where, graded, retraining.sample(todo, sample), pool(again), force, wording
            )
    wording = Wording.of(graded.assignment, language_of(lang))
    stray = strays(where)
    shown = [one for one in graded.standings if one.student in todo or not students]
    show_class(out, shown, graded.unchanged, [] if students else stray, wording)
    whole = _write_tables(where, graded, stray, feedback, wording)
    if graded.stopped:
        err.print(wording.label("stopped"))
        raise typer.Exit(interrupts.EXIT_CODE)
    if not whole or any(one.verdict.status in ("rejected", "failed") for one in shown):
        raise typer.Exit(1)


def _chosen(where: directory.Course, students: list[str] | None) -> list[str]:
    """Whom to grade.

    Raises:
        CourseError: nobody, or somebody who has handed in nothing.
    """
    everyone = who_handed_in(where)
    unknown = sorted(set(students or []) - set(everyone))
    if unknown:
        raise directory.CourseError(f"No submission of {', '.join(unknown)} in submitted/.")
    if not everyone:
        raise directory.CourseError(nothing_to_grade(where))
    return list(dict.fromkeys(students or everyone))


def _write_tables(
    where: directory.Course,
    graded: run.Result,
    stray: list[Flag],
    feedback: bool,
    wording: Wording,
) -> bool:
    """Write the tables and the report, and say where they are; False where there is no report.

    Raises:
        CourseError: a table cannot be written; the report is, if it can be.
    """
    page = _report(where, graded, stray)
    table = standings.write_grades(where, graded.assignment, graded.standings)
    review = standings.write_review(where, graded.standings, stray)
    out.print(f"{wording.label('grades-file')} {table.name}")
    if review:
        out.print(f"{wording.label('review-file')} {review.name}")
    if feedback:
        out.print(f"{wording.label('feedback-files')} feedback/*/{where.name}/{where.name}.html")
    if page:
        out.print(f"{wording.label('report-file')} {page.name}")
    return page is not None


def _training(where: directory.Course, named: list[str], budget: Budget) -> Training:
    variables = [*directory.load_master(where).lab.data]
    try:
        data = retraining.data_of(named, variables, dict(os.environ))
    except ValueError as error:
        raise directory.CourseError(str(error)) from None
    if lacking := set(variables) - data.keys():
        raise directory.CourseError(
            f"What is to be trained with? Say --data FILE for {', '.join(sorted(lacking))}; the "
            "students' own notebooks name their source of data."
        )
    return Training(data, budget)


def _train(
    where: directory.Course,
    graded: run.Result,
    chosen: list[str],
    pool: run.OpenPool,
    force: bool,
    wording: Wording,
) -> run.Result:
    """Train again, say what came of it, and look anew where everyone stands."""
    with Bar(err, len(chosen)) as bar:
        outcome = retraining.train_class(where, chosen, pool, force=force, done=bar.passed)
    for label, students in (
        ("train-confirmed", outcome.confirmed),
        ("train-doubtful", outcome.doubtful),
        ("train-known", outcome.known),
        ("train-failed", [f"{student} ({why})" for student, why in outcome.failed.items()]),
    ):
        if students:
            out.print(f"{wording.label(label)} {escape(', '.join(students))}", soft_wrap=True)
    _, standings = lookup.everyone(where)
    return replace(graded, standings=standings, stopped=outcome.stopped)


def _report(where: directory.Course, graded: run.Result, found: list[Flag]) -> Path | None:
    """Write the class report; one that cannot be made costs nobody a grade."""
    try:
        return class_report.write(where, graded.assignment, graded.standings, found, anew=False)
    except Exception as error:
        text = f"{type(error).__name__}: {error}\nThe grades are entered: try 'lenetlab report'."
        if isinstance(error, directory.CourseError):
            text = str(error)
        err.print(f"[red]no report:[/] {escape(text)}", soft_wrap=True)
        old = where.of_all("report.html")
        if old.is_file():
            err.print(f"{escape(old.name)} is that of an earlier run.")
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
    grade(
        names,
        where.root,
        where.name,
        force=True,
        no_sandbox=no_sandbox,
        lang=lang,
        workers=workers,
    )
