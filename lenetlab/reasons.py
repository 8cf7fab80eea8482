"""Why a test found nothing to check: the error in the student's own cell, traced to its origin."""

from __future__ import annotations

import ast
from functools import lru_cache

from nbformat import NotebookNode

from .outputs import Output, clean, error_output
from .snapshot import names_read


def add_reason(
    test: NotebookNode, outputs: list[Output], student: list[NotebookNode]
) -> list[Output]:
    """Add to a failed test's error what happened in the student's own cells.

    ``outputs`` are the test's, ``student`` the cells that were replayed, with their outputs.
    """
    if not outputs or outputs[-1]["output_type"] != "error":
        return outputs
    reasons = [_reason(name, student) for name in names_read(test.source)]
    reason = next((reason for reason in reasons if reason), None)
    if reason is None:
        return outputs
    error = outputs[-1]
    # A missing name is a consequence; the reason says all that there is to say.
    text = reason if error["ename"] == "NameError" else f"{error['evalue']}\n{reason}"
    return [*outputs[:-1], error_output(error["ename"], text, text.split("\n"))]


def _reason(
    name: str, student: list[NotebookNode], seen: frozenset[str] = frozenset()
) -> str | None:
    """The error in the student's cell that should have made ``name``, traced to its origin."""
    for cell in reversed(student):
        error = next((o for o in cell.outputs if o["output_type"] == "error"), None)
        if error is None or name not in _mentioned(cell.source):
            continue
        if error["ename"] == "NameError":
            missing = str(error["evalue"]).split("'")[1:2]
            if missing == [name]:
                continue  # this cell only wanted the name; another should have made it
            if missing and missing[0] not in seen:
                origin = _reason(missing[0], student, seen | {name})
                if origin is not None:
                    return origin
        what = clean(str(error["evalue"])).strip().split("\n")[0][:300]
        owner = next((n for n in _mentioned(cell.source) if n.endswith("CNN")), name)
        if error["ename"] == "NotImplementedError":
            return (
                f"{owner} chưa chạy được: phần này chưa được viết, hoặc còn sót dòng "
                "raise NotImplementedError()."
            )
        return f"{owner} chưa chạy được: {error['ename']}: {what}".rstrip(": ")
    return None


@lru_cache(maxsize=256)
def _mentioned(source: str) -> list[str]:
    """Names that a cell binds or uses at its top level; for source with errors, its words."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        words = "".join(c if c.isalnum() or c == "_" else " " for c in source)
        return words.split()[:2000]
    names = []
    for statement in tree.body:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            names.append(statement.name)
        else:
            names += [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
    return names
