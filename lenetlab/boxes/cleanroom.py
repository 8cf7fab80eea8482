"""Runs the master's test cells in a process where no student code ever ran.

Each cell gets a namespace of its own with the values and models that were described for it, and
leaves the outputs that nbgrader grades: printed text, a number as last value for partial credit,
or an error that is the verdict: an assertion that failed, a name or an attribute that the student
should have made. Any other exception is the test's own error, and no verdict.
"""

from __future__ import annotations

import ast
import contextlib
import json
import signal
from collections.abc import Iterator
from typing import Any

from lenetlab.model import activations, rebuild
from lenetlab.notebook import measurements, outputs

Message = dict[str, Any]


def run(data: bytes) -> Iterator[Message]:
    """Run ``payload["tests"]``; yields ``{"cell": key, "outputs": [...], "error": str}`` for each.

    ``error`` is the test's own, empty where it came to a verdict.

    A test is ``{"key", "source", "values"}``; ``payload["evidence"]`` is what the student measured,
    ``payload["references"]`` what reference runs did, ``payload["seconds"]`` the time for one cell,
    ``payload["seed"]`` the one that the values were described with.
    """
    payload = json.loads(data)
    measurements.use(payload["evidence"], payload["references"])
    activations.reseed(payload["seed"])
    rebuilt: dict[str, Any] = {}
    for test in payload["tests"]:
        collector = outputs.Collector()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # a test that hangs ends this process
        signal.setitimer(signal.ITIMER_REAL, payload["seconds"])
        namespace: dict[str, Any] = {"__name__": "__main__"}
        for name, described in test["values"].items():
            if described["kind"] != "missing":
                # The same model stands in several cells: described alike, it is built once.
                key = repr(described)
                if key not in rebuilt:
                    rebuilt[key] = rebuild.rebuild_value(described)
                namespace[name] = rebuilt[key]
        missing = {name for name, value in test["values"].items() if value["kind"] == "missing"}
        # The student's values, and what the test reads of them.
        made = [namespace[name] for name in test["values"] if name in namespace]
        students = [*made, *(v for m in made for v in getattr(m, "__dict__", {}).values())]
        error = _run_cell(test["source"], namespace, missing, students, collector)
        signal.setitimer(signal.ITIMER_REAL, 0)
        yield {"cell": test["key"], "outputs": collector.outputs, "error": error}


def _run_cell(
    source: str,
    namespace: dict[str, Any],
    missing: set[str],
    students: list[Any],
    collector: outputs.Collector,
) -> str:
    """Run one test; returns its own error, empty where it came to a verdict.

    ``missing`` are names that the student has not made, ``students`` the objects that come from
    the student: that one of them lacks what the test reads is a verdict.
    """
    stdout = outputs.Stream(collector, "stdout")
    # What libraries write on stderr says nothing about the student, and nbgrader would score it 0.
    nowhere = outputs.Stream(outputs.Collector(), "stderr")
    try:
        tree = ast.parse(source, "<test>")
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr):
            tree.body.pop()
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(nowhere):
            exec(compile(tree, "<test>", "exec"), namespace)  # noqa: S102 - the master's own cell
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "<test>", "eval"), namespace)  # noqa: S307
                if value is not None:
                    collector.display({"text/plain": repr(value)}, result_count=1)
    except AssertionError as error:
        # No traceback: it would quote the hidden test.
        _fail(collector, error, str(error) or "Kiểm tra không đạt.")
    except NameError as error:
        if error.name not in missing:
            return f"NameError: {error}"
        _fail(collector, error, f"Không có `{error.name}`: ô tạo ra nó chưa chạy được.")
    except AttributeError as error:
        if not any(error.obj is value for value in students):
            return f"AttributeError: {error}"
        what = getattr(error.obj, "problem", None) or f"{type(error.obj).__name__}"
        _fail(collector, error, f"Không có thuộc tính `{error.name}` ({what}).")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _fail(collector: outputs.Collector, error: Exception, text: str) -> None:
    collector.error(type(error).__name__, text, [text])
