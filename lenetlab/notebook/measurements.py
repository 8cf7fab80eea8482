"""A student's own measurements, read from the outputs of the submitted notebook.

The notebook prints them in fixed sentences and in the rows of its summary; JupyterLab, VS Code and
Colab save these with carriage returns, terminal colours, and text split over several outputs. Where
a model's figure is in none of them, a line in the student's own words is read, if nothing in it
could mean anything else.

A model that was trained again has several figures. Each of them is the student's measurement: an
answer is right if any two that were printed support it, because one run says no more than another.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from lenetlab.notebook.outputs import clean, joined

if TYPE_CHECKING:  # the clean room has no files of the lab, and does not read any
    from lenetlab.notebook.lab import Lab

Evidence = dict[str, dict[str, float]]  # by model, then kind: accuracy in per cent, seconds
Measured = dict[str, dict[str, list[float]]]  # the same, each figure once, in the order of printing
Reading = tuple[str, str, float]  # model, kind, figure

MAX_LINE = 500  # characters; the sentences are far shorter
MAX_FIGURES = 20  # of one model and kind
_MOST_DOUBTS = 5  # that are named

# A line in a student's own words is read if it consists of these, one model and its figures.
_NAMING = {"accuracy": {"accuracy", "acc", "chính", "xác"}, "seconds": {"time", "gian"}}
_TRAINING = {"huấn", "luyện", "train", "training"}
_WORDS = {
    "accuracy": {"độ", "trên", "tập", "kiểm", "tra", "thử", "dữ", "liệu", "data", "đạt", "được"}
    | {"kết", "quả", "test", "on", "the", "set"},
    "seconds": {"thời", "hết", "mất", "took", "in", *_TRAINING},
}
_FILLING = {"của", "có", "cho", "mô", "hình", "mạng", "model", "of", "for", "is", "là"}
_UNITS = {"%": "accuracy"}
_UNITS |= dict.fromkeys(("s", "giây", "sec", "secs", "second", "seconds"), "seconds")
_TOKENS = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)"
    r"|(?P<word>%|[^\W\d]\w*)"
    r"|(?P<other>[^\s:;,.!|=()'\"*-])"
)
_SIGNED = re.compile(r"(?<!\S)-\d")
# Calls and attributes of a cell that measures; one that prints a guess has none of them.
_MEASURING = {"accuracy": r"predict\w*|eval\w*", "seconds": r"train|fit"}
# Ten classes: what is smaller is a difference, an error or a loss.
_LEAST_ACCURACY = 5.0
_MOST_LINES = 200  # of a cell that are read so: its last


def read(cells: Iterable[NotebookNode], lab: Lab, names: AbstractSet[str]) -> Measured:
    """Measurements in the cells' outputs; ``names`` are those that the master makes.

    A line in the student's own words counts only for a figure that no fixed sentence gives.
    """
    printed = [(str(cell.get("source", "")), text(cell)) for cell in cells]
    measured: Measured = {}
    for _, shown in printed:
        _add(measured, _fixed(shown, lab, names))
    own: Measured = {}
    for source, shown in printed:
        _add(own, _own(source, shown, lab, lab.models(names)))
    for model, kinds in own.items():
        measured[model] = kinds | measured.get(model, {})
    return measured


def _add(measured: Measured, readings: Iterable[Reading]) -> None:
    for model, kind, figure in readings:
        figures = measured.setdefault(model, {}).setdefault(kind, [])
        if figure not in figures and len(figures) < MAX_FIGURES:
            figures.append(figure)


def _fixed(shown: str, lab: Lab, names: AbstractSet[str]) -> Iterator[Reading]:
    """What the notebook's own sentences and rows say, in the order of printing."""
    found = [
        (match.start(), match["model"], kind, match[group])
        for pattern, groups in lab.patterns
        for match in pattern.finditer(shown)
        for kind, group in groups.items()
        if lab.knows(match["model"], names)
    ]
    for _, model, kind, number in sorted(found):
        yield model, kind, float(number.replace(",", "."))


def _own(source: str, shown: str, lab: Lab, models: dict[str, str]) -> Iterator[Reading]:
    """What a cell says in the student's own words, if the cell measures that."""
    measuring = {
        kind
        for kind, attribute in lab.attributes.items()
        if re.search(rf"\.\s*(?:{re.escape(attribute)}|{_MEASURING[kind]})\b", source)
    }
    heading = ""
    for line in shown.split("\n")[-_MOST_LINES:] if measuring else ():
        found = in_own_words(line, models, heading)
        # A figure that stands in the source was typed and not measured.
        if not any(number in source for number in re.findall(r"\d+[.,]\d+|\d\d+", line) if found):
            yield from (reading for reading in found if reading[1] in measuring)
        if not re.search(r"\d", line) and line.strip():
            heading = line


def in_own_words(line: str, models: dict[str, str], heading: str = "") -> list[Reading]:
    """What a line says of one model, and surely of its test accuracy or its time of training.

    ``models`` are the models by the words for them; ``heading`` is a line above, which counts where
    the line itself does not say what it is about. ``Alpha: 98.55%`` is read, and ``Test accuracy of
    AlphaCNN = 0.9855``; not ``Alpha, train: 98%``, ``Alpha: 1.45% error``, ``Alpha 98 → 99%``.
    """
    tokens = list(_TOKENS.finditer(line))
    numbers = [place for place, token in enumerate(tokens) if token["number"]]
    if not numbers or len(tokens) > 30 or _SIGNED.search(line):
        return []
    units = {p: _UNITS.get(tokens[p + 1][0].lower()) for p in numbers if p + 1 < len(tokens)}
    words = [
        token[0]
        for place, token in enumerate(tokens)
        if not token["number"] and not units.get(place - 1)
    ]
    named = [models[word] for word in words if word in models]
    said = {word.lower() for word in words if word not in models} - _FILLING
    if not any(said & naming for naming in _NAMING.values()):
        said |= set(re.findall(r"\w+", heading.lower())) - _FILLING
    default = next((kind for kind, naming in _NAMING.items() if said & naming), "")
    kinds: dict[str, float] = {}
    for place in numbers:
        kind = units.get(place) or default
        if not kind or kind in kinds:
            return []
        kinds[kind] = float(tokens[place][0].replace(",", "."))
        if kind == "accuracy" and not units.get(place) and kinds[kind] <= 1:
            kinds[kind] = round(100 * kinds[kind], 6)  # a share
    known = set[str]().union(*(_NAMING[kind] | _WORDS[kind] for kind in kinds))
    if "accuracy" in kinds:
        known -= _TRAINING
    if len(named) != 1 or not said <= known:
        return []
    if not _LEAST_ACCURACY <= kinds.get("accuracy", 100) <= 100:
        return []
    return [(named[0], kind, value) for kind, value in kinds.items()]


def are_of_other_data(cells: Iterable[NotebookNode], lab: Lab) -> bool:
    """Whether the notebook says that it was run on other data than the lab's reference runs."""
    return bool(lab.other_data) and any(lab.other_data in text(cell) for cell in cells)


def text(cell: NotebookNode) -> str:
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


def sift(measured: Measured, least_seconds: float) -> tuple[Measured, Measured]:
    """The figures that can be true, and those that cannot, for a person to look at."""
    plausible: Measured = {}
    doubtful: Measured = {}
    for model, kinds in measured.items():
        for kind, figures in kinds.items():
            for figure in figures:
                good = _believable(kind, figure, least_seconds)
                _add(plausible if good else doubtful, [(model, kind, figure)])
    return plausible, doubtful


def _believable(kind: str, figure: float, least_seconds: float) -> bool:
    if kind == "accuracy":
        return 0 <= figure <= 100
    return 0 < figure < 1e6 and figure >= least_seconds  # nan is neither; times are divided by


def finite(measured: Measured) -> Measured:
    """Without nan and infinity, which are no JSON, and nothing to show a student."""
    kept: Measured = {}
    for model, kinds in measured.items():
        for kind, figures in kinds.items():
            _add(kept, ((model, kind, figure) for figure in figures if math.isfinite(figure)))
    return kept


def doubts(doubtful: Measured) -> list[str]:
    """In English, for a person to look at: the first few, and how many more there are."""
    found = [
        f"{model}: an accuracy of {figure:g} % is impossible"
        if kind == "accuracy"
        else f"{model}: {figure:g} s of training is not believable"
        for model, kinds in doubtful.items()
        for kind, figures in sorted(kinds.items())
        for figure in figures
    ]
    more = len(found) - _MOST_DOUBTS
    return found[:_MOST_DOUBTS] + ([f"{more} more figures cannot be true"] if more > 0 else [])
