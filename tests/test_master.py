"""The master notebook follows the assignment: cells, points, tags, locks, and how git keeps it."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from lenetlab.notebook.master import Assignment

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent
MASTER = ROOT / "source" / "lenet" / "lenet.ipynb"
VARIANTS = ("alpha", "beta", "gamma", "omicron", "delta")
NOTEBOOKS = [MASTER, ROOT / "release" / "lenet" / "lenet.ipynb"]


def cell(assignment: Assignment, grade_id: str) -> Any:
    return next(c for c in assignment.cells if c.grade_id == grade_id)


def test_points_are_those_of_the_assignment(assignment: Assignment) -> None:
    points = {c.grade_id: c.points for c in assignment.tests}
    expected: dict[str, float] = {}
    for name in VARIANTS:
        expected |= {f"{name}-visible": 0.5, f"{name}-hidden": 1.0, f"{name}-choice-check": 0.3}
    expected |= {"omicron-facts-check": 0.5, "delta-facts-check": 0.5}
    assert points == expected
    assert sum(points.values()) == pytest.approx(10)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variants_cells_come_in_the_order_of_the_lesson(
    assignment: Assignment, name: str
) -> None:
    mine = [c.grade_id for c in assignment.cells if c.grade_id.startswith(f"{name}-")]
    steps = ["solution", "create", "visible", "hidden", "train", "eval", "choice", "choice-check"]
    if name in ("omicron", "delta"):
        steps += ["facts", "facts-check"]
    assert mine == [f"{name}-{step}" for step in steps]
    roles = {step: cell(assignment, f"{name}-{step}").role for step in steps}
    expected = {"solution": "solution", "choice": "solution", "facts": "solution"}
    tests = ("visible", "hidden", "choice-check", "facts-check")
    assert roles == {s: expected.get(s, "test" if s in tests else "locked") for s in steps}


def test_only_cells_that_train_predict_or_evaluate_are_left_out_of_grading(
    assignment: Assignment,
) -> None:
    skipped = {c.id for c in assignment.cells if c.skipped}
    expected = {
        "lenet-train",
        "lenet-predict",
        "lenet-eval",
        "stall",
        "inside",
        "control",
        "summary",
        "receipt",
    }
    assert skipped == expected | {f"{v}-{step}" for v in VARIANTS for step in ("train", "eval")}


def test_reference_data_and_summary_cells_are_locked(assignment: Assignment) -> None:
    free = {c.id for c in assignment.cells if c.is_code and c.role not in ("locked", "test")}
    answers = {f"{v}-{step}" for v in VARIANTS for step in ("solution", "choice", "guess")}
    assert free == answers | {"omicron-facts", "delta-facts", "sample-id", "seed", "count"}


def test_a_stub_holds_no_answer(assignment: Assignment) -> None:
    for name in VARIANTS:
        stub = cell(assignment, f"{name}-solution").release
        assert "        input = None\n        output = None\n        # YOUR CODE HERE\n" in stub
        assert stub.endswith("        self.model = Model(input, output)")
        assert cell(assignment, f"{name}-choice").release == (
            "your_choice = None\n# YOUR CODE HERE\nraise NotImplementedError()"
        )
    for name in ("omicron", "delta"):
        assert cell(assignment, f"{name}-facts").release.startswith("your_choices = []\n# YOUR")


def test_a_visible_check_is_one_call_of_the_helper_on_its_own_model(assignment: Assignment) -> None:
    (helper,) = assignment.helpers
    assert "def quick_check(" in helper and "keras.engine" not in helper
    for name in VARIANTS:
        comment, *call = cell(assignment, f"{name}-visible").release.split("\n")
        assert comment.startswith("# Kiểm tra nhanh") and call[0] == "quick_check("
        assert f"    lambda: ({name}, {name}.model)," in call


def test_what_is_unfinished_does_not_stop_the_rest(assignment: Assignment) -> None:
    """Jupyter goes on after a cell that its tags let fail, and after an error that was shown."""
    for name in VARIANTS:
        assert "raises-exception" in cell(assignment, f"{name}-choice").node.metadata.tags
        assert cell(assignment, f"{name}-create").release.startswith(
            f'with going_on("{name.capitalize()}CNN")'
        )


def test_nothing_of_this_package_is_used_outside_hidden_tests(assignment: Assignment) -> None:
    assert not [c.id for c in assignment.cells if "lenetlab" in c.release]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: str(p.relative_to(ROOT)))
def test_master_and_release_in_git_carry_no_outputs_and_are_sorted(path: Path) -> None:
    """The demo class really ran: tests/test_examples.py says how its files look."""
    text = path.read_text("utf-8")
    notebook = json.loads(text)
    assert json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n" == text
    assert notebook["nbformat"] == 4 and notebook["nbformat_minor"] == 5
    known = {"nbgrader", "tags", "deletable", "editable", "jupyter", "cellView"}
    for each in notebook["cells"]:
        assert not each.get("outputs") and each.get("execution_count") is None
        assert set(each["metadata"]) <= known


def test_the_figure_in_the_notebook_is_the_figure_beside_it(assignment: Assignment) -> None:
    """Colab shows neither attachments nor files beside the notebook: the picture is inside."""
    source = next(c for c in assignment.cells if c.id == "lenet-figure").release
    found = re.fullmatch(r"!\[(.+)\]\(data:image/png;base64,([^)]+)\)", source, re.DOTALL)
    assert found is not None
    assert len(found[1]) > 100, "the alternative text describes the architecture"
    assert base64.b64decode(found[2]) == (MASTER.parent / "LeNet.png").read_bytes()
