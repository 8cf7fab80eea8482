"""The observation questions: judged by the student's own figures, else by the reference runs."""

from typing import Any

import pytest

from lenetlab.checks import context, questions
from lenetlab.checks.architecture import CheckFailed
from lenetlab.checks.context import Context
from lenetlab.notebook.lab import load
from lenetlab.notebook.measurements import Measured

from .conftest import MASTER

pytestmark = pytest.mark.quick

RUNS = load(MASTER.parent).reference_runs


def choose(
    choice: object, measured: Measured | None = None, second: str = "Gamma", **more: Any
) -> str:
    """``right``, or the message of the refusal."""
    try:
        with context.use(Context(measured or {}, RUNS, **more)):
            questions.check_choice(choice, first="Beta", second=second)
    except CheckFailed as refusal:
        return str(refusal)
    return "right"


def measured(beta: float, *gamma: float) -> Measured:
    return {"Beta": {"accuracy": [beta]}, "Gamma": {"accuracy": [*gamma]}}


@pytest.mark.parametrize(
    ("beta", "gamma", "right"),
    [
        (98.5, 95.0, {1}),
        (95.0, 98.5, {2}),
        (98.5, 98.4, {3}),
        (98.5, 98.5, {3}),
        (11.35, 98.5, {2}),  # a plateau is a measurement like any other
        (98.5, 97.5, {1, 3}),  # exactly at the border
        (98.5, 97.4, {1, 3}),  # just beyond: another run would fall on the other side
        (98.5, 97.6, {1, 3}),
        (97.4, 98.5, {2, 3}),
        (98.5, 97.0, {1}),
        (98.5, 98.0, {3}),
    ],
)
def test_an_answer_is_judged_by_the_students_own_figures(
    beta: float, gamma: float, right: set[int]
) -> None:
    own = measured(beta, gamma)
    assert {choice for choice in (1, 2, 3) if choose(choice, own) == "right"} == right


def test_a_contradiction_says_so_with_the_figures() -> None:
    message = choose(2, measured(98.51, 94.2))
    assert "98,51 %" in message and "94,20 %" in message and "4,31 điểm phần trăm" in message


def test_of_several_runs_each_supports_an_answer_and_a_contradiction_names_them() -> None:
    own = measured(98.51, 94.2, 98.3)
    assert (choose(1, own), choose(3, own)) == ("right", "right")
    assert "94,20 % hoặc 98,30 % (tuỳ lần chạy)" in choose(2, own)


def test_a_message_says_what_the_notebook_shows_and_what_it_does_not() -> None:
    one = choose(2, {"Beta": {"accuracy": [98.4], "seconds": [30.0]}})
    assert "có số đo của Beta (98,40 %); không có số đo của Gamma" in one
    assert "Các lần chạy mẫu" in one and "Gamma từ 94," in one
    doubted = choose(2, {}, doubtful={"Gamma": {"accuracy": [123.0]}})
    assert (
        "không có số đo của Beta; chỉ có một số đo không thể đúng của Gamma (123,00 %)" in doubted
    )


def test_reference_runs_of_other_data_are_not_held_against_an_answer() -> None:
    message = choose(2, {"Beta": {"accuracy": [95.0]}}, other_data=True)
    assert message.startswith("Chưa có đủ số đo") and "có số đo của Beta (95,00 %)" in message
    assert "không phải của bộ dữ liệu bạn dùng" in message and "từ 9" not in message
    assert choose(2, measured(95.0, 97.0), other_data=True) == "right"


def test_no_opinion_earns_nothing_and_is_told_so_kindly() -> None:
    assert "không có ý kiến" in choose(0)


@pytest.mark.parametrize("choice", [None, "1", 1.0, True, 4, -1, [1], {"kind": 1}])
def test_what_is_no_index_in_range_is_no_answer(choice: object) -> None:
    assert "từ 0 đến 3" in choose(choice)


def test_without_figures_the_reference_runs_decide() -> None:
    assert choose(1) == "right"
    assert "không có số đo của Beta và Gamma. Các lần chạy mẫu" in choose(2)


def test_without_any_figures_the_two_models_need_to_be_trained() -> None:
    message = choose(1, {"Beta": {"accuracy": [98.0]}, "Zeta": {"seconds": [30.0]}}, "Zeta")
    assert "Beta và Zeta" in message and "huấn luyện" in message


def facts(choices: object, measured: Measured | None = None, variant: str = "Omicron") -> float:
    try:
        with context.use(Context(measured or {}, RUNS)):
            earned = questions.check_facts(
                choices, variant=variant, baseline="Beta", parameters="more", points=0.5
            )
    except CheckFailed:
        return 0.0
    return 0.5 if earned is None else earned


@pytest.mark.parametrize(
    ("omicron", "choices", "points"),
    [
        (80.0, [1, 4], 0.5),
        (80.0, [4, 1, 1], 0.5),
        (80.0, [1], 0.25),
        (80.0, [4], 0.25),
        (80.0, [1, 3], 0.25),
        (80.0, [0, 4], 0.25),
        (80.0, [0, 1, 4], 0.25),  # fewer and more at once
        (80.0, [1, 4, 5], 0.25),  # slower, and as fast or faster
        (80.0, [0, 3], 0.0),
        (80.0, [0, 1, 2, 3, 4, 5], 0.0),
        (20.0, [1, 3], 0.5),  # on this student's machine it was faster
        (20.0, [1, 3, 5], 0.5),
        (20.0, [1, 5], 0.5),
        (20.0, [1, 4], 0.25),
        (38.0, [1, 3], 0.5),  # too close to tell
        (38.0, [1, 4], 0.5),
        (38.0, [1, 5], 0.5),
        (42.0, [1, 3, 5], 0.5),
        (42.0, [1, 4, 5], 0.25),  # whatever the times are
        (80.0, [], 0.0),
        (80.0, "14", 0.0),
        (80.0, [1, 6], 0.0),
        (80.0, [1, 4.0], 0.0),
    ],
)
def test_facts_are_half_parameters_half_time(
    omicron: float, choices: object, points: float
) -> None:
    measured = {"Beta": {"seconds": [39.0]}, "Omicron": {"seconds": [omicron]}}
    assert facts(choices, measured) == points


def test_without_times_the_reference_runs_decide() -> None:
    assert facts([1, 4]) == 0.5
    assert facts([1, 3]) == 0.25


def test_without_any_times_the_time_earns_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert facts([1, 4], variant="Zeta") == 0.25
    assert "Zeta và Beta" in capsys.readouterr().out


def test_there_are_five_reference_runs_of_all_models() -> None:
    assert len(RUNS) >= 5
    for run in RUNS:
        models = {"LeNet", "Alpha", "Beta", "Gamma", "Omicron", "Delta"}
        assert set(run) == models | {"Flat", "GammaAvg"}


def test_where_nothing_could_be_measured_it_is_the_labs_fault() -> None:
    """No sentence and no reference run: an answer that nobody can judge costs nobody a point."""
    with context.use(Context(kinds=())), pytest.raises(ValueError, match=r"lab\.toml has no"):
        questions.check_choice(1, first="Beta", second="Gamma")
