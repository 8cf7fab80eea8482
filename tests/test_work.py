"""A submitted cell read as work, and doubts decided when it is known what was lost."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from lenetlab.notebook import doubts, intake, work
from lenetlab.notebook.handover import Handover
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.restore import restore
from lenetlab.records import Doubt

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent


def test_what_a_cell_defines_is_what_is_reached_and_is_no_import() -> None:
    found = work.read(
        "import a\nfrom b import c\nclass D: pass\nx = 1\nraise NotImplementedError\ny = 2"
    )
    assert not found.unfinished
    assert (set(found.defines), set(found.below)) == ({"D", "x"}, {"y"})
    both = work.read(
        "class D:\n    def f(self):\n        raise NotImplementedError()\nclass E: pass"
    )
    assert (set(both.unfinished), set(both.defines)) == ({"D"}, {"D", "E"})
    assert work.read("x = None\ny = []\nz = None\nz = 3").unset == {"x", "y"}
    assert not work.read("x = []\nx.append(1)").unset | work.read("x = None\nif a: x = 1").unset
    assert work.read("x = None\nx = 1\ny = 1\ny = 2").repeated == {"y"}
    broken = work.read("class D(:\n    pass")
    assert not broken.parses
    assert broken.defines == {"D"}


@pytest.mark.parametrize(
    "other",
    [
        "x = f('a',1)",
        'x = f(\n    "a",\n    1,\n)  # note',
        'x\u00a0=\u200b f("a", 1)\r\n',
        'x=f("a",\t1)',
    ],
)
def test_layout_quotes_and_comments_make_no_difference(other: str) -> None:
    assert work.normal(other) == work.normal('x = f("a", 1)')
    assert work.normal("x = f(2)") != work.normal("x = f(3)")


def test_code_in_a_text_is_what_is_fenced_else_all_of_it() -> None:
    def text(source: str) -> str:
        return work.code_of(nbformat.v4.new_markdown_cell(source))

    assert text("Bài làm:\n```python\nx = 1\n```\nhết") == "x = 1"
    assert text("x = 1") == "x = 1"
    cell = nbformat.v4.new_code_cell("\ufeffx\u00a0= 1")
    assert work.code_of(cell) == "x = 1"


@pytest.mark.parametrize(
    ("source", "garbled"),
    [
        ("x = “a”", True),
        ("if x &lt; 2: y = &quot;a&quot;", True),
        ("```python\nx = 1\n```", True),
        ("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b", True),
        ("x = (", False),
        ("x = 1", False),
        ('x = "“"', False),
    ],
)
def test_what_copying_and_merging_leave_is_told_from_mistakes(source: str, garbled: bool) -> None:
    assert work.is_garbled(source) is garbled


def test_of_a_changed_cell_what_is_new_is_kept() -> None:
    given = "import os\nx = os.name\nprint(x)"
    changed = "import os, re\nx = 2\ny = 3\nprint(x, y)\ndef f(): pass\ngoal = 1"
    kept = work.added(changed, given, without={"goal"}, values=True)
    assert [line for line in kept.split("\n") if line] == [
        "import os, re",
        "y = 3",
        "def f():",
        "    pass",
    ]
    assert "y" not in work.added(changed, given, without={"goal"}, values=False)
    assert work.added("x = (", given, without=(), values=True) == ""


def test_work_in_a_test_cell_is_taken_with_what_it_needs() -> None:
    source = "a = 3\nyour_choice = a - 1\ncheck(your_choice)\nprint(4)"
    found = work.part(source, "check(your_choice)", {"your_choice"})
    assert found == "a = 3\nyour_choice = a - 1"


def test_an_answer_is_found_in_a_text_that_was_changed() -> None:
    given = "Câu hỏi: gán `your_choice = 0` nếu không có ý kiến."
    found = work.answers_in(f"{given}\n**Trả lời:** `your_choice = 2`", given, {"your_choice"})
    assert found == ["your_choice = 2"]


def test_a_doubt_is_for_a_person_only_where_it_may_have_cost_points(assignment: Assignment) -> None:
    found = [
        Doubt("locked-cell-changed", "alpha-create", ["alpha-create"], lacking=True),
        Doubt("passed-before", "beta-visible", ["beta-visible"]),
    ]
    assert not any(flag.review for flag in doubts.decided(found, (), (), assignment))
    alpha = doubts.decided(found, ["alpha-hidden"], ["alpha-hidden"], assignment)
    assert [(flag.code, flag.review) for flag in alpha] == [("locked-cell-changed", True)]
    beta = doubts.decided(found, ["beta-visible"], (), assignment)
    assert [(flag.code, flag.review) for flag in beta] == [
        ("locked-cell-changed", False),
        ("passed-before", True),
    ]


def test_a_test_depends_on_the_cells_that_make_what_it_reads(assignment: Assignment) -> None:
    behind = assignment.behind["beta-hidden"]
    assert {"beta-hidden", "beta-create", "beta-solution", "lenet-class"} <= behind
    assert behind.isdisjoint({"alpha-solution", "beta-choice", "beta-train"})
    assert assignment.behind["beta-choice-check"] >= {"beta-choice"}
    assert "alpha-choice" not in assignment.behind["beta-choice-check"]


def test_whose_account_ran_a_notebook_is_a_note_and_in_no_cell(assignment: Assignment) -> None:
    notebook = json.loads((ROOT / "examples" / "vd01-dung-het" / "lenet.ipynb").read_text("utf-8"))
    user = {"displayName": "Nguyễn Văn A", "userId": "0123"}
    for cell in notebook["cells"]:
        cell["metadata"]["executionInfo"] = {"user": user, "status": "ok"}
    restored = restore(intake.decode(json.dumps(notebook).encode()), assignment)
    handover = Handover.load(restored)
    assert handover is not None
    accounts = [flag for flag in handover.flags if flag.code == "colab-account"]
    assert [(flag.message, flag.review) for flag in accounts] == [
        ("run in Colab by Nguyễn Văn A 0123", False)
    ]
    assert "Nguyễn Văn A" not in json.dumps(restored.cells, ensure_ascii=False)


@pytest.mark.parametrize("junk", [None, "x", 3, [], {"user": 3}, {"user": {"displayName": 3}}])
def test_an_account_that_is_none_is_passed_over(junk: object, assignment: Assignment) -> None:
    cell = {"cell_type": "code", "source": "x", "metadata": {"executionInfo": junk}}
    restored = restore(intake.decode(json.dumps({"cells": [cell, 3, None]}).encode()), assignment)
    handover = Handover.load(restored)
    assert handover is not None
    assert "colab-account" not in [flag.code for flag in handover.flags]
