"""The students' notebook: generated through nbgrader, proved to give nothing away, kept current."""

from __future__ import annotations

import ast
import copy
import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from lenetlab import grading
from lenetlab.checks.texts import UNJUDGED
from lenetlab.course import interrupts
from lenetlab.course.directory import Course, CourseError, load_master, nbgrader_api, reason
from lenetlab.notebook import receipt
from lenetlab.notebook.doubts import NO_MEASUREMENTS
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.names import python
from lenetlab.notebook.syntax import parse
from lenetlab.records import as_text
from lenetlab.sandbox.worker import Worker

_REGIONS = ("SOLUTION", "HIDDEN TESTS")
LEAKS = tuple(f"{edge} {what}" for what in _REGIONS for edge in ("BEGIN", "END"))
_MARKS = r"(?i)\b(?:BEGIN|END)[ _-]*(?:SOLUTIONS?|HIDDEN[ _-]*TESTS?)\b"


def generate(course: Course, worker: Worker) -> Assignment:
    """Generate the students' version; verify before that its checks are right, and after that it
    gives nothing away.

    Raises:
        CourseError: a check is wrong, nbgrader refused, or the release would leak.
        SandboxUnavailable: the notebooks cannot be graded isolated here.
    """  # fmt: skip
    assignment = load_master(course)
    wrong = [mistake.text for mistake in find_mistakes(assignment, worker)]
    if wrong:
        raise CourseError("\n  ".join(["Nothing was released, the master is wrong:", *wrong]))
    # Whole or not at all: nbgrader's API takes an interrupt for a failure.
    with interrupts.put_off(), _kept(course.release.parent), nbgrader_api(course) as api:
        result = api.generate_assignment(course.name)
        if not result["success"]:
            raise CourseError(f"Generating the release failed: {reason(result)}")
        leaks = find_leaks(course.release, assignment)
        if leaks:
            text = "Nothing was released, it would have leaked:\n  "
            raise CourseError(text + "\n  ".join(leaks))
    return assignment


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Put the folder back as it was where the block fails: an earlier release stays."""
    with tempfile.TemporaryDirectory() as safe:
        before = Path(safe) / folder.name
        if folder.exists():
            shutil.copytree(folder, before)
        try:
            yield
        except Exception:
            shutil.rmtree(folder, ignore_errors=True)
            if before.exists():
                shutil.copytree(before, folder)
            raise


@dataclass(frozen=True)
class Mistake:
    """A sentence on what is wrong; ``costly`` where students would lose points by it."""

    text: str
    costly: bool = False


def find_mistakes(assignment: Assignment, worker: Worker) -> list[Mistake]:
    """What in the master is wrong.

    The solved notebook must earn every item's points and the untouched one none, both without a
    word for a person; and the points must add up to what the text says.
    """
    found = [Mistake(text) for text in _malformed(assignment)]
    if found:
        return found  # such a notebook cannot be graded
    found = [Mistake(text) for text in receipt.mistakes(assignment)]
    for total in _stated_totals(assignment):
        if total != assignment.max_score:
            most = as_text(assignment.max_score)
            text = f"the text says {total:g} points, the test cells add up to {most}"
            found.append(Mistake(text))
    solved = nbformat.v4.new_notebook(cells=[copy.deepcopy(c.node) for c in assignment.cells])
    untouched = copy.deepcopy(solved)
    for node, cell in zip(untouched.cells, assignment.cells, strict=True):
        node.source = cell.release
    for name, notebook in (("solved", solved), ("untouched", untouched)):
        verdict = grading.check(name, notebook, assignment, worker)
        for flag in verdict.flags:
            if flag != grading.UNPROTECTED and flag.code != NO_MEASUREMENTS:
                text = f"the {name} notebook is {verdict.status}: {flag.code}: {flag.message}"
                found.append(Mistake(text))
        for item in verdict.items:
            deserved = item.max_score if name == "solved" else 0.0
            # Some answers can only be judged by measurements; the solved notebook was never run.
            unjudged = name == "solved" and UNJUDGED in item.message
            if item.score != deserved and not unjudged:
                text = (
                    f"cell {item.id}: the {name} notebook earns {as_text(item.score)} of "
                    f"{as_text(item.max_score)} points, not {as_text(deserved)}: {item.message}"
                )
                found.append(Mistake(text, costly=name == "solved"))
        if verdict.score is None:
            break  # the other one would say the same
    return found


def _malformed(assignment: Assignment) -> list[str]:
    """Cells that are no Python, and names that nbgrader would take for one cell."""
    found = []
    for cell in assignment.cells:
        for what, source in (("", cell.node.source), (" as released", cell.release)):
            try:
                if cell.is_code:
                    parse(python(source))
            except SyntaxError as error:
                kind = type(error).__name__
                found.append(f"cell {cell.id}{what}: {kind}: {error.msg}, line {error.lineno}")
        if cell.id.startswith("student-"):
            found.append(f"cell {cell.id}: an id that begins with student- is of a student's cell")
    if found:
        return found
    for cell in assignment.tests:
        for given in _points_in(cell.node.source):
            if given != cell.points:
                found.append(
                    f"cell {cell.id}: points={as_text(given)} in its check, "
                    f"{as_text(cell.points)} in nbgrader's marks"
                )
    for cell in assignment.cells:
        lines = [line.strip() for line in cell.node.source.splitlines() if re.search(_MARKS, line)]
        paired = all(
            lines[n : n + 2] in ([f"### BEGIN {what}", f"### END {what}"] for what in _REGIONS)
            for n in range(0, len(lines), 2)
        )
        if cell.is_code and not paired:
            found.append(f"cell {cell.id}: markers that are no pair: {', '.join(lines)}")
    names = Counter(cell.grade_id for cell in assignment.cells if cell.grade_id)
    twice = [name for name, count in names.items() if count > 1]
    found += [f"the grade_id {name} belongs to {names[name]} cells" for name in twice]
    return found


def _points_in(source: str) -> list[float]:
    """The values of keyword arguments called points: what a check gives for all it asks."""
    tree = parse(python(source))
    keywords = [node for node in ast.walk(tree) if isinstance(node, ast.keyword)]
    values = [keyword.value for keyword in keywords if keyword.arg == "points"]
    given = [value.value for value in values if isinstance(value, ast.Constant)]
    return [float(value) for value in given if isinstance(value, (int, float))]


def _stated_totals(assignment: Assignment) -> set[float]:
    """The totals that the text states: "thang 10" is Vietnamese for a scale of ten."""
    text = "\n".join(cell.node.source for cell in assignment.cells if not cell.is_code)
    stated = re.findall(r"\bthang(?: điểm)? (\d+(?:[.,]\d+)?)", text)
    return {float(number.replace(",", ".")) for number in stated}


def find_leaks(release: Path, assignment: Assignment) -> list[str]:
    """What students must not have in the notebook at ``release`` or beside it, a sentence each."""
    notebook = nbformat.read(release, as_version=4)
    text = release.read_text("utf-8")
    # As a person would misspell them, too: nbgrader leaves such a region in.
    found = [f"the marker {mark!r}" for mark in sorted(set(re.findall(_MARKS, text)))]
    if "lenetlab" in text:
        found.append("this package, which students do not have")
    remedy = "name it in c.CourseDirectory.ignore of nbgrader_config.py"
    found += [
        f"the lab's file {name}: {remedy}" for name in _given_away(release.parent, assignment)
    ]
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


def _given_away(folder: Path, assignment: Assignment) -> list[str]:
    """The lab's files that are in a folder of what students receive."""
    return [path.name for file in assignment.lab.files for path in folder.rglob(file.name)]


def refuse_stale(assignment: Assignment, name: str, notebook: str, db_url: str) -> None:
    """Compare the master with what the gradebook has of ``notebook`` of the assignment ``name``.

    The working folder is the course's.

    Raises:
        CourseError: the master has changed since the release was generated, or students have
            received the lab's files.
    """
    with Gradebook(db_url) as gradebook:
        try:
            known = gradebook.find_notebook(notebook, name)
        except MissingEntry:
            text = f"The release of {name} was never finished. Run 'lenetlab release'."
            raise CourseError(text) from None
        stored = {cell.name: cell.checksum for cell in known.source_cells}
    current = {c.grade_id: c.checksum for c in assignment.cells if c.grade_id}
    for cell in sorted(set(stored) | set(current)):
        if stored.get(cell) != current.get(cell):
            raise CourseError(
                f"source/{name} has changed since the release was generated "
                f"(cell {cell}). Run 'lenetlab release' again."
            )
    # nbgrader's own command asks nobody before it copies what is beside the master.
    given = _given_away(Path("release", name), assignment)
    if given:
        raise CourseError(
            f"release/{name} holds {', '.join(given)}, which students are not to have. "
            "Remove them, or run 'lenetlab release' again."
        )
