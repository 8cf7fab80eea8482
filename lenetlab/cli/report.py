"""``lenetlab report``: how a class did, as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenetlab.cli.options import AssignmentName, CourseFolder, app, course_of, out
from lenetlab.course import class_report, lookup
from lenetlab.course.strays import strays


@app.command()
def report(
    folder: CourseFolder = None,
    name: AssignmentName = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="Where to write it; report.html by default.")
    ] = None,
) -> None:
    """Write the report of a class: report.html, one file that needs no network.

    Who needs a person, scores, what was lost where, and what the class measured. Nothing is graded.
    """
    where = course_of(folder, name, True)
    assignment, everyone = lookup.everyone(where)
    target = to.resolve() if to else None
    written = class_report.write(where, assignment, everyone, strays(where), target)
    out.print(f"Report: {written.name}")
