"""Runs a student's cells in the sandbox and describes what the test cells will read.

Everything here shares a process with the student's code, so nothing that it reports is trusted by
the receiver; and nothing that is secret is ever sent here: no test cell, no other submission.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from lenetlab.boxes import errors, figures, opening, snapshot, standins
from lenetlab.boxes.shell import prepare, run_cell
from lenetlab.boxes.steps import Described, Ran, Request, Run
from lenetlab.boxes.values import ObjectValue, Value
from lenetlab.model import activations


def run(data: bytes) -> Iterator[bytes]:
    """Take the steps of a :class:`.steps.Request` in order; yields an answer to each."""
    shell = prepare()
    # Kept here, because student code may replace the shell's attributes.
    namespace = shell.user_ns
    request = msgspec.json.decode(data, type=Request)
    limit, encode = request.limit, msgspec.json.encode
    activations.reseed(request.seed)
    limit.handle()
    standins.install(request.stand_ins)
    sources = [step.source if isinstance(step, Run) else None for step in request.steps]
    begun = opening.recall(sources, namespace)
    # No len() from here on: student code may replace builtins.
    known = {number: (printed, None) for number, printed in enumerate(begun)}
    # Between two tests that follow each other nothing runs: what is described stays as it is.
    described: dict[str, Value] = {}
    for number, step in enumerate(request.steps):
        if isinstance(step, Run):
            described.clear()
            figures.put(request.figures, namespace)
            printed, error = known.get(number) or run_cell(shell, step.source, limit)
            told = None
            with limit.interrupting():
                told = errors.tell(error, namespace)
            yield encode(Ran(step.key, printed, told))
        else:
            values: dict[str, Value] = {}
            with limit.interrupting():
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
