"""The report's pictures, by matplotlib: SVG as data, whose numbers stand beside it as text."""

from __future__ import annotations

import base64
import io
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from lenetlab.pages.report_measured import Measured
from lenetlab.pages.report_numbers import Spread, number
from lenetlab.pages.report_scores import Column

Scale = Callable[[float], float]  # from a figure to its place on an axis
_INK, _SOFT, _LINE = "#1c2330", "#4d5666", "#d5dae3"
_BAR, _MARK, _LATE = "#3f6fb5", "#a11d21", "#a11d21"
_STYLE = {
    "font.family": "DejaVu Sans",  # matplotlib's own: it has all of Vietnamese
    "font.size": 9,
    "text.color": _INK,
    "text.parse_math": False,  # a name may have a $ in it
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "svg.fonttype": "path",
    "svg.hashsalt": "lenetlab",  # the same class gives the same picture
}
# Accuracies at which the axis has a tick: it is wide where the models differ, near 100 %.
_TICKS = (10, 50, 80, 90, 95, 97, 98, 99, 100)
_SECONDS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000, 1_000_000)


@contextmanager
def _drawing() -> Iterator[None]:
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name may have letters that no font has
        mpl.rcdefaults()  # whoever runs this may have a matplotlibrc of their own
        mpl.rcParams.update(_STYLE)
        yield


def _data(figure: Figure) -> str:
    """The picture as an address that holds it."""
    file = io.BytesIO()
    FigureCanvasSVG(figure)  # type: ignore[no-untyped-call, unused-ignore]
    figure.savefig(file, format="svg", dpi=200, metadata={"Date": None})
    return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"


def histogram(
    shown: Sequence[Column],
    x_label: str,
    *,
    marked: float | None = None,
    mark: str = "",
    late_from: float | None = None,
) -> str:
    """Columns with how many students are in each, a line at ``marked`` called ``mark``.

    Columns from ``late_from`` on have another colour.
    """
    with _drawing():
        figure = Figure(figsize=(7.6, 2.5), layout="constrained")
        axes = figure.subplots()
        width = shown[0].most - shown[0].least
        late = [late_from is not None and column.least >= late_from - 1e-9 for column in shown]
        bars = axes.bar(
            [column.least for column in shown],
            [column.n for column in shown],
            width=0.92 * width,
            align="edge",
            color=[_LATE if is_late else _BAR for is_late in late],
        )
        axes.bar_label(bars, [str(c.n) if c.n else "" for c in shown], fontsize=7.5, padding=1)
        axes.set_xlim(shown[0].least - 0.1 * width, shown[-1].most + 0.1 * width)
        axes.set_ylim(0, 1.18 * max(1, *(column.n for column in shown)))
        axes.xaxis.set_major_formatter(lambda x, _: number(x, 2).replace("-", "−"))
        # Ticks stand at edges of columns, or between them where these are wide.
        axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(11, integer=width >= 1))
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True))
        axes.set_xlabel(x_label)
        axes.set_ylabel("sinh viên")
        if marked is not None:
            axes.axvline(marked, color=_INK, linestyle="--", linewidth=1.2)
            right = marked > (shown[0].least + shown[-1].most) / 2
            axes.annotate(
                mark,
                (marked, 1),
                xycoords=("data", "axes fraction"),
                xytext=(-4 if right else 4, -2),
                textcoords="offset points",
                ha="right" if right else "left",
                va="top",
            )
        return _data(figure)


def strips(models: Sequence[dict[str, Measured]]) -> str:
    """Every figure of every model: a dot a student, a box of the middle half, the references."""
    many = any(len(one["accuracy"].figures) > 20 for one in models)
    with _drawing():
        figure = Figure(
            figsize=(10.4, 0.9 + (0.62 if many else 0.44) * len(models)), layout="constrained"
        )
        left, right = figure.subplots(1, 2, sharey=True)
        _strips(left, [model["accuracy"] for model in models], _spread_out)
        _strips(right, [model["seconds"] for model in models], math.log10)
        everything = [f for model in models for f in _all(model["accuracy"])]
        least = min(everything, default=0.0)
        ticks = [t for t in _TICKS if t >= min(least, 99) - 1]
        _scale(left, ticks, [str(t) for t in ticks], _spread_out)
        left.set_xlabel("độ chính xác trên tập kiểm tra (%), trục giãn về phía 100 %")
        times = [f for model in models for f in _all(model["seconds"])] or [1.0]
        around = [t for t in _SECONDS if min(times) / 3 <= t <= max(times) * 3]
        _scale(right, around, [number(t, 1) for t in around], math.log10)
        right.set_xlabel("thời gian huấn luyện (giây), trục logarit")
        left.set_yticks(range(len(models)), [_name(m["accuracy"].model) for m in models])
        left.tick_params(axis="y", length=0, labelsize=10, labelcolor=_INK)
        right.tick_params(axis="y", length=0)
        left.set_ylim(len(models) - 0.4, -0.6)  # the first model on top
        handles, labels = left.get_legend_handles_labels()
        if not handles:
            handles, labels = right.get_legend_handles_labels()
        by_label = dict(zip(labels, handles, strict=True))
        figure.legend(
            by_label.values(), by_label.keys(), loc="outside upper center", ncols=3, frameon=False
        )
        return _data(figure)


def _strips(axes: Axes, rows: Sequence[Measured], scaled: Scale) -> None:
    chance = np.random.default_rng(1)  # the same class gives the same picture
    for row, one in enumerate(rows):
        axes.scatter([], [], s=18, color=_BAR, linewidths=0, label="mỗi sinh viên")
        axes.axhline(row + 0.5, color=_LINE, linewidth=0.6, zorder=0)
        n = len(one.figures)
        points = [scaled(figure) for figure in one.figures]
        axes.scatter(
            points,
            row + 0.07 + chance.uniform(-0.26, 0.26, n) * min(1.0, (n - 1) / 6),
            s=16 if n < 60 else 7 if n < 600 else 4,
            color=_BAR,
            alpha=0.85 if n < 60 else 0.45 if n < 600 else 0.22,
            linewidths=0,
            rasterized=n >= 60,
        )
        _box(axes, row + 0.07, one.spread, scaled)
        if one.reference:
            axes.scatter(
                [scaled(figure) for figure in one.reference],
                [row - 0.36] * len(one.reference),
                s=22,
                marker="D",
                facecolor="white",
                edgecolor=_MARK,
                linewidths=1.1,
                zorder=4,
                label="lần chạy mẫu",
            )


def _box(axes: Axes, row: float, shown: Spread | None, scaled: Scale) -> None:
    """The middle half of the figures and their median, where there are enough to say."""
    if shown is None or shown.median is None or shown.q1 is None or shown.q3 is None:
        return
    q1, middle, q3 = scaled(shown.q1), scaled(shown.median), scaled(shown.q3)
    low, high = row - 0.27, row + 0.27
    axes.plot(
        [q1, q3, q3, q1, q1], [low, low, high, high, low], linewidth=1.0, color=_INK, zorder=3
    )
    label = "nửa giữa của lớp, với trung vị"
    axes.plot([middle, middle], [low, high], linewidth=2.4, label=label, color=_INK, zorder=3)


def _scale(axes: Axes, ticks: Sequence[float], labels: Sequence[str], scaled: Scale) -> None:
    axes.set_xticks([scaled(tick) for tick in ticks], labels)
    axes.grid(axis="x", color=_LINE, linewidth=0.6)
    axes.set_axisbelow(True)


def _spread_out(accuracy: float) -> float:
    """Per cent on an axis on which 98 and 99 are as far apart as 50 and 80."""
    return -math.log10(100.6 - accuracy)


def _all(one: Measured) -> list[float]:
    return one.figures + one.reference


def _name(text: str) -> str:
    return text if len(text) <= 16 else f"{text[:15]}…"
