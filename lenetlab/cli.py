"""The command line: ``lenetlab release | check | grade | demo | doctor``."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

# An optional part of jsonschema, which nothing here uses, compiles a grammar when it is imported:
# more than half of the time that nbgrader takes to load. None makes it one that is not installed.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# ruff: noqa: E402
from lenetlab import __version__, doctor, grading, tables
from lenetlab.boxes import client
from lenetlab.course import classroom, directory, interrupts, preprocessors, standings, to_check
from lenetlab.course.handed_in import who_handed_in
from lenetlab.course.release import generate as generate_release
from lenetlab.course.strays import nothing_to_grade, strays
from lenetlab.notebook import intake
from lenetlab.notebook.master import Assignment
from lenetlab.records import Flag, GradingFailed, Verdict, ungraded
from lenetlab.sandbox.confine import SandboxUnavailable
from lenetlab.sandbox.worker import Worker

app = typer.Typer(
    help="Release an assignment and grade what is handed in.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
out, err = Console(highlight=False), Console(stderr=True, highlight=False)

CourseFolder = Annotated[
    Path | None,
    typer.Option("--course", help="The course folder; found from here upwards by default."),
]
AssignmentName = Annotated[
    str | None,
    typer.Option("--assignment", help="Its folder in source/; the only one there by default."),
]
NoSandbox = Annotated[
    bool,
    typer.Option("--no-sandbox", help="Run submissions unprotected: only those that you trust."),
]


def main() -> None:
    """Run the command line; errors that a user can mend are one message, not a traceback.

    An interrupt that no command catches is typer's, which ends with the same exit code.
    """
    interrupts.enable()
    try:
        app()
    except (directory.CourseError, SandboxUnavailable) as error:
        err.print(f"[red]error:[/] {tables.escape(str(error))}", soft_wrap=True)
        raise SystemExit(1) from None


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"lenetlab {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Release an assignment and grade what is handed in."""


def _root_of(folder: Path | None) -> Path:
    return directory.find_root((folder or Path.cwd()).resolve())


def _course(folder: Path | None, name: str | None, sandbox: bool) -> directory.Course:
    root = _root_of(folder)
    return directory.Course(root, directory.choose(root, name), sandbox)


def _release(where: directory.Course) -> Assignment:
    worker = preprocessors.shared_worker(directory.load_master(where), where.sandbox)
    return generate_release(where, worker)


@app.command()
def release(
    folder: CourseFolder = None, name: AssignmentName = None, no_sandbox: NoSandbox = False
) -> None:
    """Grade the solved notebook and the untouched one, then generate the students' notebook.

    Refused unless every item earns its points in the one and nothing in the other.
    """
    where = _course(folder, name, not no_sandbox)
    assignment = _release(where)
    out.print(
        f"{where.release.relative_to(where.root)}: {len(assignment.cells)} cells, "
        f"{assignment.max_score:g} points, no solution and no hidden test in it.\n"
        "Graded: solved, every item earns full points (answers that only measurements can judge "
        "aside), and untouched none."
    )


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Notebooks, or folders of notebooks.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")] = False,
    folder: CourseFolder = None,
    name: AssignmentName = None,
    no_sandbox: NoSandbox = False,
) -> None:
    """Grade notebooks without touching the gradebook.

    Each is of the assignment that is named, or that its file name or its cells tell. Exit code 1
    where a file could not be graded, 130 where the run was stopped.
    """
    known = to_check.assignments(_root_of(folder), name)
    # Where several are possible, nobody knows the points of a file that was not graded.
    most = next(iter(known.values())).max_score if len(known) == 1 else 0.0
    todo, verdicts, left = to_check.notebooks(files), list[Verdict](), list[Path]()

    def worker_for(assignment: Assignment) -> Worker:
        return preprocessors.shared_worker(assignment, not no_sandbox)

    def read(path: Path) -> NotebookNode:
        return client.read(path, worker_for(next(iter(known.values()))))

    try:
        for path in todo:
            try:
                assignment = to_check.assignment_of(path, known, read)
                verdict = grading.check_file(path, assignment, worker_for(assignment))
            except (intake.Rejected, GradingFailed) as error:
                verdict = grading.verdict_of(error, grading.name_of(path), most)
            verdicts.append(verdict)
            if not as_json:
                tables.show_verdict(err if verdict.score is None else out, verdict)
    except KeyboardInterrupt:
        left = todo[len(verdicts) :]
        flag = Flag("interrupted", "the run was stopped before this was graded", True)
        for path in left:
            verdicts.append(ungraded(grading.name_of(path), "interrupted", most, flag))
    if as_json:
        text = json.dumps([v.as_json() for v in verdicts], ensure_ascii=False, indent=1)
        # JSON escapes the control characters of ASCII; a terminal obeys others too.
        typer.echo(re.sub("[\x7f-\x9f]", lambda c: f"\\u{ord(c[0]):04x}", text))
    elif left:
        err.print(f"stopped; not graded: {len(left)} of {len(todo)}")
    if left:
        raise typer.Exit(interrupts.EXIT_CODE)
    if any(verdict.score is None for verdict in verdicts):
        raise typer.Exit(1)


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
    where = _course(folder, name, not no_sandbox)
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
        graded = classroom.grade_class(where, todo, force=force, feedback=feedback, done=advance)
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
    where = _course(folder, name, not no_sandbox)
    _release(where)
    names = classroom.install_examples(where, where.root / "examples")
    grade(names, where.root, where.name, force=True, feedback=True, no_sandbox=no_sandbox)


@app.command(name="doctor")
def examine(
    folder: CourseFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")] = False,
) -> None:
    """Say what isolation this machine gives, and what to do where some is missing.

    Exit code 0 where submissions can be isolated, 1 where not.
    """
    try:
        root = _root_of(folder)
    except directory.CourseError:
        if folder:
            raise
        root = None  # a machine can be looked at before there is a course
    items = doctor.examine(root)
    isolated = all(item.state != doctor.MISSING for item in items)
    if as_json:
        found = {"isolated": isolated, "items": [asdict(item) for item in items]}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        tables.show_items(out, items, isolated)
    if not isolated:
        raise typer.Exit(1)
