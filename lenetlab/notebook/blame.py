"""Why a test found nothing to check: what happened in the student's own cells."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace
from nbformat import NotebookNode
from nbgrader.utils import is_grade

from lenetlab.notebook import reasons, written
from lenetlab.notebook.cells import Cells, is_given
from lenetlab.notebook.heirs import Heirs
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.names import names, names_of_any
from lenetlab.notebook.outputs import Output, StreamOutput, error_output, failure_of, inline
from lenetlab.notebook.raised import LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT, Raised
from lenetlab.notebook.syntax import parse
from lenetlab.records import Flag

# What the clean room says of a name, or an attribute of it, that a student has not made.
_NOT_MADE = ("NameError", "AttributeError")
# How the sandbox's refusals end up in an error's text, also where a library wraps them.
_OF_THE_SANDBOX = (os.strerror(errno.EPERM), os.strerror(errno.EROFS))
_SYNTAX = ("SyntaxError", "IndentationError", "TabError")
_SAYS_NOTHING = ("raise NotImplementedError", "def ", "class ", "import ", "from ", "pass")
_LONGEST_STUB = 5000  # characters
_MOST_NAMES = 1000  # that are followed from a test
_INSTALLED = ("keras", "tensorflow", "numpy")  # a part of one that is missing is no package


class Failures:
    """The student's cells, those that failed among them, by the names that they make."""

    def __init__(
        self,
        cells: Iterable[NotebookNode],
        raised: Mapping[str, Raised],
        assignment: Assignment,
        stand_ins: Collection[str] = (),
        figures: Mapping[str, Mapping[str, float]] | None = None,
    ) -> None:
        """Take the notebook's cells as they were replayed, and what they raised, by their ids.

        ``stand_ins`` are packages that were stood in for, ``figures`` what models' objects hold
        after training, by class and attribute.
        """
        self._cells = Cells(cells)
        self._assignment, self._stand_ins = assignment, stand_ins
        self._heirs = Heirs(assignment, self._cells.own())
        self._raised: dict[int, Raised] = {}
        for place, cell in enumerate(self._cells.all):
            # IPython shows some errors as text alone: of magics that it does not know.
            told = raised.get(cell.id) or _of_outputs(cell.outputs)
            if told is not None and not is_grade(cell):
                whole = _of_whole(told, cell.source)
                self._raised[place] = self._unmeasured(whole, place, figures or {})
        self._flags: dict[str, Flag] = {}

    @property
    def flags(self) -> list[Flag]:
        """What a person should know of the failures that were explained."""
        return [*self._flags.values()]

    def explain(
        self, test: NotebookNode, outputs: list[Output], lacking: Collection[str]
    ) -> list[Output]:
        """Say where a test failed what happened in the student's own cells.

        ``lacking`` are the names that the test reads and the student has not made, or left empty:
        then what happened is said alone, as where the class has not the method that it should.
        """
        failed = failure_of(outputs)
        if failed is None:
            return outputs
        (error_name, text), place = failed, self._cells.place(test)
        for name, attributes in names(test.source).reads.items():
            if name not in self._assignment.names:
                continue
            empty = name in lacking or error_name in _NOT_MADE
            lacks = self._heirs.lacking(name, attributes, [*self._cells.own(place)], empty)
            cause = self._cause(name, place, empty, bool(lacks))
            if cause or lacks:
                text = cause if cause and empty else lacks or f"{text}\n{cause}"
                break
        used = self.used(test)
        text = f"{text}\n{reasons.stood_in(used)}" if used else text
        if not error_name:
            return [StreamOutput("stdout", f"{text}\n"), outputs[-1]]
        return [*outputs[:-1], error_output(error_name, text, text.split("\n"))]

    def used(self, test: NotebookNode) -> list[str]:
        """The packages that were stood in for and on which depends what the test reads."""
        waiting, seen, found = [*names(test.source).reads], set[str](), set[str]()
        while waiting and self._stand_ins and len(seen) < _MOST_NAMES:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                for maker in self._cells.makers(name, self._cells.place(test)):
                    found |= self._cells.names(maker).imports
                    waiting += self._cells.names(maker).reads
        return sorted(p for p in self._stand_ins if any(f"{m}.".startswith(f"{p}.") for m in found))

    def _unmeasured(
        self, raised: Raised, place: int, figures: Mapping[str, Mapping[str, float]]
    ) -> Raised:
        """The error; where it is of None, with the models of the cell that have no figures."""
        if "NoneType" not in raised.text:
            return raised
        mentions = self._cells.names(place).mentions
        locked = "\n".join(c.release for c in self._assignment.cells if c.role == "locked")
        asked = {*self._assignment.lab.attributes.values()}
        lacking = [
            f"{owner} ({', '.join(sorted(missing))})"
            for name, owner in re.findall(r"^ *(\w+) *= *(\w+)\(", locked, re.MULTILINE)
            if name in mentions and owner in self._assignment.classes
            if (missing := asked - figures.get(owner, {}).keys())
        ]
        return replace(raised, text=raised.text + reasons.unmeasured(lacking))

    def _culprit(self, name: str, before: int, empty: bool) -> int | None:
        """The cell that failed to make ``name``, or what belongs to it."""
        # A cell that only wanted the name is passed over: another should have made it.
        failed = {p for p, error in self._raised.items() if p < before and _missing(error) != name}
        makers = [*self._cells.makers(name, before)]
        culprit = next((place for place in makers if place in failed), None)
        if culprit is None and empty:
            since = makers[0] if makers else -1
            later = (p for p in self._raised if p in failed and p > since)
            mentions = (p for p in later if name in self._cells.names(p).mentions)
            culprit = next(mentions, None)
        return culprit

    def _cause(self, name: str, before: int, empty: bool, explained: bool) -> str | None:
        """The error in the cell that should have made ``name``, traced to its origin.

        ``explained`` says that the student's class lacks something: then an error of the master's
        own code that met it is none of its own.
        """
        place = self._culprit(name, before, empty)
        if place is None or (explained and self._is_masters(place)):
            return None
        seen = {name}
        while (missing := _missing(self._raised[place])) not in {"", *seen}:
            seen.add(missing)
            origin = self._culprit(missing, place, False)
            if origin is None:
                break
            place = origin
        cell, raised = self._cells.all[place], self._raised[place]
        self._note(cell, raised)
        if missing in self._assignment.classes:
            instead = self._heirs.instead_of(missing, [*self._cells.own(place)])
            return reasons.misnamed(missing, instead)
        owner = self._about(cell.source) or name
        if raised.type == "NotImplementedError" and not raised.text:
            return reasons.not_written(owner, self._is_stub(owner, raised, cell))
        return reasons.of_error(owner, raised, cell.source, self._line(raised))

    def _is_masters(self, place: int) -> bool:
        """Whether the master's own code looked for an attribute in vain."""
        raised, cell = self._raised[place], self._cells.all[place]
        owner = raised.where.split(".")[0]
        of_cell = owner in ("", "<module>")
        masters = is_given(cell) if of_cell else owner in self._heirs.given
        return raised.type == "AttributeError" and masters

    def _note(self, cell: NotebookNode, raised: Raised) -> None:
        """Keep what a person should know of an error that cost points."""
        if any(text in raised.text for text in _OF_THE_SANDBOX):
            what = inline(f"{raised.type}: {raised.text}")[:200]
            text = f"cell {cell.id} asked for what the sandbox denies, which cost points: {what}"
            self._flags[cell.id] = Flag("denied", text, True)
        module = inline(raised.name)
        if raised.type == "ModuleNotFoundError" and module.split(".")[0] not in _INSTALLED:
            text = f"cell {cell.id} imports {module or 'a module'}, which is not here"
            self._flags[cell.id] = Flag("missing-module", f"{text}; it cost points", True)

    def _about(self, source: str) -> str:
        """The first class that a cell mentions: what it is about."""
        found = names_of_any(source)
        classes = found.classes | self._assignment.classes
        return next((name for name in found.mentions if name in classes), "")

    def _line(self, raised: Raised) -> int:
        """The number of an error's line in the student's cell; 0 where it is none of theirs."""
        code = raised.code.split("\n")[0].strip()
        for source in self._cells.own().values():
            lines = source.split("\n")
            # IPython counts from the first line that is not empty.
            above = len(source) - len(source.lstrip("\n"))
            for line in {raised.line, raised.line + above}:
                if 0 < line <= len(lines) and lines[line - 1].strip() == code:
                    return line
        return 0

    def _is_stub(self, owner: str, raised: Raised, cell: NotebookNode) -> bool:
        """Whether nothing was written where ``raised`` was: in ``cell``, a function or a class."""
        named = [name for name in (raised.where.split(".")[0], owner) if name.isidentifier()]
        makers = (self._cells.all[p] for name in named for p in self._cells.makers(name))
        source = next((c.source for c in makers if not is_given(c)), cell.source)
        own = written.statements(source[:_LONGEST_STUB]) - self._assignment.stub_lines
        return not any(line and not line.startswith(_SAYS_NOTHING) for line in own)


def _missing(raised: Raised) -> str:
    """The name that a NameError asks for; empty for other errors."""
    parts = raised.text.split("'")
    return parts[1] if raised.type == "NameError" and len(parts) > 1 else ""


def _of_outputs(outputs: Iterable[NotebookNode]) -> Raised | None:
    """What is known of an error where the student's process told no more."""
    errors = (o for o in outputs if o.output_type == "error")
    found = (Raised(o.ename[:LONGEST_NAME], o.evalue[:LONGEST_TEXT]) for o in errors)
    return next(found, None)


def _of_whole(raised: Raised, source: str) -> Raised:
    """A syntax error as Python has it of the whole cell: IPython's may be of its beginning only."""
    if raised.type not in _SYNTAX:
        return raised
    try:
        parse(source)
    except SyntaxError as error:
        if error.lineno is None:
            return raised
        lines, line = source.split("\n"), error.lineno
        code = lines[line - 1] if 0 < line <= len(lines) else ""
        return Raised(type(error).__name__, error.msg[:LONGEST_TEXT], line, code[:LONGEST_CODE])
    except (ValueError, RecursionError, MemoryError):
        pass
    return raised
