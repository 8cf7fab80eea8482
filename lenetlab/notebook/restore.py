"""The assignment's shape with the student's work: what is graded in place of the raw file.

Locked cells and tests come from the master, every one of them, in its order, with its tags and
points. Solution cells keep the student's source. Cells of the student's own stay where they are,
after the cell that they follow, without any nbgrader role.
"""

from __future__ import annotations

import copy
import re
from collections import defaultdict

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from lenetlab.notebook import measurements, receipt, work
from lenetlab.notebook.doubts import NO_MEASUREMENTS
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.intake import MAX_CELLS
from lenetlab.notebook.master import Assignment, Cell
from lenetlab.notebook.match import Match
from lenetlab.notebook.outputs import clean, cut
from lenetlab.notebook.placing import place_work
from lenetlab.records import Doubt, Flag

MAX_TEXT = 20_000  # characters of a text of the student's own


def restore(submitted: NotebookNode, assignment: Assignment, of: str = "") -> NotebookNode:
    """Return a new notebook to grade, with its :class:`Handover`.

    ``submitted`` comes from :mod:`.intake`; ``of`` is its fingerprint, where it is to be recorded.
    """
    match = Match(submitted.cells[:MAX_CELLS], assignment)
    place_work(match)
    match.by_likeness()
    flags, doubts, cells = match.flags, match.doubts, match.cells
    if len(submitted.cells) > MAX_CELLS:
        text = f"only the first {MAX_CELLS} cells were graded"
        flags.insert(0, Flag("too-many-cells", text, True))
    flags += _accounts(submitted)
    own = _own_cells(match, assignment)
    restored = [*own[-1]]
    for number, cell in enumerate(assignment.cells):
        place = match.places.get(number)
        handed_in = cells[place] if place is not None else None
        restored += [_master_cell(cell, handed_in, match.texts.get(number)), *own[number]]
        if place is not None and _was_changed(cell, match, place):
            work_in_it = frozenset() if place in match.taken else match.work(place).defines
            doubts.append(_changed(cell, work_in_it, assignment))
        if place is not None and _passed(cell, cells[place]):
            doubts.append(Doubt("passed-before", cell.grade_id, [cell.id]))
    lab = assignment.lab
    other_data = measurements.are_of_other_data(cells, lab)
    least_seconds = 0.0 if other_data else lab.least_seconds
    measured = measurements.read(cells, lab, assignment.names)
    evidence, doubtful = measurements.sift(measured, least_seconds)
    if lab.patterns and not measured:
        doubts.append(Doubt(NO_MEASUREMENTS, "", _answered(match, assignment)))
    flags += [Flag("doubtful-evidence", doubt, True) for doubt in measurements.doubts(doubtful)]
    there = (match.places.get(n) for n, cell in enumerate(assignment.cells) if cell.receipt)
    printed = next((receipt.printed(cells[place]) for place in there if place is not None), "")
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=restored, metadata={"kernelspec": kernel})
    Handover(
        flags,
        evidence,
        doubts,
        doubtful=measurements.finite(doubtful),
        other_data=other_data,
        of=of,
        receipt=receipt.code_of(submitted.cells, assignment),
        receipt_printed=printed,
    ).store(notebook)
    return notebook


def _answered(match: Match, assignment: Assignment) -> list[str]:
    """The ids of the solution cells in which a question is answered."""
    numbers = (n for n, c in enumerate(assignment.cells) if c.id in assignment.questions)
    return [
        assignment.cells[n].id
        for n in numbers
        if n in match.texts or (n in match.places and not match.is_stub(match.places[n]))
    ]


def _passed(cell: Cell, submitted: NotebookNode) -> bool:
    """Whether a test that students see earned its points in the student's own run."""
    seen = cell.role == "test" and cell.release == cell.node.source
    if not seen or not submitted.get("outputs") or submitted.execution_count is None:
        return False
    run = nbformat.from_dict({**cell.node, "outputs": submitted.outputs})
    try:
        score, most = determine_grade(run)
    except ValueError:
        return False
    return score is not None and score >= most > 0


def _changed(cell: Cell, defines: frozenset[str], assignment: Assignment) -> Doubt:
    """What to say of a changed cell that was put back.

    A person is needed where what depends on it could not be made, or where work stands in it that
    belongs elsewhere and points are lost there.
    """
    slots = [slot.id for slot in assignment.cells if slot.goals & defines]
    name = cell.grade_id or cell.id
    return Doubt("locked-cell-changed", name, slots or [cell.id], lacking=not slots)


def _accounts(submitted: NotebookNode) -> list[Flag]:
    """Whose Google account ran the notebook, as Colab has it: for the instructor alone."""
    accounts = submitted.metadata.get("accounts", [])
    return [Flag("colab-account", f"run in Colab by {', '.join(accounts)}")] if accounts else []


def _own_cells(match: Match, assignment: Assignment) -> defaultdict[int, list[NotebookNode]]:
    """The student's own cells, by the number of the master's cell that they follow; -1 is none.

    Those that are as handed out, training, tests and empty solutions, are left out: they would
    cost time, or take the place of the student's work.
    """
    owner = {place: number for number, place in match.places.items()}
    following: defaultdict[int, list[NotebookNode]] = defaultdict(list)
    last = -1
    for place, cell in enumerate(match.cells):
        number = owner.get(place)
        if number is None:
            source = "" if match.normal(place) in assignment.idle else cell.source
        else:
            last = last if place in match.moved else number
            source = _kept_of(assignment.cells[number], match, place, assignment)
        if source.strip():
            is_code = cell.cell_type == "code"
            make = nbformat.v4.new_code_cell if is_code else nbformat.v4.new_markdown_cell
            text = source if is_code else _verbatim(source)
            follows = match.early.get(place, last)
            following[follows].append(make(text, id=f"student-{place}"))
    return following


def _master_cell(cell: Cell, submitted: NotebookNode | None, text: str | None) -> NotebookNode:
    restored = copy.deepcopy(cell.node)
    if cell.grade_id:
        restored.metadata.nbgrader["checksum"] = cell.checksum  # nbgrader's "No response."
    if text is not None:
        restored.source = text
    elif cell.role in ("solution", "free"):
        restored.source = cell.release
        if submitted is not None:
            restored.source = work.code_of(submitted) if cell.is_code else submitted.source
    if cell.skipped and submitted is not None:
        # What the student's own run printed and plotted: the evidence for the questions.
        restored.outputs = submitted.get("outputs", [])
    return restored


def _was_changed(cell: Cell, match: Match, place: int) -> bool:
    """Whether code stands where the master keeps its own: a locked cell, a test, a text.

    Of cells that are not run, and of those that the tests alone use, it makes no difference.
    """
    if cell.role in ("solution", "free") or cell.skipped or cell.helper:
        return False
    if not match.is_code(place) or not match.cells[place].source.strip():
        return False
    given, source = (cell.release, cell.node.source), match.cells[place].source
    same = source in given or match.normal(place) in map(work.normal, given)
    return not same


def _kept_of(cell: Cell, match: Match, place: int, assignment: Assignment) -> str:
    """What is still run of code that was changed: all in a text's place, else what is new.

    VS Code and Colab let students edit locked cells, and the import cell is where an honest one
    adds what the next cell needs. What is work of a solution cell stands there already.
    """
    if cell.role in ("solution", "free") or not match.is_code(place):
        return ""
    source = match.cells[place].source
    if not cell.is_code:
        return str(source)
    if source.strip() == cell.release.strip():
        return ""
    return work.added(
        match.work(place).code, cell.release, without=assignment.goals, values=not cell.skipped
    )


def _verbatim(source: str) -> str:
    """Markdown that shows ``source`` letter by letter.

    A page would run what Markdown may hold: HTML, links to scripts, pictures from elsewhere, the
    macros of mathematics. Inside a fence that is longer than any in the text, nothing is.
    """
    text = cut(clean(source), MAX_TEXT)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
