"""The student's own lines that an item depends on, with those marked that are surely at fault."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from lenetlab.notebook import work
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.outputs import inline
from lenetlab.notebook.syntax import parsed
from lenetlab.pages import inert
from lenetlab.records import Item

MOST_LINES = 30  # of a cell, in a card
LONGEST = 20_000  # characters of a cell that is looked at
LONGEST_LINE = 1000  # characters of a line that is compared with a quoted one, which is shorter

# How lenetlab.notebook.reasons quotes the line where a cell raised.
_QUOTED = re.compile(r"\(dòng (\d{1,5}): `?(.+?)(?: …)?`?\)")
_TITLE = re.compile(r"([A-Z]\w*)(?: (\d+)\b)?")  # Conv2D 6: a layer's class, its first number


@dataclass(frozen=True)
class Line:
    """A line of code with its number in the cell, counted from 1."""

    number: int
    html: Markup
    marked: bool


@dataclass(frozen=True)
class Lines:
    """Lines of one cell; ``cut`` where the cell has more of them."""

    cell: str
    lines: tuple[Line, ...]
    cut: bool


def solution_of(item: str, assignment: Assignment) -> str:
    """The id of the cell that the student fills in for an item; empty where there is none."""
    behind = assignment.behind.get(item, frozenset())
    found = ""
    for cell in assignment.cells:
        if cell.grade_id == item:
            break
        if cell.role == "solution" and cell.id in behind:
            found = cell.id
    return found


def lines_of(
    item: Item, solution: str, sources: Mapping[str, str], stubs: Collection[str]
) -> Lines | None:
    """The lines that a lost item depends on; ``sources`` are the student's cells by their ids.

    None where nothing was written: ``stubs`` are the cells as they were handed out.
    The line that an error's message quotes is marked, and the calls of the layers that deviate
    where it is certain which ones they are; otherwise none.
    """
    quoted = _QUOTED.search(item.message[:LONGEST])
    if quoted:
        number, code = int(quoted[1]), quoted[2].strip()
        for key in (solution, *sources):
            lines = sources.get(key, "")[:LONGEST].split("\n")
            line = lines[number - 1][:LONGEST_LINE] if number <= len(lines) else ""
            if line and inline(line).strip().startswith(code):
                return _lines(key, sources[key], {number})
    source = sources.get(solution, "")[:LONGEST]
    if not source.strip() or work.normal(source) in stubs:
        return None
    return _lines(solution, source, _deviating(item, source))


def _lines(key: str, source: str, marked: set[int]) -> Lines:
    html = inert.lines(source[:LONGEST])
    while html and not html[-1].strip():
        html.pop()
    # Around what is marked, from the beginning else.
    middle = min(marked, default=1)
    first = max(0, min(middle - MOST_LINES // 2, len(html) - MOST_LINES))
    kept = html[first : first + MOST_LINES]
    lines = (Line(n, text, n in marked) for n, text in enumerate(kept, start=first + 1))
    return Lines(key, tuple(lines), len(kept) < len(html))


def _deviating(item: Item, source: str) -> set[int]:
    """The lines of the layers that deviate; none unless each call is surely one layer.

    That is where every layer of a class is called once for itself, in the order in which the model
    has them, and where the first number of each is the one that was found.
    """
    found = [(row, _TITLE.match(row.found)) for row in item.layers if row.found]
    wanted = {title[1] for row, title in found if row.fields and title}
    tree = parsed(source) if wanted else None
    calls = _calls(tree, wanted) if tree else None
    if not calls:
        return set()
    if Counter(t[1] for _, t in found if t and t[1] in wanted) != Counter(n for n, _ in calls):
        return set()
    rows = defaultdict(list)
    for row, title in found:
        if title and title[1] in wanted:
            rows[title[1]].append((row, title[2]))
    marked: set[int] = set()
    for name, call in calls:
        row, size = rows[name].pop(0)
        named = [key.value for key in call.keywords if key.arg in ("filters", "units")]
        given = next(iter([*call.args, *named]), None)
        value = given.value if isinstance(given, ast.Constant) else None
        if size and isinstance(value, int) and str(value) != size:
            return set()
        if row.fields:
            marked.update(range(call.lineno, (call.end_lineno or call.lineno) + 1))
    return marked


def _calls(tree: ast.Module, names: set[str]) -> list[tuple[str, ast.Call]] | None:
    """The calls that make layers of these classes, in order; None where code repeats or branches.

    A layer that is applied to another layer's call stands before it in the text and after it in
    the model, so that such code is not certain either.
    """
    repeats = (ast.For, ast.While, ast.If, ast.IfExp, ast.Lambda, ast.comprehension, ast.Match)
    found: list[tuple[str, ast.Call]] = []
    functions = 0
    for node in ast.walk(tree):
        functions += isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if isinstance(node, repeats) or functions > 1:
            return None
        if not isinstance(node, ast.Call):
            continue
        if _is_applied(node) and any(_is_applied(n) for arg in node.args for n in ast.walk(arg)):
            return None
        if (name := _name(node.func)) in names:
            found.append((name, node))
    return sorted(found, key=lambda one: (one[1].lineno, one[1].col_offset))


def _is_applied(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Call)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
