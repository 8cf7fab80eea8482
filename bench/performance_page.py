"""What ``bench.classes`` has measured, in the terminal and as ``docs/performance.md``."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "pictures" / "performance.png"
BEGIN, END = "<!-- made by bench/classes.py -->\n", "<!-- end -->\n"


@dataclass(frozen=True)
class Run:
    """A class graded by the command: seconds of a first run and of one with nothing new; bytes."""

    way: str
    size: int
    seconds: float
    again: float
    memory: int

    @property
    def each(self) -> float:
        """Seconds a submission."""
        return self.seconds / self.size


@dataclass(frozen=True)
class Figures:
    """All that was measured in one run, in seconds a submission where nothing else is said."""

    stock: float
    stock_size: int
    floor: float
    shares: dict[str, float]
    runs: list[Run]


def _rows(figures: Figures) -> list[tuple[str, ...]]:
    return [
        (
            run.way,
            f"{run.size:,}",
            f"{run.each:.3f}",
            f"{figures.stock / run.each:.1f}",
            f"{run.each / figures.floor:.2f}" if "2" in run.way else "",
            f"{run.memory / 1e9:.2f}",
            f"{run.again:.2f}",
        )
        for run in figures.runs
    ]


_COLUMNS = (
    "way", "submissions", "s each", "times stock", "of the floor", "GB at most",
    "s with nothing new",
)  # fmt: skip


def show(figures: Figures) -> None:
    """Print the tables."""
    title = f"Stock nbgrader {figures.stock:.2f} s each; floor with two workers {figures.floor:.3f}"
    table = Table(*_COLUMNS, title=title)
    for row in _rows(figures):
        table.add_row(*row)
    stages = Table("stage", "ms", "%", title="One worker")
    whole = sum(figures.shares.values())
    for stage, seconds in figures.shares.items():
        stages.add_row(stage, f"{1000 * seconds:.0f}", f"{100 * seconds / whole:.0f}")
    for shown in (table, stages):
        Console(width=120).print(shown)


def write(figures: Figures) -> None:
    """Put tables and picture between the marks of the page."""
    lines = [
        f"Measured on {os.cpu_count()} cores ({platform.machine()}), Python "
        f"{platform.python_version()}; stock nbgrader took {figures.stock:.2f} s a submission "
        f"(mean of {figures.stock_size}), the floor with two workers was {figures.floor:.3f} s.",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        f"|---|{'---:|' * (len(_COLUMNS) - 1)}",
        *(f"| {' | '.join(row)} |" for row in _rows(figures)),
        "",
        "![Seconds a submission, by the size of the class](pictures/performance.png)",
        "",
        "| stage of a submission, one worker | ms | share |",
        "|---|---:|---:|",
    ]
    whole = sum(figures.shares.values())
    lines += [
        f"| {stage} | {1000 * seconds:.0f} | {100 * seconds / whole:.0f} % |"
        for stage, seconds in figures.shares.items()
    ]
    text = PAGE.read_text("utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(before + BEGIN + "\n".join(lines) + "\n" + END + rest.split(END)[1], "utf-8")
    _draw(figures)


def _draw(figures: Figures) -> None:
    drawing, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
    for way in dict.fromkeys(run.way for run in figures.runs):
        runs = [run for run in figures.runs if run.way == way]
        axes.plot([r.size for r in runs], [r.each for r in runs], marker="o", label=way)
    axes.axhline(figures.stock, color="0.4", linestyle="--", label="stock nbgrader")
    axes.axhline(figures.floor, color="0.4", linestyle=":", label="floor, 2 workers")
    axes.set(xscale="log", yscale="log", xlabel="submissions", ylabel="seconds a submission")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    drawing.savefig(PICTURE, dpi=120)
    plt.close(drawing)
