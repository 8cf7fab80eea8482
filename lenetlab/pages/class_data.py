"""What the report of a class is made from: its students, and what is common to their work."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from lenetlab.notebook.measurements import Evidence
from lenetlab.notebook.titles import Titles
from lenetlab.records import Flag, Item, Simple, Status

_ERROR = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Interrupt|Warning))\b")
_NOT_WRITTEN = "NotImplementedError"


@dataclass(frozen=True)
class Student:
    """One student of a class; ``page`` and ``notebook`` are links, empty where there is none."""

    id: str
    name: str
    status: Status
    score: float | None
    items: tuple[Item, ...] = ()
    flags: tuple[Flag, ...] = ()
    measured: Mapping[str, Mapping[str, Sequence[float]]] = field(default_factory=dict)
    seconds: float = 0.0  # that grading took; 0 where that is not known
    handed_in: datetime | None = None
    late: bool = False
    page: str = ""
    notebook: str = ""


@dataclass(frozen=True)
class SchoolClass:
    """A class, and the assignment that it did."""

    assignment: str
    students: tuple[Student, ...]
    tests: tuple[tuple[str, float], ...]  # grade id and points, in the master's order
    titles: Titles
    references: tuple[Evidence, ...] = ()  # the lab's reference runs
    strays: tuple[Flag, ...] = ()  # of files that are no student's
    made: datetime = field(default_factory=datetime.now)

    @property
    def max_score(self) -> float:
        """The points of all items."""
        return sum(points for _, points in self.tests)

    @property
    def scored(self) -> list[Student]:
        """Everyone with points."""
        return [student for student in self.students if student.score is not None]


@dataclass(frozen=True)
class Summary:
    """Five figures that describe many, and how many they are."""

    count: int
    least: float
    lower: float  # quartile
    median: float
    upper: float  # quartile
    most: float


def summary(values: Sequence[float]) -> Summary | None:
    """The summary; None of nothing."""
    if not values:
        return None
    return Summary(len(values), *(float(q) for q in np.percentile(values, [0, 25, 50, 75, 100])))


@dataclass(frozen=True)
class Success:
    """How one item went: shares are from 0 to 1."""

    item: str
    points: float
    earned: float  # share of the points
    full: float  # share of students with all of them
    none: float  # share of students with none


def successes(of: SchoolClass) -> list[Success]:
    """How each item went, among those with a score."""
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for student in of.scored:
        for item in student.items:
            scores[item.id].append(item.score or 0)
    found = []
    for test, points in of.tests:
        if (earned := np.array(scores[test])).size and points:
            full, none = float((earned >= points).mean()), float((earned <= 0).mean())
            found.append(Success(test, points, float(earned.mean()) / points, full, none))
    return found


@dataclass(frozen=True)
class Common:
    """What several students have in common: a deviation of a model, or an error."""

    role: str  # the layer, in the assignment's name; empty of an error
    field: str  # of a deviation; the name of an error
    expected: Simple
    found: Simple  # what is met most often
    students: tuple[Student, ...]  # in the order of the class
    items: tuple[str, ...]  # in which it is met


def common_deviations(students: Iterable[Student]) -> list[Common]:
    """Deviations of models by how many students have them, the commonest first."""
    who: defaultdict[tuple[str, str, Simple], dict[str, Student]] = defaultdict(dict)
    values: defaultdict[tuple[str, str, Simple], Counter[Simple]] = defaultdict(Counter)
    where: defaultdict[tuple[str, str, Simple], dict[str, None]] = defaultdict(dict)
    for student in students:
        for item in student.items:
            for finding in item.findings:
                key = (finding.role, finding.field, _frozen(finding.expected))
                who[key][student.id] = student
                values[key][_frozen(finding.found)] += 1
                where[key][item.id] = None
    found = [
        Common(*key, values[key].most_common(1)[0][0], tuple(people.values()), tuple(where[key]))
        for key, people in who.items()
    ]
    return sorted(found, key=lambda common: -len(common.students))


def common_errors(students: Iterable[Student]) -> list[Common]:
    """Errors of students' own cells, likewise; what is not written is told apart (field "")."""
    who: defaultdict[str, dict[str, Student]] = defaultdict(dict)
    where: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for student in students:
        for item in student.items:
            lost = (item.score or 0) < item.max_score
            if lost and not item.findings and (match := _ERROR.search(item.message[:2000])):
                name = "" if match[1] == _NOT_WRITTEN else match[1]
                who[name][student.id] = student
                where[name][item.id] = None
    found = [
        Common("", name, None, None, tuple(people.values()), tuple(where[name]))
        for name, people in who.items()
    ]
    return sorted(found, key=lambda common: -len(common.students))


def _frozen(value: Simple) -> Simple:
    """The value as it can stand in a set: records come back from JSON with lists."""
    return tuple(_frozen(part) for part in value) if isinstance(value, (list, tuple)) else value


def figures(of: SchoolClass) -> dict[str, dict[str, list[float]]]:
    """The last figure of each notebook, by model and kind; models in the references' order."""
    found: dict[str, dict[str, list[float]]] = {model: {} for run in of.references for model in run}
    for student in of.students:
        for model, kinds in student.measured.items():
            for kind, values in kinds.items():
                if values:
                    found.setdefault(model, {}).setdefault(kind, []).append(values[-1])
    return {model: kinds for model, kinds in found.items() if kinds}


def reference_figures(of: SchoolClass) -> dict[str, dict[str, list[float]]]:
    """The figures of the reference runs, by model and kind."""
    found: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in of.references:
        for model, kinds in run.items():
            for kind, value in kinds.items():
                found[model][kind].append(value)
    return {model: dict(kinds) for model, kinds in found.items()}
