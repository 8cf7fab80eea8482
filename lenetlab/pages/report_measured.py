"""What the class measured: each model's figures beside the reference runs, and figures shared."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from lenetlab.pages.report_data import ClassData, Student
from lenetlab.pages.report_numbers import Spread, spread

MOST_MODELS = 12
MOST_GROUPS = 100
_MOST_RUNS = 40  # of one student, all models together, that are compared with others'
_LEAST_SHARED = 2  # models; one alone is soon equal by chance
KINDS = ("accuracy", "seconds")
Run = tuple[str, float, float]  # model, accuracy in per cent, seconds


@dataclass(frozen=True)
class Measured:
    """Figures of one model and kind: the class's, and those of the reference runs."""

    model: str
    kind: str
    figures: list[float]  # each student's last
    reference: list[float]
    spread: Spread | None
    reference_spread: Spread | None


def measured(data: ClassData) -> list[dict[str, Measured]]:
    """By model, in the lab's order, then kind; models that nobody measured are left out."""
    figures: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for one in data.students:
        for model, kinds in one.measured.items():
            for kind in KINDS:
                good = believable(kind, kinds.get(kind, ()))
                figures[model, kind] += good[-1:]
    counted = Counter({model: len(found) for (model, _), found in figures.items() if found})
    known = [model for model in data.models if counted[model]]
    models = (known if data.models else [m for m, _ in counted.most_common()])[:MOST_MODELS]
    return [
        {kind: _measured(model, kind, figures[model, kind], data) for kind in KINDS}
        for model in models
    ]


def _measured(model: str, kind: str, figures: list[float], data: ClassData) -> Measured:
    runs = [run.get(model, {}).get(kind) for run in data.reference]
    reference = believable(kind, [figure for figure in runs if figure is not None])
    return Measured(model, kind, figures, reference, spread(figures), spread(reference))


def believable(kind: str, figures: Iterable[float]) -> list[float]:
    """Figures that can be drawn: records are files, in which anything may stand."""
    most = 100.0 if kind == "accuracy" else 1e6
    least = 0.0 if kind == "accuracy" else 1e-3
    return [figure for figure in figures if math.isfinite(figure) and least <= figure <= most]


# --- shared to the last digit ---------------------------------------------------------------------


@dataclass(frozen=True)
class Shared:
    """Students who share runs, each with accuracy and time equal to the last digit."""

    students: list[Student]
    runs: list[tuple[Run, int]]  # with how many of the students have it
    models: int


@dataclass(frozen=True)
class Sharing:
    """All groups who share, those with the most models first."""

    groups: list[Shared]
    left_out: int
    # Pairs of students who would share so much by chance alone, if models had nothing to do with
    # one another: a rough estimate from this class's own figures.
    by_chance: float


def sharing(data: ClassData) -> Sharing:
    """Students who share the runs of at least two models.

    The same seed gives the same accuracy: it is the time that tells a run from another. Nobody is
    compared with everybody: students meet where they have the same two runs.
    """
    holders: defaultdict[Run, list[int]] = defaultdict(list)
    for number, one in enumerate(data.students):
        for run in list(dict.fromkeys(_runs(one.measured)))[:_MOST_RUNS]:
            holders[run].append(number)
    held: defaultdict[int, list[Run]] = defaultdict(list)
    for run, students in holders.items():
        if len(students) > 1:
            for number in students:
                held[number].append(run)
    first: dict[tuple[Run, Run], int] = {}
    groups = _Groups(len(data.students))
    for number, runs in held.items():
        for a, b in combinations(sorted(runs), 2):
            if a[0] != b[0]:
                groups.join(first.setdefault((a, b), number), number)
    found = [_shared(members, held, data) for members in groups.several()]
    found.sort(key=lambda one: (-one.models, -len(one.students), one.students[0].id))
    kept = found[:MOST_GROUPS]
    return Sharing(kept, len(found) - len(kept), _by_chance(data))


def _runs(measurements: Mapping[str, Mapping[str, Sequence[float]]]) -> Iterator[Run]:
    for model, kinds in measurements.items():
        accuracies, seconds = (kinds.get(kind, ()) for kind in KINDS)
        # As many as both have: a figure that was printed twice is there once.
        for accuracy, time in zip(accuracies, seconds, strict=False):
            yield model, accuracy, time


class _Groups:
    """Numbers joined to groups (union-find)."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def _top(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def join(self, a: int, b: int) -> None:
        self._parent[self._top(a)] = self._top(b)

    def several(self) -> list[list[int]]:
        """The groups of at least two."""
        members: defaultdict[int, list[int]] = defaultdict(list)
        for number in range(len(self._parent)):
            members[self._top(number)].append(number)
        return [group for group in members.values() if len(group) > 1]


def _shared(members: list[int], held: Mapping[int, list[Run]], data: ClassData) -> Shared:
    counted = Counter(run for number in members for run in held[number])
    place = {model: number for number, model in enumerate(data.models)}
    runs = [(run, n) for run, n in counted.items() if n > 1]
    runs.sort(key=lambda pair: (place.get(pair[0][0], len(place)), pair[0]))
    students = [data.students[number] for number in members]
    return Shared(students, runs, len({run[0] for run, _ in runs}))


def _by_chance(data: ClassData) -> float:
    """Pairs of students expected to share two models' runs, from how often figures are equal."""
    accuracies: defaultdict[str, Counter[float]] = defaultdict(Counter)
    times: defaultdict[str, Counter[float]] = defaultdict(Counter)
    for one in data.students:
        for model, accuracy, seconds in list(_runs(one.measured))[:_MOST_RUNS]:
            accuracies[model][accuracy] += 1
            times[model][seconds] += 1
    equal = [_equal(accuracies[model]) * _equal(times[model]) for model in times]
    both = sum(a * b for a, b in combinations(equal, 2))
    return math.comb(sum(bool(one.measured) for one in data.students), 2) * both


def _equal(figures: Counter[float]) -> float:
    """How likely two different students have the same figure."""
    pairs = math.comb(figures.total(), 2)
    return sum(math.comb(n, 2) for n in figures.values()) / pairs if pairs else 0.0
