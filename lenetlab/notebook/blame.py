"""Why a test found nothing to check: the error in the student's own cell, traced to its origin."""

from __future__ import annotations

import ast
import errno
import os
from functools import lru_cache

from nbformat import NotebookNode

from lenetlab.notebook.names import names_read
from lenetlab.notebook.outputs import Output, clean, error_output


class Failures:
    """The student's cells that failed, found by the names that they mention."""

    def __init__(self, student: list[NotebookNode]) -> None:
        """Take the cells that were replayed, with their outputs."""
        self.denied: dict[str, str] = {}  # by cell id: what the sandbox denied, and it cost points
        self._by_name: dict[str, list[tuple[NotebookNode, Output]]] = {}
        for cell in reversed(student):
            error = next((o for o in cell.outputs if o["output_type"] == "error"), None)
            if error is not None:
                for name in dict.fromkeys(_mentioned(cell.source)):
                    self._by_name.setdefault(name, []).append((cell, error))

    def explain(self, test: NotebookNode, outputs: list[Output]) -> list[Output]:
        """Add to a failed test's error what happened in the student's own cells."""
        if not outputs or outputs[-1]["output_type"] != "error":
            return outputs
        reasons = map(self._reason, names_read(test.source))
        reason = next((reason for reason in reasons if reason), None)
        if reason is None:
            return outputs
        error = outputs[-1]
        # A missing name is a consequence; the reason says all that there is to say.
        text = reason if error["ename"] == "NameError" else f"{error['evalue']}\n{reason}"
        return [*outputs[:-1], error_output(error["ename"], text, text.split("\n"))]

    def _reason(self, name: str) -> str | None:
        """The error in the cell that should have made ``name``, traced to its origin."""
        reason, seen = None, {""}
        while name not in seen:
            seen.add(name)
            # A cell that only wanted the name is passed over: another should have made it.
            failed = (pair for pair in self._by_name.get(name, []) if _missing(pair[1]) != name)
            cell, error = next(failed, (None, None))
            if cell is None or error is None:
                break
            if any(text in str(error["evalue"]) for text in _OF_THE_SANDBOX):
                self.denied[cell.id] = clean(f"{error['ename']}: {error['evalue']}")[:200]
            reason = _sentence(cell, error, name)
            name = _missing(error)  # and why that one is not there
        return reason


# How the sandbox's refusals end up in an error's text, also where a library wraps them.
_OF_THE_SANDBOX = (os.strerror(errno.EPERM), os.strerror(errno.EROFS))


def _missing(error: Output) -> str:
    """The name that a NameError asks for; empty for other errors."""
    parts = str(error["evalue"]).split("'")
    return parts[1] if error["ename"] == "NameError" and len(parts) > 1 else ""


def _sentence(cell: NotebookNode, error: Output, name: str) -> str:
    what = clean(str(error["evalue"])).strip().split("\n")[0][:300]
    owner = next((n for n in _mentioned(cell.source) if n.endswith("CNN")), name)
    if error["ename"] == "NotImplementedError":
        return (
            f"{owner} chưa chạy được: phần này chưa được viết, hoặc còn sót dòng "
            "raise NotImplementedError()."
        )
    return f"{owner} chưa chạy được: {error['ename']}: {what}".rstrip(": ")


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
