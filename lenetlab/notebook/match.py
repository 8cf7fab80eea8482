"""Which cell of a submission stands for which cell of the master.

By nbgrader's mark, then by the cell's id, then by its source as handed out; a solution cell that
has lost all of these is recognised by its place and its likeness to the stub.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from nbformat import NotebookNode

from lenetlab.notebook.master import Assignment, Cell
from lenetlab.records import Flag

_COMPARED = 5000  # characters of a cell that are compared with a stub
_LIKE = 0.5  # similarity from which an unmarked cell is taken for a solution cell


def match(cells: list[NotebookNode], assignment: Assignment) -> tuple[dict[int, int], list[Flag]]:
    """The place in ``cells`` of each master cell that is there, by the number of the latter."""
    matching = _Matching(cells, assignment)
    matching.by_mark()
    matching.by_id()
    matching.by_source()
    matching.by_likeness()
    return matching.places, [*matching.flags, *matching.lost()]


class _Matching:
    """The places found so far, and what is worth knowing of how they were found."""

    def __init__(self, cells: list[NotebookNode], assignment: Assignment) -> None:
        self.cells, self.master = cells, assignment.cells
        self.places: dict[int, int] = {}
        self.flags: list[Flag] = []
        self.used: set[int] = set()

    def _take(self, number: int, place: int) -> None:
        self.places[number] = place
        self.used.add(place)

    def _open(self) -> Iterator[tuple[int, Cell]]:
        """The master's cells that are not found yet."""
        return ((n, cell) for n, cell in enumerate(self.master) if n not in self.places)

    def by_mark(self) -> None:
        """Take the cells that carry nbgrader's name of a master cell."""
        numbers = {cell.grade_id: n for n, cell in enumerate(self.master) if cell.grade_id}
        marked: dict[int, list[int]] = {}
        for place, cell in enumerate(self.cells):
            number = numbers.get(grade_id(cell))
            if number is not None:
                marked.setdefault(number, []).append(place)
        for number, places in marked.items():
            later = [min(marked[n]) for n in sorted(marked) if n > number]
            self._take(number, self._choose(self.master[number], places, later))

    def _choose(self, cell: Cell, places: list[int], later: list[int]) -> int:
        """Which of several copies of a cell stands for it; the others become ordinary cells.

        ``later`` are the places of the marked cells that come after it, in the master's order.
        """
        if len(places) == 1 or cell.role != "solution":
            return places[0]
        sources = {place: self.cells[place].source.strip() for place in places}
        worked = [place for place in places if sources[place] != cell.release.strip()] or places
        differing = len({sources[place] for place in worked}) > 1
        message = (
            f"{cell.grade_id}: {len(places)} copies; graded is the one that its next cell used"
        )
        self.flags.append(Flag("duplicate-cell", message, differing))
        # The copy that counted when the notebook was run: the last before the cell that uses it.
        before = [place for place in worked if not later or place < later[0]]
        return (before or worked)[-1]

    def by_id(self) -> None:
        """Take the cells that still have the id of a master cell."""
        ids = {cell.id: place for place, cell in reversed(list(enumerate(self.cells)))}
        for number, cell in list(self._open()):
            place = ids.get(cell.id)
            if place is not None and place not in self.used:
                self._take(number, place)

    def by_source(self) -> None:
        """Take the cells whose source is a master cell's; a stub's may be anybody's."""
        places: dict[str, list[int]] = {}
        for place, cell in enumerate(self.cells):
            places.setdefault(cell.source.strip(), []).append(place)
        for number, cell in list(self._open()):
            alike = [
                place
                for source in (cell.release, cell.node.source)
                for place in places.get(source.strip(), [])
                if place not in self.used
            ]
            if alike and cell.role != "solution":
                self._take(number, alike[0])

    def by_likeness(self) -> None:
        """Take for a solution cell the unmarked one at its place that looks like its stub."""
        for number, cell in list(self._open()):
            place = self._most_alike(number, cell) if cell.role == "solution" else None
            if place is not None:
                self._take(number, place)
                message = f"{cell.grade_id}: its marks were lost, it was recognised by its content"
                self.flags.append(Flag("matched-by-content", message, True))

    def _most_alike(self, number: int, cell: Cell) -> int | None:
        """The unused cell between the neighbours that looks most like the stub."""
        low = max((p for n, p in self.places.items() if n < number), default=-1)
        after = (p for n, p in self.places.items() if n > number and p > low)
        high = min(after, default=len(self.cells))
        best, likeness = None, _LIKE
        first_line = cell.release.strip().splitlines()[0]
        for place in range(low + 1, high):
            source = self.cells[place].source[:_COMPARED]
            if place in self.used or not source.strip():
                continue
            # By the characters alone, in any order: the exact ratio takes quadratic time.
            ratio = difflib.SequenceMatcher(None, cell.release, source).quick_ratio()
            if first_line in source or first_line.split("=")[0] + "=" in source:
                ratio += 1
            if ratio > likeness:
                best, likeness = place, ratio
        return best

    def lost(self) -> list[Flag]:
        """What to say of marked cells that were not found."""
        lost = [cell.grade_id for _, cell in self._open() if cell.grade_id]
        if len(lost) > sum(bool(cell.grade_id) for cell in self.master) / 2:
            text = "more than half of the assignment's cells are missing"
            return [Flag("wrong-notebook", f"{text}: is this the right notebook?", True)]
        text = f"put back from the master: {', '.join(lost)}"
        return [Flag("missing-cells", text)] if lost else []


def grade_id(cell: NotebookNode) -> str:
    """nbgrader's name of the cell, empty where it has none."""
    marks = cell.metadata.get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""
