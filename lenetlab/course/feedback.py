"""Feedback pages: what is known of a student brought together, for every road the same page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from nbconvert.exporters import Exporter
from nbgrader.api import Gradebook

from lenetlab.course import gradebook, standings, timestamps
from lenetlab.course.directory import Course, load_master
from lenetlab.course.gradebook import Entry
from lenetlab.files import write_whole
from lenetlab.notebook import intake, verdicts
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.titles import titles_of
from lenetlab.pages import feedback, feedback_measured
from lenetlab.records import Flag, GradingFailed, Record

FAILED = "feedback-failed"


def class_figures(course: Course) -> feedback_measured.Class:
    """What the class has measured with the right models, in every graded notebook.

    Of a model with findings a figure would say nothing about the assignment's.
    """
    found, titles = [], titles_of(load_master(course))
    for path in (course.root / "autograded").glob(f"*/{course.name}/{course.name}.ipynb"):
        with suppress(OSError, intake.Rejected, GradingFailed):
            student = path.parts[-3]
            record = standings.latest_record(course, student)
            if record is not None:
                graded = _graded(course, student, record)
                items = graded.verdict.items
                wrong = {titles.of(item.id, "vi").group for item in items if item.findings}
                found.append({m: kinds for m, kinds in graded.measured.items() if m not in wrong})
    return feedback_measured.class_of(found)


def _graded(course: Course, student: str, record: Record) -> Record:
    """What counts: ``record``, or what was graded before where that is of a file that was not.

    Raises:
        Rejected, GradingFailed: the graded notebook is none.
    """
    path = course.notebook("autograded", student)
    if record.verdict.score is None and path.exists():
        return verdicts.record(student, intake.read(path))
    return record


def page(
    course: Course,
    assignment: Assignment,
    student: str,
    record: Record,
    entry: Entry,
    everyone: feedback_measured.Class,
) -> str:
    """The page of one student, of whom ``record`` is the latest.

    Raises:
        Rejected, GradingFailed: the graded notebook is none.
    """
    path = course.notebook("autograded", student)
    graded, content = _graded(course, student, record), _content(path)
    verdict = graded.verdict
    if entry.is_graded:
        verdict = standings.with_scores(verdict, assignment, entry)
    handed_in = entry.timestamp
    if verdict.score is None:
        handed_in = timestamps.read(course.folder("submitted", student))
    seen = path if path.exists() else course.record(student)
    told = feedback.Feedback(
        assignment=course.name,
        student=student,
        verdict=verdict,
        last=record.verdict,
        name=entry.name,
        cells=content.get("cells", []),
        comments=entry.comments,
        measured=graded.measured,
        everyone=everyone,
        other_data=_handover(content).get("other_data") is True,
        penalty=entry.penalty,
        earlier=[(timestamps.local(a.handed_in or a.graded), a.score) for a in entry.earlier],
        handed_in=timestamps.local(handed_in),
        due=timestamps.local(entry.duedate),
        graded=datetime.fromtimestamp(seen.stat().st_mtime).astimezone() if seen.exists() else None,
    )
    return feedback.page(told, assignment)


def _content(path: Path) -> dict[str, Any]:
    """A graded notebook's JSON, empty where there is none: nbformat's reader takes longer."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any]) if path.exists() else {}
    except msgspec.DecodeError as error:
        raise intake.Rejected("not-json", f"{path.name}: {error}") from None


def _handover(content: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = content.get("metadata")
    found = metadata.get(intake.KEY) if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


@dataclass
class Pages:
    """The pages of a run: made when everyone is graded, so that the class's figures are known."""

    course: Course
    assignment: Assignment
    entries: Mapping[str, Entry]
    figures: feedback_measured.Class | None = None  # the class's, where they are known

    @cached_property
    def everyone(self) -> feedback_measured.Class:
        """The class's figures."""
        return self.figures or class_figures(self.course)

    def is_due(self, student: str) -> bool:
        """Whether a page does not show what is known of the student.

        The class's figures alone are no reason to write it again.
        """
        with suppress(OSError):  # what cannot be read is said when it is written
            record = standings.latest_record(self.course, student)
            if record is None:
                return False
            shown = _shown(record, self.entries.get(student, Entry()))
            return record.page != shown or not self.course.page(student).exists()
        return True

    def write(self, student: str) -> Record | None:
        """Write a page; the record to store, None where there is none that can be read."""
        try:
            record = standings.latest_record(self.course, student)
        except OSError:
            return None
        if record is None:
            return None
        entry = self.entries.get(student, Entry())
        shown, path = _shown(record, entry), self.course.page(student)
        kept = [flag for flag in record.verdict.flags if flag.code != FAILED]
        try:
            text = page(self.course, self.assignment, student, record, entry, self.everyone)
            write_whole(path, text)
        except Exception as error:  # a page that cannot be made costs nobody a grade
            shown = ""
            text = f"{type(error).__name__}: {error}"[:300]
            kept.append(Flag(FAILED, text, True))
        verdict = replace(record.verdict, flags=tuple(kept))
        return replace(record, verdict=verdict, page=shown)


def is_current(record: Record | None, entry: Entry) -> bool:
    """Whether a student's page shows what is known of the student, as far as the record says."""
    return record is None or record.page in ("", _shown(record, entry))


def _shown(record: Record, entry: Entry) -> str:
    """The same where a page would show the same of the student."""
    verdict = record.verdict
    codes = [flag.code for flag in verdict.flags if flag.code != FAILED]
    who = (entry.last_name, entry.first_name, entry.timestamp, entry.is_late and entry.duedate)
    seen = repr((record.of, verdict.status, codes, who, entry.fingerprint))
    return hashlib.sha256(seen.encode()).hexdigest()


class FeedbackExporter(Exporter):  # type: ignore[misc]
    """In place of nbconvert's HTML: the page that ``lenetlab grade`` writes, byte for byte."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_filename(
        self, filename: str, resources: dict[str, Any], **keywords: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a graded notebook; nbgrader's converters run in the course's root.

        Raises:
            GradingFailed: its grading was never finished.
        """
        marks = resources["nbgrader"]
        course, student = Course(Path.cwd(), marks["assignment"]), marks["student"]
        assignment = load_master(course)
        record = None
        with suppress(OSError):  # where no record can be written, the notebook has all of it
            record = standings.latest_record(course, student)
        if record is None:
            record = verdicts.record(student, intake.read(Path(filename)))
        with Gradebook(marks["db_url"], self.parent.coursedir.course_id) as book:
            entry = gradebook.entries(book, course.name, student).get(student, Entry())
        if not hasattr(self, "_everyone"):  # once for all notebooks of a run
            self._everyone = class_figures(course)
        text = page(course, assignment, student, record, entry, self._everyone)
        return text, resources | {"output_extension": self.file_extension}
