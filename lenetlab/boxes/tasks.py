"""What the boxes are asked for one notebook: to replay its cells, then to run its tests."""

from __future__ import annotations

import secrets

from nbformat import NotebookNode
from nbgrader.utils import is_grade

from lenetlab.boxes import cleanroom, timelimit
from lenetlab.boxes.steps import Answers, Describe, Request, Run
from lenetlab.checks.context import Context
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.measurements import Measured
from lenetlab.notebook.names import names
from lenetlab.records import Flag, GradingFailed

CELL = timelimit.seconds(20)
TEST = timelimit.seconds(20)


def replay(notebook: NotebookNode, handover: Handover, assignment: Assignment) -> Request:
    """Run the student's cells but training, and describe what each test reads, in their order."""
    tests = {cell.id for cell in tests_of(notebook)}
    skipped = {cell.id for cell in assignment.cells if cell.skipped}
    steps: list[Run | Describe] = []
    for cell in notebook.cells:
        if cell.id in tests:
            steps.append(_describe(cell, assignment))
        elif cell.cell_type == "code" and cell.id not in skipped:
            steps.append(Run(cell.id, cell.source))
    figures = _figures(handover.evidence, assignment)
    return Request(steps, CELL, secrets.randbits(32), figures)


def tests(
    notebook: NotebookNode,
    request: Request,
    replayed: Answers,
    handover: Handover,
    assignment: Assignment,
) -> cleanroom.Payload:
    """The master's tests with the values that the replay described for each."""
    asked = request.asked
    sources = {c.metadata.nbgrader.grade_id: c.source for c in tests_of(notebook)}
    lab = assignment.lab
    return cleanroom.Payload(
        tests=[
            cleanroom.Test(key, source, list(asked[key]), replayed.values.get(key, {}))
            for key, source in sources.items()
        ],
        helpers=assignment.helpers,
        judging=Context(
            measured=handover.evidence,
            references=lab.reference_runs,
            hints=lab.hints,
            kinds=lab.kinds,
            doubtful=handover.doubtful,
            other_data=handover.other_data,
        ),
        limit=TEST,
        seed=request.seed,
    )


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


def tests_of(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that earn points, in their order."""
    return [cell for cell in notebook.cells if is_grade(cell)]
