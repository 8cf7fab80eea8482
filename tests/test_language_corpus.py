"""What the real checks say, of models and cells of the corpora, is said in English whole."""

import re
from typing import Any

import pytest

from lenetlab.language import translate
from lenetlab.notebook.master import Assignment
from lenetlab.sandbox.worker import Worker
from tests.corpus import all_cases, sample
from tests.corpus.judge import build, carry, judge, notebook_namespace
from tests.corpus.judge_raising import check
from tests.corpus.raising import raising_cases

from .test_language import VIETNAMESE

# Both corpora whole take minutes; what differs between their cases is mostly names and figures.
MODELS = sample([case for case in all_cases() if not case.right], 8)
CELLS = [case for case in raising_cases()[5::37] if not VIETNAMESE.search(case.source)]


@pytest.fixture(scope="module")
def namespace(assignment: Assignment) -> dict[str, Any]:
    return notebook_namespace(assignment)


@pytest.mark.parametrize("case", MODELS, ids=lambda case: case.name)
def test_what_is_said_of_a_model(case: Any, assignment: Assignment, namespace: Any) -> None:
    made = build(case, namespace)
    message = judge(case, None if made is None else carry(made), assignment).message
    said = translate(message, "en", assignment.lab.english)
    assert said != message and not VIETNAMESE.search(said), said
    # Figures are those of the message, with a point for the comma.
    assert re.findall(r"\d+", said) == re.findall(r"\d+", message)


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_what_is_said_of_a_cell_that_raised(
    case: Any, assignment: Assignment, worker: Worker
) -> None:
    for item in check(case.source, case.variant, assignment, worker).items:
        said = translate(item.message, "en", assignment.lab.english)
        assert said != item.message and not VIETNAMESE.search(said), said
