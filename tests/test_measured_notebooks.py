"""Notebooks with full outputs: what each question earns, judged by the figures printed in them."""

import copy
import json
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from lenetlab import grading, intake, verdicts
from lenetlab.assignment import Assignment
from lenetlab.restore import restore
from lenetlab.worker import Worker

ROOT = Path(__file__).resolve().parent.parent
SOLVED = json.loads((ROOT / "examples" / "vd01-dung-het" / "lenet.ipynb").read_text("utf-8"))
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
Printer = Callable[[str], list[Any]]


def jupyterlab(text: str) -> list[Any]:
    return [{"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}]


def vs_code(text: str) -> list[Any]:
    """One output a line, epochs drawn over each other."""
    bars = "  1/469 ━━━━ 9s\r469/469 ━━━━ 3s 7ms/step\r\n"
    lines = [bars, *text.splitlines(keepends=True)]
    return [{"name": "stdout", "output_type": "stream", "text": [line]} for line in lines]


def colab(text: str) -> list[Any]:
    """Colours, and marks as combining characters."""
    text = unicodedata.normalize("NFD", f"\x1b[32m{text.strip()}\x1b[0m\n")
    return [{"name": "stdout", "output_type": "stream", "text": text}]


def with_outputs(figures: Figures, printer: Printer, answers: dict[str, str]) -> dict[str, Any]:
    """The solved example, its answers changed, with the outputs that a run would have left."""
    notebook: dict[str, Any] = copy.deepcopy(SOLVED)
    for cell in notebook["cells"]:
        name, _, step = cell["id"].partition("-")
        cell["source"] = answers.get(cell["id"], cell["source"])
        model = "LeNet" if name == "lenet" else name.capitalize()
        accuracy, seconds = figures.get(model, (None, None))
        if step == "train" and seconds is not None:
            cell["outputs"] = printer(f"Thời gian huấn luyện {model}CNN: {seconds:.1f} giây\n")
        if step == "eval" and accuracy is not None:
            text = f"Độ chính xác của {model}CNN trên tập kiểm tra: {accuracy:.2f} %\n"
            cell["outputs"] = printer(text)
    return notebook


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
    printer: Printer = jupyterlab


SCENARIOS = [
    Scenario("right-jupyterlab", {**SEED_2}, choices() | facts()),
    Scenario("right-vs-code", {**SEED_2}, choices() | facts(), printer=vs_code),
    Scenario("right-colab", {**SEED_2}, choices() | facts(), printer=colab),
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
    Scenario("second-is-better", SEED_2 | {"Gamma": (99.9, 24.0)}, choices(gamma=2) | facts()),
    Scenario(
        "fast-omicron", SEED_2 | {"Omicron": (98.16, 20.0)}, choices() | facts("[1, 3, 5]")
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
    text = json.dumps(with_outputs(scenario.figures, scenario.printer, scenario.answers))
    notebook = restore(intake.parse(text), assignment)
    grading.grade(notebook, worker, assignment)
    verdict = verdicts.read(scenario.name, notebook)
    earned = {item.id: item.score for item in verdict.items if item.id in FULL}
    assert earned == pytest.approx({k: v - scenario.lost.get(k, 0.0) for k, v in FULL.items()})
    assert [flag.code for flag in verdict.flags] == list(scenario.flags)
    assert verdict.status == ("review" if scenario.flags else "graded")
    for item in verdict.items:
        if item.id in scenario.lost and scenario.figures:
            assert item.message, "a lost point says why"
