"""The report of a class: who needs a person, how the class did, what it measured."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lenetlab.language import flag_title, label, translate
from lenetlab.pages import charts
from lenetlab.pages.actions import action
from lenetlab.pages.class_data import (
    Common,
    SchoolClass,
    Student,
    Summary,
    common_deviations,
    common_errors,
    figures,
    reference_figures,
    successes,
    summary,
)
from lenetlab.pages.shared_figures import shared_figures
from lenetlab.pages.templating import render
from lenetlab.records import Flag, Simple, Status

_STATES: tuple[Status, ...] = (
    "graded", "review", "rejected", "failed", "interrupted", "waiting", "missing",
)  # fmt: skip
_MOST_COMMON = 15  # findings that are listed
_MOST_NAMED = 5  # students who are named beside a number
_OPEN = 12  # lines of a list that stand open; more are folded
_UNITS = {"accuracy": "%", "seconds": "giây"}
_KINDS = {"accuracy": "Độ chính xác trên tập kiểm tra", "seconds": "Thời gian huấn luyện"}
_DIGITS = {"accuracy": 2, "seconds": 1}


@dataclass(frozen=True)
class _Task:
    """What a person is asked for by one code of flag."""

    title: str
    action: str
    cases: tuple[tuple[Student | None, str], ...]  # a student and what is said; None: a stray file


@dataclass(frozen=True)
class _Measured:
    """What the class measured of one kind: a picture, and its numbers."""

    title: str
    unit: str
    picture: str
    rows: tuple[tuple[str, Summary, tuple[float, float] | None], ...]  # model, class, references
    digits: int


def page(of: SchoolClass) -> str:
    """The report, one HTML file."""
    scores = [student.score or 0.0 for student in of.scored]
    states = Counter(student.status for student in of.students)
    return render(
        "report.html",
        styles=["base.css", "report.css"],
        script="report.js",
        of=of,
        label=lambda key: label(key, "vi"),
        title=lambda item: of.titles.of(item, "vi"),
        number=number,
        percent=lambda share: f"{100 * share:.0f} %",
        value=value,
        states=[(state, states[state]) for state in _STATES if states[state]],
        tasks=_tasks(of),
        scores=summary(scores),
        mean=float(np.mean(scores)) if scores else None,
        histogram=_histogram(scores, of.max_score),
        successes=successes(of),
        deviations=common_deviations(of.students)[:_MOST_COMMON],
        errors=common_errors(of.students)[:_MOST_COMMON],
        measured=_measured(of),
        shared=shared_figures(of.students),
        training=summary(_training(of.students)),
        grading=summary([s.seconds for s in of.students if s.seconds]),
        days=_days(of.students),
        late=sum(student.late for student in of.students),
        named=_MOST_NAMED,
        opened=_OPEN,
    )


def number(figure: float, digits: int = 2) -> str:
    """A figure with a decimal comma, without zeros at its end."""
    text = f"{figure:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def value(of: Simple) -> str:
    """A setting as one reads it: ``3×3``."""
    if isinstance(of, (tuple, list)):
        return "×".join(str(part) for part in of) or "()"
    return "không có" if of is None else str(of)[:80]


def _tasks(of: SchoolClass) -> list[_Task]:
    """Everything that waits for a person, the gravest first, then what concerns most students."""
    cases: defaultdict[tuple[str, str], list[tuple[Student | None, str]]] = defaultdict(list)

    def add(student: Student | None, flag: Flag, status: Status) -> None:
        key = (flag_title(flag.code, "vi"), action(flag.code, status))
        cases[key].append((student, translate(flag.message, "vi")))

    order: tuple[Status, ...] = ("failed", "rejected", "interrupted", "review")
    rank = {state: number for number, state in enumerate(order)}
    for student in sorted(of.students, key=lambda s: rank.get(s.status, len(rank))):
        for flag in student.flags:
            if flag.review:
                add(student, flag, student.status)
    for flag in of.strays:
        add(None, flag, "review")
    return [_Task(*key, tuple(found)) for key, found in cases.items()]


def _histogram(
    scores: Sequence[float], most: float
) -> tuple[str, list[tuple[str, int]]] | None:  # fmt: skip
    if not scores or most <= 0:
        return None
    edges = np.linspace(0, most, 21 if len(scores) >= 30 else 11)
    counts = np.histogram(np.clip(scores, 0, most), edges)[0].tolist()
    picture = charts.histogram(counts, edges.tolist(), float(np.median(scores)))
    rows = [
        (f"{number(low)}–{number(high)}", count)
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        if count
    ]
    return picture, rows


def _measured(of: SchoolClass) -> list[_Measured]:
    found, known = figures(of), reference_figures(of)
    shown = []
    for kind, title in _KINDS.items():
        values = {model: kinds[kind] for model, kinds in found.items() if kinds.get(kind)}
        if not values:
            continue
        references: Mapping[str, Sequence[float]] = {
            model: known.get(model, {}).get(kind, []) for model in values
        }
        rows = []
        for model, measured in values.items():
            described, runs = summary(measured), references[model]
            assert described is not None  # there are values
            rows.append((model, described, (min(runs), max(runs)) if runs else None))
        logarithmic = kind == "seconds" and min(map(min, values.values())) > 0
        picture = charts.strips(values, references, _UNITS[kind], logarithmic=logarithmic)
        shown.append(_Measured(title, _UNITS[kind], picture, tuple(rows), _DIGITS[kind]))
    return shown


def _training(students: Sequence[Student]) -> list[float]:
    """Seconds of training that each notebook shows, all of its models together."""
    sums = [
        sum(kinds["seconds"][-1] for kinds in student.measured.values() if kinds.get("seconds"))
        for student in students
    ]
    return [seconds for seconds in sums if seconds]


def _days(students: Sequence[Student]) -> list[tuple[str, int]]:
    """How many handed in on which day; empty where no time is known."""
    days = Counter(s.handed_in.date() for s in students if s.handed_in)
    return [(f"{day:%d/%m/%Y}", count) for day, count in sorted(days.items())]


__all__ = ["Common", "SchoolClass", "Student", "page"]
