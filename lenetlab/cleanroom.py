"""Runs the master's test cells in a process where no student code ever ran.

Each cell gets a namespace of its own with the values and models that were described for it, and
leaves the outputs that nbgrader grades: printed text, a number as last value for partial credit,
or an error.
"""

from __future__ import annotations

import ast
import contextlib
import signal
from collections.abc import Iterator
from typing import Any

from . import evidence, outputs, rebuild

Message = dict[str, Any]


def run(payload: dict[str, Any]) -> Iterator[Message]:
    """Run ``payload["tests"]``; yields ``{"cell": key, "outputs": [...]}`` for each.

    A test is ``{"key", "source", "values"}``; ``payload["evidence"]`` is what the student measured,
    ``payload["seconds"]`` the time for one cell.
    """
    evidence.use(payload["evidence"])
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
        _run_cell(test["source"], namespace, collector)
        signal.setitimer(signal.ITIMER_REAL, 0)
        yield {"cell": test["key"], "outputs": collector.outputs}


def _run_cell(source: str, namespace: dict[str, Any], collector: outputs.Collector) -> None:
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
    except NameError as error:
        text = f"Không có `{error.name}`: ô tạo ra nó chưa chạy được."
        collector.error("NameError", text, [text])
    except AssertionError as error:
        text = str(error) or "Kiểm tra không đạt."
        collector.error("AssertionError", text, [text])
    except Exception as error:
        # No traceback: it would quote the hidden test.
        text = f"{type(error).__name__}: {error}"
        collector.error(type(error).__name__, str(error), [text])
