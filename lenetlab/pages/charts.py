"""Pictures by matplotlib, as data that stands in the page; the page says the same as text."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

_INK, _BAR, _LINE, _REFERENCE = "#1c2330", "#3f6fb5", "#a11d21", "#7a4b00"
_MOST_POINTS = 3000  # of one strip: more are not told apart


def histogram(counts: Sequence[int], edges: Sequence[float], median: float) -> str:
    """How many have how many points, with the median; a ``data:`` address."""
    figure = Figure(figsize=(7.2, 2.6), layout="constrained")
    axes = _axes(figure)
    axes.bar(edges[:-1], counts, np.diff(edges) * 0.92, align="edge", color=_BAR)
    axes.axvline(median, color=_LINE, linewidth=2)
    axes.set_xlabel("điểm")
    axes.set_ylabel("sinh viên")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    return _data(figure)


def strips(
    values: Mapping[str, Sequence[float]],
    references: Mapping[str, Sequence[float]],
    unit: str,
    *,
    logarithmic: bool = False,
) -> str:
    """One strip a model: a point each notebook, the box of quartiles, reference runs beside it."""
    figure = Figure(figsize=(7.2, 0.62 * len(values) + 0.9), layout="constrained")
    axes = _axes(figure)
    random = np.random.default_rng(0)  # for the places of points across the strip
    for row, (model, found) in enumerate(values.items()):
        shown = np.array(found)
        if len(shown) > _MOST_POINTS:
            shown = random.choice(shown, _MOST_POINTS, replace=False)
        spread = random.uniform(-0.3, 0.1, len(shown))
        axes.scatter(shown, row + spread, s=8, color=_BAR, alpha=0.45, linewidths=0)
        lower, median, upper = np.percentile(found, [25, 50, 75])
        axes.plot([lower, upper], [row + 0.2, row + 0.2], color=_INK, linewidth=3)
        axes.plot([median], [row + 0.2], "|", color=_INK, markersize=11, markeredgewidth=2)
        known = references.get(model, ())
        axes.scatter(known, [row + 0.36] * len(known), s=22, marker="D", color=_REFERENCE)
    axes.set_yticks(range(len(values)), list(values))
    axes.set_ylim(len(values) - 0.4, -0.6)
    axes.grid(axis="x", color="#d5dae3", linewidth=0.8)
    axes.set_xlabel(unit)
    if logarithmic:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", ","))
        axes.xaxis.set_minor_formatter(lambda _value, _: "")
    return _data(figure)


def _axes(figure: Figure) -> Axes:
    axes = figure.add_subplot()
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=9, colors=_INK)
    return axes


def _data(figure: Figure) -> str:
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=144)
    return "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
