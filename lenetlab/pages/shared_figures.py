"""Measurements that several students share to the last digit: for a person to look at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from lenetlab.pages.class_data import Student

# The same seed gives the same accuracy on every machine; a time of training differs from run to
# run. Both alike in one model happens by chance in a large class, in two models it hardly does.
LEAST_MODELS = 2
_LARGEST_PAIRED = 60  # students with the same figures of one model, above which no pairs are formed

_Mark = tuple[str, float, float]  # model, accuracy, seconds


@dataclass(frozen=True)
class Shared:
    """Students whose notebooks show the same figures: each of these is shown by several."""

    students: tuple[Student, ...]
    figures: tuple[_Mark, ...]


def shared_figures(students: Iterable[Student]) -> list[Shared]:
    """Groups that share accuracy and time of at least :data:`LEAST_MODELS` models.

    Takes time in proportion to the class, and to the number of pairs that share something: those
    whose figures are all the same are one group before pairs are formed.
    """
    alike: defaultdict[frozenset[_Mark], list[Student]] = defaultdict(list)
    for student in students:
        marks = frozenset(_marks(student))
        if len(marks) >= LEAST_MODELS:
            alike[marks].append(student)
    sets = list(alike)
    by_mark: defaultdict[_Mark, list[int]] = defaultdict(list)
    for number, marks in enumerate(sets):
        for mark in marks:
            by_mark[mark].append(number)
    common: defaultdict[tuple[int, int], set[_Mark]] = defaultdict(set)
    for mark, numbers in by_mark.items():
        if len(numbers) <= _LARGEST_PAIRED:
            for pair in combinations(numbers, 2):
                common[pair].add(mark)
    joined = _Groups(len(sets))
    for (one, other), marks_of_pair in common.items():
        if len(marks_of_pair) >= LEAST_MODELS:
            joined.join(one, other)
    found = []
    for group in joined.groups():
        people = [student for number in group for student in alike[sets[number]]]
        if len(people) > 1:
            held = Counter(mark for number in group for mark in sets[number])
            least = min(2, len(group))  # of a single set everything is shared
            figures = tuple(sorted(mark for mark, count in held.items() if count >= least))
            found.append(Shared(tuple(people), figures))
    return sorted(found, key=lambda group: -len(group.students))


def _marks(student: Student) -> Iterable[_Mark]:
    for model, kinds in student.measured.items():
        accuracy, seconds = kinds.get("accuracy"), kinds.get("seconds")
        if accuracy and seconds:
            yield model, accuracy[-1], seconds[-1]


class _Groups:
    """Numbers from 0, joined into groups."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def join(self, one: int, other: int) -> None:
        self._parents[self._root(one)] = self._root(other)

    def groups(self) -> Iterable[Sequence[int]]:
        members: defaultdict[int, list[int]] = defaultdict(list)
        for number in range(len(self._parents)):
            members[self._root(number)].append(number)
        return members.values()
