"""A student's feedback page: who, how many points, why some are lost, and what to do next.

A function of what is known of one submission. It reads no file and asks no clock, so that every
road makes the same page of the same data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lenetlab.notebook.master import Assignment
from lenetlab.notebook.measurements import Measured
from lenetlab.notebook.outputs import joined
from lenetlab.notebook.titles import titles_of
from lenetlab.pages import feedback_cards, feedback_measured, notebook_view
from lenetlab.pages.feedback_again import trouble
from lenetlab.pages.feedback_measured import Class
from lenetlab.pages.templating import render
from lenetlab.records import Verdict

MOST = 78_000  # bytes of a page, without its pictures
LEAST_NOTEBOOK = 8_000  # bytes for the notebook, whatever else there is
# Fields of layers that deviate and are no arguments in Keras, by their names in findings.
FIELDS = {
    "missing": "thiếu", "extra": "thừa", "type": "loại lớp", "shape": "dạng của dữ liệu vào",
    "chain": "cách nối", "shared": "trọng số dùng chung",
    "activation_layer": "activation tách thành lớp riêng",
}  # fmt: skip
_STYLES = ["base.css", "feedback.css"]


@dataclass(frozen=True)
class Feedback:
    """What a page shows of one student.

    ``verdict`` has the gradebook's scores; its score is None where nothing is graded. ``last`` is
    the verdict on the file that was handed in last, another one where that could not be graded.
    ``cells`` are the graded notebook's, ``comments`` a person's by grade id; times are of a zone.
    """

    assignment: str
    student: str
    verdict: Verdict
    last: Verdict
    name: str = ""
    cells: Sequence[Any] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    measured: Measured = field(default_factory=dict)
    everyone: Class = field(default_factory=Class)
    other_data: bool = False  # measured on other data than the reference runs were
    penalty: float = 0.0  # points, for being late
    earlier: Sequence[tuple[datetime | None, float | None]] = ()  # attempts, and their scores
    handed_in: datetime | None = None
    due: datetime | None = None
    graded: datetime | None = None


def page(told: Feedback, assignment: Assignment) -> str:
    """The page of a student, at most :data:`MOST` bytes besides pictures."""
    titles = titles_of(assignment)
    items = told.verdict.items
    sources = _sources(told.cells, assignment)
    cards = feedback_cards.cards(items, assignment, titles, sources, told.comments)
    lab = assignment.lab
    data: dict[str, Any] = {
        "told": told,
        "title": title_of(assignment),
        "trouble": trouble(told.last),
        "is_graded": told.verdict.score is not None,
        "is_late": bool(told.handed_in and told.due and told.handed_in > told.due),
        "cards": cards,
        "remarks": feedback_cards.remarks(cards, assignment, titles, told.comments),
        "grid": feedback_cards.grid(items, titles) if items else None,
        "tables": feedback_measured.tables(told.measured, lab.reference_runs, told.everyone),
        "fields": FIELDS,
        "runs": len(lab.reference_runs),
    }
    names = {
        cell.id: feedback_cards.title_of(cell, assignment, titles)
        for cell in assignment.cells
        if cell.role in ("test", "solution")
    }
    by_cell = {
        cell.id: told.comments[cell.grade_id]
        for cell in assignment.cells
        if cell.grade_id in told.comments
    }
    bare = render("feedback.html", styles=_STYLES, parts=[], whole=True, **data)
    # Comments stand once more in the notebook.
    room = MOST - len(bare.encode()) - sum(len(text.encode()) + 200 for text in by_cell.values())
    parts, whole = notebook_view.shown(told.cells, assignment, max(room, LEAST_NOTEBOOK))
    if not parts:
        return bare
    extra: dict[str, Any] = {"names": names, "by_cell": by_cell}
    return render("feedback.html", styles=_STYLES, parts=parts, whole=whole, **extra, **data)


def title_of(assignment: Assignment) -> str:
    """What the assignment is called: the first heading of its notebook, empty where it has none."""
    texts = (cell.node.source for cell in assignment.cells if cell.node.cell_type == "markdown")
    return next((found for text in texts for found in notebook_view.headings(text)), "")


def _sources(cells: Sequence[Any], assignment: Assignment) -> dict[str, str]:
    """The code that is the student's own, by the ids of its cells."""
    return {
        str(cell.get("id")): joined(cell.get("source"))
        for cell in cells
        if isinstance(cell, dict)
        and cell.get("cell_type") == "code"
        and not notebook_view.is_given(cell, assignment)
    }
