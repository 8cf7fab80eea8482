"""The boxes as the grader uses them: a submission is read, replayed, and its tests are run."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import msgspec
from nbformat import NotebookNode

from lenetlab.boxes import cleanroom, standins
from lenetlab.boxes.steps import Answers, Describe, Request, Run, answers
from lenetlab.notebook import intake
from lenetlab.notebook.outputs import Output, clean, error_output
from lenetlab.records import Flag, GradingFailed
from lenetlab.sandbox.limits import PATIENCE, Limits
from lenetlab.sandbox.worker import Outcome, Worker

RETRIES = 2  # replays again without a cell that killed the process
PACKAGE_ROUNDS = 5  # replays again with stand-ins for packages that are not there
READING = Limits(cpu=30, wall=30 * PATIENCE, silence=30 * PATIENCE, memory=2 << 30, output=16 << 20)
_DEATHS = {
    "time": "ô này chạy quá lâu và không dừng được",
    "memory": "ô này dùng quá nhiều bộ nhớ",
    "output": "ô này in ra quá nhiều",
}


def read(path: Path, worker: Worker) -> NotebookNode:
    """Read a submission, within limits: what it holds beyond what grading needs is left out.

    Raises:
        Rejected: it is no notebook that could be graded.
        GradingFailed: the sandbox was at fault.
        SandboxUnavailable: no submission could be graded here.
    """
    if os.path.islink(path):  # noqa: PTH114 - the other raises on a name too long
        raise intake.Rejected("link", "this is a link; name the file that it leads to")
    return read_data(intake.load(path), worker)


def read_data(data: bytes, worker: Worker) -> NotebookNode:
    """The same of the file's bytes.

    Raises:
        Rejected, GradingFailed, SandboxUnavailable: as :func:`read`.
    """
    small = intake.read_small(data)
    if small is not None:
        return small
    outcome = _run_box(worker, "read", data, READING)
    answer = next(filter(None, outcome.answers), None)
    if answer is None:
        text = f"the file cannot be read within {READING.memory >> 30} GB and {READING.cpu:g} s"
        raise intake.Rejected("too-large", f"{text} ({outcome.end})")
    return intake.received(answer)


def replay(
    request: Request, worker: Worker, flags: list[Flag], limits: Limits | None = None
) -> Answers:
    """Run the steps; a cell that ends its process is left out of another try.

    Where a cell ends because a known package is not there, all run again with a stand-in for it.
    What a person should know of is added to ``flags``; ``limits`` are for all tries together.

    Raises:
        GradingFailed: the sandbox was at fault.
        SandboxUnavailable: no submission could be graded here.
    """
    stand_ins: frozenset[str] = frozenset()
    for _ in range(1 + PACKAGE_ROUNDS):
        found: list[Flag] = []
        asked = msgspec.structs.replace(request, stand_ins=tuple(sorted(stand_ins)))
        replayed = _replay(asked, worker, found, limits or Limits())
        missing = {
            standins.package_of(raised.name)
            for raised in replayed.raised.values()
            if raised.type == "ModuleNotFoundError"
        } - {"", *stand_ins}
        if not missing:
            break
        stand_ins |= missing
    flags += found
    replayed.stand_ins = stand_ins
    return replayed


def _replay(request: Request, worker: Worker, flags: list[Flag], limits: Limits) -> Answers:
    left_out: dict[str, list[Output]] = {}
    begun = time.monotonic()
    for _ in range(1 + RETRIES):
        kept = [step for step in request.steps if step.key not in left_out]
        left = msgspec.structs.replace(request, steps=kept)
        # Together the tries take no more time than one may.
        rest = replace(limits, wall=max(1.0, begun + limits.wall - time.monotonic()))
        outcome = _run_box(worker, "replay", msgspec.json.encode(left), rest)
        replayed = answers(kept, outcome.answers)
        if replayed.malformed:
            text = f"{replayed.malformed} messages of the student's process were malformed"
            flags.append(Flag("malformed-snapshot", f"{text} and not believed", True))
        if replayed.reached >= len(kept) or (outcome.end == "done" and replayed.malformed):
            break  # all steps answered, or answers malformed
        # Whatever the exit code: a cell may call os._exit(0).
        culprit = kept[replayed.reached]
        text = _DEATHS.get(outcome.end, f"tiến trình Python bị kết thúc ({outcome.end})")
        flags.append(Flag("cell-died", f"{_title(culprit)}: {outcome.end}", True))
        left_out[culprit.key] = [error_output("DeadKernel", text, [f"DeadKernel: {text}"])]
    replayed.outputs |= left_out
    return replayed


def _title(step: Run | Describe) -> str:
    """The step as a person finds it: its id, and how the cell begins."""
    first = step.source.strip().split("\n")[0] if isinstance(step, Run) else ""
    return f"{step.key} ({clean(first)[:60]})" if first else step.key


def test(request: cleanroom.Payload, worker: Worker) -> dict[str, cleanroom.Result]:
    """Run the tests; returns what came of each, by its grade id.

    Raises:
        GradingFailed: a test ran into an error of its own or did not end, or the sandbox failed.
        SandboxUnavailable: no submission could be graded here.
    """
    outcome = _run_box(worker, "cleanroom", msgspec.json.encode(request), Limits())
    found = [msgspec.json.decode(line, type=cleanroom.Result) for line in outcome.answers if line]
    results = {result.key: result for result in found}
    flags = [
        Flag("check-error", f"cell {key} ran into an error: {clean(result.error)[:300]}", True)
        for key, result in results.items()
        if result.error
    ]
    # One that does not end takes those after it along: only it is named.
    died = next((test.key for test in request.tests if test.key not in results), None)
    if died:
        flags.append(Flag("check-died", f"cell {died} did not end ({outcome.end})", True))
    if flags:
        raise GradingFailed(*flags)
    return results


def _run_box(worker: Worker, kind: str, payload: bytes, limits: Limits) -> Outcome:
    """Run a box.

    Raises:
        GradingFailed: the sandbox itself ended twice, which is no student's doing.
    """
    outcome = worker.run(kind, payload, limits)
    if outcome.end == "died":
        raise GradingFailed(Flag("worker-died", "the sandbox ended twice while grading", True))
    return outcome
