"""The visible check as a student runs it: in a Jupyter kernel, cell by cell.

One kernel runs the notebook's first cells once. For each case come its class, the cell that creates
the model, and the check; what a case defined is forgotten before the next one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import nbformat
from nbclient import NotebookClient

from lenetlab.notebook.master import Assignment

from ..conftest import IMAGES
from .case import VISIBLE, Case
from .judge import opening

REMEMBER = "_known = dict(globals())"
FORGET = """
for _name in set(globals()) - set(_known) - {"_known"}:
    if not _name.startswith("_"):
        del globals()[_name]
globals().update(_known)
keras.backend.clear_session()
"""


def at_home(cases: Iterable[Case], assignment: Assignment) -> list[float]:
    """Points of the visible check in the student's own kernel, for each of the cases.

    Raises:
        RuntimeError: a cell of the notebook itself failed.
    """
    os.environ["MNIST_NPZ"] = str(IMAGES)  # the kernel inherits it
    notebook = nbformat.v4.new_notebook()
    client = NotebookClient(notebook, timeout=120, allow_errors=True)
    sources = {cell.grade_id: cell.release for cell in assignment.tests}
    sources |= {cell.id: cell.release for cell in assignment.cells}
    with client.setup_kernel():
        _must(client, [*opening(assignment), *assignment.helpers, REMEMBER])
        points = []
        for case in cases:
            for source in (case.source, sources[f"{case.variant}-create"]):
                _run(client, source)  # what it raises is the student's
            _run(client, sources[f"{case.variant}-visible"])
            points.append(_points(client))
            _must(client, [FORGET])
    return points


def _points(client: NotebookClient) -> float:
    """What the last cell earned: a check that fails has 0 as its value, and no error."""
    outputs = client.nb.cells[-1].outputs
    failed = any(
        o.output_type == "error" or o.get("data", {}).get("text/plain") == "0" for o in outputs
    )
    return 0.0 if failed else VISIBLE


def _must(client: NotebookClient, sources: Sequence[str]) -> None:
    for source in sources:
        failed = _run(client, source)
        if failed:
            raise RuntimeError(f"a cell of the notebook failed: {failed}")


def _run(client: NotebookClient, source: str) -> str:
    """Run a cell; the message of its error, empty where there was none."""
    cells = client.nb.cells
    cells.append(nbformat.v4.new_code_cell(source))
    cell = client.execute_cell(cells[-1], len(cells) - 1)
    return "".join(f"{o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error")
