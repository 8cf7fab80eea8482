"""``lenetlab release``: the students' notebook."""

from __future__ import annotations

from lenetlab.cli.options import (
    AssignmentName,
    CourseFolder,
    NoSandbox,
    app,
    course_of,
    out,
    release_of,
)
from lenetlab.course import lock


@app.command()
def release(
    folder: CourseFolder = None, name: AssignmentName = None, no_sandbox: NoSandbox = False
) -> None:
    """Grade the solved notebook and the untouched one, then generate the students' notebook.

    Refused unless every item earns its points in the one and nothing in the other.
    """
    where = course_of(folder, name, not no_sandbox)
    with lock.changing(where.root, "release"):
        assignment = release_of(where)
    out.print(
        f"{where.release.relative_to(where.root)}: {len(assignment.cells)} cells, "
        f"{assignment.max_score:g} points, no solution and no hidden test in it.\n"
        "Graded: solved, every item earns full points (answers that only measurements can judge "
        "aside), and untouched none."
    )
