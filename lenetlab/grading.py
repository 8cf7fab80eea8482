"""Grades one restored notebook: replay, clean room, and the outputs that nbgrader scores.

Data flows one way: the student's cells go to the replay box, values come back and are checked, the
master's tests go with those values to the clean room, outputs come back and are written into the
notebook. Which cell earned what is then read by nbgrader's own rule.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import nbformat
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from lenetlab.boxes import cleanroom
from lenetlab.boxes.program import begin_with, new_worker
from lenetlab.boxes.values import Missing, Values
from lenetlab.boxes.values import believe as believe_values
from lenetlab.notebook import intake, verdicts
from lenetlab.notebook.blame import Failures
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.names import names
from lenetlab.notebook.outputs import ROOM, clean, encodable, error_output, valid_outputs, within
from lenetlab.notebook.restore import restore
from lenetlab.records import Flag, Verdict, ungraded
from lenetlab.sandbox.confine import SandboxUnavailable
from lenetlab.sandbox.limits import Limits
from lenetlab.sandbox.outcome import Outcome
from lenetlab.sandbox.worker import Worker

CELL_SECONDS = 20.0
TEST_SECONDS = 20.0
RETRIES = 2  # replays again without a cell that killed the process
READING = Limits(wall=30, silence=30, cpu=30, memory=2 << 30, output=16 << 20)
UNPROTECTED = Flag("no-sandbox", "graded without a sandbox: nothing protected the grader", True)
_UNPROTECTED_NOTE = (
    "> **Lưu ý cho người chấm:** bài này được chấm *không có sandbox* (`--no-sandbox`). "
    "Điểm chỉ đáng tin nếu bài nộp đáng tin."
)


class GradingFailed(Exception):
    """The grader, a check or the machine is at fault, so there is no verdict; ``flags`` say why."""

    def __init__(self, *flags: Flag) -> None:
        """Keep the ``flags``; the text is theirs."""
        super().__init__("; ".join(f"{flag.code}: {flag.message}" for flag in flags))
        self.flags = flags


def worker_for(assignment: Assignment, sandboxed: bool) -> Worker:
    """A worker in which the submissions of ``assignment`` find the lab's data."""
    return new_worker(sandboxed=sandboxed, files=assignment.lab.data)


def check_file(path: Path, assignment: Assignment, worker: Worker) -> Verdict:
    """Grade the notebook at ``path``; a file that cannot be read is a verdict too."""
    name = name_of(path)
    try:
        submitted = read(path, worker)
    except intake.Rejected as reason:
        flag = Flag(reason.code, str(reason), True)
        return ungraded(name, "rejected", assignment.max_score, flag)
    except GradingFailed as error:
        return ungraded(name, "failed", assignment.max_score, *error.flags)
    return check(name, submitted, assignment, worker)


def read(path: Path, worker: Worker) -> NotebookNode:
    """Read a submission, within limits: what it holds beyond what grading needs is left out.

    Raises:
        Rejected: it is no notebook that could be graded.
        GradingFailed: the sandbox was at fault.
        SandboxUnavailable: no submission could be graded here.
    """
    if os.path.islink(path):  # noqa: PTH114 - the other raises on a name too long
        raise intake.Rejected("link", "this is a link; name the file that it leads to")
    data = intake.load(path)
    message = intake.read_small(data)
    if message is None:
        outcome = _run_box(worker, "read", data, READING)
        message = outcome.messages[0] if outcome.messages else {"end": outcome.end}
    if "rejected" in message:
        raise intake.Rejected(*message["rejected"])
    if "notebook" not in message:
        text = f"the file cannot be read within {READING.memory >> 30} GB and {READING.wall:g} s"
        raise intake.Rejected("too-large", f"{text} ({message['end']})")
    return nbformat.from_dict(message["notebook"])


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
        return verdicts.read(name, notebook)
    except SandboxUnavailable:
        raise
    except Exception as error:  # the last resort: one file must not stop the others
        return ungraded(name, "failed", assignment.max_score, *blame(error))


def blame(error: Exception) -> tuple[Flag, ...]:
    """The flags that say why grading failed; an error that nobody foresaw is the grader's own."""
    if isinstance(error, GradingFailed):
        return error.flags
    return (Flag("grading-failed", f"{type(error).__name__}: {error}"[:300], True),)


def grade(notebook: NotebookNode, worker: Worker, assignment: Assignment) -> None:
    """Run a restored notebook and write every cell's outputs into it.

    Raises:
        GradingFailed: a check, the grader or the machine was at fault.
    """
    tests = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    graded = {cell.id for cell in tests}
    skipped = {cell.id for cell in assignment.cells if cell.skipped}
    handover = Handover.load(notebook)
    if handover is None:
        raise GradingFailed(Flag("not-restored", "the notebook was not restored before", True))
    flags = handover.flags
    if not worker.sandboxed:
        flags.append(UNPROTECTED)

    steps: list[dict[str, Any]] = []
    student: list[NotebookNode] = []
    asked: dict[str, dict[str, list[str]]] = {}
    for cell in notebook.cells:
        if cell.id in graded:
            grade_id = cell.metadata.nbgrader.grade_id
            drop = assignment.answers.get(grade_id, [])
            # What no other cell makes is not the student's to make: the check says so itself.
            try:
                read = names(cell.source).reads
            except SyntaxError as error:
                text = f"cell {grade_id} is no Python: {error}"
                raise GradingFailed(Flag("check-error", text, True)) from None
            wanted = {name: read[name] for name in read if name in assignment.names}
            asked[grade_id] = wanted
            steps.append({"describe": grade_id, "names": wanted, "drop": drop})
        elif cell.cell_type == "code" and cell.id not in skipped:
            student.append(cell)
            steps.append({"run": cell.id, "source": cell.source})
    begin_with(worker, assignment.opening)
    seed = secrets.randbits(32)
    replayed = _replay(steps, seed, worker, flags)

    printed = within((replayed.outputs.get(cell.id, []) for cell in student), ROOM)
    for number, (cell, kept) in enumerate(zip(student, printed, strict=True), start=1):
        cell.execution_count = number if cell.id in replayed.outputs else None
        cell.outputs = _nodes(kept, number)
    payload = []
    for cell in tests:
        key = cell.metadata.nbgrader.grade_id
        nothing: Values = {name: Missing() for name in asked[key]}
        payload.append(cleanroom.Test(key, cell.source, replayed.values.get(key, nothing)))
    request = cleanroom.Payload(
        tests=payload,
        evidence=handover.evidence,
        references=list(assignment.lab.reference_runs),
        hints=assignment.lab.hints,
        seconds=TEST_SECONDS,
        seed=seed,
    )
    outcome = _run_box(worker, "cleanroom", msgspec.json.encode(request), Limits())
    results = cleanroom.read(outcome.messages)
    broken = [_broken(cell.metadata.nbgrader.grade_id, results, outcome) for cell in tests]
    if any(broken):
        flags_of = [flag for flag in broken if flag]
        # One that does not end takes those after it along.
        died = [flag for flag in flags_of if flag.code == "check-died"]
        raise GradingFailed(*(flag for flag in flags_of if flag not in died[1:]))
    failures = Failures(student, assignment.classes)
    for number, cell in enumerate(tests, start=len(student) + 1):
        cell.execution_count = number
        outputs = results[cell.metadata.nbgrader.grade_id].outputs
        cell.outputs = _nodes(failures.explain(cell, outputs), number)
        try:
            determine_grade(cell)
        except ValueError as error:  # more than the cell's points
            text = f"cell {cell.metadata.nbgrader.grade_id} gives no score: {error}"
            raise GradingFailed(Flag("check-error", text, True)) from None
    for cell_id, what in failures.denied.items():
        text = f"cell {cell_id} asked for what the sandbox denies, which cost points: {what}"
        flags.append(Flag("denied", text, True))
    handover.findings = {key: list(result.findings) for key, result in results.items()}
    handover.graded = True
    handover.store(notebook)
    if not worker.sandboxed:
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(_UNPROTECTED_NOTE))


def _run_box(worker: Worker, kind: str, payload: dict[str, Any] | bytes, limits: Limits) -> Outcome:
    """Run a box.

    Raises:
        GradingFailed: the sandbox itself ended twice, which is no student's doing.
    """
    outcome = worker.run(kind, payload, limits)
    if outcome.end == "died":
        raise GradingFailed(Flag("worker-died", "the sandbox ended twice while grading", True))
    return outcome


def _broken(grade_id: str, results: dict[str, cleanroom.Result], outcome: Outcome) -> Flag | None:
    """Why a test came to no verdict; None where it did."""
    if grade_id not in results:
        return Flag("check-died", f"cell {grade_id} did not end ({outcome.end})", True)
    error = clean(results[grade_id].error)[:300]
    return (
        Flag("check-error", f"cell {grade_id} ran into an error: {error}", True) if error else None
    )


@dataclass
class _Replayed:
    """What the replay box reported, checked: outputs by cell id, values by test."""

    outputs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    values: dict[str, Values] = field(default_factory=dict)


def _replay(steps: list[dict[str, Any]], seed: int, worker: Worker, flags: list[Flag]) -> _Replayed:
    """Run the steps; a cell that ends its process is left out of another try."""
    replayed = _Replayed()
    left_out: dict[str, list[dict[str, Any]]] = {}
    limits = Limits(silence=CELL_SECONDS + 5)
    for _ in range(1 + RETRIES):
        kept = [step for step in steps if _key(step) not in left_out]
        request = {"steps": kept, "seconds": CELL_SECONDS, "seed": seed}
        outcome = _run_box(worker, "replay", request, limits)
        known = len(flags)
        replayed, reached = _receive(kept, outcome, flags)
        if reached >= len(kept) or (outcome.end == "done" and flags[known:]):
            break  # all steps answered, or answers malformed
        # Whatever the exit code: a cell may call os._exit(0).
        culprit = _key(kept[reached])
        text = _DEATHS.get(outcome.end, f"tiến trình Python bị kết thúc ({outcome.end})")
        flags.append(Flag("cell-died", f"{_title(kept[reached])}: {outcome.end}", True))
        left_out[culprit] = [error_output("DeadKernel", text, [f"DeadKernel: {text}"])]
    replayed.outputs |= left_out
    return replayed


def _key(step: dict[str, Any]) -> str:
    """The cell id of a cell to run, the grade id of a test to describe for."""
    return str(step.get("run") or step.get("describe"))


def _title(step: dict[str, Any]) -> str:
    """The step as a person finds it: its id, and how the cell begins."""
    first = str(step.get("source", "")).strip().split("\n")[0]
    return f"{_key(step)} ({clean(first)[:60]})" if first else _key(step)


_DEATHS = {
    "time": "ô này chạy quá lâu và không dừng được",
    "memory": "ô này dùng quá nhiều bộ nhớ",
    "output": "ô này in ra quá nhiều",
}


def _receive(
    steps: list[dict[str, Any]], outcome: Outcome, flags: list[Flag]
) -> tuple[_Replayed, int]:
    """Believe of the messages what fits: those of the steps that were asked for, in their order.

    Also returns the number of the step after the last one that was answered.
    """
    replayed, position = _Replayed(), 0
    malformed = 0
    places = {_key(step): place for place, step in enumerate(steps)}
    for message in outcome.each():
        key = message.get("cell", message.get("snapshot")) if message else None
        place = places.get(key, -1) if isinstance(key, str) else -1
        if message is None or place < position:
            malformed += 1
            continue
        position = place + 1
        if "run" in steps[place]:
            replayed.outputs[str(key)] = valid_outputs(message.get("outputs"))
            continue
        values = believe_values(message.get("values"), steps[place]["names"])
        if values is not None:
            replayed.values[str(key)] = values
        else:
            malformed += 1
    if malformed:
        text = f"{malformed} messages of the student's process were malformed and not believed"
        flags.append(Flag("malformed-snapshot", text, True))
    return replayed, position


def _nodes(outputs: list[dict[str, Any]], count: int) -> list[NotebookNode]:
    nodes = [nbformat.from_dict(output) for output in outputs]
    for node in nodes:
        if node.output_type == "execute_result":
            node.execution_count = count
    return nodes
