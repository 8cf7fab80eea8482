"""A few sentences for the student, in Moodle's comment: the points, and where some were lost."""

from __future__ import annotations

from html import escape

from lenetlab.course.standings import Standing
from lenetlab.export.sheet import clean
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.titles import titles_of
from lenetlab.records import as_text

# By this a comment is known as one that was written here, and may be written anew.
BEGINNING = "Chấm tự động:"
TOTAL = "Chấm tự động: {points}/{most} điểm."
LOST = "Mất điểm ở: {items}."
LATE = "Đã trừ {points} điểm vì nộp muộn."
PAGE = "Lý do từng mục có trong trang nhận xét."


def summary(standing: Standing, assignment: Assignment) -> str:
    """The comment, in Vietnamese and as HTML."""
    verdict, titles = standing.verdict, titles_of(assignment)
    lost = [
        f"{titles.of(item.id, 'vi')} (−{_number(item.max_score - (item.score or 0))})"
        for item in verdict.items
        if (item.score or 0) < item.max_score
    ]
    parts = [TOTAL.format(points=_number(verdict.score), most=_number(verdict.max_score))]
    if lost:
        parts.append(LOST.format(items=", ".join(lost)))
    if standing.entry.penalty:
        parts.append(LATE.format(points=_number(standing.entry.penalty)))
    return escape(" ".join([*parts, PAGE] if lost else parts))


def is_ours(comment: str) -> bool:
    """Whether a comment was written here, and not by a person."""
    return clean(comment).removeprefix("<p>").startswith(BEGINNING)


def _number(points: float | None) -> str:
    return as_text(points).replace(".", ",")
