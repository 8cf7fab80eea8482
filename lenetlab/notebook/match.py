"""Which cell of a submission stands for which cell of the master.

By nbgrader's mark, then by the cell's id, then by its source as handed out. Where the work of a
solution cell stands is then settled by what the student's code defines, see :mod:`.placing`; one
that defines nothing known is recognised by its place and its likeness to the stub.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable

from nbformat import NotebookNode

from lenetlab.notebook import work
from lenetlab.notebook.intake import grade_id
from lenetlab.notebook.master import Assignment, Cell
from lenetlab.notebook.work import Work
from lenetlab.records import Doubt, Flag

_COMPARED = 5000  # characters of a cell that are compared with a stub
_LIKE = 0.5  # similarity from which an unmarked cell is taken for a solution cell
_MOST_PIECES = 5  # that one cell is joined of
_MOST_TRIES = 100  # to join cells of one notebook: each takes the time to parse them

Matcher = Callable[[int, Cell], int | None]


class Match:
    """The places in ``cells`` of the master's cells, and what is worth knowing of them."""

    def __init__(self, cells: list[NotebookNode], assignment: Assignment) -> None:
        """Match by what the file says of its cells.

        Of :attr:`cells` those that were split are joined.
        """
        self.cells, self.master = [*cells], assignment.cells
        self._stubs = assignment.stubs
        self.places: dict[int, int] = {}  # by the number of the master's cell
        self.texts: dict[int, str] = {}  # of a solution cell, where it is no cell's whole source
        self.early: dict[int, int] = {}  # own cells, by place: the master's cell that they follow
        self.taken: set[int] = set()  # places of other cells from which work was taken
        self.moved: set[int] = set()  # places whose cell stands elsewhere in the master's order
        self.flags: list[Flag] = []
        self.doubts: list[Doubt] = []
        self._works: dict[int, Work] = {}
        self._normal: dict[int, str] = {}
        self._join()
        self._by_mark()
        for find in (self._by_id, self._by_source):
            self._match(find)

    def by_likeness(self) -> None:
        """Match what no mark, id or definition tells, and say what is missing."""
        self._match(self._alike)
        self._note_missing()

    def _match(self, find: Matcher) -> None:
        for number, cell in enumerate(self.master):
            if number not in self.places and number not in self.texts:
                place = find(number, cell)
                if place is not None:
                    self.places[number] = place

    def work(self, place: int) -> Work:
        """What the cell at ``place`` is as work."""
        if place not in self._works:
            self._works[place] = work.read(work.code_of(self.cells[place]))
        return self._works[place]

    def normal(self, place: int) -> str:
        """The cell's source without layout and comments."""
        if place not in self._normal:
            self._normal[place] = work.normal(self.cells[place].source)
        return self._normal[place]

    def is_code(self, place: int) -> bool:
        """Whether the cell is code, as submitted."""
        return bool(self.cells[place].cell_type == "code")

    def is_stub(self, place: int) -> bool:
        """Whether the cell is a solution cell as it was handed out, or empty."""
        return not self.cells[place].source.strip() or self.normal(place) in self._stubs

    def unused(self) -> Iterable[int]:
        """The places of cells that stand for none of the master's."""
        used = set(self.places.values())
        return (place for place in range(len(self.cells)) if place not in used)

    def _join(self) -> None:
        """Put together neighbouring cells of code that are Python only together."""
        given = {c.release.strip() for c in self.master}
        pieces: list[int] = []  # neighbours, the last of which may need the next one
        tries = 0
        for place, cell in enumerate(self.cells):
            if not cell.source.strip():
                continue
            if cell.cell_type != "code" or cell.source.strip() in given:
                pieces = []
                continue
            if pieces and self.work(pieces[-1]).parses and self.work(place).parses:
                pieces = []
            pieces = [*pieces, place][-_MOST_PIECES:]
            for number in range(2, len(pieces) + 1):
                tries += 1
                sources = [self.cells[p].source for p in pieces[-number:]]
                whole = work.joined(sources) if tries <= _MOST_TRIES else None
                if whole is not None:
                    self._put_together(pieces[-number:], whole)
                    pieces = []
                    break

    def _put_together(self, pieces: list[int], whole: str) -> None:
        marked = next((p for p in pieces if grade_id(self.cells[p])), pieces[0])
        for place in pieces:
            cell = self.cells[place]
            self.cells[place] = NotebookNode(cell, source=whole if place == marked else "")
            self._works.pop(place, None)

    def _by_mark(self) -> None:
        """Take the cells that carry nbgrader's name of a master cell."""
        numbers = {cell.grade_id: n for n, cell in enumerate(self.master) if cell.grade_id}
        marked: defaultdict[int, list[int]] = defaultdict(list)
        for place, cell in enumerate(self.cells):
            if grade_id(cell) in numbers:
                marked[numbers[grade_id(cell)]].append(place)
        for number, places in marked.items():
            after = min((n for n in marked if n > number), default=None)
            end = len(self.cells) if after is None else marked[after][-1]
            self.places[number] = self._choose(self.master[number], places, end)

    def _choose(self, cell: Cell, places: list[int], end: int) -> int:
        """Which of several copies of a cell stands for it; the others become ordinary cells.

        ``end`` is the place of the next marked cell in the master's order.
        """
        if len(places) == 1:
            return places[0]
        if cell.role != "solution":
            # Of a cell that was run the copy that tells what came of it.
            return max(places, key=lambda place: len(self.cells[place].get("outputs", [])))
        worked = [place for place in places if not self.is_stub(place)] or places
        finished = [p for p in worked if self.has(p, cell.goals)] or worked
        differing = len({self.normal(place) for place in finished}) > 1
        text = f"{cell.grade_id}: {len(places)} copies; graded is the one that its next cell used"
        self.flags.append(Flag("duplicate-cell", text, differing))
        # The copy that counted when the notebook was run: the last before the cell that uses it.
        return ([place for place in finished if place < end] or finished)[-1]

    def has(self, place: int, names: frozenset[str]) -> bool:
        """Whether the cell at ``place`` is finished and defines all these names."""
        found = self.work(place)
        finished = found.defines - found.unset - found.unfinished
        return found.parses and names <= finished and not self.is_stub(place)

    def _by_id(self, number: int, cell: Cell) -> int | None:
        """The cell that still has the id of a master cell."""
        return next((place for place in self.unused() if self.cells[place].id == cell.id), None)

    def _by_source(self, number: int, cell: Cell) -> int | None:
        """The cell whose source is a master cell's; a stub's may be anybody's."""
        if cell.role == "solution":
            return None
        for text in dict.fromkeys((cell.release, cell.node.source)):
            same = work.normal(text)
            for place in self.unused():
                if self.is_code(place) == cell.is_code and self.normal(place) == same:
                    return place
        return None

    def _alike(self, number: int, cell: Cell) -> int | None:
        """For a solution cell, the cell between its neighbours that looks most like the stub."""
        if cell.role != "solution":
            return None
        in_order = {n: p for n, p in self.places.items() if p not in self.moved}
        low = max((p for n, p in in_order.items() if n < number), default=-1)
        after = (p for n, p in in_order.items() if n > number and p > low)
        high = min(after, default=len(self.cells))
        between = [p for p in self.unused() if low < p < high and not self.is_stub(p)]
        likeness = {place: _likeness(cell.release, self.cells[place].source) for place in between}
        best = max(between, key=likeness.__getitem__, default=None)
        if best is None or likeness[best] <= _LIKE:
            return None
        clear = bool(cell.goals) and cell.goals <= self.work(best).defines
        self.doubts.append(Doubt("matched-by-content", cell.grade_id, [] if clear else [cell.id]))
        return best

    def _note_missing(self) -> None:
        """Say which marked cells were not found; those handed out earlier had no receipt."""
        marked = {
            n: cell.grade_id
            for n, cell in enumerate(self.master)
            if cell.grade_id and not cell.receipt
        }
        there = self.places.keys() | self.texts.keys()
        lost = [name for number, name in marked.items() if number not in there]
        asked = [n for n in marked if self.master[n].role == "solution"]
        if len(lost) > len(marked) / 2 and len(there & {*asked}) < len(asked) / 2:
            text = "more than half of the assignment's cells are missing"
            text += ": is this the right notebook?"
            self.flags.append(Flag("wrong-notebook", text, True))
        elif lost:
            text = f"put back from the master: {', '.join(lost)}"
            self.flags.append(Flag("missing-cells", text))


def _likeness(stub: str, source: str) -> float:
    """How much the source looks like the stub: from 0 to 1, and 1 more with its first line."""
    first_line, source = stub.strip().splitlines()[0], source[:_COMPARED]
    begins = first_line in source or first_line.split("=")[0] + "=" in source
    # By the characters alone, in any order: the exact ratio takes quadratic time.
    return difflib.SequenceMatcher(None, stub, source).quick_ratio() + begins
