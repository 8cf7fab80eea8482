"""A restored notebook's code cells: the student's own, and which of them make a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbformat import NotebookNode
from nbgrader.utils import is_grade

from lenetlab.notebook.names import Names, names_of_any


class Cells:
    """The code cells in their order; a cell is known by its place among them."""

    def __init__(self, cells: Iterable[NotebookNode]) -> None:
        """Take the notebook's cells."""
        self.all = [cell for cell in cells if cell.cell_type == "code"]
        self._places = {cell.id: place for place, cell in enumerate(self.all)}
        self._names: dict[int, Names] = {}

    def place(self, cell: NotebookNode) -> int:
        """The cell's place; that after all others where it is none of them."""
        return self._places.get(cell.id, len(self.all))

    def names(self, place: int) -> Names:
        """The names in the cell, read once: tests are followed by them from cell to cell."""
        if place not in self._names:
            self._names[place] = names_of_any(self.all[place].source)
        return self._names[place]

    def makers(self, name: str, before: int | None = None) -> Iterator[int]:
        """The places of the cells that make ``name``, the last first; no test makes one."""
        for place in reversed(range(len(self.all))[:before]):
            if not is_grade(self.all[place]) and name in self.names(place).made:
                yield place

    def own(self, before: int | None = None) -> dict[str, str]:
        """The sources of the student's own cells, by their ids."""
        return {c.id: c.source for c in self.all[:before] if not is_given(c)}


def is_given(cell: NotebookNode) -> bool:
    """Whether the cell is the master's own: one that nbgrader locks."""
    return bool(cell.metadata.get("nbgrader", {}).get("locked"))
