"""A student's own measurements, read from the outputs of the submitted notebook.

The notebook prints them in fixed sentences; JupyterLab, VS Code and Colab save these with carriage
returns, terminal colours, and text split over several outputs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from lenetlab.notebook.outputs import clean, joined

if TYPE_CHECKING:  # the clean room has no files of the lab, and does not read any
    from lenetlab.notebook.lab import Lab

Measurement = dict[str, float]  # accuracy in per cent, seconds of training; either may lack
Evidence = dict[str, Measurement]  # by the model's name

MAX_LINE = 500  # characters; the sentences are far shorter


def read(cells: Iterable[dict[str, Any]], lab: Lab, names: AbstractSet[str]) -> Evidence:
    """Measurements in the cells' outputs; where a model was measured twice, the last counts.

    ``names`` are those that the master makes: a sentence on any other model is none.
    """
    evidence: Evidence = {}
    for cell in cells:
        text = _text(cell)
        for kind, sentence in lab.sentences.items():
            for found in sentence.finditer(text):
                if found["model"] in names or found["word"] in names:
                    number = float(found["number"].replace(",", "."))
                    evidence.setdefault(found["model"], {})[kind] = number
    return evidence


def _text(cell: dict[str, Any]) -> str:
    """The cell's printed text as a terminal would show it: one text for all of stdout."""
    printed = [
        joined(output.get("text") or output.get("data", {}).get("text/plain"))
        for output in cell.get("outputs", [])
    ]
    lines = clean("".join(printed)).split("\n")
    # A carriage return starts the line again: what stands after the last one is what is seen.
    seen = (line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)
    # Cut first: normalising takes quadratic time on a run of combining marks.
    return "\n".join(unicodedata.normalize("NFC", line[:MAX_LINE]) for line in seen)


def sift(evidence: Evidence, lab: Lab) -> tuple[Evidence, list[str]]:
    """The evidence that can be true, and in English what cannot, for a person to look at."""
    plausible: Evidence = {}
    doubts = []
    for model, measured in evidence.items():
        plausible[model] = {}
        for kind, value in sorted(measured.items()):
            if kind == "accuracy" and not 0 <= value <= 100:
                doubts.append(f"{model}: an accuracy of {value:g} % is impossible")
            # Also nan, and 0 s: times are divided by one another.
            elif kind == "seconds" and not (value > 0 and lab.least_seconds <= value < 1e6):
                doubts.append(f"{model}: {value:g} s of training is not believable")
            else:
                plausible[model][kind] = value
    return plausible, doubts
