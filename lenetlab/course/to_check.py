"""The notebooks that ``lenetlab check`` is given, each with the assignment that it is of."""

from __future__ import annotations

from pathlib import Path

from lenetlab.course import directory, walk
from lenetlab.course.directory import CourseError
from lenetlab.notebook import intake
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.match import grade_id


def notebooks(files: list[Path]) -> list[Path]:
    """The files named, and in folders every notebook below that is not an editor's copy."""
    found: list[Path] = []
    for path in files:
        if path.is_dir():
            inside = walk.notebooks(path)
            if not inside:
                raise CourseError(f"There is no notebook in the folder {path}.")
            found += inside
        else:
            found.append(path)
    return found


def with_assignments(
    files: list[Path], root: Path, name: str | None
) -> list[tuple[Path, Assignment]]:
    """Each file with its assignment: the one called ``name``, the only one, or what the file tells.

    Raises:
        CourseError: there is no such assignment, or a file may be of several.
    """
    names = directory.assignments(root)
    if name is not None or len(names) < 2:
        names = [directory.choose(root, name)]
    known = {name: directory.load_master(directory.Course(root, name)) for name in names}
    only = names[0] if len(names) == 1 else None
    return [(path, known[only or _assignment_of(path, known)]) for path in files]


def _assignment_of(path: Path, known: dict[str, Assignment]) -> str:
    """Which of several assignments the notebook at ``path`` is of.

    By the file's name, else by the names of its cells.

    Raises:
        CourseError: they do not tell.
    """
    if path.stem in known:
        return path.stem
    try:
        notebook = intake.read_small(intake.load(path))
    except intake.Rejected:
        notebook = None
    marks = {grade_id(cell) for cell in notebook.cells} - {""} if notebook else set()
    common = {
        name: len(marks & {cell.grade_id for cell in assignment.cells})
        for name, assignment in known.items()
    }
    best = [name for name, count in common.items() if count == max(common.values())]
    if len(best) != 1:
        raise CourseError(
            f"{path} may be of any assignment of this course, {', '.join(known)}: say with "
            "--assignment which one is meant."
        )
    return best[0]
