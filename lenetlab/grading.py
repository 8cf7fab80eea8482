"""Grades one restored notebook: replay, clean room, and the outputs that nbgrader scores.

Data flows one way: the student's cells go to the replay box, values come back and are checked, the
master's tests go with those values to the clean room, outputs come back and are written into the
notebook. Which cell earned what is then read by nbgrader's own rule.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from lenetlab.boxes import cleanroom, client, tasks
from lenetlab.boxes.program import new_worker
from lenetlab.boxes.steps import Answers, Request, Run
from lenetlab.boxes.values import lacking
from lenetlab.notebook import doubts, intake, verdicts
from lenetlab.notebook.blame import Failures
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.outputs import ROOM, as_nodes, encodable, within
from lenetlab.notebook.restore import restore
from lenetlab.records import Flag, GradingFailed, Verdict, ungraded
from lenetlab.sandbox.confine import SandboxUnavailable
from lenetlab.sandbox.worker import Worker

UNPROTECTED = Flag("no-sandbox", "graded without a sandbox: nothing protected the grader", True)
_UNPROTECTED_NOTE = (
    "> **Lưu ý cho người chấm:** bài này được chấm *không có sandbox* (`--no-sandbox`). "
    "Điểm chỉ đáng tin nếu bài nộp đáng tin."
)


def worker_for(assignment: Assignment, sandboxed: bool) -> Worker:
    """A worker in which the submissions of ``assignment`` find the lab's data."""
    return new_worker(sandboxed=sandboxed, files=assignment.lab.data, opening=assignment.opening)


def check_file(path: Path, assignment: Assignment, worker: Worker) -> Verdict:
    """Grade the notebook at ``path``; a file that cannot be read is a verdict too."""
    name = name_of(path)
    try:
        return check(name, client.read(path, worker), assignment, worker)
    except (intake.Rejected, GradingFailed) as error:
        return verdict_of(error, name, assignment.max_score)


def name_of(path: Path) -> str:
    """The file's name for a verdict: text that JSON can carry."""
    return encodable(str(path))


def check(name: str, submitted: NotebookNode, assignment: Assignment, worker: Worker) -> Verdict:
    """Grade a notebook that was read; whatever goes wrong is a verdict too.

    Raises:
        SandboxUnavailable: no submission could be graded here.
    """
    try:
        notebook = restore(submitted, assignment)
        grade(notebook, worker, assignment)
        return verdicts.record(name, notebook).verdict
    except SandboxUnavailable:
        raise
    except Exception as error:  # the last resort: one file must not stop the others
        return verdict_of(error, name, assignment.max_score)


def verdict_of(error: Exception, name: str, max_score: float) -> Verdict:
    """The verdict where grading ended so; an error that nobody foresaw is the grader's own."""
    if isinstance(error, intake.Rejected):
        flag = Flag(error.code, str(error), True)
        return ungraded(name, "rejected", max_score, flag)
    if isinstance(error, GradingFailed):
        return ungraded(name, "failed", max_score, *error.flags)
    flag = Flag("grading-failed", f"{type(error).__name__}: {error}"[:300], True)
    return ungraded(name, "failed", max_score, flag)


def grade(notebook: NotebookNode, worker: Worker, assignment: Assignment) -> None:
    """Run a restored notebook and write every cell's outputs into it.

    Raises:
        GradingFailed: a check, the grader or the machine was at fault.
    """
    began = time.monotonic()
    handover = Handover.required(notebook)
    flags = handover.flags
    if not worker.sandboxed:
        flags.append(UNPROTECTED)
    request = tasks.replay(notebook, handover, assignment)
    replayed = client.replay(request, worker, flags)
    run = _write_replayed(notebook, request, replayed)
    results = client.test(tasks.tests(notebook, request, replayed, handover, assignment), worker)
    failures = Failures(
        notebook.cells, replayed.raised, assignment, replayed.stand_ins, request.figures
    )
    losses = _write_results(notebook, request, replayed, results, failures, run)
    flags += doubts.decided(handover.doubts, losses.tests, losses.empty, assignment)
    flags += failures.flags
    if replayed.stand_ins:
        text = f"not here, so that inert modules stood in: {', '.join(sorted(replayed.stand_ins))}"
        costly = ", ".join(sorted(losses.stand_ins))
        text += f"; points may be lost by it: {costly}" if costly else ""
        flags.append(Flag("stand-in", text, bool(costly)))
    handover.findings = {key: list(result.findings) for key, result in results.items()}
    handover.layers = {key: list(result.layers) for key, result in results.items() if result.layers}
    handover.seconds = round(time.monotonic() - began, 3)
    handover.graded = True
    handover.store(notebook)
    if not worker.sandboxed:
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(_UNPROTECTED_NOTE))


def _write_replayed(notebook: NotebookNode, request: Request, replayed: Answers) -> int:
    """Write what the student's cells printed and raised; returns how many cells were run."""
    keys = {step.key for step in request.steps if isinstance(step, Run)}
    cells = [cell for cell in notebook.cells if cell.id in keys]
    printed = within((replayed.outputs.get(cell.id, []) for cell in cells), ROOM)
    for number, (cell, kept) in enumerate(zip(cells, printed, strict=True), start=1):
        cell.execution_count = number if cell.id in replayed.outputs else None
        cell.outputs = as_nodes(kept, number)
    return len(cells)


@dataclass(frozen=True)
class _Losses:
    """The tests that lost points, those that found nothing to check, and packages behind it."""

    tests: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    stand_ins: set[str] = field(default_factory=set)


def _write_results(
    notebook: NotebookNode,
    request: Request,
    replayed: Answers,
    results: Mapping[str, cleanroom.Result],
    failures: Failures,
    run: int,
) -> _Losses:
    """Write what came of each test, explained by what happened in the student's cells.

    ``run`` is the number of cells that were run before.

    Raises:
        GradingFailed: a test gives more points than it has.
    """
    losses, asked = _Losses(), request.asked
    for number, cell in enumerate(tasks.tests_of(notebook), start=run + 1):
        key = cell.metadata.nbgrader.grade_id
        result, missing = results[key], lacking(replayed.values.get(key, {}), asked[key])
        cell.execution_count = number
        cell.outputs = as_nodes(failures.explain(cell, result.outputs, missing), number)
        try:
            score, most = determine_grade(cell)
        except ValueError as error:  # more than the cell's points
            text = f"cell {key} gives no score: {error}"
            raise GradingFailed(Flag("check-error", text, True)) from None
        if float(score or 0) < most:
            losses.tests.add(key)
            losses.empty.update([key] if missing else [])
            if missing or not result.findings:
                losses.stand_ins.update(failures.used(cell))
    return losses
