"""A class through nbgrader: generate and verify the release, grade submissions, write feedback.

All in this process through nbgrader's own API: its command lines cost two seconds each to start.
"""

from __future__ import annotations

import csv
import json
import logging
import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader, NbGraderAPI
from nbgrader.converters.base import NbGraderException
from nbgrader.plugins.export import CsvExportPlugin
from sqlalchemy.exc import SAWarning

from . import grading, intake, nbgrader_plugin
from .assignment import Assignment, load
from .restore import KEY, Flag

LEAKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")


class CourseError(Exception):
    """Something about the course that its instructor has to mend; the text says what."""


@dataclass
class Course:
    """A course directory: the one that holds ``nbgrader_config.py``."""

    root: Path
    name: str = "lenet"  # the assignment, and its one notebook
    overrides: dict[str, Any] = field(default_factory=dict)  # traits of Grade

    @property
    def master(self) -> Path:
        """The master notebook."""
        return self.root / "source" / self.name / f"{self.name}.ipynb"

    @property
    def release(self) -> Path:
        """The students' notebook."""
        return self.root / "release" / self.name / f"{self.name}.ipynb"

    def folder(self, step: str, student: str) -> Path:
        """``submitted``, ``autograded`` or ``feedback`` of one student."""
        return self.root / step / student / self.name


def find_root(start: Path) -> Path:
    """The course directory at or above ``start``.

    Raises:
        CourseError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "nbgrader_config.py").is_file() and (folder / "source").is_dir():
            return folder
    raise CourseError(
        f"{start} is not inside a course: no nbgrader_config.py with a source/ folder beside it. "
        "Go to the course folder, or name it with --course."
    )


def load_master(course: Course) -> Assignment:
    """The course's master notebook.

    Raises:
        CourseError: it is not there or not readable.
    """
    try:
        return load(course.master)
    except FileNotFoundError:
        raise CourseError(f"There is no master notebook {course.master}.") from None
    except Exception as error:
        raise CourseError(f"The master notebook {course.master} is not readable: {error}") from None


@contextmanager
def nbgrader_api(course: Course) -> Iterator[NbGraderAPI]:
    """nbgrader's API with the course's configuration, in the course's folder."""
    before, search_path = Path.cwd(), os.environ.get("PATH", "")
    os.chdir(course.root)
    # A new gradebook makes nbgrader call alembic, which is beside this Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), search_path])
    try:
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's way with its own tables
        NbGrader.clear_instance()
        app = NbGrader()
        # Quiet: what went wrong is reported from the log that the API captures.
        app.log_level = logging.CRITICAL
        app.load_config_file()
        app.config.Grade.merge(course.overrides)
        app.config.NbGrader.logfile = ".nbgrader.log"
        api = NbGraderAPI(config=app.config)
        api.log.setLevel(logging.INFO)
        api.log.propagate = False
        api.log.handlers.clear()
        api.log.addHandler(logging.NullHandler())
        yield api
    finally:
        os.chdir(before)
        os.environ["PATH"] = search_path


def _succeed(result: dict[str, Any], what: str) -> None:
    if not result["success"]:
        raise CourseError(f"{what} failed: {_reason(result)}")


def _reason(result: dict[str, Any]) -> str:
    """The exception behind what nbgrader's API logged, in one line."""
    text = f"{result.get('log') or ''}\n{result.get('error') or ''}"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # nbgrader closes with an exception of its own that only points back at the log.
    telling = [x for x in lines if _EXCEPTION.match(x) and "above traceback" not in x]
    return (telling or lines or ["no reason was given"])[-1]


_EXCEPTION = re.compile(r"([\w.]+(Error|Exception|Unavailable))(: |$)")


def generate_release(course: Course) -> Assignment:
    """Generate the students' version and verify that it gives nothing away.

    Raises:
        CourseError: nbgrader refused, or the release would leak.
    """
    assignment = load_master(course)
    with nbgrader_api(course) as api:
        _succeed(api.generate_assignment(course.name), "Generating the release")
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


@dataclass(frozen=True)
class Graded:
    """What came of one student's submission; ``skipped`` where nothing had changed."""

    student: str
    verdict: grading.Verdict
    skipped: bool = False


def students(course: Course) -> list[str]:
    """Everyone who has a folder for this assignment in ``submitted/``."""
    folder = course.root / "submitted"
    return sorted(p.parent.name for p in folder.glob(f"*/{course.name}") if p.is_dir())


def strays(course: Course) -> list[Flag]:
    """Notebooks in ``submitted/`` that are where no grading would find them."""
    submitted = course.root / "submitted"
    found = []
    for path in sorted(submitted.rglob("*.ipynb")):
        place = path.relative_to(submitted).parts
        if ".ipynb_checkpoints" not in place and (len(place) != 3 or place[1] != course.name):
            message = (
                f"{path.relative_to(course.root)} is not in submitted/<student>/{course.name}/"
            )
            found.append(Flag("stray-file", message, True))
    return found


def grade_class(
    course: Course, chosen: list[str], *, force: bool, feedback: bool
) -> Iterator[Graded]:
    """Grade the chosen students one by one; nobody's submission stops the others.

    Raises:
        CourseError: the course itself is not in order.
        SandboxUnavailable: submissions cannot be isolated here.
    """
    assignment = load_master(course)
    with (
        nbgrader_api(course) as api,
        Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook,
    ):
        released = any(known.name == course.name for known in gradebook.assignments)
    if not released:
        generate_release(course)
    with nbgrader_api(course) as api:
        marks = {"assignment": course.name, "notebook": course.name, "db_url": api.coursedir.db_url}
        try:
            nbgrader_plugin.refuse_stale_release(assignment, marks)
        except NbGraderException as reason:
            raise CourseError(str(reason)) from None
        nbgrader_plugin.shared_worker(api.config.Grade.get("sandbox", True)).start()
        for student in chosen:
            yield _grade_one(course, assignment, api, student, force, feedback)


def _grade_one(
    course: Course,
    assignment: Assignment,
    api: NbGraderAPI,
    student: str,
    force: bool,
    feedback: bool,
) -> Graded:
    submitted = course.folder("submitted", student) / f"{course.name}.ipynb"
    path = course.folder("autograded", student) / f"{course.name}.ipynb"
    graded = nbgrader_plugin.read_graded(path)
    problem = _unreadable(submitted)
    if problem is not None:
        return Graded(student, _rejected(student, problem, assignment, graded is not None))
    fingerprint = nbgrader_plugin.fingerprint(submitted, assignment)
    current = (
        graded is not None
        and graded.metadata[KEY].get("of") == fingerprint
        and _is_recorded(api, course, student)
    )
    if not current or force:
        result = api.autograde(course.name, student, force=True)
        graded = nbgrader_plugin.read_graded(path)
        if not result["success"] or graded is None:
            flag = Flag("grading-failed", _reason(result), True)
            return Graded(student, _rejected(student, flag, assignment, False))
    assert graded is not None
    verdict = grading.verdict(student, graded)
    verdict.flags.extend(_other_files(submitted))
    page = course.folder("feedback", student) / f"{course.name}.html"
    if feedback and not (page.exists() and page.stat().st_mtime >= path.stat().st_mtime):
        result = api.generate_feedback(course.name, student, force=True)
        if not result["success"]:
            verdict.flags.append(Flag("feedback-failed", _reason(result), True))
    if any(flag.review for flag in verdict.flags):
        verdict = replace(verdict, status="review")
    return Graded(student, verdict, skipped=current and not force)


def _is_recorded(api: NbGraderAPI, course: Course, student: str) -> bool:
    """Whether the gradebook has this student's submission; it may be newer than the files."""
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        try:
            gradebook.find_submission(course.name, student)
        except MissingEntry:
            return False
    return True


def _other_files(submitted: Path) -> list[Flag]:
    """What was handed in beside the notebook, and does not count."""
    others = [p for p in submitted.parent.iterdir() if p != submitted and p.is_file()]
    notebooks = sorted(p.name for p in others if p.suffix == ".ipynb")
    files = sorted(p.name for p in others if p.suffix not in (".ipynb", ".png", ".txt"))
    flags = []
    if notebooks:
        message = f"not graded: {', '.join(notebooks)}; is one of them the newer version?"
        flags.append(Flag("other-notebooks", message, True))
    if files:
        flags.append(
            Flag("other-files", f"not used: {', '.join(files)}; the notebook alone counts")
        )
    return flags


def _unreadable(submitted: Path) -> Flag | None:
    """Why the submission cannot be graded, None where it can."""
    if submitted.is_symlink() or submitted.parent.is_symlink():
        return Flag("not-a-file", f"{submitted.name} is a link, not a file", True)
    if not submitted.exists():
        others = sorted(p.name for p in submitted.parent.glob("*.ipynb"))
        hint = f"found {', '.join(others)}; rename it" if others else "the folder has no notebook"
        return Flag("not-found", f"no {submitted.name}: {hint}", True)
    try:
        intake.read(submitted)
    except intake.Rejected as reason:
        return Flag(reason.code, str(reason), True)
    return None


def _rejected(
    student: str, flag: Flag, assignment: Assignment, graded_before: bool
) -> grading.Verdict:
    flags = [flag]
    if graded_before:
        flags.append(Flag("earlier-grade", "the gradebook's grade is of an earlier version", True))
    return grading.Verdict(student, "rejected", 0.0, assignment.max_score, [], flags)


def write_review(course: Course, results: list[Graded], found: list[Flag]) -> Path | None:
    """Write ``review.csv``, what a person should look at; None and no file where there is nothing.

    Beside ``grades.csv``, in which a rejected submission is a bare 0 or an earlier grade.
    """
    target = course.root / "review.csv"
    rows = [
        (result.student, result.verdict.status, flag.code, flag.message)
        for result in results
        for flag in result.verdict.flags
        if flag.review
    ]
    rows += [("", "rejected", flag.code, flag.message) for flag in found]
    if not rows:
        target.unlink(missing_ok=True)
        return None
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("student_id", "status", "code", "message"), *rows])
    return target


def export_grades(course: Course) -> Path:
    """Write every grade in the gradebook to ``grades.csv``, as ``nbgrader export`` does."""
    target = course.root / "grades.csv"
    with (
        nbgrader_api(course) as api,
        Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook,
    ):
        plugin = CsvExportPlugin(config=api.config)
        plugin.to = str(target)
        plugin.export(gradebook)
    return target


def install_examples(course: Course, examples: Path) -> list[str]:
    """Put the demo class into ``submitted/``; returns its students.

    Raises:
        CourseError: there are no examples.
    """
    found = sorted(p.name for p in examples.glob("*") if (p / f"{course.name}.ipynb").is_file())
    if not found:
        raise CourseError(f"There are no example submissions in {examples}.")
    for student in found:
        folder = course.folder("submitted", student)
        folder.mkdir(parents=True, exist_ok=True)
        source, target = (
            examples / student / f"{course.name}.ipynb",
            folder / f"{course.name}.ipynb",
        )
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, target)
    return found
