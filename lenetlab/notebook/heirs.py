"""What a student's class lacks, though nothing raised: its name, base, method or model."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from lenetlab.notebook import reasons, written
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.names import names_of_any


class Heirs:
    """The classes that a student wrote, read beside the master's of the same names."""

    def __init__(self, assignment: Assignment, own: Mapping[str, str]) -> None:
        """Take the sources of the student's own cells, by their ids."""
        self._assignment, self._own = assignment, own
        self.given = assignment.class_nodes["locked"]  # what students receive
        self._asked = assignment.class_nodes["solution"]  # what they write, as the master has it

    @cached_property
    def _classes(self) -> dict[str, dict[str, ast.ClassDef]]:
        """The student's classes by cell and name."""
        return {id_: written.classes(source) for id_, source in self._own.items()}

    def lacking(
        self, name: str, attributes: Sequence[str], cells: Sequence[str], empty: bool
    ) -> str | None:
        """What the class lacks that ``name`` is made of, as a sentence.

        ``cells`` are ids of the student's cells; ``empty`` says that of ``attributes`` the test
        has found nothing.
        """
        owner = next((n for n in self._classes_behind(name) if n in self._asked), None)
        if owner is None:
            return None
        known = {name: node for cell in cells for name, node in self._classes[cell].items()}
        if owner not in known:
            return None
        sources = [self._own[cell] for cell in cells]
        lineage, ends = _lineage(owner, known)
        base = next(iter(written.bases(self._asked[owner])), "")
        if empty and base not in {"", *ends}:
            return reasons.no_heir(owner, base)
        for method in written.methods(self._asked[owner]):
            own = [written.methods(node) for node in lineage]
            if not any(method in found for found in own):
                names = frozenset(node.name for node in lineage)
                later = (written.given_later(source, names, method) for source in sources)
                if ends != {base} or any(later):  # it may come from elsewhere
                    return None
                return self._not_overridden(owner, base, method, lineage, sources)
            function = next((found[method] for found in own if found.get(method)), None)
            if empty and attributes and function is not None:
                return _never_set(owner, function, attributes[0])
        return None

    def _classes_behind(self, name: str) -> Iterator[str]:
        for cell in self._assignment.cells:
            if cell.is_code and cell.role != "test" and name in cell.solved.made:
                yield from cell.solved.mentions

    def _not_overridden(
        self,
        owner: str,
        base: str,
        method: str,
        lineage: list[ast.ClassDef],
        sources: Sequence[str],
    ) -> str:
        given = written.methods(self.given[base]) if base in self.given else {}
        own = [n for node in lineage for n, f in written.methods(node).items() if f is not None]
        near = written.nearest(method, [n for n in own if n not in given and n[:2] != "__"])
        outer = next(filter(None, (written.outer(node, method) for node in lineage)), "")
        mention = (s for s in sources if owner in s and method in s)
        beside = [s for s in mention if {owner, method} <= names_of_any(s).made]
        base = base.removesuffix("CNN")
        return reasons.not_overridden(owner, base, method, near, outer, loose=bool(beside))

    def instead_of(self, owner: str, cells: Sequence[str]) -> str:
        """The class in ``cells`` that stands where ``owner`` should; empty where there is none."""
        slots = (c for c in self._assignment.cells if c.is_code and c.id in cells)
        asked = next((c.id for c in slots if owner in c.solved.made), "")
        own = {n: node for n, node in self._classes.get(asked, {}).items() if n != owner}
        if not own:
            own = {n: node for cell in cells for n, node in self._classes[cell].items()}
            return written.nearest(owner, [n for n in own if n not in self._assignment.classes])
        expected = written.methods(self._asked[owner]) if owner in self._asked else {}
        heirs = [n for n, node in own.items() if written.methods(node).keys() & expected.keys()]
        return written.nearest(owner, [*own]) or next(iter(heirs or own))


def _lineage(owner: str, known: Mapping[str, ast.ClassDef]) -> tuple[list[ast.ClassDef], set[str]]:
    """A class and those of its bases that the student wrote, and the names of all other bases."""
    lineage, ends, waiting = dict[str, ast.ClassDef](), set[str](), [owner]
    while waiting:
        name = waiting.pop()
        if name not in known:
            ends.add(name)
        elif name not in lineage:
            lineage[name] = known[name]
            waiting += written.bases(known[name])
    return [*lineage.values()], ends


def _never_set(owner: str, function: written.Function, wanted: str) -> str:
    if written.compared(function, wanted):
        return reasons.never_set(owner, function.name, wanted, ", vì ở đó viết `==` thay cho `=`")
    others = written.on_self(function)
    other = "" if wanted in others else next(reversed(others), "")
    local = written.nearest(wanted, written.local(function)) if not others else ""
    how = reasons.instead(wanted, other, local, written.returns(function) and not others)
    return reasons.never_set(owner, function.name, wanted, how)
