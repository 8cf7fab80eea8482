"""Marks and ids: what nbgrader and the notebook's format keep beside the cells' text."""

from __future__ import annotations

import copy

import nbformat

from .notebook import (
    code,
    copied,
    get,
    having,
    insert,
    is_code,
    is_locked,
    is_solution,
    is_test,
    is_training,
    marks,
    name_of,
    new_id,
    text,
    turned,
    written,
)
from .operator import Notebook, Result, mangles

MOSTLY = "01 02 04 05 09 11"


@mangles("marks", MOSTLY, "all", "solutions", "tests", "locked")
def marks_lost(notebook: Notebook, whose: str) -> Result:
    chosen = {"all": is_code, "solutions": is_solution, "tests": is_test, "locked": is_locked}
    for cell in having(notebook, chosen[whose]):
        cell["metadata"].pop("nbgrader", None)
    return notebook


@mangles("marks", "01 02 03 04 05 06 08 10 11")
def marks_and_ids_lost(notebook: Notebook) -> Result:
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = new_id(number)
        cell["metadata"] = {}
    return notebook


@mangles("marks", "01 05 11", "4.5", "4.4")
def ids_made_anew(notebook: Notebook, version: str) -> Result:
    for number, cell in enumerate(notebook["cells"]):
        if version == "4.4":
            cell.pop("id", None)
        else:
            cell["id"] = new_id(number)
    notebook["nbformat_minor"] = int(version[-1])
    return notebook


@mangles("marks", "01 04", "2", "0")
def older_format(notebook: Notebook, minor: str) -> Result:
    """As tools write that know no cell ids; the marks stay."""
    for cell in notebook["cells"]:
        cell.pop("id", None)
    notebook["nbformat_minor"] = int(minor)
    return notebook


@mangles("marks", "01 05 11", composes=False)
def saved_as_nbformat_3(notebook: Notebook) -> Result:
    for cell in notebook["cells"]:
        cell.pop("id", None)
    notebook["nbformat_minor"] = 0
    old = nbformat.convert(nbformat.from_dict(notebook), 3)
    return str(nbformat.writes(old, version=nbformat.NO_CONVERT))


@mangles("marks", "01 04 05", "alpha+beta", "omicron+delta", "beta+gamma")
def marks_exchanged(notebook: Notebook, pair: str) -> Result:
    one, two = (get(notebook, f"{model}-solution") for model in pair.split("+"))
    one["metadata"], two["metadata"] = two["metadata"], one["metadata"]
    return notebook


@mangles("marks", "01 11", "alpha+beta", "omicron+delta", expected="same_or_review")
def marks_of_answers_exchanged(notebook: Notebook, pair: str) -> Result:
    one, two = (get(notebook, f"{model}-choice") for model in pair.split("+"))
    one["metadata"], two["metadata"] = two["metadata"], one["metadata"]
    return notebook


@mangles(
    "marks",
    "01 05",
    "alpha-solution",
    "beta-solution",
    "delta-choice",
    "omicron-facts",
    composes=False,
)
def scratch_in_a_pasted_copy(notebook: Notebook, name: str) -> Result:
    """A copy of the cell, marks and all, in which something else was tried later on."""
    cell = copied(get(notebook, name), notebook, marked=True)
    cell["source"] = "print(x_train.shape)"
    return insert(notebook, 9, cell)


@mangles("marks", "01 11")
def marks_of_tests_moved_by_one(notebook: Notebook) -> Result:
    tests = having(notebook, is_test)
    moved = [test["metadata"] for test in tests]
    for test, metadata in zip(tests, moved[1:] + moved[:1], strict=True):
        test["metadata"] = metadata
    return notebook


@mangles("marks", "01 04", expected="same_or_review")
def marks_of_all_moved_by_one(notebook: Notebook) -> Result:
    cells = having(notebook, is_code)
    moved = [cell["metadata"] for cell in cells]
    for cell, metadata in zip(cells, moved[-1:] + moved[:-1], strict=True):
        cell["metadata"] = metadata
    return notebook


@mangles("marks", "01 05 11", "tests", "locked")
def turned_to_markdown(notebook: Notebook, whose: str) -> Result:
    """The key M in command mode; the marks still say code, outputs are lost."""
    for cell in having(notebook, is_test if whose == "tests" else is_locked):
        if not is_training(cell):
            turned(cell, "markdown")
    return notebook


@mangles("marks", "01 05")
def texts_turned_to_code(notebook: Notebook) -> Result:
    for cell in notebook["cells"][:6]:
        if cell["cell_type"] == "markdown":
            turned(cell, "code")
    return notebook


@mangles("marks", "01 04 11")
def older_release_with_fewer_cells(notebook: Notebook) -> Result:
    new = ("guess", "count", "stall", "inside", "control", "count-check", "beta-remark")
    kept = [cell for cell in notebook["cells"] if not name_of(cell).endswith(new)]
    return notebook | {"cells": kept}


@mangles("marks", "01 05 09")
def older_release_in_other_words(notebook: Notebook) -> Result:
    """Locked cells, stories and checksums of an earlier edition."""
    for cell in having(notebook, is_locked):
        cell["source"] = "# Ô này cho sẵn.\n" + cell["source"]
    for number, cell in enumerate(notebook["cells"]):
        if marks(cell):
            marks(cell)["checksum"] = new_id(number) * 4
        if cell["cell_type"] == "markdown" and not cell["source"].startswith("#"):
            cell["source"] = "(bản cũ) " + cell["source"]
    return notebook


@mangles("marks", "01 05")
def older_release_with_more_cells(notebook: Notebook) -> Result:
    for model in ("alpha", "beta"):
        mark = copy.deepcopy(marks(get(notebook, f"{model}-create")))
        mark["grade_id"] = f"{model}-plot"
        cell = code(notebook, f"keras.utils.plot_model({model}.model)", nbgrader=mark)
        insert(notebook, notebook["cells"].index(get(notebook, f"{model}-train")), cell)
    return insert(notebook, 3, text(notebook, "Thông báo: hạn nộp là thứ Sáu."))


@mangles("marks", "01 04", "upper", "numbered")
def older_release_with_other_names(notebook: Notebook, how: str) -> Result:
    for number, cell in enumerate(notebook["cells"]):
        name = f"cell-{number:03d}" if how == "numbered" else name_of(cell).upper()
        if marks(cell):
            marks(cell)["grade_id"] = name
        cell["id"] = name if name else new_id(number)
    return notebook


@mangles("marks", "01 05", composes=False)
def ids_twice(notebook: Notebook) -> Result:
    cells = notebook["cells"]
    for one, two in ((31, 32), (44, 61), (39, 52)):
        cells[two]["id"] = cells[one]["id"]
    return notebook


@mangles("marks", "01 11")
def solution_and_locked_confused(notebook: Notebook) -> Result:
    for cell in having(notebook, is_solution):
        marks(cell).update(solution=False, locked=True)
    return notebook


@mangles("marks", "04 07 11", composes=False)
def points_raised(notebook: Notebook) -> Result:
    for cell in having(notebook, is_test):
        marks(cell)["points"] = 10
    return notebook


@mangles("marks", "01 05", "1", "2")
def older_schema(notebook: Notebook, version: str) -> Result:
    for cell in having(notebook, lambda cell: bool(marks(cell))):
        mark = marks(cell)
        mark["schema_version"] = int(version)
        del mark["task"]
        if version == "1":
            mark.pop("cell_type", None)
    return notebook


@mangles("marks", "01 04", "null", "text", "list")
def marks_are_no_marks(notebook: Notebook, what: str) -> Result:
    for cell in having(notebook, is_code):
        if marks(cell):
            cell["metadata"]["nbgrader"] = {"null": None, "text": name_of(cell), "list": []}[what]
    return notebook


@mangles("marks", "01 05", composes=False)
def ids_only(notebook: Notebook) -> Result:
    """Marks and tags are gone, the ids stayed."""
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return written(notebook)
