"""Attacks that are no code: notebooks whose cells, marks or outputs were changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nbformat
from nbformat import NotebookNode

from . import Attack

ATTACKS: list[Attack] = []
EVIL = "<script>document.title='evil'</script><img src=x onerror=alert(1)>"

Mangle = Callable[[NotebookNode], None]


def _attack(title: str, base: str, score: float, **more: Any) -> Callable[[Mangle], Mangle]:
    def add(function: Mangle) -> Mangle:
        ATTACKS.append(
            Attack(
                category="integrity",
                name=function.__name__,
                title=title,
                base=base,
                score=score,
                mangle=function,
                **more,
            )
        )
        return function

    return add


def _marks(cell: NotebookNode) -> dict[str, Any]:
    return dict(cell.metadata.get("nbgrader", {}))


def _tests(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if _marks(cell).get("grade")]


def _solutions(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if _marks(cell).get("solution")]


def _result(value: str) -> NotebookNode:
    return nbformat.v4.new_output("execute_result", {"text/plain": value}, execution_count=1)


@_attack("Tests tagged skip-execution and train", "release", 0)
def tests_tagged_to_be_skipped(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.metadata.tags = ["skip-execution", "train"]


@_attack("The student's own cells tagged as training", "solved", 10)
def solutions_tagged_to_be_skipped(notebook: NotebookNode) -> None:
    for cell in _solutions(notebook):
        cell.metadata.tags = ["train", "skip-execution"]


@_attack("Each visible check worth 100 points, the questions 0", "release", 0)
def points_changed(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.metadata.nbgrader.points = 100 if "visible" in cell.metadata.nbgrader.grade_id else 0


@_attack("Solved, and each check worth 100 points", "solved", 10)
def points_raised(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.metadata.nbgrader.points = 100


@_attack("A cell of one's own worth 50 points", "release", 0)
def test_invented(notebook: NotebookNode) -> None:
    cell = nbformat.v4.new_code_cell("50")
    cell.metadata.nbgrader = {
        "grade": True, "grade_id": "bonus", "locked": True, "points": 50, "schema_version": 3,
        "solution": False, "task": False, "cell_type": "code",
    }  # fmt: skip
    cell.outputs = [_result("50")]
    notebook.cells.append(cell)


@_attack("Test cells removed", "release", 0, flags=("missing-cells",))
def tests_removed(notebook: NotebookNode) -> None:
    tests = _tests(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell not in tests]


@_attack("Solved, test cells removed", "solved", 10, flags=("missing-cells",))
def tests_removed_after_solving(notebook: NotebookNode) -> None:
    tests_removed(notebook)


@_attack("A test cell twice, the second one empty", "release", 0, flags=("locked-cell-changed",))
def test_duplicated(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        twin = nbformat.from_dict(dict(cell) | {"id": cell.id + "2", "source": "pass"})
        notebook.cells.insert(notebook.cells.index(cell), twin)


@_attack("Test cells emptied", "release", 0, flags=("locked-cell-changed",))
def test_sources_emptied(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.source = "1.0"


@_attack(
    "Names of tests exchanged: every hidden check stands where a question was",
    "release",
    0,
    flags=("locked-cell-changed",),
)
def grade_ids_rotated(notebook: NotebookNode) -> None:
    tests = _tests(notebook)
    names = [cell.metadata.nbgrader.grade_id for cell in tests]
    for cell, name in zip(tests, names[1:] + names[:1], strict=True):
        cell.metadata.nbgrader.grade_id = name


@_attack("Solved, names of tests exchanged", "solved", 10, flags=("locked-cell-changed",))
def grade_ids_rotated_after_solving(notebook: NotebookNode) -> None:
    grade_ids_rotated(notebook)


@_attack("Test cells made text", "release", 0)
def tests_made_markdown(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.cell_type = "markdown"
        del cell["outputs"], cell["execution_count"]


@_attack("Solutions made raw cells, so that stock nbgrader skips them", "solved", 10)
def solutions_made_raw(notebook: NotebookNode) -> None:
    for cell in _solutions(notebook):
        cell.cell_type = "raw"
        del cell["outputs"], cell["execution_count"]


@_attack("All of nbgrader's marks taken off", "release", 0)
def marks_removed(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)


@_attack(
    "Test cells marked as solutions that the student may write",
    "release",
    0,
    flags=("locked-cell-changed",),
)
def tests_marked_as_solutions(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.metadata.nbgrader |= {"grade": False, "solution": True, "locked": False}
        cell.source = "pass"


@_attack("Full points written into the outputs of the test cells", "release", 0,
         flags=("passed-before",))  # fmt: skip
def outputs_forged(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.outputs = [_result(str(cell.metadata.nbgrader.points))]


@_attack("The engine's own record in the notebook's metadata, forged", "release", 0)
def metadata_forged(notebook: NotebookNode) -> None:
    notebook.metadata.lenetlab = {"flags": [], "evidence": {}, "score": 10, "items": [10]}
    notebook.metadata.kernelspec = {"name": "evil", "display_name": "evil", "language": "python"}
    for cell in notebook.cells:
        cell.metadata.lenetlab = {"score": 10}


@_attack("The locked reference class rewritten", "release", 0, flags=("locked-cell-changed",))
def locked_cells_rewritten(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if _marks(cell).get("locked") and not _marks(cell).get("grade"):
            cell.source = "class LeNetCNN:\n    def __eq__(self, other): return True"


@_attack("Scripts in the outputs of the training cells", "solved", 10)
def html_in_outputs(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [
                nbformat.v4.new_output("display_data", {"text/html": EVIL, "text/plain": "x"}),
                nbformat.v4.new_output("display_data", {"image/svg+xml": EVIL}),
                nbformat.v4.new_output("display_data", {"application/javascript": EVIL}),
                nbformat.v4.new_output("display_data", {"image/png": f'x">{EVIL}'}),
                nbformat.v4.new_output(
                    "display_data",
                    {"image/png": "AAAA"},
                    metadata={"image/png": {"width": f'1">{EVIL}'}},
                ),
                *cell.outputs,
            ]


@_attack("Sixty long cells that look like every stub", "release", 0, seconds=20,
         flags=("wrong-notebook", "matched-by-content"))  # fmt: skip
def stubs_repeated(notebook: NotebookNode) -> None:
    text = "\n".join(cell.source for cell in _solutions(notebook))
    source = "raise SystemExit\n" + (text * 40)[:60_000]
    notebook.cells = [nbformat.v4.new_code_cell(source) for _ in range(60)]
