"""The master notebook: which cells there are, what each is for, and what students receive of it."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from nbgrader.utils import compute_checksum

from lenetlab.notebook import lab, work, written
from lenetlab.notebook.lab import Lab
from lenetlab.notebook.names import Names, names, python
from lenetlab.records import rounded

Role = Literal["test", "solution", "locked", "free", "text"]
SKIPPED_TAG = "train"  # cells that grading leaves out: it needs architectures, not training
HELPER_TAG = "checks"  # cells with what the tests call: the clean room runs the master's own
RECEIPT_TAG = "receipt"  # the cell that prints the code of a student's work


@dataclass(frozen=True)
class Cell:
    """A cell of the master; ``release`` is its source as students receive it."""

    id: str
    role: Role
    grade_id: str  # empty for cells that nbgrader does not know
    release: str
    skipped: bool
    helper: bool
    points: float
    checksum: str  # the gradebook's: of what students receive, and of the tests with all they hide
    node: NotebookNode
    receipt: bool = False

    @property
    def is_code(self) -> bool:
        """Whether the cell is run."""
        return bool(self.node.cell_type == "code")

    @cached_property
    def goals(self) -> frozenset[str]:
        """The names that a solution cell is to define: classes, functions, answers."""
        asked = self.role == "solution" and self.is_code
        return work.read(python(self.release)).defines if asked else frozenset()

    @cached_property
    def released(self) -> Names:
        """The names in it as students receive it."""
        return names(python(self.release))

    @cached_property
    def solved(self) -> Names:
        """The names in it as the master has it."""
        return names(python(self.node.source))


@dataclass(frozen=True, repr=False)
class Assignment:
    """The master notebook's cells in order, and what else is known of its lab."""

    cells: tuple[Cell, ...]
    lab: Lab = field(default_factory=Lab)

    @cached_property
    def tests(self) -> tuple[Cell, ...]:
        """The cells that earn points."""
        return tuple(cell for cell in self.cells if cell.role == "test")

    @property
    def max_score(self) -> float:
        """All points there are."""
        return rounded(sum(cell.points for cell in self.tests))

    @cached_property
    def opening(self) -> tuple[str, ...]:
        """The code cells that most notebooks begin with, as released.

        Those before the first solution cell, up to the last free one, which students change.
        """
        code = (cell for cell in self.cells if cell.is_code)
        first = [*takewhile(lambda c: c.role in ("locked", "free") and not c.skipped, code)]
        free = [number for number, cell in enumerate(first) if cell.role == "free"]
        return tuple(cell.release for cell in first[: free[-1] if free else None])

    @cached_property
    def names(self) -> frozenset[str]:
        """Names that the cells make which are no tests: all that a test may ask a student for."""
        return frozenset().union(*(made.makes for made in self._made))

    @cached_property
    def classes(self) -> frozenset[str]:
        """Those of :attr:`names` that are classes."""
        return frozenset().union(*(made.classes for made in self._made))

    @cached_property
    def class_nodes(self) -> dict[Role, dict[str, ast.ClassDef]]:
        """The classes in locked cells, and those in solution cells, by name."""
        found: dict[Role, dict[str, ast.ClassDef]] = {"locked": {}, "solution": {}}
        for cell in self.cells:
            if cell.is_code and cell.role in found:
                found[cell.role] |= written.classes(cell.node.source)
        return found

    @cached_property
    def goals(self) -> frozenset[str]:
        """What the solution cells are to define, together."""
        return frozenset().union(*(cell.goals for cell in self.cells))

    @cached_property
    def questions(self) -> list[str]:
        """The ids of the solution cells in which an answer is given to a variable."""
        return [c.id for c in self.cells if c.goals and c.goals & c.released.assigns]

    @cached_property
    def stubs(self) -> frozenset[str]:
        """The solution cells as handed out, without layout and comments."""
        return frozenset(work.normal(c.release) for c in self.cells if c.role == "solution")

    @cached_property
    def stub_lines(self) -> frozenset[str]:
        """Their lines."""
        cells = (cell for cell in self.cells if cell.role == "solution")
        return frozenset[str]().union(*(written.statements(cell.release) for cell in cells))

    @cached_property
    def idle(self) -> frozenset[str]:
        """Those, and training and tests as handed out: nothing that is the student's own work."""
        idle = (c for c in self.cells if c.is_code and (c.skipped or c.role == "test"))
        return self.stubs.union(work.normal(cell.release) for cell in idle)

    @property
    def helpers(self) -> list[str]:
        """Sources of the cells that define what the tests call."""
        return [cell.node.source for cell in self.cells if cell.helper]

    @cached_property
    def _made(self) -> list[Names]:
        return [c.solved for c in self.cells if c.is_code and c.role != "test" and not c.helper]

    @cached_property
    def behind(self) -> dict[str, frozenset[str]]:
        """For each test cell's grade id, the ids of the cells that it depends on, and its own."""
        made = {n: cell.solved for n, cell in enumerate(self.cells) if cell.is_code}
        makers = [n for n in made if self.cells[n].role != "test"]
        found = {}
        for number, cell in enumerate(self.cells):
            waiting = [number] if cell.role == "test" else []
            seen = set(waiting)
            while waiting:
                reader = waiting.pop()
                for name in made[reader].reads:
                    before = [n for n in makers if n < reader and name in made[n].makes]
                    if before and before[-1] not in seen:
                        seen.add(before[-1])
                        waiting.append(before[-1])
            if cell.role == "test":
                found[cell.grade_id] = frozenset(self.cells[n].id for n in seen)
        return found

    @cached_property
    def digest(self) -> str:
        """Of the cells and the lab's files: another one where anything of them has changed."""
        text = "".join(
            f"{c.id}\0{c.node.source}\0{c.points}\0{c.role}\0{c.grade_id}\0{c.skipped}\0{c.helper}\0"
            f"{c.receipt}\0"
            for c in self.cells
        )
        return hashlib.sha256(text.encode() + self.lab.digest).hexdigest()

    @cached_property
    def answers(self) -> dict[str, list[str]]:
        """For each test cell's grade id, names to forget after it.

        Those that it reads and that a later solution cell sets again: an answer to one question
        must not stand for the answer to the next.
        """
        forgotten = {}
        for number, cell in enumerate(self.cells):
            if cell.role == "test":
                later = [c for c in self.cells[number:] if c.role == "solution"]
                assigned = {name for c in later for name in c.released.assigns}
                forgotten[cell.grade_id] = sorted(cell.solved.reads.keys() & assigned)
        return forgotten


def load(path: Path) -> Assignment:
    """Read the master notebook, and its lab's file beside it.

    Raises:
        LabError: the lab's file is wrong.
        OSError, ValueError: there is no such notebook.
    """
    text = path.read_text("utf-8")
    master = nbformat.reads(text, as_version=4)
    if any("id" not in cell for cell in json.loads(text).get("cells", [])):
        raise ValueError("its cells have no ids; save it in JupyterLab, which gives them")
    release, _ = ClearSolutions().preprocess(copy.deepcopy(master), {})
    release, _ = ClearHiddenTests().preprocess(release, {})
    return Assignment(
        tuple(_cell(node, stub) for node, stub in zip(master.cells, release.cells, strict=True)),
        lab.load(path.parent),
    )


def _cell(node: NotebookNode, stub: NotebookNode) -> Cell:
    marks: dict[str, Any] = node.metadata.get("nbgrader", {})
    lacking = {"grade_id", *(["points"] if marks.get("grade") else [])} - marks.keys()
    if marks and lacking:
        raise ValueError(f"cell {node.id}: nbgrader's marks lack {', '.join(sorted(lacking))}")
    tags = node.metadata.get("tags", [])
    role: Role = "free" if node.cell_type == "code" else "text"
    if marks.get("grade"):
        role = "test"
    elif marks.get("solution"):
        role = "solution"
    elif marks.get("locked"):
        role = "locked"
    return Cell(
        id=node.id,
        role=role,
        grade_id=marks.get("grade_id", ""),
        release=stub.source,
        skipped=SKIPPED_TAG in tags,
        helper=HELPER_TAG in tags and role == "locked",
        points=float(marks.get("points", 0)) if role == "test" else 0.0,
        checksum=compute_checksum(stub if role == "solution" else node) if marks else "",
        node=node,
        receipt=RECEIPT_TAG in tags and role == "locked",
    )
