"""Attacks on the grader: cells that cheat, spy, vandalise or hang, and what each must achieve.

One file an attack, in a folder a category; ``mangled`` holds those that are no code but a changed
notebook. The comment lines at a file's top are its fields; see :class:`Attack`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import nbformat
from nbformat import NotebookNode

CATEGORIES = ("integrity", "confidentiality", "course", "availability")
_FIELD = re.compile(r"# (\w+): (.*)")


@dataclass(frozen=True)
class Attack:
    """One attack and its exact consequence."""

    category: str
    name: str
    title: str
    base: str  # "release": nothing is solved; "solved": everything is
    score: float
    code: str = ""
    place: str = "first"  # first, last, before:<grade_id>, replace:<grade_id>
    flags: tuple[str, ...] = ()  # codes that a person is shown; none: nothing to review
    error: str = ""  # how the attack's own cell ends; empty: without an error
    seconds: float = 60.0
    secret: str = ""  # what it looks for
    stock: str = "safe"  # "unsafe": never to be run outside the sandbox
    mangle: Callable[[NotebookNode], None] | None = None

    def notebook(self, solved: NotebookNode, released: NotebookNode, **paths: str) -> NotebookNode:
        """The notebook that is handed in; ``@KEY@`` in the code is replaced by ``paths[key]``."""
        made = copy.deepcopy(solved if self.base == "solved" else released)
        if self.mangle is not None:
            self.mangle(made)
            return made
        source = self.source(**paths)
        action, _, grade_id = self.place.partition(":")
        places = {
            c.metadata.get("nbgrader", {}).get("grade_id"): n for n, c in enumerate(made.cells)
        }
        if action == "replace":
            made.cells[places[grade_id]].source = source
        else:
            number = {"first": 0, "last": len(made.cells)}.get(action)
            cell = nbformat.v4.new_code_cell(source)
            made.cells.insert(places[grade_id] if number is None else number, cell)
        return made

    def source(self, **paths: str) -> str:
        """The attack's code with its placeholders filled in."""
        return re.sub(r"@([A-Z]+)@", lambda match: paths[match[1].lower()], self.code)


def load() -> list[Attack]:
    """All attacks, by category and name."""
    from . import mangled

    folder = Path(__file__).parent
    found = [
        _read(path) for category in CATEGORIES for path in sorted(folder.glob(f"{category}/*.py"))
    ]
    return sorted(found + mangled.ATTACKS, key=lambda a: (CATEGORIES.index(a.category), a.name))


def _read(path: Path) -> Attack:
    lines = path.read_text(encoding="utf-8").splitlines()
    known = {field.name for field in fields(Attack)} - {"category", "name", "code", "mangle"}
    given: dict[str, str] = {}
    while lines and (match := _FIELD.fullmatch(lines[0])) and match[1] in known:
        given[match[1]] = match[2].strip()
        lines.pop(0)
    return Attack(
        category=path.parent.name,
        name=path.stem,
        title=given["title"],
        base=given["base"],
        score=float(given["score"]),
        code="\n".join(lines).strip() + "\n",
        place=given.get("place", "first"),
        flags=tuple(given.get("flags", "").split()),
        error=given.get("error", ""),
        seconds=float(given.get("seconds", 60)),
        secret=given.get("secret", ""),
        stock=given.get("stock", "safe"),
    )
