"""The assignment's shape with the student's work: what is graded in place of the raw file.

Locked cells and tests come from the master, every one of them, in its order, with its tags and
points. Solution cells keep the student's source. Cells of the student's own stay where they are,
after the cell that they follow, without any nbgrader role.
"""

from __future__ import annotations

import ast
import copy
import re
from collections import defaultdict

import nbformat
from nbformat import NotebookNode

from lenetlab.notebook import measurements
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.intake import MAX_CELLS
from lenetlab.notebook.master import Assignment, Cell
from lenetlab.notebook.match import match
from lenetlab.notebook.outputs import clean, cut
from lenetlab.records import Flag

MAX_TEXT = 20_000  # characters of a text of the student's own


def restore(submitted: NotebookNode, assignment: Assignment, of: str = "") -> NotebookNode:
    """Return a new notebook to grade, with its :class:`Handover`.

    ``submitted`` comes from :mod:`.intake`; ``of`` is its fingerprint, where it is to be recorded.
    """
    cells = submitted.cells[:MAX_CELLS]
    places, flags = match(cells, assignment)
    if len(submitted.cells) > MAX_CELLS:
        text = f"only the first {MAX_CELLS} cells were graded"
        flags.insert(0, Flag("too-many-cells", text, True))
    own = _own_cells(cells, places, assignment)
    restored = [*own[-1]]
    changed: list[Cell] = []
    for number, cell in enumerate(assignment.cells):
        handed_in = cells[places[number]] if number in places else None
        restored += [_master_cell(cell, handed_in), *own[number]]
        if handed_in is not None and _was_changed(cell, handed_in):
            changed.append(cell)
    if changed:
        message = f"put back as in the master: {', '.join(cell.id for cell in changed)}"
        # A changed test does no harm; work may have been done in a changed cell of another kind.
        review = any(cell.role != "test" for cell in changed)
        flags.append(Flag("locked-cell-changed", message, review))
    lab = assignment.lab
    other_data = measurements.are_of_other_data(cells, lab)
    least_seconds = 0.0 if other_data else lab.least_seconds
    measured = measurements.read(cells, lab, assignment.names)
    evidence, doubtful = measurements.sift(measured, least_seconds)
    flags += [Flag("doubtful-evidence", doubt, True) for doubt in measurements.doubts(doubtful)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=restored, metadata={"kernelspec": kernel})
    Handover(
        flags, evidence, doubtful=measurements.finite(doubtful), other_data=other_data, of=of
    ).store(notebook)
    return notebook


def _own_cells(
    cells: list[NotebookNode], places: dict[int, int], assignment: Assignment
) -> defaultdict[int, list[NotebookNode]]:
    """The student's own cells, by the number of the master's cell that they follow; -1 is none."""
    owner = {place: number for number, place in places.items()}
    train_sources = {cell.release.strip() for cell in assignment.cells if cell.skipped}
    following: defaultdict[int, list[NotebookNode]] = defaultdict(list)
    last = -1
    for place, cell in enumerate(cells):
        if place in owner:
            last = owner[place]
            source = _kept_of(assignment.cells[last], cell)
        else:
            source = "" if cell.source.strip() in train_sources else cell.source
        if source.strip():
            is_code = cell.cell_type == "code"
            make = nbformat.v4.new_code_cell if is_code else nbformat.v4.new_markdown_cell
            text = source if is_code else _verbatim(source)
            following[last].append(make(text, id=f"student-{place}"))
    return following


def _master_cell(cell: Cell, submitted: NotebookNode | None) -> NotebookNode:
    restored = copy.deepcopy(cell.node)
    if cell.grade_id:
        restored.metadata.nbgrader["checksum"] = cell.checksum  # nbgrader's "No response."
    if cell.role in ("solution", "free"):
        restored.source = cell.release if submitted is None else submitted.source
    if cell.skipped and submitted is not None:
        # What the student's own run printed and plotted: the evidence for the questions.
        restored.outputs = submitted.get("outputs", [])
    return restored


def _was_changed(cell: Cell, submitted: NotebookNode) -> bool:
    """Whether code stands where the master keeps its own: a locked cell, a test, a text."""
    if cell.role in ("solution", "free") or submitted.cell_type != "code":
        return False
    return submitted.source.strip() not in (cell.release.strip(), cell.node.source.strip(), "")


def _kept_of(cell: Cell, submitted: NotebookNode) -> str:
    """What is still run of code that was changed: all in a text's place, else new imports.

    VS Code and Colab let students edit locked cells, and the import cell is where an honest one
    adds what the next cell needs.
    """
    if not _was_changed(cell, submitted):
        return ""
    if not cell.is_code:
        return str(submitted.source)
    try:
        statements = ast.parse(submitted.source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    imports = [ast.unparse(s) for s in statements if isinstance(s, (ast.Import, ast.ImportFrom))]
    return "\n".join(line for line in imports if line not in cell.release)


def _verbatim(source: str) -> str:
    """Markdown that shows ``source`` letter by letter.

    A page would run what Markdown may hold: HTML, links to scripts, pictures from elsewhere, the
    macros of mathematics. Inside a fence that is longer than any in the text, nothing is.
    """
    text = cut(clean(source), MAX_TEXT)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
