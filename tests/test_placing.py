"""A student's work counts wherever it stands, and nothing handed out takes its place."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lenetlab.notebook import intake
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.restore import restore

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = json.loads((ROOT / "examples" / "vd01-dung-het" / "lenet.ipynb").read_text("utf-8"))
RELEASE = json.loads((ROOT / "release" / "lenet" / "lenet.ipynb").read_text("utf-8"))

Notebook = dict[str, Any]
Cell = dict[str, Any]


def place(notebook: Notebook, cell_id: str) -> int:
    return next(n for n, cell in enumerate(notebook["cells"]) if cell["id"] == cell_id)


def find(notebook: Notebook, cell_id: str) -> Cell:
    cell: Cell = notebook["cells"][place(notebook, cell_id)]
    return cell


def text(cell: Cell) -> str:
    return "".join(cell["source"])


def own(source: str, kind: str = "code") -> Cell:
    """A cell of the student's own."""
    cell = {"cell_type": kind, "id": "", "metadata": {}, "source": source}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def stub(notebook: Notebook, cell_id: str) -> str:
    """Put the stub back; returns the work that stood there."""
    cell = find(notebook, cell_id)
    work = text(cell)
    cell["source"] = text(find(RELEASE, cell_id))
    return work


def in_an_own_cell_above(notebook: Notebook) -> None:
    work = stub(notebook, "alpha-solution")
    notebook["cells"].insert(place(notebook, "alpha-solution"), own(work))


def at_the_end(notebook: Notebook) -> None:
    work = stub(notebook, "alpha-solution")
    notebook["cells"].append(own(work))


def at_the_end_and_the_cell_deleted(notebook: Notebook) -> None:
    cell = notebook["cells"].pop(place(notebook, "delta-solution"))
    notebook["cells"].append(own(text(cell)))


def in_the_test_cell(notebook: Notebook) -> None:
    work = stub(notebook, "beta-solution")
    test = find(notebook, "beta-visible")
    test["source"] = f"{work}\n\n{text(test)}"


def in_the_creation_cell(notebook: Notebook) -> None:
    work = stub(notebook, "gamma-solution")
    test = find(notebook, "gamma-create")
    test["source"] = f"{work}\n\n{text(test)}"


def in_a_text(notebook: Notebook) -> None:
    cell = find(notebook, "omicron-solution")
    cell["cell_type"], cell["source"] = "markdown", f"```python\n{text(cell)}\n```"


def merged_into_one(notebook: Notebook) -> None:
    alpha = find(notebook, "alpha-solution")
    alpha["source"] = f"{text(alpha)}\n\n{stub(notebook, 'beta-solution')}"


def merged_into_the_later_one(notebook: Notebook) -> None:
    beta = find(notebook, "beta-solution")
    beta["source"] = f"{stub(notebook, 'alpha-solution')}\n\n{text(beta)}"


def all_at_the_top(notebook: Notebook) -> None:
    names = ("alpha", "beta", "gamma", "omicron", "delta")
    works = [stub(notebook, f"{name}-solution") for name in names]
    notebook["cells"].insert(0, own("\n\n".join(works)))


def marks_exchanged(notebook: Notebook) -> None:
    alpha, beta = find(notebook, "alpha-solution"), find(notebook, "beta-solution")
    alpha["metadata"], beta["metadata"] = beta["metadata"], alpha["metadata"]
    alpha["id"], beta["id"] = "new1", "new2"


def split_inside(notebook: Notebook) -> None:
    at = place(notebook, "alpha-solution")
    lines = text(notebook["cells"][at]).split("\n")
    notebook["cells"][at]["source"] = "\n".join(lines[:3])
    notebook["cells"].insert(at + 1, own("\n".join(lines[3:])))


def split_with_both_marked(notebook: Notebook) -> None:
    at = place(notebook, "beta-solution")
    lines = text(notebook["cells"][at]).split("\n")
    cut = next(n for n, line in enumerate(lines) if line.startswith("class"))
    notebook["cells"][at]["source"] = "\n".join(lines[:cut])
    second = copy.deepcopy(notebook["cells"][at]) | {"id": "two", "source": "\n".join(lines[cut:])}
    notebook["cells"].insert(at + 1, second)


def a_stub_pasted_below(notebook: Notebook) -> None:
    at = place(notebook, "alpha-solution")
    notebook["cells"].insert(at + 1, copy.deepcopy(find(RELEASE, "alpha-solution")))
    notebook["cells"].insert(at + 2, own(text(find(RELEASE, "alpha-solution"))))


def release_in_front(notebook: Notebook) -> None:
    notebook["cells"] = [*copy.deepcopy(RELEASE["cells"]), *notebook["cells"]]


def release_behind(notebook: Notebook) -> None:
    notebook["cells"] += copy.deepcopy(RELEASE["cells"])


def answer_in_an_own_cell_above(notebook: Notebook) -> None:
    work = stub(notebook, "alpha-choice")
    notebook["cells"].insert(place(notebook, "alpha-choice"), own(work))


def answer_below_its_test(notebook: Notebook) -> None:
    work = stub(notebook, "beta-choice")
    notebook["cells"].insert(place(notebook, "beta-choice-check") + 1, own(work))


def answer_in_its_test(notebook: Notebook) -> None:
    work = stub(notebook, "gamma-choice")
    test = find(notebook, "gamma-choice-check")
    test["source"] = f"{work}\n{text(test)}"


def answer_in_the_question(notebook: Notebook) -> None:
    work = stub(notebook, "delta-choice")
    question = find(notebook, "delta-question")
    question["source"] = f"{text(question)}\n\n**Trả lời:** `{work}`"


def answer_in_a_text_below(notebook: Notebook) -> None:
    work = stub(notebook, "delta-facts")
    notebook["cells"].insert(place(notebook, "delta-facts") + 1, own(work, "markdown"))


def answer_with_the_class(notebook: Notebook) -> None:
    work = stub(notebook, "alpha-choice")
    alpha = find(notebook, "alpha-solution")
    alpha["source"] = f"{text(alpha)}\n\n{work}"


def marks_of_answers_exchanged(notebook: Notebook) -> None:
    alpha, beta = find(notebook, "alpha-choice"), find(notebook, "beta-choice")
    alpha["metadata"], beta["metadata"] = beta["metadata"], alpha["metadata"]
    alpha["id"], beta["id"] = "new1", "new2"
    beta["source"] = "your_choice = 1"


def a_section_moved_to_the_end(notebook: Notebook) -> None:
    first, last = place(notebook, "gamma-story"), place(notebook, "omicron-story")
    section = notebook["cells"][first:last]
    del notebook["cells"][first:last]
    notebook["cells"] += section


def one_of_five_not_written(notebook: Notebook) -> None:
    """All classes stand in one cell, and one is still the stub: the others count."""
    names = ("alpha", "beta", "gamma", "omicron", "delta")
    works = [stub(notebook, f"{name}-solution") for name in names]
    unwritten = text(find(RELEASE, "gamma-solution"))
    notebook["cells"].insert(0, own("\n\n".join([*works[:2], unwritten, *works[3:]])))


def an_answer_in_a_training_cell(notebook: Notebook) -> None:
    work = stub(notebook, "alpha-choice")
    cell = find(notebook, "alpha-train")
    cell["source"] = f"{text(cell)}\n{work}"


def a_draft_below_an_answer_by_append(notebook: Notebook) -> None:
    cell = find(notebook, "omicron-facts")
    at = place(notebook, "omicron-facts-check")
    values = text(cell).partition("=")[2].strip().strip("[]").split(",")
    lines = [f"your_choices.append({value.strip()})" for value in values]
    cell["source"] = "\n".join(["your_choices = []", *lines])
    notebook["cells"].insert(at + 1, own("your_choices = [0]"))


def a_draft_below_an_answer_by_if(notebook: Notebook) -> None:
    cell = find(notebook, "alpha-choice")
    cell["source"] = f"your_choice = None\nif True:\n    {text(cell)}"
    notebook["cells"].insert(place(notebook, "alpha-choice-check") + 1, own("your_choice = 0"))


def an_example_in_a_text(notebook: Notebook) -> None:
    cell = find(notebook, "alpha-choice")
    cell["source"] = f"your_choice = None\nif True:\n    {text(cell)}"
    note = own("Nếu chênh quá 1 điểm thì your_choice = 2.", "markdown")
    notebook["cells"].insert(place(notebook, "alpha-choice"), note)


def a_draft_at_the_end(notebook: Notebook) -> None:
    cell = find(notebook, "alpha-solution")
    helper = "class Base:\n    def build(self):\n        raise NotImplementedError()\n\n"
    draft = text(cell).replace("120", "121")
    cell["source"] = f"files = !ls\n{helper}{text(cell)}"
    notebook["cells"].append(own(draft))


MOVED: list[Callable[[Notebook], None]] = [
    in_an_own_cell_above, at_the_end, at_the_end_and_the_cell_deleted, in_the_test_cell,
    in_the_creation_cell, in_a_text, merged_into_one, merged_into_the_later_one, all_at_the_top,
    marks_exchanged, split_inside, split_with_both_marked, a_stub_pasted_below, release_in_front,
    release_behind, answer_in_an_own_cell_above, answer_below_its_test, answer_in_its_test,
    answer_in_the_question, answer_in_a_text_below, answer_with_the_class,
    marks_of_answers_exchanged, a_section_moved_to_the_end, one_of_five_not_written,
    an_answer_in_a_training_cell, a_draft_below_an_answer_by_append, a_draft_below_an_answer_by_if,
    an_example_in_a_text, a_draft_at_the_end,
]  # fmt: skip


def code_of(owner: type) -> tuple[Any, ...]:
    code = owner.__dict__["build"].__code__
    return (code.co_code, code.co_names, code.co_consts)


def code_of_class(source: str) -> tuple[Any, ...]:
    space: dict[str, Any] = {"LeNetCNN": object}
    exec(source, space)
    return code_of(space["GammaCNN"])


def run(restored: Any, assignment: Assignment) -> dict[str, Any]:
    """What the solutions define where the next cell uses it: run in order, without Keras."""
    space: dict[str, Any] = {"LeNetCNN": object}
    found: dict[str, Any] = {}
    solutions = {cell.id for cell in assignment.cells if cell.goals}
    for cell in restored.cells:
        if cell.id in solutions or cell.id.startswith("student-"):
            with suppress(NotImplementedError, NameError, SyntaxError):
                exec(re.sub("^(from|import|files) .*", "", cell.source, flags=re.M), space)
        elif cell.id.endswith("-create"):
            owner = space.get(f"{cell.id.partition('-')[0].capitalize()}CNN")
            if owner is not None:
                found[cell.id] = code_of(owner)
        elif cell.id.endswith("-check"):
            name = "your_choices" if "facts" in cell.id else "your_choice"
            found[cell.id] = space.pop(name, None)
    return found


@pytest.mark.parametrize("move", MOVED, ids=lambda function: function.__name__)
def test_work_counts_wherever_it_stands(
    assignment: Assignment, move: Callable[[Notebook], None]
) -> None:
    wanted = run(restore(intake.decode(json.dumps(EXAMPLE).encode()), assignment), assignment)
    assert len(wanted) == 5 + 8
    notebook = copy.deepcopy(EXAMPLE)
    move(notebook)
    if move is one_of_five_not_written:
        wanted["gamma-create"] = code_of_class(text(find(RELEASE, "gamma-solution")))
    if move is marks_of_answers_exchanged:
        wanted["beta-choice-check"] = 1
    restored = restore(intake.decode(json.dumps(notebook).encode()), assignment)
    assert run(restored, assignment) == wanted
    handover = Handover.load(restored)
    assert handover is not None
    assert [flag for flag in handover.flags if flag.review] == []
