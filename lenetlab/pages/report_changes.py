"""Which scores have changed, and why: how many by cause, and the last ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from lenetlab.language import label
from lenetlab.pages.report_data import ClassData, Student

MOST = 100  # rows, the last ones


@dataclass(frozen=True)
class Row:
    """A change as the report shows it."""

    student: Student
    item: str
    old: float | None
    new: float | None
    cause: str
    at: datetime | None


@dataclass(frozen=True)
class Changes:
    """All changes counted, by cause and by student, and the last ones, the latest first."""

    n: int
    students: int
    causes: list[tuple[str, int]]
    rows: list[Row]


def changes(data: ClassData) -> Changes | None:
    """The changes of a class; None where no score has changed."""
    if not data.changes:
        return None
    titles = {item.id: str(item.title) for item in data.items}
    known = {student.id: student for student in data.students}
    shown = [change for change in data.changes if change.student in known]
    causes = Counter(_cause(change.cause) for change in data.changes)
    rows = [
        Row(
            known[change.student],
            titles.get(change.item, change.item) or label("late-penalty", "vi"),
            change.old,
            change.new,
            _cause(change.cause) + (f" ({change.person})" if change.person else ""),
            change.at,
        )
        for change in reversed(shown[-MOST:])
    ]
    return Changes(
        len(data.changes),
        len({change.student for change in data.changes}),
        causes.most_common(),
        rows,
    )


def _cause(cause: str) -> str:
    return ", ".join(label(part, "vi") for part in cause.split("+"))
