"""Where everyone of a class stands: the records, the gradebook and the files, brought together.

A score is the gradebook's wherever it has one, so that a score given by hand in the formgrader is
what the terminal's table, the CSV files and the feedback pages all show.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lenetlab import records
from lenetlab.course import walk
from lenetlab.course.directory import BAD_NAME, Course, assignments, is_student_name
from lenetlab.course.gradebook import Entry, Mark
from lenetlab.notebook import intake, verdicts
from lenetlab.notebook.master import Assignment
from lenetlab.records import (
    Flag,
    GradingFailed,
    Item,
    Record,
    Verdict,
    as_text,
    printable,
    rounded,
    ungraded,
)


@dataclass(frozen=True)
class Standing:
    """One student: the verdict with the gradebook's scores in it, and the gradebook's entry."""

    student: str
    verdict: Verdict
    entry: Entry


def students(course: Course) -> list[str]:
    """Everyone who has a folder for this assignment in ``submitted/``."""
    folder = course.root / "submitted"
    names = (p.parent.name for p in folder.glob(f"*/{course.name}") if p.is_dir())
    return sorted(filter(is_student_name, names))


def recorded(course: Course) -> list[str]:
    """Everyone of whom there is a record of an earlier run."""
    return [p.parent.name for p in (course.root / "autograded").glob(f"*/{course.name}.json")]


def latest_record(course: Course, student: str) -> Record | None:
    """What is known of the student's last grading, by whichever command it was done.

    The graded notebook decides: one that nbgrader's own commands have made since is read, and a
    record of a notebook that is gone counts for nothing.
    """
    path, notebook = course.record(student), course.notebook("autograded", student)
    record = records.load(path)
    if not notebook.exists():
        gone = record is None or record.verdict.status in ("graded", "review")
        return None if gone else record
    if record is not None and path.stat().st_mtime_ns >= notebook.stat().st_mtime_ns:
        return record
    try:
        record = verdicts.record(student, intake.read(notebook))
    except (intake.Rejected, GradingFailed):
        return None
    records.store(path, record)
    return record


def standing(
    course: Course, assignment: Assignment, student: str, record: Record | None, entry: Entry
) -> Standing:
    """Bring together what is known of one student."""
    verdict = record.verdict if record else ungraded(student, "waiting", assignment.max_score)
    flags = list(verdict.flags)
    submitted = course.notebook("submitted", student)
    if not submitted.parent.is_dir():
        text = f"nothing is handed in: there is no {submitted.parent.relative_to(course.root)}"
        verdict = replace(verdict, status="missing")
        # A roster's student who hands nothing in is in the table; a file that was there and is
        # gone is for a person.
        flags = [Flag("missing", text, entry.is_graded)]
    else:
        if record and record.of and record.of != assignment.fingerprint(submitted):
            text = "the submission or the master has changed since; grade again"
            flags.append(Flag("outdated", text, True))
        flags += _other_files(submitted)
    if not entry.is_graded and verdict.score is not None:
        text = "the gradebook has no scores; grade again"
        flags.append(Flag("not-in-gradebook", text, True))
    if entry.is_graded:
        if verdict.status not in ("graded", "review"):
            text = "the score is of a version that was graded before"
            flags.append(Flag("earlier-grade", text, True))
        verdict = _with_scores(verdict, assignment, entry)
        flags += _by_hand(entry)
    if verdict.status in ("graded", "review"):
        look = any(flag.review for flag in flags)
        verdict = replace(verdict, status="review" if look else "graded")
    verdict = replace(verdict, flags=tuple(flags), max_score=assignment.max_score)
    return Standing(student, verdict, entry)


def _with_scores(verdict: Verdict, assignment: Assignment, entry: Entry) -> Verdict:
    """The verdict with the gradebook's scores."""
    messages = {item.id: item.message for item in verdict.items}
    items = []
    for cell in assignment.tests:
        mark = entry.marks.get(cell.grade_id, Mark())
        message = messages.get(cell.grade_id, "")
        items.append(Item(cell.grade_id, mark.score, cell.points, message, mark.by_hand))
    total = sum(item.score or 0 for item in items) - entry.penalty
    return replace(verdict, items=tuple(items), score=rounded(max(0.0, total)))


def _by_hand(entry: Entry) -> list[Flag]:
    flags = []
    for name, mark in sorted(entry.marks.items()):
        if mark.by_hand:
            text = f"{name}: {as_text(mark.score)} was given by hand"
            text += f" (automatic: {as_text(mark.auto) or 'none'})"
            if mark.to_confirm:
                text += "; it stands although the submission was graded again since"
            flags.append(Flag("manual-score", text, mark.to_confirm))
    return flags


def _other_files(submitted: Path) -> list[Flag]:
    """What was handed in beside the notebook, and does not count."""
    links = walk.links(submitted.parent)
    unlike = {submitted, *links}
    others = [p for p in submitted.parent.iterdir() if p not in unlike and p.is_file()]
    notebooks = walk.named(p for p in others if p.suffix == ".ipynb")
    files = walk.named(p for p in others if p.suffix not in (".ipynb", ".png", ".txt"))
    flags = []
    if links:
        message = f"links and special files are not followed: {walk.named(links)}"
        flags.append(Flag("link", message, True))
    if notebooks:
        message = f"not graded: {notebooks}; is one of them the newer version?"
        flags.append(Flag("other-notebooks", message, True))
    if files:
        flags.append(Flag("other-files", f"not used: {files}; the notebook alone counts"))
    return flags


def strays(course: Course) -> list[Flag]:
    """What is in ``submitted/`` where no grading would find it, or under a name that is none."""
    submitted = course.root / "submitted"
    names = assignments(course.root)
    found = [
        Flag("bad-name", BAD_NAME.format(name=folder.name), True)
        for folder in sorted(p.parent for p in submitted.glob(f"*/{course.name}"))
        if not is_student_name(folder.name)
    ]
    for path in walk.notebooks(submitted):
        place = path.relative_to(submitted).parts
        if len(place) != 3 or place[1] not in names:
            file = path.relative_to(course.root)
            message = f"{file} is not in submitted/<student>/{course.name}/"
            found.append(Flag("stray-file", message, True))
    return found


# --- the CSV files --------------------------------------------------------------------------------

# As ``nbgrader export`` names them; then the status, and a column for each test.
_COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "status",
)  # fmt: skip


def write_grades(course: Course, assignment: Assignment, everyone: list[Standing]) -> Path:
    """Write the table of grades: one row a student; no score where nothing was graded."""
    items = [cell.grade_id for cell in assignment.tests]
    rows: list[tuple[object, ...]] = [(*_COLUMNS, *items)]
    for one in everyone:
        verdict, entry = one.verdict, one.entry
        scores = {item.id: item.score for item in verdict.items}
        graded = verdict.score is not None
        raw = sum(score or 0 for score in scores.values()) if graded else None
        rows.append((
            course.name, entry.duedate or "", entry.timestamp or "", one.student,
            entry.last_name, entry.first_name, entry.email,
            as_text(raw), as_text(entry.penalty if graded else None), as_text(verdict.score),
            as_text(assignment.max_score), verdict.status,
            *(as_text(scores.get(item)) for item in items),
        ))  # fmt: skip
    return _write(course.table("grades"), rows)


def write_review(course: Course, everyone: list[Standing], found: list[Flag]) -> Path | None:
    """Write the table of what a person should look at; None and no file where there is nothing.

    ``found`` are flags of files that are no student's.
    """
    target = course.table("review")
    rows: list[tuple[object, ...]] = [
        (one.student, one.verdict.status, flag.code, flag.message)
        for one in everyone
        for flag in one.verdict.flags
        if flag.review
    ]
    rows += [("", "rejected", flag.code, flag.message) for flag in found]
    if not rows:
        target.unlink(missing_ok=True)
        return None
    return _write(target, [("student_id", "status", "code", "message"), *rows])


def _write(target: Path, rows: Iterable[tuple[object, ...]]) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[printable(str(value)) for value in row] for row in rows])
    records.write_whole(target, text.getvalue())
    return target
