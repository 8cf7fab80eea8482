"""What a submission earned: read off a graded notebook, by nbgrader's own rule."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade

from lenetlab.notebook.handover import Handover
from lenetlab.records import Flag, GradingFailed, Item, Record, Verdict, rounded


def record(name: str, notebook: NotebookNode) -> Record:
    """Read the scores of a graded notebook, as nbgrader reads them.

    Raises:
        GradingFailed: its grading was never finished.
    """
    handover = Handover.load(notebook)
    if handover is None or not handover.graded:
        raise GradingFailed(Flag("not-graded", "the grading was never finished", True))
    items = []
    for cell in notebook.cells:
        if is_grade(cell):
            score, most = determine_grade(cell)
            test = cell.metadata.nbgrader.grade_id
            findings = tuple(handover.findings.get(test, ()))
            layers = tuple(handover.layers.get(test, ()))
            item = Item(test, float(score or 0), most, _message(cell), False, findings, layers)
            items.append(item)
    verdict = Verdict(
        file=name,
        status="review" if any(flag.review for flag in handover.flags) else "graded",
        score=rounded(sum(item.score or 0 for item in items)),
        max_score=rounded(sum(item.max_score for item in items)),
        items=tuple(items),
        flags=tuple(handover.flags),
        receipt=handover.receipt,
        receipt_printed=handover.receipt_printed,
    )
    return Record(verdict, handover.of, measured=handover.evidence, seconds=handover.seconds)


def _message(cell: NotebookNode) -> str:
    """What a test cell raised; what it printed where it raised nothing."""
    raised = [o.evalue for o in cell.outputs if o.output_type == "error"]
    parts = raised or [o.text for o in cell.outputs if o.output_type == "stream"]
    return "\n".join(part.strip() for part in parts if part.strip())
