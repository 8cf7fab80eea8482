"""The assignment's shape with the student's work: what is graded in place of the raw file.

Locked cells and tests come from the master, every one of them, in its order, with its tags and
points. Solution cells keep the student's source. Cells of the student's own stay where they are,
after the cell that they follow, without any nbgrader role.
"""

from __future__ import annotations

import ast
import copy
import difflib
import re
from dataclasses import asdict

import nbformat
from nbformat import NotebookNode

from lenetlab.notebook import measurements
from lenetlab.notebook.intake import KEY, MAX_CELLS
from lenetlab.notebook.master import Assignment, Cell
from lenetlab.notebook.outputs import believe, clean, cut, encodable
from lenetlab.records import Flag

MAX_TEXT = 20_000  # characters of a text of the student's own
_COMPARED = 5000  # characters of a cell that are compared with a stub
_LIKE = 0.5  # similarity from which an unmarked cell is taken for a solution cell


def restore(submitted: NotebookNode, assignment: Assignment) -> NotebookNode:
    """Return a new notebook to grade; ``metadata[KEY]`` holds its flags and evidence."""
    flags: list[Flag] = []
    cells = submitted.cells
    if len(cells) > MAX_CELLS:
        flags.append(Flag("too-many-cells", f"only the first {MAX_CELLS} cells were graded", True))
        cells = cells[:MAX_CELLS]
    matched = _match(cells, assignment, flags)
    owner = {place: number for number, place in matched.items()}

    following: dict[int, list[NotebookNode]] = {}
    anchor = -1
    train_sources = {cell.release.strip() for cell in assignment.cells if cell.skipped}
    for place, cell in enumerate(cells):
        if place in owner:
            anchor = owner[place]
        elif cell.source.strip() and cell.source.strip() not in train_sources:
            following.setdefault(anchor, []).append(cell)

    taken = {cell.id for cell in assignment.cells}
    restored = [_own_cell(cell, taken) for cell in following.get(-1, [])]
    changed: list[Cell] = []
    for number, cell in enumerate(assignment.cells):
        restored.append(_master_cell(cell, cells[matched[number]] if number in matched else None))
        if number in matched and _was_changed(cell, cells[matched[number]]):
            changed.append(cell)
            kept = _kept_of(cell, cells[matched[number]])
            if kept.strip():
                code = nbformat.v4.new_code_cell(source=kept, metadata={}, outputs=[])
                restored.append(_own_cell(code, taken))
        restored += [_own_cell(own, taken) for own in following.get(number, [])]
    if changed:
        message = f"put back as in the master: {', '.join(cell.id for cell in changed)}"
        # A changed test does no harm; work may have been done in a changed cell of another kind.
        review = any(cell.role != "test" for cell in changed)
        flags.append(Flag("locked-cell-changed", message, review))

    measured = measurements.read(cells)
    for model, values in measurements.read(
        cells[place]
        for number, place in sorted(matched.items())
        if assignment.cells[number].skipped
    ).items():
        measured.setdefault(model, {}).update(values)
    for doubt in measurements.doubts(measured):
        flags.append(Flag("doubtful-evidence", doubt, True))
    notebook = nbformat.v4.new_notebook(cells=restored)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3", "language": "python", "name": "python3",
    }  # fmt: skip
    notebook.metadata[KEY] = {
        "flags": [asdict(flag) for flag in flags],
        "evidence": measurements.believable(measured),
    }
    return notebook


def _match(cells: list[NotebookNode], assignment: Assignment, flags: list[Flag]) -> dict[int, int]:
    """Place in the submission of each master cell that is there, by the number of the latter."""
    candidates: dict[int, list[int]] = {}
    numbers = {cell.grade_id: n for n, cell in enumerate(assignment.cells) if cell.grade_id}
    for place, cell in enumerate(cells):
        number = numbers.get(_grade_id(cell))
        if number is not None:
            candidates.setdefault(number, []).append(place)
    matched: dict[int, int] = {}
    for number, places in candidates.items():
        matched[number] = _choose(number, places, candidates, cells, assignment, flags)
    used = set(matched.values())

    def take(number: int, place: int) -> None:
        matched[number] = place
        used.add(place)

    by_id = {cell.id: place for place, cell in reversed(list(enumerate(cells)))}
    for number, cell in enumerate(assignment.cells):
        if number not in matched and by_id.get(cell.id, -1) not in used | {-1}:
            take(number, by_id[cell.id])
    by_source: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        if place not in used:
            by_source.setdefault(cell.source.strip(), []).append(place)
    for number, cell in enumerate(assignment.cells):
        if number not in matched and cell.role != "solution":
            for source in (cell.release, cell.node.source):
                places = [p for p in by_source.get(source.strip(), []) if p not in used]
                if places:
                    take(number, places[0])
                    break
    for number, cell in enumerate(assignment.cells):
        if number not in matched and cell.role == "solution":
            alike = _most_alike(number, cell, cells, matched, used)
            if alike is not None:
                take(number, alike)
                message = f"{cell.grade_id}: its marks were lost, it was recognised by its content"
                flags.append(Flag("matched-by-content", message, True))
    lost = [c.grade_id for n, c in enumerate(assignment.cells) if c.grade_id and n not in matched]
    if len(lost) > len(numbers) / 2:
        message = (
            "more than half of the assignment's cells are missing: is this the right notebook?"
        )
        flags.append(Flag("wrong-notebook", message, True))
    elif lost:
        flags.append(Flag("missing-cells", f"put back from the master: {', '.join(lost)}"))
    return matched


def _choose(
    number: int,
    places: list[int],
    candidates: dict[int, list[int]],
    cells: list[NotebookNode],
    assignment: Assignment,
    flags: list[Flag],
) -> int:
    """Which of several copies of a cell stands for it; the others become ordinary cells."""
    if len(places) == 1:
        return places[0]
    cell = assignment.cells[number]
    if cell.role != "solution":
        return places[0]
    worked = [p for p in places if cells[p].source.strip() != cell.release.strip()] or places
    differing = len({cells[p].source.strip() for p in worked}) > 1
    message = f"{cell.grade_id}: {len(places)} copies; graded is the one that its next cell used"
    flags.append(Flag("duplicate-cell", message, differing))
    # The copy that counted when the notebook was run: the last before the cell that uses it.
    later = [
        min(candidates[n]) for n in range(number + 1, len(assignment.cells)) if n in candidates
    ]
    before = [p for p in worked if not later or p < later[0]]
    return (before or worked)[-1]


def _most_alike(
    number: int,
    cell: Cell,
    cells: list[NotebookNode],
    matched: dict[int, int],
    used: set[int],
) -> int | None:
    """The unmarked cell between the neighbours that looks most like the solution cell's stub."""
    low = max((p for n, p in matched.items() if n < number), default=-1)
    high = min((p for n, p in matched.items() if n > number and p > low), default=len(cells))
    best, likeness = None, _LIKE
    first_line = cell.release.strip().splitlines()[0]
    for place in range(low + 1, high):
        source = cells[place].source[:_COMPARED]
        if place in used or not source.strip():
            continue
        # By the characters alone, in any order: the exact ratio takes quadratic time.
        ratio = difflib.SequenceMatcher(None, cell.release, source).quick_ratio()
        if first_line in source or first_line.split("=")[0] + "=" in source:
            ratio += 1
        if ratio > likeness:
            best, likeness = place, ratio
    return best


def _grade_id(cell: NotebookNode) -> str:
    marks = cell.metadata.get("nbgrader")
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def _master_cell(cell: Cell, submitted: NotebookNode | None) -> NotebookNode:
    restored = copy.deepcopy(cell.node)
    if cell.grade_id:
        restored.metadata.nbgrader["checksum"] = cell.checksum  # nbgrader's "No response."
    if cell.role in ("solution", "free"):
        restored.source = cell.release if submitted is None else _source(submitted)
    if cell.skipped and submitted is not None:
        # What the student's own run printed and plotted: the evidence for the questions.
        restored.outputs = [nbformat.from_dict(o) for o in believe(submitted.get("outputs"))]
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
