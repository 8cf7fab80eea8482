"""``lenetlab doctor``: what isolation this machine gives."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer

from lenetlab import doctor
from lenetlab.cli.options import AsJson, CourseFolder, app, out, root_of
from lenetlab.course import directory
from lenetlab.terminal.machine import show_machine


@app.command(name="doctor")
def examine(
    folder: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say what isolation this machine gives, and what to do where some is missing.

    Exit code 0 where submissions can be isolated, 1 where not.
    """
    try:
        root = root_of(folder)
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
        show_machine(out, items, isolated)
    if not isolated:
        raise typer.Exit(1)
