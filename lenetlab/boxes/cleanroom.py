"""Runs the master's test cells in a process where no student code ever ran.

Each cell gets a namespace of its own with the values and models that were described for it, and
leaves the outputs that nbgrader grades: printed text, a number as last value for partial credit,
or an error that is the verdict: an assertion that failed, a name or an attribute that the student
should have made. Any other exception is the test's own error, and no verdict.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec

from lenetlab.boxes import timelimit
from lenetlab.boxes.values import ModelValue, ObjectValue, Opaque, Plain, Values
from lenetlab.checks import context
from lenetlab.model import activations, rebuild
from lenetlab.model.types import Data
from lenetlab.notebook import outputs
from lenetlab.records import Finding, LayerPair


class Test(Data, frozen=True):
    """A test cell, by its grade id, with the names that it reads and the values of those made."""

    key: str
    source: str
    names: list[str]
    values: Values


class Payload(Data, frozen=True):
    """What the clean room is sent.

    ``helpers`` are cells that define what the tests call, ``limit`` is the time for one cell,
    ``seed`` the one that the values were described with.
    """

    tests: list[Test]
    helpers: list[str]
    judging: context.Context
    limit: timelimit.TimeLimit
    seed: int


class Result(Data, frozen=True):
    """What came of a test; ``error`` is the test's own, empty where it came to a verdict."""

    key: str
    outputs: list[outputs.Output]
    error: str
    findings: tuple[Finding, ...]
    layers: tuple[LayerPair, ...]


def run(data: bytes) -> Iterator[bytes]:
    """Run the tests of a :class:`Payload`; yields a :class:`Result` for each, as JSON."""
    payload = msgspec.json.decode(data, type=Payload)
    activations.reseed(payload.seed)
    payload.limit.ending()
    helpers: dict[str, Any] = {"__name__": "__main__"}
    for source in payload.helpers:  # once: what they define keeps no state of a test
        exec(compile(source, "<helper>", "exec"), helpers)  # noqa: S102 - the master's own cell
    rebuilt: dict[bytes, Any] = {}
    for test in payload.tests:
        payload.limit.ending()
        made: dict[str, Any] = {}
        for name, value in test.values.items():
            # The same model stands in several cells: described alike, it is built once.
            key = msgspec.json.encode(value)
            if key not in rebuilt:
                rebuilt[key] = rebuild_value(value)
            made[name] = rebuilt[key]
        collector = outputs.Collector()
        with context.use(payload.judging) as judged:
            error = _run_cell(test, helpers, made, collector)
        timelimit.stop()
        found = (tuple(judged.findings), tuple(judged.layers))
        yield msgspec.json.encode(Result(test.key, collector.outputs, error, *found))


def rebuild_value(value: Plain | ModelValue | ObjectValue | Opaque) -> Any:
    """The value, model or object that :func:`lenetlab.boxes.snapshot.describe` described."""
    if isinstance(value, Plain):
        return value.value
    if isinstance(value, ModelValue):
        problem = value.model.problem and outputs.inline(value.model.problem)
        return rebuild.rebuild_model(msgspec.structs.replace(value.model, problem=problem))
    attributes = {name: rebuild_value(v) for name, v in value.attributes.items() if v is not None}
    # Named like the student's own class, so that a message can say what was found.
    return type(value.type, (SimpleNamespace,), {})(**attributes)


def _run_cell(
    test: Test, helpers: dict[str, Any], made: dict[str, Any], collector: outputs.Collector
) -> str:
    """Run one test beside the ``helpers``; returns its own error, empty where it came to a verdict.

    That the student has not made a name that the test reads is a verdict, and so is that a value of
    the student's lacks an attribute.
    """
    namespace = helpers | made
    # The student's values, and what the test reads of them.
    students = [*made.values()]
    students += [v for value in made.values() for v in getattr(value, "__dict__", {}).values()]
    stdout = outputs.Stream(collector, "stdout")
    # What libraries write on stderr says nothing about the student, and nbgrader would score it 0.
    nowhere = outputs.Stream(outputs.Collector(), "stderr")
    try:
        tree = ast.parse(test.source, "<test>")
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr):
            tree.body.pop()
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(nowhere):
            exec(compile(tree, "<test>", "exec"), namespace)  # noqa: S102 - the master's own cell
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "<test>", "eval"), namespace)  # noqa: S307
                if value is not None:
                    collector.display({"text/plain": repr(value)}, is_result=True)
    except AssertionError as error:
        # No traceback: it would quote the hidden test.
        _fail(collector, error, str(error) or "Kiểm tra không đạt.")
    except NameError as error:
        if error.name not in test.names or error.name in made:
            return f"NameError: {error}"
        _fail(collector, error, f"Không có `{error.name}`: ô tạo ra nó chưa chạy được.")
    except AttributeError as error:
        if not any(error.obj is value for value in students):
            return f"AttributeError: {error}"
        what = getattr(error.obj, "problem", None) or type(error.obj).__name__
        _fail(collector, error, f"Không có thuộc tính `{error.name}` ({outputs.inline(what)}).")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _fail(collector: outputs.Collector, error: Exception, text: str) -> None:
    collector.error(type(error).__name__, text, [text])
