"""Sections and whole notebooks: moved, put together, emptied, with cells of one's own between."""

from __future__ import annotations

import copy

from . import originals
from .notebook import (
    MODELS,
    at,
    code,
    copied,
    get,
    insert,
    is_solution,
    is_test,
    name_of,
    new_id,
    printed,
    release,
    sections,
    text,
)
from .operator import Notebook, Result, mangles

BAD = """class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        input = Input(shape=input_dim)
        x = Flatten()(input)
        output = Dense(10, activation="softmax")(x)
        self.model = Model(input, output)"""


@mangles("whole", "01 02 05 11", *MODELS[:2], "delta")
def section_moved_to_the_end(notebook: Notebook, model: str) -> Result:
    place = sections(notebook)[model]
    moved = notebook["cells"][place]
    del notebook["cells"][place]
    return insert(notebook, len(notebook["cells"]), *moved)


@mangles("whole", "01 04 11", "reversed", "delta first", "gamma after delta")
def sections_reordered(notebook: Notebook, how: str) -> Result:
    found = sections(notebook)
    parts = {model: notebook["cells"][place] for model, place in found.items()}
    order = {
        "reversed": MODELS[::-1],
        "delta first": ("delta", *MODELS[:-1]),
        "gamma after delta": ("alpha", "beta", "omicron", "delta", "gamma"),
    }[how]
    start, stop = found["alpha"].start, found["delta"].stop
    notebook["cells"][start:stop] = [cell for model in order for cell in parts[model]]
    return notebook


@mangles("whole", "01 05 11", "release first", "release last", "twice", composes=False)
def put_together(notebook: Notebook, how: str) -> Result:
    """Two files in one, as merging tools and "insert notebook" make them."""
    other = release()["cells"] if "release" in how else copy.deepcopy(notebook["cells"])
    for number, cell in enumerate(other):
        if "id" in cell:
            cell["id"] = new_id(number, "other")
    where = 0 if how == "release first" else len(notebook["cells"])
    return insert(notebook, where, *other)


@mangles("whole", "04 05", "01", expected="same_or_review")
def put_together_with_other_work(notebook: Notebook, number: str) -> Result:
    other = originals.notebook(f"vd{number}")["cells"]
    for place, cell in enumerate(other):
        cell["id"] = new_id(place, "other")
    return insert(notebook, len(notebook["cells"]), *other)


@mangles("whole", "01 04 11", "all", "hidden", "visible", "questions")
def tests_deleted(notebook: Notebook, which: str) -> Result:
    end = {"all": "", "hidden": "-hidden", "visible": "-visible", "questions": "-check"}[which]
    kept = [c for c in notebook["cells"] if not (is_test(c) and name_of(c).endswith(end))]
    return notebook | {"cells": kept}


@mangles("whole", "01 11", expected="same_or_review")
def only_the_solutions_are_left(notebook: Notebook) -> Result:
    """All that is given was deleted, outputs of the training with it, but for these."""
    kept = [
        cell
        for cell in notebook["cells"]
        if is_solution(cell) or name_of(cell).endswith(("-train", "-eval"))
    ]
    return notebook | {"cells": kept}


@mangles("whole", "01 05", "top", "between", composes=False)
def three_thousand_empty_cells(notebook: Notebook, where: str) -> Result:
    if where == "top":
        return insert(notebook, 0, *(_empty(notebook, n) for n in range(3000)))
    cells = []
    for number, cell in enumerate(notebook["cells"]):
        cells += [cell, *(_empty(notebook, 30 * number + n) for n in range(29))]
    return notebook | {"cells": cells}


def _empty(notebook: Notebook, number: int) -> dict[str, object]:
    return code(notebook, "") | {"execution_count": None, "id": new_id("empty", number)}


@mangles("whole", "01 11 09", "code", "text", "both")
def empty_cells_between(notebook: Notebook, how: str) -> Result:
    cells = []
    for number, cell in enumerate(notebook["cells"]):
        made = [] if how == "text" else [code(notebook, "\n")]
        made += [] if how == "code" else [text(notebook, "")]
        for which, one in enumerate(made):
            if "id" in one:
                one["id"] = new_id(number, which)
        cells += [cell, *made]
    return notebook | {"cells": cells}


@mangles("own cells", "01 04 11")
def experiments_between(notebook: Notebook) -> Result:
    """Cells that look at things and define nothing that counts."""
    for model in MODELS:
        number = at(notebook, f"{model}-create") + 1
        source = f"for lop in {model}.model.layers:\n    print(lop.name, lop.output.shape)"
        insert(notebook, number, code(notebook, source), text(notebook, "Đã xem các lớp."))
    tried = "a = np.arange(6).reshape(2, 3)\nprint(a @ a.T)"
    insert(notebook, at(notebook, "data-shapes"), code(notebook, tried, [printed("[[5 14]]\n")]))
    return insert(notebook, len(notebook["cells"]), code(notebook, "1 / 0"))


@mangles("own cells", "01 05", "unmarked", "by exception")
def failed_try_before(notebook: Notebook, how: str) -> Result:
    """A first try at Alpha above the worked cell."""
    source = BAD if how == "unmarked" else BAD.replace("Dense(10", "Dens(10")
    source += "\n\nAlphaCNN().build((28, 28, 1))"
    return insert(notebook, at(notebook, "alpha-solution"), code(notebook, source))


@mangles("own cells", "01 05", "below", "below tests", "end", expected="same_or_review")
def broken_copy_later(notebook: Notebook, where: str) -> Result:
    places = {
        "below": at(notebook, "alpha-solution") + 1,
        "below tests": at(notebook, "alpha-hidden") + 1,
        "end": len(notebook["cells"]),
    }
    return insert(notebook, places[where], code(notebook, BAD))


@mangles("own cells", "04 05", "below", "end", expected="same_or_review")
def better_copy_later(notebook: Notebook, where: str) -> Result:
    """A second, right version of what lost points, in a cell of one's own."""
    for model in ("beta", "omicron"):
        better = get(originals.notebook("vd01"), f"{model}-solution")["source"]
        if better != get(notebook, f"{model}-solution")["source"]:
            number = at(notebook, f"{model}-solution") + 1
            number = len(notebook["cells"]) if where == "end" else number
            insert(notebook, number, code(notebook, better))
    return notebook


@mangles("own cells", "01 05", "other class", "other name", "commented out", "again")
def harmless_copies(notebook: Notebook, how: str) -> Result:
    number = at(notebook, "beta-solution")
    worked = notebook["cells"][number]["source"]
    source = {
        "other class": worked.replace("BetaCNN", "BetaCNN2"),
        "other name": "beta2 = BetaCNN()\nbeta2.build((32, 32, 1))\nbeta2.summary()",
        "commented out": "\n".join(f"# {row}" for row in worked.split("\n")),
        "again": "beta = BetaCNN()\nbeta.build((28, 28, 1))\nbeta.summary()",
    }[how]
    return insert(notebook, number + 2, code(notebook, source))


@mangles("own cells", "01 11", "above", "below")
def notes_beside(notebook: Notebook, where: str) -> Result:
    """Remarks in Markdown that quote code and choices."""
    note = "Em chọn theo số đo. Có bạn ghi `your_choice = 2`, em thấy không đúng.\n\n    x = 1"
    for model in MODELS:
        number = at(notebook, f"{model}-choice") + (where == "below")
        insert(notebook, number, text(notebook, note))
    return notebook


@mangles("own cells", "01 05")
def own_import_cell_on_top(notebook: Notebook) -> Result:
    """The imports of the solutions collected in a cell of one's own."""
    line = "from keras.layers import MaxPooling2D"
    for cell in notebook["cells"]:
        if is_solution(cell) and line in cell["source"]:
            cell["source"] = cell["source"].replace(line, "").strip("\n")
    own = code(notebook, f"import keras\n{line}\nimport math")
    return insert(notebook, at(notebook, "lenet-imports") + 1, own)


@mangles("own cells", "01 04", "below", "end")
def same_class_with_marks_of_an_other(notebook: Notebook, where: str) -> Result:
    """A copy of Alpha's cell, marks and all, became a scratch pad of another name."""
    cell = copied(get(notebook, "alpha-solution"), notebook, marked=True)
    cell["source"] = cell["source"].replace("AlphaCNN", "ThuNghiem")
    number = at(notebook, "alpha-solution") + 1
    return insert(notebook, number if where == "below" else len(notebook["cells"]), cell)
