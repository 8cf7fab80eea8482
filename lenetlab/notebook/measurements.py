"""A student's own measurements, read from the outputs of the submitted notebook.

The notebook prints them in fixed sentences and in the rows of its summary; JupyterLab, VS Code and
Colab save these with carriage returns, terminal colours, and text split over several outputs. Where
a model's figure is in none of them, a line in the student's own words is read, if nothing in it
could mean anything else.

A model that was trained again has several figures. Each of them is the student's measurement: an
answer is right if any two that were printed support it, because one run says no more than another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from lenetlab.notebook.outputs import clean, joined

if TYPE_CHECKING:  # the clean room has no files of the lab, and does not read any
    from lenetlab.notebook.lab import Lab

Evidence = dict[str, dict[str, float]]  # by model, then kind: accuracy in per cent, seconds
Measured = dict[str, dict[str, list[float]]]  # the same, each figure once, in the order of printing
Reading = tuple[str, str, float]  # model, kind, figure

MAX_LINE = 500  # characters; the sentences are far shorter
MAX_FIGURES = 20  # of one model and kind

# A line in a student's own words is read if it consists of these, one model and its figures.
_ACCURACY = frozenset({"accuracy", "acc", "chính", "xác"})
_TIME = frozenset({"time", "gian"})
_WORDS = {
    "accuracy": _ACCURACY
    | {"độ", "trên", "tập", "kiểm", "tra", "thử", "dữ", "liệu", "data"}
    | {"đạt", "được", "kết", "quả", "test", "on", "the", "set"},
    "seconds": _TIME | {"thời", "huấn", "luyện", "hết", "mất", "train", "training", "took", "in"},
}
_FILLING = {"của", "cho", "mô", "hình", "mạng", "model", "of", "for", "is", "là"}
_UNITS = {"%": "accuracy", "s": "seconds", "giây": "seconds", "sec": "seconds"}
_UNITS |= {"secs": "seconds", "second": "seconds", "seconds": "seconds"}
_TOKENS = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)"
    r"|(?P<word>%|[^\W\d]\w*)"
    r"|(?P<other>[^\s:;,.!|=()'\"*-])"
)
_SIGNED = re.compile(r"(?<!\S)-\d")
# A cell that measures calls or reads something; one that prints a guess does not.
_MEASURING = r"\.\s*(?:{}|train|fit|predict\w*|eval\w*)\b"
# Ten classes: what is smaller is a difference, an error or a loss.
_LEAST_ACCURACY = 5.0


def read(cells: Iterable[dict[str, Any]], lab: Lab, names: AbstractSet[str]) -> Measured:
    """Measurements in the cells' outputs; ``names`` are those that the master makes.

    A line in the student's own words counts only for a figure that no fixed sentence gives.
    """
    printed = [(str(cell.get("source", "")), text(cell)) for cell in cells]
    measured: Measured = {}
    for _, shown in printed:
        _add(measured, _fixed(shown, lab, names))
    models = lab.models(names)
    measuring = re.compile(_MEASURING.format("|".join(map(re.escape, lab.attributes.values()))))
    own: Measured = {}
    for source, shown in printed:
        if lab.attributes and measuring.search(source):
            lines = (line for line in shown.split("\n") if not _typed(line, source))
            _add(own, (reading for line in lines for reading in in_own_words(line, models)))
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


def in_own_words(line: str, models: dict[str, str]) -> list[Reading]:
    """What a line says of one model, and surely of its test accuracy or its time of training.

    ``models`` are the models by the words for them. ``Alpha: 98.55%`` is read, and ``Test accuracy
    of AlphaCNN = 0.9855``; not ``Alpha, train: 98%``, ``Alpha: 1.45% error``, ``Alpha 98 → 99%``.
    """
    tokens = list(_TOKENS.finditer(line))
    if len(tokens) > 30 or _SIGNED.search(line) or any(token["other"] for token in tokens):
        return []
    numbers = [place for place, token in enumerate(tokens) if token["number"]]
    units = {p: _UNITS.get(tokens[p + 1][0].lower()) for p in numbers if p + 1 < len(tokens)}
    skipped = {place + 1 for place, unit in units.items() if unit}
    words = [t[0] for p, t in enumerate(tokens) if t["word"] and p not in skipped]
    named = [models[word] for word in words if word in models]
    said = {word.lower() for word in words if word not in models} - _FILLING
    kinds = {}
    for place in numbers:
        token, unit = tokens[place], units.get(place)
        kind = unit or ("accuracy" if said & _ACCURACY else "seconds" if said & _TIME else None)
        if kind is None or kind in kinds:
            return []
        value = float(token[0].replace(",", "."))
        if kind == "accuracy" and unit is None and re.fullmatch(r"[01][.,]\d{2,}", token[0]):
            value = round(100 * value, 6)  # a share
        kinds[kind] = value
    known = frozenset[str]().union(*(_WORDS[kind] for kind in kinds))
    if len(named) != 1 or not said <= known:
        return []
    if not _LEAST_ACCURACY <= kinds.get("accuracy", 100) <= 100:
        return []
    return [(named[0], kind, value) for kind, value in kinds.items()]


def _typed(line: str, source: str) -> bool:
    """Whether a figure of the line stands in the source: it was typed and not measured."""
    return any(number in source for number in re.findall(r"\d+[.,]\d+|\d{2,}", line))


def are_of_other_data(cells: Iterable[dict[str, Any]], lab: Lab) -> bool:
    """Whether the notebook says that it was run on other data than the lab's reference runs."""
    return bool(lab.other_data) and any(lab.other_data in text(cell) for cell in cells)


def text(cell: dict[str, Any]) -> str:
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


def doubts(doubtful: Measured) -> list[str]:
    """In English, for a person to look at."""
    return [
        f"{model}: an accuracy of {figure:g} % is impossible"
        if kind == "accuracy"
        else f"{model}: {figure:g} s of training is not believable"
        for model, kinds in doubtful.items()
        for kind, figures in sorted(kinds.items())
        for figure in figures
    ]
