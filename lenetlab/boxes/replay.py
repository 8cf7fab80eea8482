"""Runs a student's cells in the sandbox and describes what the test cells will read.

Everything here shares a process with the student's code, so nothing that it reports is trusted by
the receiver; and nothing that is secret is ever sent here: no test cell, no other submission.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Any

import msgspec

from lenetlab.boxes import opening, snapshot
from lenetlab.boxes.shell import on_alarm, prepare, run_cell, time_limit
from lenetlab.boxes.steps import Described, Ran, Request, Run
from lenetlab.boxes.values import ObjectValue, Value
from lenetlab.model import activations


def run(data: bytes) -> Iterator[bytes]:
    """Take the steps of a :class:`.steps.Request` in order; yields an answer to each."""
    shell = prepare()
    # Kept here, because student code may replace the shell's attributes.
    namespace = shell.user_ns
    request = msgspec.json.decode(data, type=Request)
    seconds, encode = request.seconds, msgspec.json.encode
    activations.reseed(request.seed)
    signal.signal(signal.SIGALRM, on_alarm)
    sources = [step.source if isinstance(step, Run) else None for step in request.steps]
    begun = opening.recall(sources, namespace)
    known = dict(enumerate(begun))  # no len() from here on: student code may replace builtins
    # Between two tests that follow each other nothing runs: what is described stays as it is.
    described: dict[str, Value] = {}
    for number, step in enumerate(request.steps):
        if isinstance(step, Run):
            described.clear()
            put_figures(request.figures, namespace)
            printed = known[number] if number in known else run_cell(shell, step.source, seconds)
            yield encode(Ran(step.key, printed))
        else:
            values: dict[str, Value] = {}
            with time_limit(seconds):
                for name, attributes in step.names.items():
                    if name in namespace:
                        key = f"{name} {attributes}"
                        if key not in described:
                            described[key] = _describe(namespace[name], attributes)
                        values[name] = described[key]
            for name in step.drop:
                namespace.pop(name, None)
            yield encode(Described(step.key, msgspec.Raw(encode(values))))


class Figure:
    """An attribute that holds what the student's own run measured, of objects of one class.

    What is trained again here, on a few images, does not change it. An object of a class that
    inherits keeps its own, which may not have been measured.
    """

    def __init__(self, owner: str, attribute: str, figure: float) -> None:
        """Take the name of the class, the attribute's, and its value."""
        self.owner, self.attribute, self.figure = owner, attribute, figure

    def __get__(self, value: Any, kind: type) -> float | None:
        """The figure; of a class itself None, as before it is trained."""
        if value is None:
            return None
        own: float | None = value.__dict__.get(self.attribute)
        return self.figure if kind.__name__ == self.owner else own

    def __set__(self, value: Any, figure: float) -> None:
        """Keep what was assigned, for an object of a class that inherits."""
        value.__dict__[self.attribute] = figure


_set = type.__setattr__  # runs no code of a student's, not even a metaclass's


def put_figures(figures: dict[str, dict[str, float]], namespace: dict[str, Any]) -> None:
    """Give the classes of that name their figures; whatever else has the name is left alone."""
    for name, attributes in figures.items():
        for attribute, figure in attributes.items():
            if name in namespace:
                with contextlib.suppress(TypeError):  # no class, or one of Python's own
                    _set(namespace[name], attribute, Figure(name, attribute, figure))


def _describe(value: Any, attributes: list[str]) -> Value:
    """Describe one value; whatever its own code does wrong becomes an object without attributes."""
    try:
        return snapshot.describe(value, attributes)
    except Exception as error:
        return ObjectValue(snapshot.type_name(error), {})
