"""Trains a submission again, in the sandbox: every cell runs, those that grading leaves out too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import is_grade

from lenetlab.boxes import client, timelimit
from lenetlab.boxes.program import new_worker
from lenetlab.boxes.steps import Request, Run
from lenetlab.boxes.timelimit import TimeLimit
from lenetlab.notebook import measurements
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.outputs import as_nodes
from lenetlab.notebook.retraining import Retrained, accuracies
from lenetlab.records import Flag
from lenetlab.sandbox.limits import Limits
from lenetlab.sandbox.worker import Worker

MEMORY = 6 << 30  # bytes that a submission may use


@dataclass(frozen=True)
class Budget:
    """What one submission's training may use, and how far its figures may be from the others."""

    minutes: float = 60.0  # of CPU time
    tolerance: float | None = None  # percentage points, in place of the lab's

    @property
    def limits(self) -> Limits:
        """The same for the box; nothing need be printed for as long as it takes."""
        cpu, wall = 60 * self.minutes, self.of_a_cell.wall
        return Limits(cpu=cpu, wall=wall, silence=wall, memory=MEMORY, address_space=4 * MEMORY)

    @property
    def of_a_cell(self) -> TimeLimit:
        """The time of one cell: all that there is."""
        return timelimit.seconds(60 * self.minutes)


def worker_for(assignment: Assignment, sandboxed: bool, data: Mapping[str, Path]) -> Worker:
    """A worker whose cells find ``data``, files by their variables, in place of the lab's few."""
    files = {**assignment.lab.data, **data}
    return new_worker(sandboxed=sandboxed, files=files, training=True)


def train(
    notebook: NotebookNode, worker: Worker, assignment: Assignment, budget: Budget
) -> Retrained:
    """Run a restored notebook's cells, the student's seed among them, and compare the accuracies.

    What the cells print is written into the notebook.

    Raises:
        GradingFailed: the grader or the machine was at fault.
    """
    handover = Handover.required(notebook)
    cells = [c for c in notebook.cells if c.cell_type == "code" and not is_grade(c)]
    steps: list[Run] = [Run(cell.id, cell.source) for cell in cells]
    request = Request([*steps], budget.of_a_cell, seed=0, figures={})
    flags: list[Flag] = []
    answers = client.replay(request, worker, flags, budget.limits)
    for cell in cells:
        cell.outputs = as_nodes(answers.outputs.get(cell.id, []))
    again = measurements.read(cells, assignment.lab, assignment.names)
    trouble = "; ".join(flag.message for flag in flags)
    tolerance = assignment.lab.tolerance if budget.tolerance is None else budget.tolerance
    printed = accuracies(handover.evidence)
    return Retrained(handover.of, printed, accuracies(again), tolerance, trouble)
