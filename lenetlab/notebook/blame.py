"""Why a test found nothing to check: the error in the student's own cell, traced to its origin."""

from __future__ import annotations

import errno
import os
from collections import defaultdict

from nbformat import NotebookNode

from lenetlab.notebook.names import names, names_of_any
from lenetlab.notebook.outputs import Output, clean, error_output


class Failures:
    """The student's cells that failed, found by the names that they mention."""

    def __init__(self, student: list[NotebookNode], classes: frozenset[str]) -> None:
        """Take the cells that were replayed, with their outputs; ``classes`` are the master's."""
        self._classes = classes
        self.denied: dict[str, str] = {}  # by cell id: what the sandbox denied, and it cost points
        self._by_name: defaultdict[str, list[tuple[NotebookNode, Output]]] = defaultdict(list)
        for cell in reversed(student):
            error = next((o for o in cell.outputs if o["output_type"] == "error"), None)
            if error is not None:
                for name in names_of_any(cell.source).mentions:
                    self._by_name[name].append((cell, error))

    def explain(self, test: NotebookNode, outputs: list[Output]) -> list[Output]:
        """Add to a failed test's error what happened in the student's own cells."""
        if not outputs or outputs[-1]["output_type"] != "error":
            return outputs
        reason = next(filter(None, map(self._reason, names(test.source).reads)), None)
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
            failed = (pair for pair in self._by_name[name] if _missing(pair[1]) != name)
            culprit = next(failed, None)
            if culprit is None:
                break
            cell, error = culprit
            if any(text in str(error["evalue"]) for text in _OF_THE_SANDBOX):
                self.denied[cell.id] = clean(f"{error['ename']}: {error['evalue']}")[:200]
            # What the cell is about: the first class that it mentions.
            found = names_of_any(cell.source)
            classes = found.classes | self._classes
            reason = _sentence(next((n for n in found.mentions if n in classes), name), error)
            name = _missing(error)  # and why that one is not there
        return reason


# How the sandbox's refusals end up in an error's text, also where a library wraps them.
_OF_THE_SANDBOX = (os.strerror(errno.EPERM), os.strerror(errno.EROFS))


def _missing(error: Output) -> str:
    """The name that a NameError asks for; empty for other errors."""
    parts = str(error["evalue"]).split("'")
    return parts[1] if error["ename"] == "NameError" and len(parts) > 1 else ""


def _sentence(owner: str, error: Output) -> str:
    what = clean(str(error["evalue"])).strip().split("\n")[0][:300]
    if error["ename"] == "NotImplementedError":
        return (
            f"{owner} chưa chạy được: phần này chưa được viết, hoặc còn sót dòng "
            "raise NotImplementedError()."
        )
    return f"{owner} chưa chạy được: {error['ename']}: {what}".rstrip(": ")
