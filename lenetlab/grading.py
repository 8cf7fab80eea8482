"""Grades one restored notebook: replay, clean room, and the outputs that nbgrader scores.

Data flows one way: the student's cells go to the replay box, values come back and are checked, the
master's tests go with those values to the clean room, outputs come back and are written into the
notebook. Which cell earned what is then read by nbgrader's own rule.
"""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path
from typing import Any

import msgspec
import nbformat
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from lenetlab.boxes import cleanroom, client
from lenetlab.boxes.program import new_worker
from lenetlab.boxes.steps import Describe, Request, Run
from lenetlab.boxes.values import lacking
from lenetlab.notebook import doubts, intake, verdicts
from lenetlab.notebook.blame import Failures
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.measurements import Measured
from lenetlab.notebook.names import names, names_of_any
from lenetlab.notebook.outputs import ROOM, encodable, within
from lenetlab.notebook.raised import Raised
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
    tests = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    graded = {cell.id for cell in tests}
    skipped = {cell.id for cell in assignment.cells if cell.skipped}
    handover = Handover.load(notebook)
    if handover is None:
        raise GradingFailed(Flag("not-restored", "the notebook was not restored before", True))
    flags = handover.flags
    if not worker.sandboxed:
        flags.append(UNPROTECTED)

    steps: list[Run | Describe] = []
    student: list[NotebookNode] = []
    for cell in notebook.cells:
        if cell.id in graded:
            steps.append(_describe(cell, assignment))
        elif cell.cell_type == "code" and cell.id not in skipped:
            student.append(cell)
            steps.append(Run(cell.id, cell.source))
    seed = secrets.randbits(32)
    figures = _figures(handover.evidence, assignment)
    replay = Request(steps, client.CELL, seed, figures)
    replayed = client.replay(replay, worker, flags)
    printed = within((replayed.outputs.get(cell.id, []) for cell in student), ROOM)
    for number, (cell, kept) in enumerate(zip(student, printed, strict=True), start=1):
        cell.execution_count = number if cell.id in replayed.outputs else None
        cell.outputs = _nodes(kept, number)
        if cell.id in replayed.raised:
            raised = replayed.raised[cell.id]
            text = raised.text + _unmeasured(raised, cell.source, figures, assignment)
            replayed.raised[cell.id] = msgspec.structs.replace(raised, text=text)

    asked = {step.key: step.names for step in steps if isinstance(step, Describe)}
    payload = []
    for cell in tests:
        key = cell.metadata.nbgrader.grade_id
        values = replayed.values.get(key, {})
        payload.append(cleanroom.Test(key, cell.source, list(asked[key]), values))
    request = cleanroom.Payload(
        tests=payload,
        helpers=assignment.helpers,
        measured=handover.evidence,
        doubtful=handover.doubtful,
        other_data=handover.other_data,
        references=list(assignment.lab.reference_runs),
        hints=assignment.lab.hints,
        kinds=assignment.lab.kinds,
        limit=client.TEST,
        seed=seed,
    )
    results = client.test(request, worker)
    failures = Failures(notebook.cells, replayed.raised, assignment, replayed.stand_ins)
    costly: set[str] = set()  # stand-ins on which depends what lost points
    lost, empty = set[str](), set[str]()  # tests that lost points, and those that found nothing
    for number, cell in enumerate(tests, start=len(student) + 1):
        cell.execution_count = number
        key = cell.metadata.nbgrader.grade_id
        missing = lacking(replayed.values.get(key, {}), asked[key])
        cell.outputs = _nodes(failures.explain(cell, results[key].outputs, missing), number)
        try:
            score, most = determine_grade(cell)
        except ValueError as error:  # more than the cell's points
            text = f"cell {key} gives no score: {error}"
            raise GradingFailed(Flag("check-error", text, True)) from None
        if float(score or 0) < most:
            if missing or not results[key].findings:
                costly.update(failures.used(cell))
            lost.add(key)
            empty.update([key] if missing else [])
    flags += doubts.decided(handover.doubts, lost, empty, assignment)
    flags += failures.flags
    if replayed.stand_ins:
        text = f"not here, so that inert modules stood in: {', '.join(sorted(replayed.stand_ins))}"
        text += f"; points may be lost by it: {', '.join(sorted(costly))}" if costly else ""
        flags.append(Flag("stand-in", text, bool(costly)))
    handover.findings = {key: list(result.findings) for key, result in results.items()}
    handover.layers = {key: list(result.layers) for key, result in results.items() if result.layers}
    handover.seconds = round(time.monotonic() - began, 3)
    handover.graded = True
    handover.store(notebook)
    if not worker.sandboxed:
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(_UNPROTECTED_NOTE))


def _figures(measured: Measured, assignment: Assignment) -> dict[str, dict[str, float]]:
    """What a model's object holds after training, by its class and the attribute: the last one."""
    lab = assignment.lab
    return {
        lab.class_of(model): {
            attribute: kinds[kind][-1]
            for kind, attribute in lab.attributes.items()
            if kind in kinds
        }
        for model, kinds in measured.items()
    }


def _unmeasured(
    raised: Raised, source: str, figures: dict[str, dict[str, float]], assignment: Assignment
) -> str:
    """Where a cell failed on None, which of its models the notebook has no figures of."""
    if "NoneType" not in raised.text:
        return ""
    mentions = names_of_any(source).mentions
    locked = "\n".join(c.release for c in assignment.cells if c.role == "locked")
    lacking = [
        f"{owner} ({', '.join(sorted(missing))})"
        for name, owner in re.findall(r"^ *(\w+) *= *(\w+)\(", locked, re.MULTILINE)
        if name in mentions and owner in assignment.classes
        if (missing := set(assignment.lab.attributes.values()) - figures.get(owner, {}).keys())
    ]
    return f"; notebook đã nộp không có số đo của {', '.join(lacking)}" if lacking else ""


def _describe(cell: NotebookNode, assignment: Assignment) -> Describe:
    """What a test reads of the student's; what no other cell makes, it is to make itself.

    Raises:
        GradingFailed: the cell is no Python.
    """
    grade_id = cell.metadata.nbgrader.grade_id
    try:
        reads = names(cell.source).reads
    except SyntaxError as error:
        text = f"cell {grade_id} is no Python: {error}"
        raise GradingFailed(Flag("check-error", text, True)) from None
    wanted = {name: read for name, read in reads.items() if name in assignment.names}
    return Describe(grade_id, wanted, assignment.answers.get(grade_id, []))


def _nodes(outputs: list[dict[str, Any]], count: int) -> list[NotebookNode]:
    nodes = [nbformat.from_dict(output) for output in outputs]
    for node in nodes:
        if node.output_type == "execute_result":
            node.execution_count = count
    return nodes
