"""The notebooks that ``lenetlab check`` is given, each with the assignment that it is of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from lenetlab.course import directory, handed_in, walk
from lenetlab.course.directory import CourseError
from lenetlab.notebook import intake
from lenetlab.notebook.master import Assignment

# Endings of what is handed in in place of a notebook, and is no data beside one.
_INSTEAD = (
    ".txt", ".json", ".py", ".html", ".htm", ".pdf", ".doc", ".docx", ".odt", ".url", ".gdoc",
    ".zip", ".rar", ".7z", ".gz", ".tar", ".part", ".crdownload",
)  # fmt: skip


def notebooks(files: list[Path]) -> list[Path]:
    """The files named, and of folders what is in them: see :func:`_inside`."""
    found: list[Path] = []
    for path in files:
        if path.is_dir():
            inside = _inside(path)
            if not inside:
                raise CourseError(f"There is no notebook in the folder {path}.")
            found += inside
        else:
            found.append(path)
    return found


def _inside(folder: Path) -> list[Path]:
    """Every notebook below that is not an editor's copy; where there is none, what stands for it.

    A subfolder is a student's: one that holds no notebook is said to hold something else.
    """
    found = walk.notebooks(folder)
    parts = {path.relative_to(folder).parts[0] for path in found}
    others = [
        path
        for path in walk.files(folder)
        if path.suffix.casefold() in _INSTEAD and not walk.is_copy(path, folder)
        if path.name not in handed_in.MARKS
        if path.parent != folder or not found
        if path.relative_to(folder).parts[0] not in parts
    ]
    return found + others


def assignments(root: Path, name: str | None) -> dict[str, Assignment]:
    """The assignments that a file may be of, by name: the one called ``name``, or all there are.

    Raises:
        CourseError: there is no such assignment, or none at all.
    """
    names = directory.assignments(root)
    if name is not None or len(names) < 2:
        names = [directory.choose(root, name)]
    return {name: directory.load_master(directory.Course(root, name)) for name in names}


def assignment_of(
    path: Path, known: dict[str, Assignment], read: Callable[[Path], NotebookNode]
) -> Assignment:
    """Which of the assignments the notebook at ``path`` is of.

    By the file's name, else by the names of its cells, for which the file is ``read``.

    Raises:
        Rejected: they do not tell, or the file is no notebook.
    """
    if path.stem in known or len(known) == 1:
        return known.get(path.stem) or next(iter(known.values()))
    marks = {intake.grade_id(cell) for cell in read(path).cells} - {""}
    common = {
        name: len(marks & {cell.grade_id for cell in assignment.cells})
        for name, assignment in known.items()
    }
    best = [name for name, count in common.items() if count == max(common.values())]
    if len(best) != 1:
        raise intake.Rejected(
            "which-assignment",
            f"this may be of any assignment of the course, {', '.join(known)}: say with "
            "--assignment which one is meant",
        )
    return known[best[0]]
