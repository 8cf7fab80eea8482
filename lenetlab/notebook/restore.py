"""The assignment's shape with the student's work: what is graded in place of the raw file.

Locked cells and tests come from the master, every one of them, in its order, with its tags and
points. Solution cells keep the student's source. Cells of the student's own stay where they are,
after the cell that they follow, without any nbgrader role.
"""

from __future__ import annotations

import ast
import copy
import re

import nbformat
from nbformat import NotebookNode

from lenetlab.notebook import measurements
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.intake import MAX_CELLS
from lenetlab.notebook.master import Assignment, Cell
from lenetlab.notebook.match import match
from lenetlab.notebook.measurements import Evidence
from lenetlab.notebook.outputs import clean, cut, encodable, valid_outputs
from lenetlab.records import Flag

MAX_TEXT = 20_000  # characters of a text of the student's own


def restore(submitted: NotebookNode, assignment: Assignment, of: str = "") -> NotebookNode:
    """Return a new notebook to grade, with its :class:`Handover`.

    ``of`` is the fingerprint of the submission, where it is to be recorded.
    """
    flags: list[Flag] = []
    cells = submitted.cells
    if len(cells) > MAX_CELLS:
        flags.append(Flag("too-many-cells", f"only the first {MAX_CELLS} cells were graded", True))
        cells = cells[:MAX_CELLS]
    places, found = match(cells, assignment)
    flags += found
    following = _own_cells(cells, places, assignment)
    taken = {cell.id for cell in assignment.cells}
    restored = [_own_cell(cell, taken) for cell in following.get(-1, [])]
    changed: list[Cell] = []
    for number, cell in enumerate(assignment.cells):
        handed_in = cells[places[number]] if number in places else None
        restored.append(_master_cell(cell, handed_in))
        if handed_in is not None and _was_changed(cell, handed_in):
            changed.append(cell)
            kept = _kept_of(cell, handed_in)
            if kept.strip():
                restored.append(_own_cell(nbformat.v4.new_code_cell(source=kept), taken))
        restored += [_own_cell(own, taken) for own in following.get(number, [])]
    if changed:
        message = f"put back as in the master: {', '.join(cell.id for cell in changed)}"
        # A changed test does no harm; work may have been done in a changed cell of another kind.
        review = any(cell.role != "test" for cell in changed)
        flags.append(Flag("locked-cell-changed", message, review))
    measured = _measured(cells, places, assignment)
    for doubt in measurements.doubts(measured, assignment.lab):
        flags.append(Flag("doubtful-evidence", doubt, True))
    notebook = nbformat.v4.new_notebook(cells=restored)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3", "language": "python", "name": "python3",
    }  # fmt: skip
    Handover(flags, measurements.plausible(measured, assignment.lab), of=of).store(notebook)
    return notebook


def _own_cells(
    cells: list[NotebookNode], places: dict[int, int], assignment: Assignment
) -> dict[int, list[NotebookNode]]:
    """The student's own cells, by the number of the master's cell that they follow; -1 is none."""
    owner = {place: number for number, place in places.items()}
    train_sources = {cell.release.strip() for cell in assignment.cells if cell.skipped}
    following: dict[int, list[NotebookNode]] = {}
    last = -1
    for place, cell in enumerate(cells):
        if place in owner:
            last = owner[place]
        elif cell.source.strip() and cell.source.strip() not in train_sources:
            following.setdefault(last, []).append(cell)
    return following


def _measured(
    cells: list[NotebookNode], places: dict[int, int], assignment: Assignment
) -> Evidence:
    """What the notebook's outputs say; what the master's own training cells printed counts most."""
    training = [
        cells[place] for number, place in sorted(places.items()) if assignment.cells[number].skipped
    ]
    lab, names = assignment.lab, assignment.names
    measured = measurements.read(cells, lab, names)
    for model, values in measurements.read(training, lab, names).items():
        measured.setdefault(model, {}).update(values)
    return measured


def _master_cell(cell: Cell, submitted: NotebookNode | None) -> NotebookNode:
    restored = copy.deepcopy(cell.node)
    if cell.grade_id:
        restored.metadata.nbgrader["checksum"] = cell.checksum  # nbgrader's "No response."
    if cell.role in ("solution", "free"):
        restored.source = cell.release if submitted is None else _source(submitted)
    if cell.skipped and submitted is not None:
        # What the student's own run printed and plotted: the evidence for the questions.
        restored.outputs = [nbformat.from_dict(o) for o in valid_outputs(submitted.get("outputs"))]
    return restored


def _was_changed(cell: Cell, submitted: NotebookNode) -> bool:
    """Whether code stands where the master keeps its own: a locked cell, a test, a text."""
    if cell.role in ("solution", "free") or submitted.cell_type != "code":
        return False
    return submitted.source.strip() not in (cell.release.strip(), cell.node.source.strip(), "")


def _kept_of(cell: Cell, submitted: NotebookNode) -> str:
    """What of such code is still run: all that was typed into a text cell, else new imports.

    VS Code and Colab let students edit locked cells, and the import cell is where an honest one
    adds what the next cell needs.
    """
    if not cell.is_code:
        return str(submitted.source)
    try:
        statements = ast.parse(submitted.source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    imports = [ast.unparse(s) for s in statements if isinstance(s, (ast.Import, ast.ImportFrom))]
    return "\n".join(line for line in imports if line not in cell.release)


def _own_cell(cell: NotebookNode, taken: set[str]) -> NotebookNode:
    """A cell of the student's own: code as it is, everything else as text to be read."""
    if cell.cell_type == "code":
        made = nbformat.v4.new_code_cell(source=_source(cell))
    else:
        made = nbformat.v4.new_markdown_cell(source=_verbatim(str(cell.source)))
    while made.id in taken:
        made.id += "x"
    taken.add(made.id)
    return made


def _verbatim(source: str) -> str:
    """Markdown that shows ``source`` letter by letter.

    A page would run what Markdown may hold: HTML, links to scripts, pictures from elsewhere, the
    macros of mathematics. Inside a fence that is longer than any in the text, nothing is.
    """
    text = cut(clean(source), MAX_TEXT)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _source(cell: NotebookNode) -> str:
    return encodable(str(cell.source))
