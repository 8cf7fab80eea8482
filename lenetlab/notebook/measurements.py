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
        text = "\n".join(_texts(cell))
        for kind, sentence in lab.sentences.items():
            for found in sentence.finditer(text):
                if found["model"] in names or found["word"] in names:
                    number = float(found["number"].replace(",", "."))
                    evidence.setdefault(found["model"], {})[kind] = number
    return evidence


def _texts(cell: dict[str, Any]) -> Iterable[str]:
    """The cell's printed text as a terminal would show it: one text for all of stdout."""
    streams = [
        joined(output.get("text") or output.get("data", {}).get("text/plain"))
        for output in cell.get("outputs", [])
    ]
    for line in clean("".join(streams)).replace("\r\n", "\n").split("\n"):
        # A carriage return starts the line again: what stands after the last one is what is seen.
        seen = line.rstrip("\r").rsplit("\r", 1)[-1]
        # Cut first: normalising takes quadratic time on a run of combining marks.
        yield unicodedata.normalize("NFC", seen[:MAX_LINE])


def doubts(evidence: Evidence, lab: Lab) -> list[str]:
    """What in the evidence cannot be true, in English, for a person to look at."""
    found = []
    for model, measured in evidence.items():
        accuracy, seconds = measured.get("accuracy"), measured.get("seconds")
        if accuracy is not None and not 0 <= accuracy <= 100:
            found.append(f"{model}: an accuracy of {accuracy:g} % is impossible")
        # Also nan, and 0 s: times are divided by one another.
        if seconds is not None and not (seconds > 0 and lab.least_seconds <= seconds < 1e6):
            found.append(f"{model}: {seconds:g} s of training is not believable")
    return found


def plausible(evidence: Evidence, lab: Lab) -> Evidence:
    """The evidence without the measurements that :func:`doubts` names."""
    return {
        model: {k: v for k, v in measured.items() if not doubts({model: {k: v}}, lab)}
        for model, measured in evidence.items()
    }
