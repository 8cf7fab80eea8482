"""A few sentences for the student, in Moodle's comment: the points, and where some were lost."""

from __future__ import annotations

import re
from html import escape, unescape

from lenetlab.course.standings import Standing
from lenetlab.export.sheet import clean
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.titles import titles_of
from lenetlab.records import as_text

TOTAL = "Chấm tự động: {points}/{most} điểm."
LOST = "Mất điểm ở: {items}."
LATE = "Đã trừ {points} điểm vì nộp muộn."
PAGE = "Lý do từng mục có trong trang nhận xét."
# What is known as written here, and may be written anew; Moodle's editor makes a paragraph of it.
_NUMBER = r"[\d,]+"
_OURS = re.compile(
    r"(<p[^>]*>)?"
    + TOTAL.format(points=_NUMBER, most=_NUMBER)
    + f"( {LOST.format(items=r'[^<]*')})?( {LATE.format(points=_NUMBER)})?( {PAGE})?"
    + r"(</p>)?"
)


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
    """Whether a comment was written here, all of it, and not by a person."""
    return _OURS.fullmatch(unescape(clean(comment))) is not None


def _number(points: float | None) -> str:
    return as_text(points).replace(".", ",")
