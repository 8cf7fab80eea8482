"""Submissions trained again: figures that were printed, beside those that come out."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from lenetlab import training
from lenetlab.boxes import client
from lenetlab.boxes.steps import Answers
from lenetlab.course import retraining
from lenetlab.course.directory import Course
from lenetlab.course.job import Graded
from lenetlab.notebook import intake
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.outputs import StreamOutput
from lenetlab.notebook.restore import restore
from lenetlab.notebook.retraining import Retrained
from lenetlab.sandbox.worker import Worker

from .killed_runs import Recorded
from .recorded_class import as_course, grade
from .test_cli import EXAMPLES

LINE = "Độ chính xác của AlphaCNN trên tập kiểm tra: {} %\n"


def test_a_file_that_cannot_be_read_any_more_fails_alone(
    course: Course, results: dict[str, Graded], monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(course, results)
    trained = Retrained("of", {"Alpha": [98.69]}, {"Alpha": [98.7]}, 1.0)
    read = Path.read_bytes

    def unreadable(path: Path) -> bytes:
        if path == course.notebook("submitted", "an"):
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", unreadable)
    over: list[str] = []
    with as_course(course.root):
        outcome = retraining.train_class(
            course,
            ["an", "binh", "nobody"],
            lambda room: Recorded({"an": trained, "binh": trained}),
            force=False,
            done=over.append,
        )
    assert outcome.failed == {
        "an": "the file cannot be read: Permission denied",
        "nobody": "it is not graded",
    }
    assert outcome.confirmed == ["binh"] and sorted(over) == ["an", "binh", "nobody"]


@pytest.mark.parametrize(("again", "confirmed"), [(98.7, ["Alpha"]), (91.2, [])])
def test_what_the_cells_print_is_compared_with_what_the_student_had(
    assignment: Assignment,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    again: float,
    confirmed: list[str],
) -> None:
    notebook = intake.read(EXAMPLES / "vd01-dung-het" / "lenet.ipynb")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
        if cell.id == "alpha-eval":
            cell.outputs = [nbformat.v4.new_output("stream", text=LINE.format(98.69))]
    found = Answers(outputs={"alpha-eval": [StreamOutput("stdout", LINE.format(again))]})
    monkeypatch.setattr(client, "replay", lambda *_: found)
    restored = restore(notebook, assignment, "of")
    retrained = training.train(restored, worker, assignment, training.Budget())
    assert (retrained.printed, retrained.again) == ({"Alpha": [98.69]}, {"Alpha": [again]})
    assert retrained.confirmed == confirmed and bool(retrained.flags) == (not confirmed)
