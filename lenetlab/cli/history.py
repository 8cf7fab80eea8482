"""``lenetlab history``: which scores have changed, by what, and what was handed in before."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from lenetlab.cli.explain import known, students
from lenetlab.cli.options import (
    AsJson,
    AssignmentName,
    CourseFolder,
    InLanguage,
    app,
    course_of,
    language_of,
    out,
)
from lenetlab.course import directory, lookup
from lenetlab.terminal.changes import show_attempts, show_changes
from lenetlab.terminal.text import Wording, escape_name


@app.command()
def history(
    student: Annotated[
        str | None,
        typer.Argument(
            help="A student's folder name, or a part of it; everyone by default.",
            autocompletion=students,
        ),
    ] = None,
    folder: CourseFolder = None,
    name: AssignmentName = None,
    lang: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Show every change of a score: student, item, before, after, cause, and who did it.

    With a student also what was handed in before, and its scores. Times in JSON are in UTC.
    """
    where = course_of(folder, name, True)
    who = known(where, student) if student is not None else None
    found = lookup.history(where, who)
    mine = {name: all_ for name, all_ in found.attempts.items() if who in (None, name)}
    if as_json:
        changes = [asdict(change) for change in found.changes]
        attempts = {name: [asdict(one) for one in all_] for name, all_ in mine.items()}
        told = {"changes": changes, "attempts": attempts}
        out.print_json(json.dumps(told, default=lambda time: f"{time.isoformat()}Z"))
        return
    wording = Wording.of(directory.load_master(where), language_of(lang))
    if who is not None:
        _, one = lookup.standing_of(where, who)
        out.print(f"[bold]{escape_name(who)}[/]")
        show_attempts(out, mine.get(who, []), one, where, wording)
    show_changes(out, found.changes, wording)
