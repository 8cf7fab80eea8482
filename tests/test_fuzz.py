"""Bytes from outside, of every shape: what reads them ends with a result or a refusal, bounded.

``make fuzz`` tries 2,000 examples of each; ``make test`` a few hundred.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lenetlab.boxes.steps import Describe, Run, answers
from lenetlab.boxes.values import believe
from lenetlab.course.directory import is_student_name
from lenetlab.notebook import intake, outputs
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.restore import restore
from lenetlab.sandbox.worker import Outcome
from lenetlab.terminal.text import escape

RELEASE = Path(__file__).parents[1].joinpath("release", "lenet", "lenet.ipynb").read_text("utf-8")

fuzz = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "150")),
    deadline=None,
    derandomize="FUZZ_EXAMPLES" not in os.environ,  # make test tries the same ones every time
    suppress_health_check=list(HealthCheck),
)

any_text = st.text(st.characters(codec=None), max_size=60)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | any_text
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5)
    ),
    max_leaves=20,
)


def often(expected: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What is expected in this place, and now and then anything else."""
    return st.one_of(expected, expected, expected, anything)


def mapping(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A dict in which each field may be wrong or absent."""
    return often(
        st.fixed_dictionaries({}, optional={name: often(value) for name, value in fields.items()})
    )


lines = any_text | st.lists(any_text, max_size=4)
one_output = mapping(
    output_type=st.sampled_from(["stream", "display_data", "execute_result", "error"]),
    name=st.sampled_from(["stdout", "stderr"]),
    text=lines,
    data=st.dictionaries(
        st.sampled_from(["text/plain", "text/html", "image/png", "application/json"]),
        often(lines),
        max_size=3,
    ),
    metadata=anything,
    ename=any_text,
    evalue=any_text,
    traceback=st.lists(any_text, max_size=3),
    execution_count=st.integers(),
)
GRADE_IDS = ["alpha-solution", "alpha-visible", "alpha-choice", "beta-hidden", "none"]
one_cell = mapping(
    cell_type=st.sampled_from(["code", "markdown", "raw", "heading"]),
    id=st.sampled_from(["alpha-train", "alpha-solution", "x"]),
    source=lines | st.sampled_from(["class AlphaCNN(LeNetCNN):", "your_choice = 2", "`" * 40]),
    metadata=mapping(
        nbgrader=mapping(grade_id=st.sampled_from(GRADE_IDS), grade=st.booleans()),
        tags=st.lists(st.sampled_from(["train", "skip-execution"])),
        lenetlab=anything,
    ),
    outputs=st.lists(one_output, max_size=4),
    execution_count=st.integers(),
    attachments=anything,
)
one_notebook = mapping(
    cells=st.lists(one_cell, max_size=8),
    worksheets=st.lists(mapping(cells=st.lists(one_cell, max_size=3)), max_size=2),
    metadata=mapping(lenetlab=anything, kernelspec=anything),
    nbformat=st.sampled_from([2, 3, 4, 5, "4"]),
    nbformat_minor=st.integers(0, 6),
)


@fuzz
@given(st.binary(max_size=300))
def test_any_bytes_are_a_notebook_or_refused(data: bytes) -> None:
    (answer,) = intake.run(data)
    with suppress(intake.Rejected):
        assert intake.received(answer).nbformat == 4


@fuzz
@example(notebook={"cells": [{"cell_type": "code", "metadata": {"nbgrader": float("inf")}}]})
@given(notebook=one_notebook)
def test_any_json_is_restored_to_the_assignments_shape_or_refused(
    assignment: Assignment, notebook: Any
) -> None:
    data = json.dumps(notebook).encode()
    (answer,) = intake.run(data)
    try:
        restored = restore(intake.received(answer), assignment)
    except intake.Rejected as reason:
        assert reason.code and str(reason)
        return
    tests = [c for c in restored.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert [c.metadata.nbgrader.grade_id for c in tests] == [c.grade_id for c in assignment.tests]
    assert [c.source for c in tests] == [c.node.source for c in assignment.tests]
    text = json.dumps(restored, allow_nan=False)
    assert len(text) < 5_000_000
    assert "text/html" not in text
    own = [c for c in restored.cells if "nbgrader" not in c.metadata and c.cell_type != "code"]
    known = {cell.id for cell in assignment.cells}
    for cell in own:
        if cell.id not in known:
            first, *_, last = cell.source.split("\n")
            assert first.strip("`") == "text" and set(last) == {"`"} and len(last) >= 3
            assert last not in cell.source.removesuffix(last).removeprefix(first)


names = {"alpha": ["model"], "your_choice": []}
steps: list[Run | Describe] = [
    Run("a", "1"),
    Describe("alpha-visible", names, []),
]
plain = mapping(kind=st.just("value"), value=anything)
model = mapping(
    kind=st.just("model"),
    model=mapping(
        layers=st.lists(
            mapping(
                **{"class": st.just("Dense")},
                module=st.just("keras"),
                name=any_text,
                settings=mapping(units=st.integers()),
                activation=mapping(label=any_text, samples=st.lists(st.lists(st.floats()))),
                output_shape=st.lists(st.integers() | st.none(), max_size=4),
                params=st.integers(),
                trainable=st.booleans(),
                shared=st.booleans(),
                inbound=st.lists(st.integers(), max_size=2),
            ),
            max_size=3,
        ),
        inputs=st.integers(),
        outputs=st.lists(st.integers(), max_size=2),
        problem=st.none() | any_text,
    ),
)
keys = st.sampled_from(["a", "alpha-visible", "b", "beta-hidden"])
message = mapping(
    type=st.just("ran"),
    key=keys,
    outputs=st.lists(one_output, max_size=3),
) | mapping(
    type=st.just("described"),
    key=keys,
    values=mapping(alpha=model | plain, your_choice=plain),
)


@fuzz
@given(st.lists(st.binary(max_size=80) | message.map(lambda m: json.dumps(m).encode()), max_size=6))
def test_any_messages_of_a_box_are_believed_only_as_far_as_they_fit(sent: list[bytes]) -> None:
    replayed = answers(steps, Outcome(b"\n".join(sent), "done").answers)
    assert 0 <= replayed.reached <= len(steps)
    assert set(replayed.outputs) <= {"a"} and set(replayed.values) <= {"alpha-visible"}
    for values in replayed.values.values():
        assert values == believe(msgspec.json.encode(values), names), "it is what fits"
    for believed in replayed.outputs.values():
        assert outputs.valid_outputs(outputs.as_nodes(believed)) == believed, (
            "in the form that is believed"
        )


@fuzz
@given(any_text | st.from_regex(r"[\w.@ *=,\[\]\x1b\n-]{1,20}", fullmatch=True))
def test_a_students_name_is_safe_wherever_it_is_written(name: str) -> None:
    if is_student_name(name):
        assert not set(name) & set("*?[]/\\,;=\"'\n\r\t\x1b\x00") and name == name.strip()
        assert name[0] not in "=+-@." and name.isprintable()
    shown = escape(name)
    assert all(c == "\n" or c.isprintable() for c in shown)


@pytest.mark.parametrize("good", ["sv01", "20521234", "nguyen.van-a", "Nguyễn Văn A", "a@b.vn"])
def test_ordinary_names_are_students(good: str) -> None:
    assert is_student_name(good)


@pytest.mark.parametrize(
    "source",
    [
        "<<<<<<<\n=======\n" * 12_000 + "(",
        "\n" * 199_000 + "(“",
        "a" + "\u0301\u0323" * 99_000,
        "~" * 99_000 + "\n" + "x\n" * 49_000,
        "class AlphaCNN(LeNetCNN): pass\n" + "a" * 150_000,
    ],
    ids=["conflicts", "lines", "marks", "fence", "word"],
)
def test_no_source_takes_quadratic_time(assignment: Assignment, source: str) -> None:
    """Where one does, this takes minutes."""
    for kind in ("code", "markdown"):
        notebook = json.loads(RELEASE)
        cell = next(cell for cell in notebook["cells"] if cell["id"] == "alpha-solution")
        cell["cell_type"], cell["source"] = kind, source
        notebook["cells"].append({"cell_type": kind, "metadata": {}, "source": source})
        assert restore(intake.decode(json.dumps(notebook).encode()), assignment).cells
