"""A student's measurements beside those of the reference runs and of the class."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lenetlab.notebook.measurements import Evidence, Measured
from lenetlab.pages.report_numbers import Spread, fixed, spread

# By kind of measurement: what it is called, its unit, digits after the comma.
KINDS = {"accuracy": ("Độ chính xác", "%", 2), "seconds": ("Thời gian huấn luyện", "giây", 1)}
MOST_MODELS, MOST_FIGURES = 12, 3
FEWEST = 5  # notebooks of a class: the figures of fewer would tell whose they are


@dataclass(frozen=True)
class Class:
    """The class's measurements: by model, then kind, the last figure of each notebook."""

    figures: Mapping[str, Mapping[str, Sequence[float]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One model: what the student measured, the class and the reference runs, as texts."""

    model: str
    own: str
    runs: str
    middle: str  # the class's median
    spread: str  # the middle half of its figures; empty where they are few
    notebooks: int


@dataclass(frozen=True)
class Table:
    """The rows of one kind of measurement."""

    title: str
    unit: str
    rows: tuple[Row, ...]

    @property
    def has_class(self) -> bool:
        """Whether the class has figures of any model."""
        return any(row.notebooks for row in self.rows)

    @property
    def notebooks(self) -> str:
        """How many notebooks of the class have a figure: ``12``, or ``9–12`` by the model."""
        counts = [row.notebooks for row in self.rows if row.notebooks]
        return str(counts[0]) if len({*counts}) == 1 else f"{min(counts)}–{max(counts)}"

    @property
    def has_runs(self) -> bool:
        """Whether the reference runs have."""
        return any(row.runs for row in self.rows)


def class_of(measured: Iterable[Measured]) -> Class:
    """The figures of a class, from what each of its notebooks measured."""
    found: dict[str, dict[str, list[float]]] = {}
    for one in measured:
        for model, kinds in one.items():
            for kind, figures in kinds.items():
                if figures:
                    found.setdefault(model, {}).setdefault(kind, []).append(figures[-1])
    return Class(found)


def tables(
    own: Measured, runs: Sequence[Evidence], everyone: Class, models: Sequence[str] = ()
) -> list[Table]:
    """A table for each kind that the student has measured; ``models`` come first, in order."""
    known = [*dict.fromkeys([*models, *(m for run in runs for m in run), *own])]
    made = []
    for kind, (title, unit, digits) in KINDS.items():
        if not any(own.get(model, {}).get(kind) for model in known):
            continue
        rows = []
        for model in known:
            mine = own.get(model, {}).get(kind, [])
            reference = [run[model][kind] for run in runs if kind in run.get(model, {})]
            others = everyone.figures.get(model, {}).get(kind, ())
            others = others if len(others) >= FEWEST else ()
            whole = spread(others)
            if mine or reference:
                rows.append(
                    Row(
                        model=model,
                        own="; ".join(number(x, digits) for x in mine[-MOST_FIGURES:]),
                        runs=_spread(reference, digits),
                        middle="" if whole is None else fixed(whole.median, digits),
                        spread=_middle_half(whole, digits),
                        notebooks=len(others),
                    )
                )
        made.append(Table(title, unit, tuple(rows[:MOST_MODELS])))
    return made


def number(value: float, digits: int) -> str:
    """A figure with a decimal comma; a dash for what is none."""
    return f"{value:.{digits}f}".replace(".", ",") if math.isfinite(value) else "–"


def _middle_half(whole: Spread | None, digits: int) -> str:
    if whole is None or whole.q1 is None or whole.q3 is None:
        return ""
    return _spread((whole.q1, whole.q3), digits)


def _spread(values: Sequence[float], digits: int) -> str:
    if not values:
        return ""
    least, most = number(min(values), digits), number(max(values), digits)
    return least if least == most else f"{least}–{most}"
