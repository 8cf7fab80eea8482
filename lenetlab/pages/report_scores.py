"""Scores: how many stand where, their distribution, the success of each item, who earned what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from lenetlab.pages.report_data import ClassData, GradedItem, Student
from lenetlab.pages.report_numbers import NONE, Spread, number, spread
from lenetlab.records import Item, Status

# What is counted at the top: the word, what it means, and the look.
STATES: dict[Status, tuple[str, str, str]] = {
    "graded": ("đã chấm", "có đủ điểm, không cần ai xem", "good"),
    "review": ("cần xem lại", "đã có điểm, nên có người xem", "part"),
    "rejected": ("không chấm được file", "file nộp lên không phải notebook chấm được", "bad"),
    "failed": ("lỗi khi chấm", "lỗi của máy chấm hay ô kiểm tra, không phải của sinh viên", "bad"),
    "interrupted": ("bị dừng giữa chừng", "lần chấm sau sẽ tiếp tục", "part"),
    "waiting": ("chờ chấm", "đã nộp, chưa chấm", "soft"),
    "missing": ("chưa nộp", "có trong danh sách, chưa nộp gì", "soft"),
}
_FEW = 30  # scores; fewer are shown in wider columns
_MOST_COLUMNS = 20


@dataclass(frozen=True)
class State:
    """How many students are in one state."""

    word: str
    meaning: str
    look: str
    n: int


def states(data: ClassData) -> list[State]:
    """The states that somebody is in; the first two always."""
    counted = Counter(one.verdict.status for one in data.students)
    always = ("graded", "review")
    return [
        State(*words, counted[status])
        for status, words in STATES.items()
        if counted[status] or status in always
    ]


@dataclass(frozen=True)
class Column:
    """A column of a histogram: from ``least`` to below ``most``; the last one includes it."""

    least: float
    most: float
    n: int


@dataclass(frozen=True)
class Scores:
    """The scores of a class."""

    spread: Spread
    columns: list[Column]
    full: int  # students with all points
    zero: int


def scores(data: ClassData) -> Scores | None:
    """The distribution of the scores; None where nobody has one."""
    found = [one.verdict.score for one in data.scored if one.verdict.score is not None]
    spread_out = spread(found)
    if spread_out is None:
        return None
    top = max([data.max_score, *found]) or 1.0
    wide = _MOST_COLUMNS if len(found) >= _FEW else _MOST_COLUMNS // 2
    full = sum(score >= data.max_score for score in found)
    return Scores(spread_out, columns(found, 0.0, top, wide), full, sum(s == 0 for s in found))


def columns(figures: Sequence[float], least: float, most: float, number_of: int) -> list[Column]:
    """The figures counted in so many columns of equal width, which begin at their own edge."""
    width = (most - least) / number_of or 1.0
    # Scores lie on the edges: 0.3 / 0.1 must not fall short of 3.
    counted = Counter(
        min(max(int((figure - least) / width + 1e-9), 0), number_of - 1) for figure in figures
    )
    return [
        Column(least + place * width, least + (place + 1) * width, counted[place])
        for place in range(number_of)
    ]


@dataclass(frozen=True)
class Success:
    """What the class earned in one item; ``n`` students were graded in it."""

    item: GradedItem
    n: int
    earned: float  # of all points that there were, 0 to 1
    full: int
    zero: int

    @property
    def partly(self) -> int:
        """Students with some of the points."""
        return self.n - self.full - self.zero


def successes(data: ClassData) -> list[tuple[str, list[Success]]]:
    """The items by their group, in the assignment's order."""
    earned: dict[str, list[float]] = {item.id: [] for item in data.items}
    for one in data.scored:
        for item in one.verdict.items:
            if item.score is not None and item.id in earned:
                earned[item.id].append(item.score)
    found = [_success(item, earned[item.id]) for item in data.items if earned[item.id]]
    grouped = groupby(found, key=lambda success: success.item.title.group)
    return [(group, list(members)) for group, members in grouped]


def _success(item: GradedItem, points: list[float]) -> Success:
    full = sum(score >= item.points for score in points)
    zero = sum(score <= 0 < item.points for score in points)
    most = item.points * len(points)
    return Success(item, len(points), sum(points) / most if most else 1.0, full, zero)


@dataclass(frozen=True)
class Row:
    """A student's line of the table of everyone; a cell is a look and a text."""

    student: Student
    status: str
    total: str
    cells: list[tuple[str, str]]


def rows(data: ClassData) -> list[Row]:
    """Everyone, by name: who earned what in which item."""
    in_order = sorted(data.students, key=lambda one: (one.shown.casefold(), one.id))
    return [
        Row(
            student=one,
            status=STATES[one.verdict.status][0],
            total=number(one.verdict.score),
            cells=_cells(one, data),
        )
        for one in in_order
    ]


def _cells(one: Student, data: ClassData) -> list[tuple[str, str]]:
    known = {item.id: item for item in one.verdict.items} if one.is_scored else {}
    return [_cell(known.get(item.id), item.points) for item in data.items]


def _cell(item: Item | None, most: float) -> tuple[str, str]:
    if item is None or item.score is None:
        return "n", NONE
    look = "" if item.score >= most else "z" if item.score <= 0 else "p"
    return look, number(item.score) + (" ✎" if item.by_hand else "")
