"""``lenetlab collect``: what learning systems give, brought into ``submitted/``."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from nbgrader.api import Gradebook
from rich.progress import Progress, SpinnerColumn, TextColumn

from lenetlab.cli.options import AssignmentName, CourseFolder, app, course_of, err, out
from lenetlab.collect import overview
from lenetlab.collect import roster as rosters
from lenetlab.collect.collecting import Wanted
from lenetlab.collect.collecting import collect as bring_in
from lenetlab.collect.roster import Person
from lenetlab.collect.systems import System
from lenetlab.course import directory, gradebook, lock
from lenetlab.terminal.collected import show_collected


class Given(StrEnum):
    """Who has made the archives."""

    auto = "auto"
    moodle = "moodle"
    canvas = "canvas"
    plain = "plain"


SYSTEMS: dict[Given, System] = {
    Given.moodle: "moodle", Given.canvas: "canvas", Given.plain: "plain",
}  # fmt: skip


@app.command()
def collect(
    named: Annotated[
        list[Path],
        typer.Argument(metavar="SOURCE...", help="Zip archives or folders of submissions."),
    ],
    roster: Annotated[
        Path | None,
        typer.Option(help="The class list (CSV): who is who, and who is missing."),
    ] = None,
    system: Annotated[
        Given, typer.Option(help="Whose names the archives have; found out by default.")
    ] = Given.auto,
    times: Annotated[
        bool | None,
        typer.Option(
            "--times/--no-times",
            help="Whether the files' times are the hand-ins'; by default where they differ.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Say what would be done, and do nothing.")] = False,
    folder: CourseFolder = None,
    name: AssignmentName = None,
) -> None:
    """Bring into submitted/ what Moodle, Canvas, Google Drive or people give.

    Run again, it brings in only what is new; nothing is overwritten without a copy. Exit code 1
    where no source could be read.
    """
    where = course_of(folder, name, True)
    people = rosters.read(roster) if roster else []
    wanted = Wanted(SYSTEMS.get(system), times, dry_run)
    columns = (SpinnerColumn(), TextColumn("collecting: {task.completed:.0f} hand-ins"))
    with (
        lock.changing(where.root, "collect"),
        Progress(*columns, console=err, transient=True) as progress,
    ):
        advance = partial(progress.advance, progress.add_task("collecting", total=None))
        found = bring_in(where, named, people, wanted, advance)
    if len(found.unreadable) == len(named):
        reasons = "\n  ".join(f"{path}: {why}" for path, why in found.unreadable)
        raise directory.CourseError(f"Nothing was collected:\n  {reasons}")
    if people and not dry_run:
        _enter(where, people)
    show_collected(out, found)
    if dry_run:
        out.print("Nothing was written (--dry-run).")
    else:
        table = overview.write(where, found)
        out.print(f"Collected: {table.name}; next: lenetlab grade")


def _enter(where: directory.Course, people: list[Person]) -> None:
    """Give the gradebook the names: grades.csv and the formgrader show them."""
    with directory.nbgrader_api(where) as api:
        book = Gradebook(api.coursedir.db_url, api.coursedir.course_id)
        with book:
            gradebook.enter_students(
                book, [(p.student, p.last_name, p.first_name, p.email) for p in people]
            )
