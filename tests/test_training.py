"""A submission trained again: its figures are read from what its cells print then."""

from pathlib import Path

import nbformat

from lenetlab import training
from lenetlab.notebook import intake
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.restore import restore
from lenetlab.sandbox.worker import Worker

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "vd01-dung-het" / "lenet.ipynb"


def test_the_figures_of_both_runs_are_compared(assignment: Assignment, worker: Worker) -> None:
    notebook = restore(intake.read(EXAMPLE), assignment)
    said = "".join(
        f"print('Độ chính xác của {model}CNN trên tập kiểm tra: {figure} %')\n"
        for model, figure in (("Alpha", "12.34"), ("Beta", "56.78"))
    )
    notebook.cells = [nbformat.v4.new_code_cell(said)]
    compared = training.train(notebook, worker, assignment, training.Budget(tolerance=100.0))
    assert compared.again == {"Alpha": [12.34], "Beta": [56.78]}
    assert {"Alpha", "Beta", "Gamma"} <= compared.printed.keys(), "of the student's own run"
    assert {"Alpha", "Beta"} == {*compared.confirmed}
    (flag,) = [flag for flag in compared.flags if flag.message.startswith("Gamma: ")]
    assert flag.review and "was printed, trained again it is none" in flag.message
