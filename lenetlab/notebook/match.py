"""Which cell of a submission stands for which cell of the master.

By nbgrader's mark, then by the cell's id, then by its source as handed out; a solution cell that
has lost all of these is recognised by its place and its likeness to the stub.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable

from nbformat import NotebookNode

from lenetlab.notebook.intake import grade_id
from lenetlab.notebook.master import Assignment, Cell
from lenetlab.records import Flag

_COMPARED = 5000  # characters of a cell that are compared with a stub
_LIKE = 0.5  # similarity from which an unmarked cell is taken for a solution cell


def match(cells: list[NotebookNode], assignment: Assignment) -> tuple[dict[int, int], list[Flag]]:
    """The place in ``cells`` of each master cell that is there, by the number of the latter."""
    matching = _Matching(cells, assignment)
    matching.by_mark()
    for find in (matching.by_id, matching.by_source, matching.by_likeness):
        for number, cell in enumerate(assignment.cells):
            place = None if number in matching.places else find(number, cell)
            if place is not None:
                matching.places[number] = place
    return matching.places, [*matching.flags, *matching.lost()]


class _Matching:
    """The places found so far, and what is worth knowing of how they were found."""

    def __init__(self, cells: list[NotebookNode], assignment: Assignment) -> None:
        self.cells, self.master = cells, assignment.cells
        self.sources = [cell.source.strip() for cell in cells]
        self.places: dict[int, int] = {}
        self.flags: list[Flag] = []

    def _unused(self) -> Iterable[int]:
        used = set(self.places.values())
        return (place for place in range(len(self.cells)) if place not in used)

    def by_mark(self) -> None:
        """Take the cells that carry nbgrader's name of a master cell."""
        numbers = {cell.grade_id: n for n, cell in enumerate(self.master) if cell.grade_id}
        marked: defaultdict[int, list[int]] = defaultdict(list)
        for place, cell in enumerate(self.cells):
            if grade_id(cell) in numbers:
                marked[numbers[grade_id(cell)]].append(place)
        for number, places in marked.items():
            after = min((n for n in marked if n > number), default=None)
            end = len(self.cells) if after is None else marked[after][0]
            self.places[number] = self._choose(self.master[number], places, end)

    def _choose(self, cell: Cell, places: list[int], end: int) -> int:
        """Which of several copies of a cell stands for it; the others become ordinary cells.

        ``end`` is the place of the next marked cell in the master's order.
        """
        if len(places) == 1 or cell.role != "solution":
            return places[0]
        worked = [p for p in places if self.sources[p] != cell.release.strip()] or places
        differing = len({self.sources[place] for place in worked}) > 1
        text = f"{cell.grade_id}: {len(places)} copies; graded is the one that its next cell used"
        self.flags.append(Flag("duplicate-cell", text, differing))
        # The copy that counted when the notebook was run: the last before the cell that uses it.
        return ([place for place in worked if place < end] or worked)[-1]

    def by_id(self, number: int, cell: Cell) -> int | None:
        """The cell that still has the id of a master cell."""
        return next((place for place in self._unused() if self.cells[place].id == cell.id), None)

    def by_source(self, number: int, cell: Cell) -> int | None:
        """The cell whose source is a master cell's; a stub's may be anybody's."""
        sources = () if cell.role == "solution" else (cell.release, cell.node.source)
        return next(
            (p for text in sources for p in self._unused() if self.sources[p] == text.strip()), None
        )

    def by_likeness(self, number: int, cell: Cell) -> int | None:
        """For a solution cell, the cell between its neighbours that looks most like the stub."""
        if cell.role != "solution":
            return None
        low = max((p for n, p in self.places.items() if n < number), default=-1)
        after = (p for n, p in self.places.items() if n > number and p > low)
        high = min(after, default=len(self.cells))
        between = [place for place in self._unused() if low < place < high and self.sources[place]]
        likeness = {place: _likeness(cell.release, self.cells[place].source) for place in between}
        best = max(between, key=likeness.__getitem__, default=None)
        if best is None or likeness[best] <= _LIKE:
            return None
        text = f"{cell.grade_id}: its marks were lost, it was recognised by its content"
        self.flags.append(Flag("matched-by-content", text, True))
        return best

    def lost(self) -> list[Flag]:
        """What to say of marked cells that were not found."""
        marked = {n: cell.grade_id for n, cell in enumerate(self.master) if cell.grade_id}
        lost = [name for number, name in marked.items() if number not in self.places]
        if len(lost) > len(marked) / 2:
            text = "more than half of the assignment's cells are missing"
            return [Flag("wrong-notebook", f"{text}: is this the right notebook?", True)]
        text = f"put back from the master: {', '.join(lost)}"
        return [Flag("missing-cells", text)] if lost else []


def _likeness(stub: str, source: str) -> float:
    """How much the source looks like the stub: from 0 to 1, and 1 more with its first line."""
    first_line, source = stub.strip().splitlines()[0], source[:_COMPARED]
    begins = first_line in source or first_line.split("=")[0] + "=" in source
    # By the characters alone, in any order: the exact ratio takes quadratic time.
    return difflib.SequenceMatcher(None, stub, source).quick_ratio() + begins
