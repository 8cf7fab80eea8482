"""What the commands share: the application, the consoles, the options, the course they mean."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lenetlab import __version__
from lenetlab.course import directory, preprocessors
from lenetlab.course.release import generate as generate_release
from lenetlab.notebook.master import Assignment
from lenetlab.records import Language

app = typer.Typer(
    help="Release an assignment and grade what is handed in.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_ENDLESS = 1_000_000  # columns


def console(*, stderr: bool) -> Console:
    """A console; one that is no terminal wraps no line, unless COLUMNS says how wide it is."""
    made = Console(stderr=stderr, highlight=False)
    if not made.file.isatty() and "COLUMNS" not in os.environ:
        made.width = _ENDLESS
    return made


out, err = console(stderr=False), console(stderr=True)

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


Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Submissions graded at once; one a core by default."),
]


class Spoken(StrEnum):
    """Languages that the results are shown in."""

    vi = "vi"
    en = "en"


InLanguage = Annotated[
    Spoken | None,
    typer.Option(
        "--lang",
        envvar="LENETLAB_LANG",
        help="Show results in Vietnamese (the default) or in English; JSON is as recorded.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]


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


def root_of(folder: Path | None) -> Path:
    """The course folder that is named, or that the current one is in."""
    return directory.find_root((folder or Path.cwd()).resolve())


def course_of(folder: Path | None, name: str | None, sandbox: bool) -> directory.Course:
    """The assignment that is named, or the only one."""
    root = root_of(folder)
    return directory.Course(root, directory.choose(root, name), sandbox)


def language_of(spoken: Spoken | None) -> Language:
    """The language for people; programs read messages as they are recorded."""
    return "en" if spoken is Spoken.en else "vi"


def release_of(where: directory.Course) -> Assignment:
    """Generate the students' notebook."""
    worker = preprocessors.shared_worker(directory.load_master(where), where.sandbox)
    return generate_release(where, worker)
