"""A class through nbgrader: submissions graded one by one, feedback, grades, a review list."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.converters.base import NbGraderException
from nbgrader.plugins.export import CsvExportPlugin

from . import intake, nbgrader_plugin, verdicts
from .assignment import Assignment
from .course import Course, CourseError, load_master, nbgrader_api, reason
from .release import generate, refuse_stale
from .restore import KEY, Flag
from .verdicts import Verdict, rejected
from .worker import Worker


@dataclass(frozen=True)
class Graded:
    """What came of one student's submission; ``skipped`` where nothing had changed."""

    student: str
    verdict: Verdict
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
        generate(course)
    with nbgrader_api(course) as api:
        try:
            refuse_stale(assignment, course.name, course.name, api.coursedir.db_url)
        except NbGraderException as stale:
            raise CourseError(str(stale)) from None
        worker = nbgrader_plugin.shared_worker(api.config.Grade.get("sandbox", True))
        worker.opening = assignment.opening
        for student in chosen:
            yield _grade_one(course, assignment, api, worker, student, force, feedback)


def _grade_one(
    course: Course,
    assignment: Assignment,
    api: NbGraderAPI,
    worker: Worker,
    student: str,
    force: bool,
    feedback: bool,
) -> Graded:
    submitted = course.folder("submitted", student) / f"{course.name}.ipynb"
    path = course.folder("autograded", student) / f"{course.name}.ipynb"
    graded = verdicts.load_graded(path)
    problem = _unreadable(submitted)
    if problem is not None:
        flags = [problem]
        if graded is not None:
            earlier = "the gradebook's grade is of an earlier version"
            flags.append(Flag("earlier-grade", earlier, True))
        return Graded(student, rejected(student, assignment.max_score, *flags))
    fingerprint = nbgrader_plugin.fingerprint(submitted, assignment)
    current = (
        graded is not None
        and graded.metadata[KEY].get("of") == fingerprint
        and _is_recorded(api, course, student)
    )
    if not current or force:
        worker.start()  # outside of nbgrader, which would make one student's of everyone's problem
        result = api.autograde(course.name, student, force=True)
        graded = verdicts.load_graded(path)
        if not result["success"] or graded is None:
            flag = Flag("grading-failed", reason(result), True)
            return Graded(student, rejected(student, assignment.max_score, flag))
    assert graded is not None
    verdict = verdicts.read(student, graded)
    verdict.flags.extend(_other_files(submitted))
    page = course.folder("feedback", student) / f"{course.name}.html"
    if feedback and not (page.exists() and page.stat().st_mtime >= path.stat().st_mtime):
        result = api.generate_feedback(course.name, student, force=True)
        if not result["success"]:
            verdict.flags.append(Flag("feedback-failed", reason(result), True))
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
    except intake.Rejected as error:
        return Flag(error.code, str(error), True)
    return None


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
