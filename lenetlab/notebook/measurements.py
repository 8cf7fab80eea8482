"""A student's own measurements, read from the outputs of the submitted notebook.

The notebook prints them in fixed sentences; JupyterLab, VS Code and Colab save these with carriage
returns, terminal colours, and text split over several outputs.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from lenetlab.notebook.outputs import joined

MODELS = ("LeNet", "Alpha", "Beta", "Gamma", "Omicron", "Delta")

Measurement = dict[str, float]  # "accuracy" in per cent, "seconds" of training; either may lack
Evidence = dict[str, Measurement]

_NUMBER = r"([-+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?|nan|inf)"
_ACCURACY = re.compile(rf"Độ chính xác của (\w+)CNN trên tập kiểm tra:\s*{_NUMBER}\s*%")
_SECONDS = re.compile(rf"Thời gian huấn luyện (\w+)CNN:\s*{_NUMBER}\s*giây")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")

# Ten epochs over 60,000 images: no machine that students have does it in less.
LEAST_SECONDS = 1.0

MAX_LINE = 500  # characters; the sentences are far shorter


def read(cells: Iterable[dict[str, Any]]) -> Evidence:
    """Measurements in the cells' outputs; where a model was measured twice, the last counts."""
    evidence: Evidence = {}
    for cell in cells:
        text = "\n".join(_texts(cell))
        for pattern, key in ((_ACCURACY, "accuracy"), (_SECONDS, "seconds")):
            for model, number in pattern.findall(text):
                if model in MODELS:
                    evidence.setdefault(model, {})[key] = float(number.replace(",", "."))
    return evidence


def _texts(cell: dict[str, Any]) -> Iterable[str]:
    """The cell's printed text as a terminal would show it: one text for all of stdout."""
    streams = [
        joined(output.get("text") or output.get("data", {}).get("text/plain"))
        for output in cell.get("outputs", [])
    ]
    for line in _ANSI.sub("", "".join(streams)).replace("\r\n", "\n").split("\n"):
        # A carriage return starts the line again: what stands after the last one is what is seen.
        seen = line.rstrip("\r").rsplit("\r", 1)[-1]
        if "CNN" in seen:
            # Cut first: normalising takes quadratic time on a run of combining marks.
            yield unicodedata.normalize("NFC", seen[:MAX_LINE])


def doubts(evidence: Evidence) -> list[str]:
    """What in the evidence cannot be true, in English, for a person to look at."""
    found = []
    for model, measured in evidence.items():
        accuracy, seconds = measured.get("accuracy"), measured.get("seconds")
        if accuracy is not None and not 0 <= accuracy <= 100:
            found.append(f"{model}: an accuracy of {accuracy:g} % is impossible")
        if seconds is not None and not LEAST_SECONDS <= seconds < 1e6:
            found.append(f"{model}: {seconds:g} s of training is not believable")
    return found


def believable(evidence: Evidence) -> Evidence:
    """The evidence without the measurements that :func:`doubts` names."""
    return {
        model: {key: value for key, value in measured.items() if not doubts({model: {key: value}})}
        for model, measured in evidence.items()
    }


@cache
def reference_runs() -> list[Evidence]:
    """Runs of the solved notebook on the real MNIST, one a seed; see ``tools/experiment.py``.

    The table is not in the sandbox, where a submission could look its answers up.
    """
    runs: dict[str, Evidence] = {}
    table = resources.files("lenetlab").joinpath("data", "reference_runs.csv")
    for row in csv.DictReader(table.read_text("utf-8").splitlines()):
        runs.setdefault(row["seed"], {})[row["model"]] = {
            "accuracy": float(row["accuracy"]),
            "seconds": float(row["seconds"]),
        }
    return list(runs.values())
