"""What a submission earned: read off a graded notebook, by nbgrader's own rule."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from .restore import KEY, Flag


@dataclass(frozen=True)
class Item:
    """What one test cell earned, and what it said."""

    id: str
    score: float
    max_score: float
    message: str


@dataclass(frozen=True)
class Verdict:
    """The result for one file; ``status`` is ``graded``, ``review`` or ``rejected``."""

    file: str
    status: str
    score: float
    max_score: float
    items: list[Item] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The verdict as ``lenetlab check --json`` prints it."""
        data = asdict(self)
        data["flags"] = [{"code": f.code, "message": f.message} for f in self.flags]
        return data


def rejected(file: str, max_score: float, *flags: Flag) -> Verdict:
    """The verdict for a file that could not be graded; ``flags`` say why."""
    return Verdict(file, "rejected", 0.0, max_score, [], list(flags))


def is_graded(notebook: NotebookNode) -> bool:
    """Whether grading came to its end: to nbgrader, a test without outputs has full points."""
    return bool(notebook.metadata.get(KEY, {}).get("graded"))


def load_graded(path: Path) -> NotebookNode | None:
    """The graded notebook at ``path``; None where there is none, or its grading did not finish."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError):
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
    flags = [Flag(**flag) for flag in notebook.metadata[KEY]["flags"]]
    return Verdict(
        file=file,
        status="review" if any(flag.review for flag in flags) else "graded",
        # Sums of tenths are shown to people: 0.3 + 0.3 + 0.3 is 0.9.
        score=round(sum(item.score for item in items), 6),
        max_score=round(sum(item.max_score for item in items), 6),
        items=items,
        flags=flags,
    )


def _message(cell: NotebookNode) -> str:
    """What a test cell printed or raised."""
    parts = [o.text if o.output_type == "stream" else o.get("evalue", "") for o in cell.outputs]
    return "\n".join(part.strip() for part in parts if part.strip())
