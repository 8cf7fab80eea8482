"""``lenetlab check``: notebooks graded without touching the gradebook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer
from nbformat import NotebookNode

from lenetlab import grading
from lenetlab.boxes import client
from lenetlab.cli.options import (
    AsJson,
    AssignmentName,
    CourseFolder,
    InLanguage,
    NoSandbox,
    app,
    err,
    language_of,
    out,
    root_of,
)
from lenetlab.course import interrupts, preprocessors, to_check
from lenetlab.notebook import intake
from lenetlab.notebook.master import Assignment
from lenetlab.records import Flag, GradingFailed, Verdict, ungraded
from lenetlab.sandbox.worker import Worker
from lenetlab.terminal.progress import Bar
from lenetlab.terminal.text import Wording
from lenetlab.terminal.verdict import show_verdict


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Notebooks, or folders of notebooks.")],
    as_json: AsJson = False,
    folder: CourseFolder = None,
    name: AssignmentName = None,
    no_sandbox: NoSandbox = False,
    lang: InLanguage = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show the items that lost nothing, too.")
    ] = False,
) -> None:
    """Grade notebooks without touching the gradebook.

    Each is of the assignment that is named, or that its file name or its cells tell. Exit code 1
    where a file could not be graded, 130 where the run was stopped.
    """
    known = to_check.assignments(root_of(folder), name)
    # Where several are possible, nobody knows the points of a file that was not graded.
    most = next(iter(known.values())).max_score if len(known) == 1 else 0.0
    todo, verdicts, left = to_check.notebooks(files), list[Verdict](), list[Path]()

    def worker_for(assignment: Assignment) -> Worker:
        return preprocessors.shared_worker(assignment, not no_sandbox)

    def read(path: Path) -> NotebookNode:
        return client.read(path, worker_for(next(iter(known.values()))))

    unknown = wording = Wording(language_of(lang))
    try:
        with Bar(err, len(todo)) as bar:
            for path in todo:
                wording = unknown
                try:
                    assignment = to_check.assignment_of(path, known, read)
                    wording = Wording.of(assignment, language_of(lang))
                    verdict = grading.check_file(path, assignment, worker_for(assignment))
                except (intake.Rejected, GradingFailed) as error:
                    verdict = grading.verdict_of(error, grading.name_of(path), most)
                verdicts.append(verdict)
                if not as_json:
                    console = err if verdict.score is None else out
                    show_verdict(console, verdict, wording, everything=everything)
                bar.passed(path.name)
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
        stopped = unknown.label("stopped-check")
        err.print(f"{stopped} {len(left)}/{len(todo)}")
    if left:
        raise typer.Exit(interrupts.EXIT_CODE)
    if any(verdict.score is None for verdict in verdicts):
        raise typer.Exit(1)
