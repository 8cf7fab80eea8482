"""Notebooks as JSON has them, with every source as one string: found, made and moved cells."""

from __future__ import annotations

import copy
import functools
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .operator import Notebook

ROOT = Path(__file__).resolve().parents[2]
MODELS = ("alpha", "beta", "gamma", "omicron", "delta")
ANSWERS = (*(f"{model}-choice" for model in MODELS), "omicron-facts", "delta-facts")

Cell = dict[str, Any]


def read(path: Path) -> Notebook:
    """The notebook at ``path``, each source joined."""
    notebook: Notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


@functools.cache
def _release() -> Notebook:
    return read(ROOT / "release" / "lenet" / "lenet.ipynb")


def release() -> Notebook:
    """What students receive."""
    return copy.deepcopy(_release())


def stub(name: str) -> str:
    """The source of the released cell ``name``."""
    return str(get(_release(), name)["source"])


def written(notebook: Notebook) -> str:
    """The file as Jupyter writes it."""
    made = copy.deepcopy(notebook)
    for cell in made["cells"]:
        if isinstance(cell, dict) and isinstance(cell.get("source"), str):
            cell["source"] = lines(cell["source"])
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def lines(text: str) -> list[str]:
    """The lines with their ends, as notebooks keep them."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + [part for part in parts[-1:] if part]


def marks(cell: Cell) -> dict[str, Any]:
    found = cell["metadata"].get("nbgrader")
    return found if isinstance(found, dict) else {}


def name_of(cell: Cell) -> str:
    """nbgrader's name for the cell, else its id."""
    return str(marks(cell).get("grade_id") or cell.get("id", ""))


def at(notebook: Notebook, name: str) -> int:
    """Where the first cell called ``name`` stands."""
    names = [name_of(cell) for cell in notebook["cells"]]
    return names.index(name)


def get(notebook: Notebook, name: str) -> Cell:
    cell: Cell = notebook["cells"][at(notebook, name)]
    return cell


def having(notebook: Notebook, chosen: Callable[[Cell], bool]) -> list[Cell]:
    return [cell for cell in notebook["cells"] if chosen(cell)]


def is_code(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "code")


def is_solution(cell: Cell) -> bool:
    return bool(marks(cell).get("solution"))


def is_class(cell: Cell) -> bool:
    """Whether a variant is written there."""
    return name_of(cell).endswith("-solution")


def is_test(cell: Cell) -> bool:
    return bool(marks(cell).get("grade"))


def is_locked(cell: Cell) -> bool:
    """Whether it is a locked cell of code that is no test."""
    return is_code(cell) and bool(marks(cell).get("locked")) and not is_test(cell)


def is_training(cell: Cell) -> bool:
    return is_code(cell) and "train" in cell["metadata"].get("tags", [])


def sections(notebook: Notebook) -> dict[str, slice]:
    """Where each variant's section stands, from its heading to the next one."""
    heads = [
        (n, cell["source"].split(".")[2].split(":")[0].strip().lower())
        for n, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "markdown" and cell["source"].startswith("### 5.")
    ]
    last = next(
        n
        for n, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "markdown" and cell["source"].startswith("## 6.")
    )
    ends = [n for n, _ in heads[1:]] + [last]
    return {model: slice(n, end) for (n, model), end in zip(heads, ends, strict=True)}


def code(notebook: Notebook, source: str, outputs: Any = (), **metadata: Any) -> Cell:
    """A cell of the student's own that ran, as an editor of this notebook makes it."""
    cell: Cell = {"cell_type": "code", "execution_count": 99, "metadata": metadata}
    return _with_id(notebook, cell | {"outputs": list(outputs), "source": source})


def text(notebook: Notebook, source: str, kind: str = "markdown") -> Cell:
    """A cell of text."""
    return _with_id(notebook, {"cell_type": kind, "metadata": {}, "source": source})


def _with_id(notebook: Notebook, cell: Cell) -> Cell:
    if any("id" in other for other in notebook["cells"]):
        cell["id"] = new_id(len(notebook["cells"]), cell["source"])
    return cell


def new_id(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:8]


def printed(text: str, stream: str = "stdout") -> dict[str, Any]:
    return {"name": stream, "output_type": "stream", "text": lines(text)}


def copied(cell: Cell, notebook: Notebook, *, marked: bool = False) -> Cell:
    """A pasted copy: editors give it an id of its own; those that know no nbgrader keep marks."""
    made = copy.deepcopy(cell)
    if "id" in made:
        made["id"] = new_id(len(notebook["cells"]), made["source"], "copy")
    if not marked:
        made["metadata"] = {}
    return made


def turned(cell: Cell, kind: str) -> None:
    """Change the cell's type as an editor does."""
    cell["cell_type"] = kind
    cell.pop("outputs", None)
    cell.pop("execution_count", None)
    if kind == "code":
        cell.update(outputs=[], execution_count=None)


def pop(notebook: Notebook, name: str) -> Cell:
    cell: Cell = notebook["cells"].pop(at(notebook, name))
    return cell


def insert(notebook: Notebook, where: int, *cells: Cell) -> Notebook:
    notebook["cells"][where:where] = cells
    return notebook


def sources(notebook: Notebook, chosen: Callable[[Cell], bool]) -> Iterator[tuple[Cell, str]]:
    """The chosen cells with their sources, to be rewritten."""
    for cell in having(notebook, chosen):
        yield cell, str(cell["source"])
