"""Notebooks with full outputs: what each question earns, judged by the figures printed in them."""

import copy
import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from lenetlab import grading
from lenetlab.notebook import intake, verdicts
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.restore import restore
from lenetlab.sandbox.worker import Worker

ROOT = Path(__file__).resolve().parent.parent
# Right notebooks that ran, as three programs saved them; their figures are replaced here.
SAVED = {
    program: json.loads((ROOT / "examples" / student / "lenet.ipynb").read_text("utf-8"))
    for program, student in {
        "jupyterlab": "vd01-dung-het",
        "vs-code": "vd02-cach-viet-khac",
        "colab": "vd09-khong-y-kien",
    }.items()
}
# Accuracy in per cent and seconds, as the assignment's table has them for one seed.
SEED_2 = {
    "LeNet": (98.52, 52.0), "Alpha": (98.55, 39.0), "Beta": (98.41, 39.0),
    "Gamma": (94.55, 24.0), "Omicron": (98.16, 85.0), "Delta": (89.77, 6.0),
}  # fmt: skip
# LeNet–Alpha equal, Alpha–Beta equal, Beta better than Gamma, equal to Omicron, better than Delta.
RIGHT = {"alpha": 3, "beta": 3, "gamma": 1, "omicron": 3, "delta": 1}
PLATEAU = SEED_2 | {"LeNet": (11.35, 31.0)}
FULL = {f"{name}-choice-check": 0.3 for name in RIGHT} | {
    "omicron-facts-check": 0.5,
    "delta-facts-check": 0.5,
}

Figures = Mapping[str, tuple[float | None, float | None]]
NUMBER = r"\d+(?:\.\d+)?"
SENTENCES = {
    "train": r"(Thời gian huấn luyện {}CNN: ){}( giây)",
    "eval": r"(Độ chính xác của {}CNN trên tập kiểm tra: ){}( %)",
}


def with_figures(figures: Figures, program: str, answers: dict[str, str]) -> dict[str, Any]:
    """The saved notebook with its answers changed and other figures in its printed sentences.

    Where a figure is None, that cell was never run: it has no outputs.
    """
    notebook: dict[str, Any] = copy.deepcopy(SAVED[program])
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        name, _, step = grade_id.partition("-")
        cell["source"] = answers.get(grade_id, cell["source"])
        if step not in SENTENCES:
            continue
        model = "LeNet" if name == "lenet" else name.capitalize()
        accuracy, seconds = figures.get(model, (None, None))
        figure = seconds if step == "train" else accuracy
        if figure is None:
            cell["outputs"], cell["execution_count"] = [], None
        else:
            sentence = SENTENCES[step].format(model, NUMBER)
            printed = f"{figure:.1f}" if step == "train" else f"{figure:.2f}"
            assert put(cell["outputs"], sentence, printed) == 1, (
                "the saved notebook printed it once"
            )
    return notebook


def put(outputs: list[dict[str, Any]], sentence: str, figure: str) -> int:
    """Write ``figure`` into the sentence, wherever it was printed; returns how often."""
    count = 0
    for output in outputs:
        for number, line in enumerate(output.get("text", ())):
            output["text"][number], found = re.subn(sentence, rf"\g<1>{figure}\g<2>", line)
            count += found
    return count


def choices(**changed: int) -> dict[str, str]:
    return {f"{k}-choice": f"your_choice = {v}" for k, v in (RIGHT | changed).items()}


def facts(omicron: str = "[1, 4]", delta: str = "[0, 3, 5]") -> dict[str, str]:
    return {"omicron-facts": f"your_choices = {omicron}", "delta-facts": f"your_choices = {delta}"}


class Scenario(NamedTuple):
    name: str
    figures: Figures
    answers: dict[str, str]
    lost: Mapping[str, float] = MappingProxyType({})
    flags: tuple[str, ...] = ()
    program: str = "jupyterlab"


SCENARIOS = [
    Scenario("right-jupyterlab", {**SEED_2}, choices() | facts()),
    Scenario("right-vs-code", {**SEED_2}, choices() | facts(), program="vs-code"),
    Scenario("right-colab", {**SEED_2}, choices() | facts(), program="colab"),
    Scenario("plateau-lenet-worse", {**PLATEAU}, choices(alpha=2) | facts()),
    Scenario(
        "plateau-said-equal", {**PLATEAU}, choices() | facts(), {"alpha-choice-check": 0.3}
    ),
    Scenario(
        "plateau-said-better", {**PLATEAU}, choices(alpha=1) | facts(), {"alpha-choice-check": 0.3}
    ),
    Scenario(
        "all-contradicting",
        {**SEED_2},
        choices(alpha=1, beta=2, gamma=2, omicron=1, delta=3) | facts("[0, 3]", "[1, 4]"),
        FULL,
    ),
    Scenario(
        "no-opinion-at-all",
        {**SEED_2},
        choices(**dict.fromkeys(RIGHT, 0)) | facts(),
        {f"{name}-choice-check": 0.3 for name in RIGHT},
    ),
    Scenario("no-outputs", {}, choices(alpha=2) | facts()),
    Scenario(
        "no-outputs-absurd",
        {},
        choices(alpha=1, beta=1, gamma=2, omicron=2, delta=2) | facts("[1, 3]", "[0, 4]"),
        {
            "alpha-choice-check": 0.3, "gamma-choice-check": 0.3, "delta-choice-check": 0.3,
            "beta-choice-check": 0.3, "omicron-choice-check": 0.3,
            "omicron-facts-check": 0.25, "delta-facts-check": 0.25,
        },
    ),
    Scenario("border-said-equal", SEED_2 | {"Omicron": (97.36, 85.0)}, choices() | facts()),
    Scenario(
        "border-said-better", SEED_2 | {"Omicron": (97.36, 85.0)}, choices(omicron=1) | facts()
    ),
    Scenario(
        "beyond-the-border",
        SEED_2 | {"Omicron": (96.9, 85.0)},
        choices() | facts(),
        {"omicron-choice-check": 0.3},
    ),
    # Figures that no reference run has: right only where each program's outputs were read.
    *(
        Scenario(
            f"unlike-the-reference-{program}",
            SEED_2 | {"Gamma": (99.9, 24.0), "Omicron": (98.16, 20.0)},
            choices(gamma=2) | facts("[1, 3, 5]"),
            program=program,
        )
        for program in SAVED
    ),
    Scenario(
        "fast-omicron-said-slow",
        SEED_2 | {"Omicron": (98.16, 20.0)},
        choices() | facts(),
        {"omicron-facts-check": 0.25},
    ),
    Scenario(
        "slow-delta", SEED_2 | {"Delta": (89.77, 60.0)}, choices() | facts(delta="[0, 4]")
    ),
    Scenario(
        "impossible-accuracy",
        SEED_2 | {"Gamma": (123.0, 24.0)},
        choices() | facts(),
        flags=("doubtful-evidence",),
    ),
    Scenario(
        "lenet-in-no-time",
        SEED_2 | {"LeNet": (98.52, 0.1)},
        choices() | facts(),
        flags=("doubtful-evidence",),
    ),
    Scenario(
        "one-of-the-pair-missing", SEED_2 | {"Gamma": (None, None)}, choices(gamma=1) | facts()
    ),
    Scenario(
        "wrong-parameters",
        {**SEED_2},
        choices() | facts("[0, 4]", "[0, 1, 3]"),
        {"omicron-facts-check": 0.25, "delta-facts-check": 0.25},
    ),
]  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_questions_are_judged_by_the_printed_figures(
    scenario: Scenario, assignment: Assignment, worker: Worker
) -> None:
    text = json.dumps(with_figures(scenario.figures, scenario.program, scenario.answers))
    notebook = restore(intake.decode(text.encode()), assignment)
    grading.grade(notebook, worker, assignment)
    verdict = verdicts.record(scenario.name, notebook).verdict
    earned = {item.id: item.score for item in verdict.items if item.id in FULL}
    assert earned == pytest.approx({k: v - scenario.lost.get(k, 0.0) for k, v in FULL.items()})
    assert [flag.code for flag in verdict.flags] == list(scenario.flags)
    assert verdict.status == ("review" if scenario.flags else "graded")
    for item in verdict.items:
        if item.id in scenario.lost and scenario.figures:
            assert item.message, "a lost point says why"
