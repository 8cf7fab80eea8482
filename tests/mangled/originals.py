"""The submissions that are mangled: really run in Jupyter, VS Code and Colab, and their points."""

from __future__ import annotations

import copy
import functools
from pathlib import Path

from .notebook import ANSWERS, MODELS, ROOT, read
from .operator import Notebook

# Every item's most points, and what the originals have of them where it is less.
MOST = (
    {f"{model}-visible": 0.5 for model in MODELS}
    | {f"{model}-hidden": 1.0 for model in MODELS}
    | {f"{name}-check": 0.5 if "facts" in name else 0.3 for name in ANSWERS}
)
_LESS: dict[str, dict[str, float]] = {
    "vd03": {item: 0.0 for item in MOST if item.split("-")[0] in ("gamma", "omicron", "delta")},
    "vd04": {"omicron-visible": 0.0, "omicron-hidden": 0.0},
    "vd05": {"beta-hidden": 0.5},
    "vd06": {"gamma-hidden": 0.75},
    "vd07": dict.fromkeys(MOST, 0.0),
    "vd08": {"delta-visible": 0.0, "delta-hidden": 0.0},
    "vd09": {f"{model}-choice-check": 0.0 for model in MODELS},
    "vd11": {"gamma-choice-check": 0.0, "delta-choice-check": 0.0, "delta-facts-check": 0.25},
}


def path(original: str) -> Path:
    """Its file, by the first part of its folder's name."""
    (found,) = ROOT.glob(f"examples/{original}-*/lenet.ipynb")
    return found


@functools.cache
def _read(original: str) -> Notebook:
    return read(path(original))


def notebook(original: str) -> Notebook:
    """A copy to be mangled."""
    return copy.deepcopy(_read(original))


def points(original: str) -> dict[str, float]:
    """What it has of each item."""
    return MOST | _LESS.get(original, {})
