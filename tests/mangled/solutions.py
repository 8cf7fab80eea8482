"""Variants' classes that are split, merged, moved and copied: the work is there, in other cells."""

from __future__ import annotations

import ast

from .notebook import (
    Cell,
    at,
    code,
    copied,
    get,
    having,
    insert,
    is_class,
    pop,
    sections,
    stub,
)
from .operator import Notebook, Result, mangles


def _replaced(notebook: Notebook, name: str, parts: list[str], marked: str) -> Result:
    """The cell in parts, as splitting it leaves them: the first, the last or all keep the marks."""
    where = at(notebook, name)
    cell = notebook["cells"].pop(where)
    made: list[Cell] = []
    for number, part in enumerate(parts):
        keeps = marked == "all" or number == {"first": 0, "last": len(parts) - 1}[marked]
        piece = copied(cell, notebook, marked=keeps) | {"source": part}
        if keeps and not any(is_class(other) for other in made) and "id" in cell:
            piece["id"] = cell["id"]
        made.append(piece)
    return insert(notebook, where, *made)


def _statements(source: str) -> list[str]:
    tree = ast.parse(source)
    starts = [node.lineno - 1 for node in tree.body]
    rows = source.split("\n")
    ends = [*starts[1:], len(rows)]
    return ["\n".join(rows[a:b]).strip("\n") for a, b in zip(starts, ends, strict=True)]


@mangles("split", "01 04 05", "first", "last", "all")
def imports_apart(notebook: Notebook, marked: str) -> Result:
    parts = _statements(get(notebook, "beta-solution")["source"])
    return _replaced(notebook, "beta-solution", parts, marked)


@mangles("split", "01 05", "first", "last", "all")
def comment_apart(notebook: Notebook, marked: str) -> Result:
    source = get(notebook, "delta-solution")["source"]
    comment = "# Delta: Beta không có lớp tích chập\n# chỉ còn hai lớp gộp và ba lớp Dense"
    return _replaced(notebook, "delta-solution", [comment, source], marked)


@mangles("split", "02", "first", "last", "all")
def helper_apart(notebook: Notebook, marked: str) -> Result:
    parts = _statements(get(notebook, "alpha-solution")["source"])
    return _replaced(notebook, "alpha-solution", parts, marked)


@mangles("split", "01 05 09", "first", "last")
def in_three(notebook: Notebook, marked: str) -> Result:
    parts = ["# Bài làm của em", *_statements(get(notebook, "beta-solution")["source"])]
    return _replaced(notebook, "beta-solution", parts, marked)


@mangles("split", "01 05", "alpha", "beta")
def own_run_below(notebook: Notebook, model: str) -> Result:
    """The class and, in a second cell, the student's own creation of it."""
    source = get(notebook, f"{model}-solution")["source"]
    own = f"thu = {model.capitalize()}CNN()\nthu.build((28, 28, 1))\nthu.summary()"
    return _replaced(notebook, f"{model}-solution", [source, own], "first")


@mangles("merged", "01 05 04", "beta", "omicron")
def with_its_creation(notebook: Notebook, model: str) -> Result:
    created = pop(notebook, f"{model}-create")
    cell = get(notebook, f"{model}-solution")
    cell["source"] += "\n\n\n" + created["source"]
    cell["outputs"] += created["outputs"]
    return notebook


@mangles("merged", "01 05", "deleted", "stub", "empty")
def two_in_the_first_cell(notebook: Notebook, second: str) -> Result:
    one, two = get(notebook, "alpha-solution"), get(notebook, "beta-solution")
    one["source"] += "\n\n\n" + two["source"]
    if second == "deleted":
        pop(notebook, "beta-solution")
    else:
        two["source"] = stub("beta-solution") if second == "stub" else ""
    return notebook


@mangles("merged", "01 04", "deleted", "stub", "empty")
def two_in_the_second_cell(notebook: Notebook, first: str) -> Result:
    one, two = get(notebook, "gamma-solution"), get(notebook, "omicron-solution")
    two["source"] = one["source"] + "\n\n\n" + two["source"]
    if first == "deleted":
        pop(notebook, "gamma-solution")
    else:
        one["source"] = stub("gamma-solution") if first == "stub" else ""
    return notebook


@mangles("merged", "01 05 04", "top", "before variants", "end")
def all_in_one_cell(notebook: Notebook, where: str) -> Result:
    """Every class in one new cell; the solution cells are deleted."""
    classes = having(notebook, is_class)
    source = "\n\n\n".join(cell["source"] for cell in classes)
    notebook["cells"] = [cell for cell in notebook["cells"] if not is_class(cell)]
    return _in_one(notebook, source, where)


@mangles("merged", "01 05", "before variants", "end")
def all_in_one_cell_and_stubs(notebook: Notebook, where: str) -> Result:
    """Every class in one new cell; the solution cells are as they were handed out."""
    classes = having(notebook, is_class)
    source = "\n\n\n".join(cell["source"] for cell in classes)
    for cell in classes:
        cell["source"] = stub(cell["metadata"]["nbgrader"]["grade_id"])
    return _in_one(notebook, source, where)


def _in_one(notebook: Notebook, source: str, where: str) -> Result:
    places = {
        "top": 0,
        "before variants": at(notebook, "check-helper") + 1,
        "end": len(notebook["cells"]),
    }
    return insert(notebook, places[where], code(notebook, source))


@mangles("moved", "01 05 04", "top", "end", "down", "below tests", "above heading")
def solution_moved(notebook: Notebook, where: str) -> Result:
    for model in ("beta", "omicron"):
        cell = pop(notebook, f"{model}-solution")
        places = {
            "top": 0,
            "end": len(notebook["cells"]),
            "down": at(notebook, f"{model}-create") + 1,
            "below tests": at(notebook, f"{model}-hidden") + 1,
            "above heading": sections(notebook)[model].start,
        }
        insert(notebook, places[where], cell)
    return notebook


@mangles("copied", "01 05", "above", "below", "above marked", "below marked")
def stub_pasted(notebook: Notebook, where: str) -> Result:
    """The untouched stub beside the worked cell."""
    for model in ("alpha", "beta"):
        number = at(notebook, f"{model}-solution")
        cell = copied(notebook["cells"][number], notebook, marked="marked" in where)
        cell["source"] = stub(f"{model}-solution")
        insert(notebook, number + ("below" in where), cell)
    return notebook


@mangles("copied", "01 04 05", "above", "below", "below tests", "end of section", "end")
def worked_in_own_cell(notebook: Notebook, where: str) -> Result:
    """The stub stays in its place, untouched; a cell of one's own holds the class."""
    for model in ("beta", "omicron"):
        cell = get(notebook, f"{model}-solution")
        own = code(notebook, cell["source"])
        cell["source"] = stub(f"{model}-solution")
        places = {
            "above": at(notebook, f"{model}-solution"),
            "below": at(notebook, f"{model}-solution") + 1,
            "below tests": at(notebook, f"{model}-hidden") + 1,
            "end of section": sections(notebook)[model].stop,
            "end": len(notebook["cells"]),
        }
        insert(notebook, places[where], own)
    return notebook


@mangles("copied", "01 05", "plain", "marked")
def pasted_twice(notebook: Notebook, how: str) -> Result:
    """The same class twice, letter by letter."""
    number = at(notebook, "beta-solution")
    cell = copied(notebook["cells"][number], notebook, marked=how == "marked")
    return insert(notebook, number + 1, cell)


@mangles("copied", "01 04", "above", "below", "end")
def rewritten_without_marks(notebook: Notebook, where: str) -> Result:
    """The solution cell was deleted, a new one made elsewhere."""
    for model in ("alpha", "omicron"):
        where_it_was = at(notebook, f"{model}-solution")
        source = notebook["cells"].pop(where_it_was)["source"]
        places = {
            "above": sections(notebook)[model].start,
            "below": at(notebook, f"{model}-visible"),
            "end": len(notebook["cells"]),
        }
        insert(notebook, places[where], code(notebook, source))
    return notebook
