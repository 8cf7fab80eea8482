"""Runs a student's cells in the sandbox and describes what the test cells will read.

Everything here shares a process with the student's code, so nothing that it reports is trusted by
the receiver; and nothing that is secret is ever sent here: no test cell, no other submission.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import msgspec

from lenetlab.boxes import figures, opening, snapshot
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
            figures.put(request.figures, namespace)
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


def _describe(value: Any, attributes: list[str]) -> Value:
    """Describe one value; whatever its own code does wrong becomes an object without attributes."""
    try:
        return snapshot.describe(value, attributes)
    except Exception as error:
        return ObjectValue(snapshot.type_name(error), {})
