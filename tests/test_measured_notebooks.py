"""Notebooks with full outputs: what each question earns, judged by the figures printed in them."""

import pytest

from lenetlab.notebook.master import Assignment
from lenetlab.sandbox.worker import Worker

from .corpus.measured import Measured
from .corpus.measured_judge import is_computed, judge, measured_cases, row

CASES = measured_cases()
COMPUTED = [case for case in CASES if is_computed(case)]
CONSTANT = [case for case in CASES if not is_computed(case)]
# The same with a replay as without: one of each kind is enough.
REPLAYED = {
    "right-vs-code",
    "plateau-said-equal",
    "impossible-accuracy-contradicted",
    "not-a-number",
    "digits-not-measured",
    "trained-again-and-still-wrong",
    "no-outputs-absurd",
}


def agrees_with_a_fair_ta(case: Measured, assignment: Assignment, worker: Worker | None) -> None:
    earned = judge(case, assignment, worker)
    assert not row(case, earned).different, f"{case.why} {earned.messages}"
    assert earned.flags == case.flags
    lost = "\n".join(earned.messages[name] for name in case.lost)
    assert all(earned.messages[name] for name in case.lost), "a lost point says why"
    assert [words for words in case.says if words not in lost] == []


@pytest.mark.quick
@pytest.mark.parametrize("case", CONSTANT, ids=lambda case: case.name)
def test_answers_are_judged_by_the_printed_figures(case: Measured, assignment: Assignment) -> None:
    agrees_with_a_fair_ta(case, assignment, None)


@pytest.mark.parametrize(
    "case",
    [*COMPUTED, *(case for case in CONSTANT if case.name in REPLAYED)],
    ids=lambda case: case.name,
)
def test_computed_answers_find_the_printed_figures(
    case: Measured, assignment: Assignment, worker: Worker
) -> None:
    agrees_with_a_fair_ta(case, assignment, worker)


def test_there_are_enough_of_them_right_and_wrong() -> None:
    assert len(CASES) >= 80 and len({case.name for case in CASES} & REPLAYED) == len(REPLAYED)
    assert sum(bool(case.lost) for case in CASES) >= 25
