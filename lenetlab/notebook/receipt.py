"""The code of a notebook's work, which a student compares: what was handed in is what was graded.

The cell that the master tags ``receipt`` computes it at home, of the cells that ran. Its own
functions compute it here, of the cells in the file: the two differ only where the work does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from nbformat import NotebookNode

from lenetlab.notebook import measurements
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.names import python
from lenetlab.notebook.syntax import parse

FUNCTION = "receipt_of"  # of sources in order; empty where a part of the work is not there
_CODE = re.compile(r"\b[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}\b")


def code_of(cells: Iterable[NotebookNode], assignment: Assignment) -> str:
    """The code of the work in ``cells``, in their order; empty where the lab has no receipt.

    It is empty, too, where a part of the work is in none of them.
    """
    cell = next((c for c in assignment.cells if c.receipt), None)
    if cell is None:
        return ""
    return _function(cell.release)([c.source for c in cells if c.cell_type == "code"])


def printed(cell: NotebookNode) -> str:
    """The code that a receipt's cell printed in the student's own run; empty where it has none."""
    return next(iter(reversed(_CODE.findall(measurements.text(cell)))), "")


def mistakes(assignment: Assignment) -> list[str]:
    """What is wrong with the master's receipt: work that its code is not of, a sentence each."""
    solved = [cell.node for cell in assignment.cells]
    try:
        code = code_of(solved, assignment)
    except Exception as error:
        return [f"the receipt's {FUNCTION} fails: {type(error).__name__}: {error}"]
    if not code:
        lacking = any(cell.receipt for cell in assignment.cells)
        return ["the receipt has a part that is not in the solved notebook"] if lacking else []
    found = []
    for number, cell in enumerate(assignment.cells):
        changed = NotebookNode(cell.node, source=f"{cell.node.source}\n# changed")
        others = [*solved[:number], changed, *solved[number + 1 :]]
        if cell.goals and code_of(others, assignment) == code:
            found.append(f"cell {cell.id}: the receipt has no part for it")
    return found


@lru_cache(maxsize=4)
def _function(source: str) -> Callable[[list[str]], str]:
    """What the cell defines as :data:`FUNCTION`; its calls, which print, are left out."""
    tree = parse(python(source))
    tree.body = [statement for statement in tree.body if not isinstance(statement, ast.Expr)]
    made: dict[str, Callable[[list[str]], str]] = {}
    exec(compile(tree, "<receipt>", "exec"), made)  # noqa: S102 - the master's own cell
    return made[FUNCTION]
