"""What a notebook of measurements earns for its answers."""

import ast
import contextlib
import io
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from lenetlab import grading
from lenetlab.checks import context
from lenetlab.checks.context import Context
from lenetlab.notebook import intake, verdicts
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment, load
from lenetlab.notebook.restore import restore
from lenetlab.records import Flag
from lenetlab.sandbox.worker import Worker

from .measured import POINTS, ROOT, Measured, choices, facts, notebook_of
from .measured_unseen import UNSEEN
from .measured_written import WRITTEN


def measured_cases() -> list[Measured]:
    """Every notebook of measurements, always in the same order."""
    cases = [*UNSEEN, *WRITTEN]
    assert len({case.name for case in cases}) == len(cases), "a name is used more than once"
    return cases


class Earned(NamedTuple):
    """Points and message by the test's name, and the flags' codes but for Colab's account."""

    points: dict[str, float]
    messages: dict[str, str]
    flags: tuple[str, ...]


def is_computed(case: Measured) -> bool:
    """Whether the student's cells have to run: an answer is no constant."""
    answers = choices() | facts() | dict(case.answers)
    return any(_constant(source) is None for source in answers.values())


def _constant(source: str) -> dict[str, Any] | None:
    """The names of a cell with their values, None where it is more than one constant."""
    try:
        (statement,) = ast.parse(source).body
        assert isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        return {statement.targets[0].id: ast.literal_eval(statement.value)}
    except ValueError:
        return None


def judge(case: Measured, assignment: Assignment, worker: Worker | None) -> Earned:
    """Grade the notebook; without a worker its tests alone, with the answers as written."""
    text = json.dumps(notebook_of(case)).encode()
    notebook = restore(intake.decode(text), assignment)
    if worker is None:
        return _tested_here(notebook, assignment)
    grading.grade(notebook, worker, assignment)
    verdict = verdicts.record(case.name, notebook).verdict
    items = [item for item in verdict.items if item.id in POINTS]
    return Earned(
        {item.id: item.score or 0.0 for item in items},
        {item.id: item.message for item in items},
        _codes(verdict.flags),
    )


def _codes(flags: Iterable[Flag]) -> tuple[str, ...]:
    return tuple(flag.code for flag in flags if flag.code != "colab-account")


def _tested_here(notebook: Any, assignment: Assignment) -> Earned:
    handover = Handover.load(notebook)
    assert handover is not None
    lab = assignment.lab
    by = Context(
        handover.evidence,
        lab.reference_runs,
        kinds=lab.kinds,
        doubtful=handover.doubtful,
        other_data=handover.other_data,
    )
    sources = {c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in notebook.cells}
    points, messages = {}, {}
    for name, full in POINTS.items():
        namespace = _constant(sources[name.removesuffix("-check")])
        assert namespace is not None, "else it is computed, and needs a worker"
        # What the helper cell defines says the answer in words, and is slow to import.
        namespace |= {"quick_choice": lambda *given: None, "quick_facts": lambda *given: None}
        printed = io.StringIO()
        tree = ast.parse(sources[name])
        last = tree.body.pop()
        assert isinstance(last, ast.Expr)
        try:
            with context.use(by), contextlib.redirect_stdout(printed):
                exec(compile(tree, name, "exec"), namespace)
                value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
            points[name] = full if value is None else value
            messages[name] = printed.getvalue().strip()
        except AssertionError as error:
            points[name], messages[name] = 0.0, str(error)
    return Earned(points, messages, _codes(handover.flags))


class Row(NamedTuple):
    """One case, the points of a fair TA and those earned, of all questions together."""

    case: Measured
    fair: float
    earned: float
    different: dict[str, tuple[float, float]]  # by test: fair and earned, where they differ


def row(case: Measured, earned: Earned) -> Row:
    """The case beside what it earned."""
    fair = {name: full - case.lost.get(name, 0.0) for name, full in POINTS.items()}
    different = {
        name: (fair[name], earned.points[name])
        for name in fair
        if abs(fair[name] - earned.points[name]) > 1e-6
    }
    return Row(case, sum(fair.values()), sum(earned.points.values()), different)


def measured_rows(*, all_replayed: bool = False) -> list[Row]:
    """Grade every case; those whose answers are constants without a replay, unless told."""
    assignment = load(ROOT / "source" / "lenet" / "lenet.ipynb")
    with grading.worker_for(assignment, sandboxed=True) as worker:
        return [
            row(
                case, judge(case, assignment, worker if all_replayed or is_computed(case) else None)
            )
            for case in measured_cases()
        ]
