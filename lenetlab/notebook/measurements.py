"""A student's own measurements, read from the outputs of the submitted notebook.

The notebook prints them in fixed sentences; JupyterLab, VS Code and Colab save these with carriage
returns, terminal colours, and text split over several outputs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lenetlab.notebook.outputs import joined

if TYPE_CHECKING:  # the clean room has no files of the lab, and does not read any
    from lenetlab.notebook.lab import Evidence, Lab

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")

MAX_LINE = 500  # characters; the sentences are far shorter

_current: Evidence = {}
_references: Sequence[Evidence] | None = None


def read(cells: Iterable[dict[str, Any]], lab: Lab, names: AbstractSet[str]) -> Evidence:
    """Measurements in the cells' outputs; where a model was measured twice, the last counts.

    ``names`` are those that the master makes: a sentence on any other model is none.
    """
    evidence: Evidence = {}
    for cell in cells:
        text = "\n".join(_texts(cell))
        for kind, sentence in lab.sentences.items():
            for found in sentence.pattern.finditer(text):
                model, number = found["model"], found["number"]
                if model in names or sentence.name.format(model) in names:
                    evidence.setdefault(model, {})[kind] = float(number.replace(",", "."))
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


def use(evidence: Evidence, references: Sequence[Evidence]) -> None:
    """Make ``evidence`` that of the notebook whose test cells run next in this process.

    ``references`` are the lab's reference runs.
    """
    global _current, _references
    _current, _references = evidence, references


def supporting(first: str, second: str, kind: str) -> tuple[list[tuple[float, float]], bool]:
    """Pairs of measurements of two models, and whether they are the student's own.

    The student's own pair where both were measured; else one pair for each reference run that has
    both, so none where the lab has no such runs.
    """
    own = _pairs([_current], first, second, kind)
    return (own, True) if own else (_pairs(_reference_runs(), first, second, kind), False)


def _pairs(
    runs: Sequence[Evidence], first: str, second: str, kind: str
) -> list[tuple[float, float]]:
    return [
        (run[first][kind], run[second][kind])
        for run in runs
        if kind in run.get(first, {}) and kind in run.get(second, {})
    ]


def _reference_runs() -> Sequence[Evidence]:
    """Those that this process was given; nbgrader's own executor gives none, they are read then."""
    global _references
    if _references is None:
        from lenetlab.notebook.lab import beside_work

        _references = beside_work(Path.cwd()).reference_runs
    return _references
