"""The students' notebook: generated through nbgrader, proved to give nothing away, kept current."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException

from .assignment import Assignment
from .course import Course, CourseError, load_master, nbgrader_api, succeed

LEAKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")


def generate(course: Course) -> Assignment:
    """Generate the students' version and verify that it gives nothing away.

    Raises:
        CourseError: nbgrader refused, or the release would leak.
    """
    assignment = load_master(course)
    with nbgrader_api(course) as api:
        succeed(api.generate_assignment(course.name), "Generating the release")
    leaks = find_leaks(course.release, assignment)
    if leaks:
        shutil.rmtree(course.release.parent)
        raise CourseError("The release was removed, it would have leaked:\n  " + "\n  ".join(leaks))
    return assignment


def find_leaks(release: Path, assignment: Assignment) -> list[str]:
    """Solutions, hidden tests or outputs in the notebook at ``release``, one sentence each."""
    notebook = nbformat.read(release, as_version=4)
    text = release.read_text("utf-8")
    found = [f"the marker {mark!r}" for mark in LEAKS if mark in text]
    for cell, master in zip(notebook.cells, assignment.cells, strict=True):
        if cell.get("outputs"):
            found.append(f"cell {master.id} carries outputs")
        if cell.source != master.release:
            found.append(f"cell {master.id} is not what the master releases")
    # Lines that only the master has; json.dumps writes them as the file does.
    public = {line.strip() for cell in assignment.cells for line in cell.release.splitlines()}
    for master in assignment.cells:
        for line in master.node.source.splitlines():
            secret = json.dumps(line.strip(), ensure_ascii=False)[1:-1]
            if len(secret) > 12 and line.strip() not in public and secret in text:
                found.append(f"cell {master.id}: {line.strip()!r}")
    return found


def refuse_stale(assignment: Assignment, name: str, notebook: str, db_url: str) -> None:
    """Compare the master with what the gradebook has of ``notebook`` of the assignment ``name``.

    Raises:
        NbGraderException: the master has changed since the release was generated.
    """
    with Gradebook(db_url) as gradebook:
        known = gradebook.find_notebook(notebook, name)
        stored = {cell.name: cell.checksum for cell in known.source_cells}
    current = {c.grade_id: c.checksum for c in assignment.cells if c.grade_id}
    for cell in sorted(set(stored) | set(current)):
        if stored.get(cell) != current.get(cell):
            raise NbGraderException(
                f"source/{name} has changed since the release was generated "
                f"(cell {cell}). Run 'lenetlab release' again."
            )
