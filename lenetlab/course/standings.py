"""Where everyone of a class stands: the records, the gradebook and the files, brought together.

A score is the gradebook's wherever it has one, so that a score given by hand in the formgrader is
what the terminal's table, the CSV files and the feedback pages all show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from unicodedata import normalize

from lenetlab import records
from lenetlab.course import commands, handed_in, results
from lenetlab.course.directory import Course
from lenetlab.course.gradebook import Entry, Mark
from lenetlab.files import read_json
from lenetlab.notebook import intake, verdicts
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.retraining import Retrained
from lenetlab.records import (
    Flag,
    GradingFailed,
    Item,
    Record,
    Verdict,
    as_text,
    rounded,
    ungraded,
)


@dataclass(frozen=True)
class Standing:
    """One student: the verdict with the gradebook's scores in it, and the gradebook's entry."""

    student: str
    verdict: Verdict
    entry: Entry
    record: Record | None = None  # of the last grading


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
        read = verdicts.record(student, intake.read(notebook))
    except (intake.Rejected, GradingFailed):
        return None
    # The page that is there shows what was known before; so nobody takes it for this one's.
    read = replace(read, page=record.page if record else "")
    records.store(path, read)
    return read


def standing(
    course: Course, assignment: Assignment, student: str, record: Record | None, entry: Entry
) -> Standing:
    """Bring together what is known of one student."""
    verdict = record.verdict if record else ungraded(student, "waiting", assignment.max_score)
    flags = list(verdict.flags)
    here = handed_in.look(course, student)
    if not here.is_there:
        folder = course.folder("submitted", student).relative_to(course.root)
        verdict = replace(verdict, status="missing")
        # A roster's student who hands nothing in is in the table; a file that was there and is
        # gone is for a person.
        text = f"nothing is handed in: there is no {folder}"
        flags = [Flag("missing", text, entry.is_graded)]
    else:
        of = here.fingerprint(assignment)
        if record and record.of and record.of != of:
            text = "the submission or the master has changed since; grade again"
            flags.append(Flag("outdated", text, True))
        flags += here.flags()
        trained = read_json(course.retrained(student), Retrained)
        if trained is not None and trained.of == of:
            flags += trained.flags
    if not entry.is_graded and verdict.score is not None:
        text = "the gradebook has no scores; grade again"
        flags.append(Flag("not-in-gradebook", text, True))
    if entry.is_graded:
        if verdict.status not in ("graded", "review"):
            text = "the score is of a version that was graded before"
            flags.append(Flag("earlier-grade", text, True))
        verdict = with_scores(verdict, assignment, entry)
        flags += _by_hand(entry)
    if verdict.status in ("graded", "review"):
        look = any(flag.review for flag in flags)
        verdict = replace(verdict, status="review" if look else "graded")
    verdict = replace(verdict, flags=tuple(flags), max_score=assignment.max_score)
    return Standing(student, verdict, entry, record)


def tell_twins(course: Course, everyone: list[Standing]) -> list[Standing]:
    """The same, with a word on students whose names a person would take for one."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for student in handed_in.folders(course):
        alike[normalize("NFC", student).casefold()].append(student)
    told = []
    for one in everyone:
        names = alike[normalize("NFC", one.student).casefold()]
        if one.student in names and len(names) > 1:
            place = Path("submitted", one.student)
            others = ", ".join(
                commands.word(Path("submitted", n)) for n in names if n != one.student
            )
            away = commands.move(
                place, Path("not-counted", normalize("NFC", one.student), course.name)
            )
            text = (
                f"{commands.word(place)} and {others} differ in capitals alone, or in how accents "
                f"are written; where they are one student's, this takes the first away: {away}"
            )
            flags = (*one.verdict.flags, Flag("twins", text, True))
            status = "review" if one.verdict.status == "graded" else one.verdict.status
            one = replace(one, verdict=replace(one.verdict, flags=flags, status=status))
        told.append(one)
    return told


def with_scores(verdict: Verdict, assignment: Assignment, entry: Entry) -> Verdict:
    """The verdict with the gradebook's scores."""
    known = {item.id: item for item in verdict.items}
    items = []
    for cell in assignment.tests:
        mark = entry.marks.get(cell.grade_id, Mark())
        item = known.get(cell.grade_id, Item(cell.grade_id, None, cell.points))
        if (item.score, item.max_score, item.by_hand) != (mark.score, cell.points, mark.by_hand):
            item = replace(item, score=mark.score, max_score=cell.points, by_hand=mark.by_hand)
        items.append(item)
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


# --- the CSV files --------------------------------------------------------------------------------

# As ``nbgrader export`` names them.
NBGRADERS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip


def about(assignment: str, one: Standing) -> tuple[object, ...]:
    """The first of nbgrader's columns, those before the scores: who it is, and when."""
    entry = one.entry
    when = (entry.duedate or "", entry.timestamp or "")
    return (assignment, *when, one.student, entry.last_name, entry.first_name, entry.email)


def write_grades(course: Course, assignment: Assignment, everyone: list[Standing]) -> Path:
    """Write the table of grades: one row a student; no score where nothing was graded.

    After nbgrader's columns stand the status, and a column for each test.
    """
    items = [cell.grade_id for cell in assignment.tests]
    rows: list[tuple[object, ...]] = [(*NBGRADERS, "status", *items)]
    for one in everyone:
        verdict, entry = one.verdict, one.entry
        scores = {item.id: item.score for item in verdict.items}
        graded = verdict.score is not None
        raw = sum(score or 0 for score in scores.values()) if graded else None
        rows.append((
            *about(course.name, one),
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
        results.remove(target)
        return None
    return _write(target, [("student_id", "status", "code", "message"), *rows])


def _write(target: Path, rows: Iterable[tuple[object, ...]]) -> Path:
    return results.write(target, records.as_csv(rows))
