"""Files as they arrive: what can be mended is graded, what cannot is refused with a reason."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lenetlab.notebook import intake
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.names import names, python
from lenetlab.notebook.restore import restore
from lenetlab.records import Flag

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = json.loads((ROOT / "examples" / "vd01-dung-het" / "lenet.ipynb").read_text("utf-8"))

Notebook = dict[str, Any]


def place(notebook: Notebook, cell_id: str) -> int:
    return next(n for n, cell in enumerate(notebook["cells"]) if cell["id"] == cell_id)


def strip_marks(notebook: Notebook) -> None:
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"], cell["id"] = {}, f"new{number}"


def delete_tests(notebook: Notebook) -> None:
    notebook["cells"] = [
        c for c in notebook["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")
    ]


def duplicate_everything(notebook: Notebook) -> None:
    notebook["cells"] = [c for cell in notebook["cells"] for c in (cell, copy.deepcopy(cell))]


def edit_locked_cells(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            cell["source"] = ["print('sửa')"]


def change_points_and_roles(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if "points" in marks:
            marks["points"] = 100
        cell["metadata"]["tags"] = ["skip-execution", "train"]


def shuffle(notebook: Notebook) -> None:
    notebook["cells"] = notebook["cells"][::-1]


def ruin_metadata(notebook: Notebook) -> None:
    notebook["metadata"] = ["no", "dict"]
    for number, cell in enumerate(notebook["cells"]):
        if number % 3 == 0:
            cell["metadata"] = "none"
        elif number % 3 == 1 and "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = "abc"


def make_solutions_markdown(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["cell_type"] = "markdown"
            del cell["outputs"], cell["execution_count"]


def drop_fields(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
        cell["source"] = "".join(cell["source"])
    del notebook["nbformat_minor"]


MANGLED: list[Callable[[Notebook], None]] = [
    delete_tests, duplicate_everything, edit_locked_cells, change_points_and_roles, shuffle,
    ruin_metadata, make_solutions_markdown, drop_fields, strip_marks,
]  # fmt: skip


@pytest.mark.parametrize("mangle", MANGLED, ids=lambda function: function.__name__)
def test_a_mangled_notebook_gets_its_shape_back_and_keeps_the_students_work(
    assignment: Assignment, mangle: Callable[[Notebook], None]
) -> None:
    notebook = copy.deepcopy(EXAMPLE)
    mangle(notebook)
    restored = restore(intake.decode(json.dumps(notebook).encode()), assignment)
    masters = {cell.id: cell for cell in assignment.cells}
    present = [cell for cell in restored.cells if cell.id in masters]
    assert [cell.id for cell in present] == list(masters)
    work = {cell["id"]: "".join(cell["source"]) for cell in EXAMPLE["cells"]}
    for cell in present:
        master = masters[cell.id]
        marks = dict(cell.metadata.get("nbgrader", {}))
        assert marks.pop("checksum", "") == master.checksum
        assert marks == master.node.metadata.get("nbgrader", {})
        assert cell.metadata.get("tags") == master.node.metadata.get("tags")
        assert cell.cell_type == master.node.cell_type
        if master.role == "solution":
            assert cell.source == work[cell.id]
        elif master.role in ("locked", "test"):
            assert cell.source == master.node.source


def flags_of(restored: Any) -> list[Flag]:
    handover = Handover.load(restored)
    assert handover is not None
    return handover.flags


def test_the_copy_that_counted_in_a_run_is_graded(assignment: Assignment) -> None:
    """A broken try further down did not make the model, and a stub is no answer."""
    notebook = copy.deepcopy(EXAMPLE)
    cells = notebook["cells"]
    at = place(notebook, "alpha-solution")
    good = cells[at]
    broken = copy.deepcopy(good) | {"source": ["class AlphaCNN(LeNetCNN): pass"]}
    cells.append(broken)
    cells.insert(at, copy.deepcopy(good) | {"source": ["class AlphaCNN(LeNetCNN): ..."]})
    restored = restore(intake.decode(json.dumps(notebook).encode()), assignment)
    graded = next(c for c in restored.cells if c.id == "alpha-solution")
    assert graded.source == "".join(good["source"])
    flags = {flag.code: flag.review for flag in flags_of(restored)}
    assert flags == {"duplicate-cell": True}


def test_a_students_own_cells_stay_where_they_are(assignment: Assignment) -> None:
    notebook = copy.deepcopy(EXAMPLE)
    own = {"cell_type": "code", "id": "own", "metadata": {}, "source": ["a = 1"], "outputs": []}
    notebook["cells"].insert(place(notebook, "beta-create"), own)
    restored = restore(intake.decode(json.dumps(notebook).encode()), assignment)
    sources = [cell.source for cell in restored.cells]
    ids = [cell.id for cell in restored.cells]
    assert ids[sources.index("a = 1") - 1 : sources.index("a = 1") + 2 : 2] == [
        "beta-solution",
        "beta-create",
    ]


def test_another_notebook_is_for_a_person(assignment: Assignment) -> None:
    other = {"cells": [{"cell_type": "code", "source": "1 + 1"}], "nbformat": 4}
    restored = restore(intake.decode(json.dumps(other).encode()), assignment)
    assert [flag.code for flag in flags_of(restored)] == ["wrong-notebook"]
    assert flags_of(restored)[0].review


def test_doubtful_evidence_is_for_a_person_and_costs_nothing(assignment: Assignment) -> None:
    notebook = copy.deepcopy(EXAMPLE)
    text = "Độ chính xác của AlphaCNN trên tập kiểm tra: 123.00 %\n"
    output = {"output_type": "stream", "name": "stdout", "text": [text]}
    notebook["cells"][place(notebook, "alpha-eval")]["outputs"] = [output]
    restored = restore(intake.decode(json.dumps(notebook).encode()), assignment)
    assert [flag.code for flag in flags_of(restored)] == ["doubtful-evidence"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("{", "not-json"),
        ("null", "not-a-notebook"),
        ("[1, 2]", "not-a-notebook"),
        ('{"cells": 3}', "not-a-notebook"),
        ('{"a": 1}', "not-a-notebook"),
        ("<html></html>", "not-json"),
        ("[" * 100_000, "not-a-notebook"),
    ],
)
def test_what_is_no_notebook_is_refused(text: str, code: str) -> None:
    with pytest.raises(intake.Rejected) as refused:
        intake.decode(text.encode())
    assert refused.value.code == code


def test_old_and_oddly_encoded_notebooks_are_read(tmp_path: Path) -> None:
    old = {
        "metadata": {}, "nbformat": 3, "nbformat_minor": 0,
        "worksheets": [{"cells": [
            {"cell_type": "code", "input": ["a = 1"], "outputs": [], "language": "python"}
        ]}],
    }  # fmt: skip
    assert intake.decode(json.dumps(old).encode()).cells[0].source == "a = 1"
    for encoding in ("utf-8-sig", "utf-16"):
        path = tmp_path / f"{encoding}.ipynb"
        path.write_text(json.dumps(EXAMPLE), encoding)
        assert len(intake.read(path).cells) == len(EXAMPLE["cells"])


def test_what_stands_behind_a_magic_is_code() -> None:
    """A test may ask for names that such a cell makes."""
    for source in ("%%time\na = 1", "%time a = 1", "%matplotlib inline\na = 1", "!ls\na = 1"):
        assert "a" in names(python(source)).makes
    with pytest.raises(SyntaxError):
        names(python("a = ("))
