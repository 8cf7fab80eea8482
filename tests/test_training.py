"""Submissions trained again: figures that were printed, beside those that come out."""

from __future__ import annotations

import nbformat
import pytest

from lenetlab import training
from lenetlab.boxes import client
from lenetlab.boxes.steps import Answers
from lenetlab.notebook import intake
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.outputs import StreamOutput
from lenetlab.notebook.restore import restore
from lenetlab.sandbox.worker import Worker

from .test_cli import EXAMPLES

LINE = "Độ chính xác của AlphaCNN trên tập kiểm tra: {} %\n"


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
