"""Judges the raising cases on the real road: restored, replayed in the sandbox, clean room."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

import nbformat

from lenetlab import grading
from lenetlab.notebook.master import Assignment
from lenetlab.records import Verdict
from lenetlab.sandbox.worker import Worker

from .raising import Raising, raising_cases

# No message has a name that only the machine which graded knows, or Keras's own frame of an error.
_NOT_FOR_STUDENTS = re.compile(r"/(usr|home|work|tmp|lib|opt)\b|site-packages|ipython-input|\x1b")
_NOT_THE_CAUSE = ("thay đổi cốt lõi", "hãy viết build", "Exception encountered when calling")


@dataclass(frozen=True)
class Row:
    """A case and the messages of its two checks."""

    case: Raising
    messages: tuple[str, ...]

    @property
    def named(self) -> bool:
        """Whether each message names the error in its first line, and says nothing else before."""
        return bool(self.messages) and all(map(self._named, self.messages))

    def _named(self, message: str) -> bool:
        first = message.split("\n")[0]
        wanted = self.case.error in first and self.case.word in first
        return wanted and not (
            _NOT_FOR_STUDENTS.search(message) or any(text in message for text in _NOT_THE_CAUSE)
        )


def of_variant(assignment: Assignment, variant: str) -> Assignment:
    """The assignment with only the cells that a variant's architecture needs."""
    code = (cell for cell in assignment.cells if cell.is_code)
    first = takewhile(lambda cell: cell.role != "solution" and not cell.skipped, code)
    steps = ("solution", "create", "visible", "hidden")
    wanted = {f"{variant}-{step}" for step in steps}
    own = [cell for cell in assignment.cells if cell.helper or cell.id in wanted]
    return Assignment((*first, *own), assignment.lab)


def check(source: str, variant: str, assignment: Assignment, worker: Worker) -> Verdict:
    """The verdict on ``source`` in the variant's solution cell; nothing else is written."""
    small = of_variant(assignment, variant)
    notebook = nbformat.v4.new_notebook(cells=[copy.deepcopy(cell.node) for cell in small.cells])
    for cell, node in zip(small.cells, notebook.cells, strict=True):
        node.source = source if cell.role == "solution" else cell.release
    return grading.check("lenet.ipynb", notebook, small, worker)


def raising_rows(
    assignment: Assignment, worker: Worker, cases: Iterable[Raising] | None = None
) -> Iterator[Row]:
    """Every case, or those given, with what its checks said."""
    for case in raising_cases() if cases is None else cases:
        verdict = check(case.source, case.variant, assignment, worker)
        yield Row(case, tuple(item.message for item in verdict.items))
