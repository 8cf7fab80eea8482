"""Judges corpus cases by the notebook's own check cells, on both roads that a model can take.

*Live*: the cells look at the student's model itself, as under nbgrader's stock executor.
*Carried*: the model is described, checked against the schema and rebuilt, as the engine does it.
"""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import msgspec

from lenetlab.boxes import cleanroom, snapshot, values
from lenetlab.checks.architecture import CheckFailed
from lenetlab.notebook.master import Assignment

from ..conftest import IMAGES
from .case import HIDDEN, VISIBLE, Case


@dataclass(frozen=True)
class Judgement:
    """Points of the visible and the hidden check, what the latter said, and the baseline's word."""

    visible: float
    hidden: float
    message: str
    baseline: bool

    @property
    def full(self) -> bool:
        return self.visible == VISIBLE and self.hidden == HIDDEN


def opening(assignment: Assignment) -> list[str]:
    """The locked cells that a student's class needs, in order; they read `MNIST_NPZ`."""
    sources = ["sample = 0"]
    for cell in assignment.cells:
        if cell.id in ("data-load", "prep-onehot", "seed", "lenet-imports", "lenet-class"):
            sources.append(cell.release)
        elif cell.id == "prep-scale":
            sources.append(cell.release.split("\n\n")[0])
    return sources


def notebook_namespace(assignment: Assignment) -> dict[str, Any]:
    """What a student's cell finds: the locked cells up to the class, run on a few images."""
    os.environ["MNIST_NPZ"] = str(IMAGES)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in opening(assignment):
            exec(compile(source, "opening", "exec"), namespace)
    return namespace


def build(case: Case, namespace: dict[str, Any]) -> Any:
    """The student's object after its class was made and built; None where that failed."""
    own = dict(namespace)
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.suppress(Exception),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # Keras's, about how students write their models
        exec(compile(case.source, case.name, "exec"), own)
        made = own[f"{case.variant.capitalize()}CNN"]()
        with contextlib.suppress(Exception):
            made.build((28, 28, 1))
        return made
    return None


def carry(made: Any) -> Any:
    """``made`` as the clean room has it: described, sent as JSON, checked, rebuilt."""
    sent = msgspec.json.encode({"x": snapshot.describe(made, ["model"])})
    believed = values.believe(sent, ["x"])
    assert believed is not None
    return cleanroom.rebuild_value(believed["x"])


def judge(case: Case, made: Any, assignment: Assignment) -> Judgement:
    """Run the variant's two check cells on ``made``."""
    visible, _ = _earn(case.variant, made, assignment, "visible", VISIBLE)
    hidden, message = _earn(case.variant, made, assignment, "hidden", HIDDEN)
    return Judgement(visible, hidden, message, _ordinary_checks(case.variant, made))


def _earn(
    variant: str, made: Any, assignment: Assignment, step: str, points: float
) -> tuple[float, str]:
    cell = next(c for c in assignment.tests if c.grade_id == f"{variant}-{step}")
    *body, last = cell.node.source.strip().rsplit("\n\n", 1)
    last = "\n".join(line for line in last.split("\n") if "HIDDEN TESTS" not in line)
    namespace: dict[str, Any] = {}
    for helper in assignment.helpers:
        exec(helper, namespace)
    namespace[variant] = SimpleNamespace(model=None) if made is None else made
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            exec("\n\n".join(body), namespace)
            value = eval(last.strip(), namespace)
        except (CheckFailed, AssertionError) as error:
            return 0.0, str(error)
        except Exception as error:
            return 0.0, f"{type(error).__name__}: {error}"
    return points if value is None else float(value), printed.getvalue()


def _ordinary_checks(variant: str, made: Any) -> bool:
    """The usual checks: the number of layers, four types, one layer's behaviour."""
    import keras

    kinds = {"C": "Conv2D", "A": "AveragePooling2D", "M": "MaxPooling2D", "D": "Dense"}
    layout = {"alpha": "9CA", "beta": "9CM", "gamma": "9CM", "omicron": "7CC", "delta": "7MM"}
    count, first, second = tuple(layout[variant])
    with contextlib.suppress(Exception):
        layers = made.model.layers
        right = len(layers) == int(count) and isinstance(layers[0], keras.layers.InputLayer)
        right = right and type(layers[1]).__name__ == kinds[first]
        right = right and type(layers[2]).__name__ == kinds[second]
        right = right and type(layers[6]).__name__ == "Dense"
        if variant == "delta":
            return bool(right and layers[1].pool_size == (2, 2))
        low = -1.0 if variant == "gamma" else 0.0
        act = layers[1].activation
        return bool(right and float(act(1.0)) == 1.0 and float(act(-1.0)) == low)
    return False
