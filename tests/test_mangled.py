"""Mangled notebooks: no point lost in silence, none won, nobody asked to look without need.

``make mangled`` grades the whole corpus; here a sample with every kind keeps the tests fast.
"""

from pathlib import Path

import pytest

from lenetlab import grading
from lenetlab.notebook.master import Assignment
from lenetlab.sandbox.worker import Worker
from tests.mangled import Case, cases, sample
from tests.mangled.outcome import outcome, reason

SAMPLE = sample(20)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    found = cases()
    assert len(found) >= 350
    assert sum(case.expected == "same" for case in found) >= 350
    assert {case.kind for case in SAMPLE} == {case.kind for case in found}


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.name)
def test_a_mangled_notebook_is_graded_as_a_fair_person_would(
    case: Case, assignment: Assignment, worker: Worker, tmp_path: Path
) -> None:
    made = case.file()
    assert made == case.file()
    file = tmp_path / "lenet.ipynb"
    file.write_bytes(made)
    verdict = grading.check_file(file, assignment, worker)
    assert outcome(case, verdict) == "right", reason(case, verdict)
