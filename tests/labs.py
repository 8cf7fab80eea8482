"""Small labs of their own, built cell by cell: what a course with other assignments looks like."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode


def locked(name: str, source: str, *, train: bool = False) -> NotebookNode:
    """A cell that students run and do not change."""
    return _marked(name, source, train=train, locked=True)


def solution(name: str, source: str) -> NotebookNode:
    """A cell with a region that students write."""
    return _marked(name, source, solution=True)


def graded(name: str, source: str, points: float) -> NotebookNode:
    """A test cell."""
    return _marked(name, source, locked=True, grade=True, points=points)


def _marked(name: str, source: str, *, train: bool = False, **marks: float) -> NotebookNode:
    role = {"locked": False, "solution": False, "grade": False, "task": False} | marks
    made = nbformat.v4.new_code_cell(source, id=name)
    made.metadata.nbgrader = nbformat.from_dict(role | {"grade_id": name, "schema_version": 3})
    if train:
        made.metadata.tags = ["train"]
    return made


def write(path: Path, cells: list[NotebookNode]) -> None:
    """Write a notebook of these cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {
        "name": "python3",
        "language": "python",
        "display_name": "Python 3",
    }
    nbformat.write(notebook, path)


SUM = [
    solution("sum-solution", "### BEGIN SOLUTION\ntotal = 1 + 2\n### END SOLUTION"),
    graded(
        "sum-check",
        "### BEGIN HIDDEN TESTS\nassert total == 3, 'chưa đúng'\n### END HIDDEN TESTS",
        points=2.0,
    ),
]
