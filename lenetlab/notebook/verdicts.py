"""What a submission earned: read off a graded notebook, by nbgrader's own rule."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from lenetlab.notebook import intake
from lenetlab.notebook.intake import KEY
from lenetlab.records import Flag, Item, Verdict, rounded


def is_graded(notebook: NotebookNode) -> bool:
    """Whether grading came to its end: nbgrader gives full points to a test without outputs."""
    return bool(notebook.metadata.get(KEY, {}).get("graded"))


def load_graded(path: Path) -> NotebookNode | None:
    """The graded notebook at ``path``; None where there is none, or its grading did not finish."""
    try:
        notebook = intake.read(path)
    except intake.Rejected:
        return None
    return notebook if is_graded(notebook) else None


def read(file: str, notebook: NotebookNode) -> Verdict:
    """Read the scores of a graded notebook, as nbgrader reads them.

    Raises:
        ValueError: its grading was never finished.
    """
    if not is_graded(notebook):
        raise ValueError(f"{file} is not a graded notebook")
    items = []
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            score, most = determine_grade(cell)
            items.append(
                Item(cell.metadata.nbgrader.grade_id, float(score or 0), most, _message(cell))
            )
    flags = tuple(Flag(**flag) for flag in notebook.metadata[KEY]["flags"])
    return Verdict(
        file=file,
        status="review" if any(flag.review for flag in flags) else "graded",
        score=rounded(sum(item.score or 0 for item in items)),
        max_score=rounded(sum(item.max_score for item in items)),
        items=tuple(items),
        flags=flags,
    )


def _message(cell: NotebookNode) -> str:
    """What a test cell printed or raised."""
    parts = [o.text if o.output_type == "stream" else o.get("evalue", "") for o in cell.outputs]
    return "\n".join(part.strip() for part in parts if part.strip())
