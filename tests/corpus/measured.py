"""Notebooks of measurements: as students hand them in, each with the points that a fair TA gives.

Made from notebooks that really ran (`examples/`), with other figures, answers and cells of the
students' own. The labels come from the assignment and the notebook's text, never from the grader.
"""

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {  # which program saved the notebook
    "jupyterlab": "vd01-dung-het",
    "vs-code": "vd02-cach-viet-khac",
    "colab": "vd09-khong-y-kien",
}
MODELS = ("LeNet", "Alpha", "Beta", "Gamma", "Omicron", "Delta")
PARAMETERS = dict.fromkeys(MODELS, 106_154) | {"Omicron": 1_517_354, "Delta": 17_014}

# Accuracy in per cent and seconds of training; None: that cell was never run.
Figures = Mapping[str, tuple[float | None, float | None]]
SEED_2: Figures = {  # as the assignment's table has them
    "LeNet": (98.52, 52.0), "Alpha": (98.55, 39.0), "Beta": (98.41, 39.0),
    "Gamma": (94.55, 24.0), "Omicron": (98.16, 85.0), "Delta": (89.77, 6.0),
}  # fmt: skip
PLATEAU: Figures = {**SEED_2, "LeNet": (11.35, 31.0)}
# Outputs, by the cells' names, of a notebook whose long outputs were cleared.
CLEARED = {f"{model.lower()}-{step}": "" for model in MODELS for step in ("train", "eval")}
# LeNet–Alpha equal, Alpha–Beta equal, Beta better than Gamma, equal to Omicron, better than Delta.
RIGHT = {"alpha": 3, "beta": 3, "gamma": 1, "omicron": 3, "delta": 1}
POINTS = {f"{name}-choice-check": 0.3 for name in RIGHT} | {
    "omicron-facts-check": 0.5,
    "delta-facts-check": 0.5,
}
ACCURACY = "Độ chính xác của {model}CNN trên tập kiểm tra: {accuracy:.2f} %"
SECONDS = "Thời gian huấn luyện {model}CNN: {seconds:.1f} giây"


class Own(NamedTuple):
    """A cell that the student added: after which cell, its source, and what it printed."""

    after: str
    source: str
    printed: str = ""


@dataclass(frozen=True)
class Measured:
    """One notebook, and what a fair TA takes off for its answers.

    `answers` are sources by the name of the cell; the others are right for the figures of
    `SEED_2`. `printed` are outputs by the name of the cell, "" for one that was cleared.
    `lost` and `flags` are what the fair TA decides, `says` what the messages have to mention.
    """

    name: str
    why: str
    figures: Figures = field(default_factory=lambda: SEED_2)
    answers: Mapping[str, str] = field(default_factory=dict)
    own: tuple[Own, ...] = ()
    printed: Mapping[str, str] = field(default_factory=dict)
    accuracy: str = ACCURACY
    seconds: str = SECONDS
    summary: bool = True
    lost: Mapping[str, float] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    program: str = "jupyterlab"


def notebook_of(case: Measured) -> dict[str, Any]:
    """The notebook as handed in."""
    path = ROOT / "examples" / PROGRAMS[case.program] / "lenet.ipynb"
    notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
    answers = choices() | facts() | dict(case.answers)
    cells = []
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", cell.get("id", ""))
        cell["source"] = answers.get(name, cell["source"])
        if cell["cell_type"] == "code":
            write_outputs(cell, name, case)
        cells.append(cell)
        cells += [own_cell(cell, own) for own in case.own if own.after == name]
    return notebook | {"cells": cells}


def write_outputs(cell: dict[str, Any], name: str, case: Measured) -> None:
    """Put the case's figures in place of those that were saved."""
    variant, _, step = name.partition("-")
    model = "LeNet" if variant == "lenet" else variant.capitalize()
    accuracy, seconds = case.figures.get(model, (None, None))
    sentence = None
    if step == "eval" and accuracy is not None:
        sentence = case.accuracy.format(model=model, accuracy=accuracy)
    elif step == "train" and seconds is not None:
        sentence = case.seconds.format(model=model, seconds=seconds)
    if name in case.printed:
        cell["outputs"] = outputs_of(case.printed[name])
    elif name == "summary":
        cell["outputs"] = outputs_of(table(case.figures) if case.summary else "")
    elif step in ("train", "eval") and sentence is None:
        cell["outputs"], cell["execution_count"] = [], None
    elif sentence is not None:
        assert put(cell["outputs"], sentence) == 1, "the saved notebook printed it once"


def put(outputs: list[dict[str, Any]], sentence: str) -> int:
    """Write the sentence in place of the one that was printed; returns how often."""
    count = 0
    for output in outputs:
        for number, line in enumerate(output.get("text", ())):
            found = re.subn(r"(Thời gian huấn luyện|Độ chính xác của) \w+CNN.*", sentence, line)
            output["text"][number] = found[0]
            count += found[1]
    return count


def table(figures: Figures) -> str:
    """What the notebook's cell `summary` prints of these figures."""
    lines = [f"{'Mô hình':<10}{'Độ chính xác':>14}{'Số tham số':>14}{'Thời gian':>12}"]
    for name in MODELS:
        accuracy, seconds = figures.get(name, (None, None))
        if accuracy is None or seconds is None:
            lines.append(f"{name:<10}{'chưa có đủ số đo':>40}")
        else:
            row = f"{name:<10}{accuracy:>12.2f} %{PARAMETERS[name]:>14,}{seconds:>10.1f} s"
            lines.append(row.replace(",", " "))
    return "\n".join(lines) + "\n"


def own_cell(like: dict[str, Any], own: Own) -> dict[str, Any]:
    """A cell as that program saves one which the student added."""
    cell = copy.deepcopy(like) | {"cell_type": "code", "execution_count": 1, "metadata": {}}
    if "id" in cell:
        cell["id"] = f"own-{abs(hash(own)):x}"[:32]
    return cell | {"source": own.source, "outputs": outputs_of(own.printed)}


def outputs_of(text: str) -> list[dict[str, Any]]:
    lines = text.splitlines(keepends=True)
    return [{"output_type": "stream", "name": "stdout", "text": lines}] if text else []


def choices(**changed: int | str) -> dict[str, str]:
    """Sources of the cells `…-choice`; a number is made an assignment."""
    return {
        f"{name}-choice": choice if isinstance(choice, str) else f"your_choice = {choice}"
        for name, choice in (RIGHT | changed).items()
    }


def facts(omicron: str = "[1, 4]", delta: str = "[0, 3, 5]") -> dict[str, str]:
    return {"omicron-facts": f"your_choices = {omicron}", "delta-facts": f"your_choices = {delta}"}
