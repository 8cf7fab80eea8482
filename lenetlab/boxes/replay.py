"""Runs a student's cells in the sandbox and describes what the test cells will read.

Everything here shares a process with the student's code, so nothing that it reports is trusted by
the receiver; and nothing that is secret is ever sent here: no test cell, no other submission.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from typing import Any

from lenetlab.boxes import opening, snapshot
from lenetlab.boxes.shell import on_alarm, prepare, run_cell, time_limit
from lenetlab.model import activations

Message = dict[str, Any]


def run(data: bytes) -> Iterator[Message]:
    """Take the steps of the payload, JSON, in order.

    ``{"run": key, "source": str}`` runs a cell and yields ``{"cell": key, "outputs": [...]}``;
    ``{"describe": key, "names": {name: attributes}, "drop": [name]}`` yields
    ``{"snapshot": key, "values": {...}}`` and then forgets the names to drop, so that an answer to
    one question is not taken for the answer to the next.
    ``payload["seconds"]`` is the time for one cell, ``payload["seed"]`` chooses the points at which
    activations are sampled.
    """
    shell = prepare()
    # Kept here, because student code may replace the shell's attributes.
    namespace = shell.user_ns
    payload = json.loads(data)
    steps, seconds = payload["steps"], payload["seconds"]
    activations.reseed(payload["seed"])
    signal.signal(signal.SIGALRM, on_alarm)
    begun = opening.recall([step.get("source") for step in steps], namespace)
    known = dict(enumerate(begun))  # no len() from here on: student code may replace builtins
    # Between two tests that follow each other nothing runs: what is described stays as it is.
    described: dict[str, snapshot.Value] = {}
    for number, step in enumerate(steps):
        if "run" in step:
            described.clear()
            new = number not in known
            printed = run_cell(shell, step["source"], seconds) if new else known[number]
            yield {"cell": step["run"], "outputs": printed}
        else:
            values = {name: {"kind": "missing"} for name in step["names"]}
            with time_limit(seconds):
                for name, attributes in step["names"].items():
                    key = f"{name} {attributes}"
                    if name in namespace and key not in described:
                        described[key] = _describe(namespace[name], attributes)
                    if name in namespace:
                        values[name] = described[key]
            for name in step["drop"]:
                namespace.pop(name, None)
            yield {"snapshot": step["describe"], "values": values}


def _describe(value: Any, attributes: list[str]) -> snapshot.Value:
    """Describe one value; whatever its own code does wrong becomes an object without attributes."""
    try:
        return snapshot.describe(value, attributes)
    except Exception as error:
        return {"kind": "object", "type": type(error).__name__[:100], "attributes": {}}
