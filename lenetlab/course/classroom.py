"""A class: submissions graded one by one, each one's outcome recorded, feedback pages written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from lenetlab import records
from lenetlab.boxes.client import read
from lenetlab.course import (
    commands,
    feedback,
    gradebook,
    handed_in,
    interrupts,
    lookup,
    preprocessors,
    timestamps,
)
from lenetlab.course.booking import Pipeline
from lenetlab.course.directory import Course, CourseError, load_master, nbgrader_api
from lenetlab.course.gradebook import Entry
from lenetlab.course.release import find_mistakes, generate, refuse_stale
from lenetlab.course.standings import Standing, latest_record
from lenetlab.grading import verdict_of
from lenetlab.notebook import intake, verdicts
from lenetlab.notebook.master import Assignment
from lenetlab.records import Flag, Record, printable_name, ungraded
from lenetlab.sandbox.confine import SandboxUnavailable
from lenetlab.sandbox.worker import Worker


@dataclass(frozen=True)
class Graded:
    """What came of a run: where everyone of the class stands, and whether it was stopped."""

    assignment: Assignment
    standings: list[Standing]
    unchanged: set[str]  # students whom there was no need to grade
    stopped: bool


class Classroom:
    """A course opened for grading; see :func:`grade_class`."""

    def __init__(self, course: Course, api: NbGraderAPI) -> None:
        """Release the assignment where that was never done, and start the sandbox."""
        self.course, self.api = course, api
        self.assignment = load_master(course)
        sandboxed = api.config.Grade.get("sandbox", True)
        self._worker = preprocessors.shared_worker(self.assignment, sandboxed)
        with self._gradebook() as book:
            released = any(known.name == course.name for known in book.assignments)
        self._is_trusted = not released  # whether the master's checks were looked at in this run
        if not released:
            generate(course, self._worker)
        refuse_stale(self.assignment, course.name, course.name, api.coursedir.db_url)
        self._pipeline = Pipeline(api, course)
        self._unstored: dict[str, Record] = {}  # where the disk does not take a record

    def grade(self, student: str, *, force: bool) -> bool:
        """Grade one submission and record what came of it; returns whether that was needed."""
        self._unstored.pop(student, None)
        of = handed_in.fingerprint(self.course, student, self.assignment)
        record = latest_record(self.course, student)
        if not force and record and self._is_current(student, record, of):
            return self._is_late_anew(student)
        self._refuse_mistakes()
        try:
            graded = self._pipeline.grade(student, _read(self.course, student, self._worker))
            record = verdicts.record(student, graded)
            with interrupts.put_off():
                self._pipeline.book(student, graded)
                self._store(student, record)
        except SandboxUnavailable:
            raise
        except Exception as error:
            self._store(student, Record(verdict_of(error, student, self.assignment.max_score), of))
        return True

    def _is_current(self, student: str, record: Record, of: str) -> bool:
        """Whether this submission is graded by this master; the files may outlive the gradebook."""
        graded = record.verdict.status in ("graded", "review") and record.of == of
        return graded and self._entry(student).is_graded

    def _is_late_anew(self, student: str) -> bool:
        """Enter when a graded submission was handed in, where the gradebook has it otherwise.

        A time may be mended and a due date be given after the grading.
        """
        time = timestamps.read(self.course.folder("submitted", student))
        before = self._entry(student)
        if time in (None, before.timestamp) and before.is_late == (before.penalty > 0):
            return False
        with interrupts.put_off():
            self._pipeline.book_time(student)
        return self._entry(student) != before

    def _refuse_mistakes(self) -> None:
        """See that the checks do what they should, once, before anybody is graded by them.

        A release that nbgrader's own command made was never looked at.

        Raises:
            CourseError: a check would cost students points that they deserve. One that runs into
                an error costs nobody anything: each submission says so.
        """
        if not self._is_trusted:
            mistakes = find_mistakes(self.assignment, self._worker)
            costly = [mistake.text for mistake in mistakes if mistake.costly]
            if costly:
                raise CourseError("\n  ".join(["Nobody was graded, the master is wrong:", *costly]))
            self._is_trusted = True

    def interrupted(self, student: str) -> None:
        """Record that the run ended before this student's turn, where nothing else is known."""
        if latest_record(self.course, student) is None:
            text = "the run was stopped before this was graded; the next one goes on"
            flag = Flag("interrupted", text, True)
            verdict = ungraded(student, "interrupted", self.assignment.max_score, flag)
            self._store(student, Record(verdict))

    def _store(self, student: str, record: Record) -> None:
        try:
            records.store(self.course.record(student), record)
        except OSError as error:
            flag = Flag("not-recorded", f"{error.strerror}: {error.filename}", True)
            verdict = replace(record.verdict, flags=(*record.verdict.flags, flag))
            self._unstored[student] = replace(record, verdict=verdict)

    def write_feedback(self, students: list[str]) -> None:
        """Write the feedback pages that do not show what is known; whole ones, at any moment."""
        with self._gradebook() as book:
            entries = gradebook.entries(book, self.course.name)
        everyone = feedback.class_figures(self.course)
        pages = feedback.Pages(self.course, self.assignment, entries, everyone)
        for student in students:
            with suppress(OSError), interrupts.put_off():
                record = pages.write(student)
                if record is not None:
                    self._store(student, record)

    def standings(self) -> list[Standing]:
        """Where everyone stands: all who handed in, and all whom the gradebook knows."""
        with self._gradebook() as book:
            return lookup.standings_of(self.course, self.assignment, book, self._unstored)

    def _entry(self, student: str) -> Entry:
        with self._gradebook() as book:
            found = gradebook.entries(book, self.course.name, student)
        return found.get(student, Entry())

    def _gradebook(self) -> Gradebook:
        return Gradebook(self.api.coursedir.db_url, self.api.coursedir.course_id)


def grade_class(
    course: Course,
    chosen: list[str],
    *,
    force: bool,
    pages: bool,
    done: Callable[[str], None],
) -> Graded:
    """Grade the chosen students one by one; nobody's submission stops the others.

    ``pages`` says whether feedback is written, when all are graded; ``done`` is called after each
    grading, with the student.

    Raises:
        CourseError: the course itself is not in order.
        SandboxUnavailable: submissions cannot be isolated here.
    """
    with nbgrader_api(course) as api:
        room = Classroom(course, api)
        left, unchanged, stopped = list(chosen), set(), False
        try:
            for student in chosen:
                with suppress(OSError):  # what cannot be read or written is that student's row
                    if not room.grade(student, force=force):
                        unchanged.add(student)
                left.remove(student)
                done(student)
            if pages:
                room.write_feedback(chosen)
        except KeyboardInterrupt:
            interrupts.ignore()
            stopped = True
            for student in left:
                with suppress(OSError):
                    room.interrupted(student)
        return Graded(room.assignment, room.standings(), unchanged, stopped=stopped)


def _read(course: Course, student: str, worker: Worker) -> NotebookNode:
    """The notebook that was handed in.

    Raises:
        Rejected: there is none that could be graded.
        GradingFailed: the sandbox was at fault.
    """
    wanted, path = course.notebook("submitted", student), handed_in.find(course, student)
    if path is None:
        raise intake.Rejected("not-found", f"no {wanted.name}: nothing is handed in")
    try:
        return read(path, worker)
    except intake.Rejected as reason:
        text = str(reason) if path == wanted else f"{printable_name(path.name)}: {reason}"
        if reason.code == "archive" and not any(wanted.parent.glob("unpacked*")):  # links, too
            archive, folder = (p.relative_to(course.root) for p in (path, wanted.parent))
            text += f"; or: {commands.unpack(archive, folder / 'unpacked')}"
        raise intake.Rejected(reason.code, text) from None


def install_examples(course: Course, examples: Path) -> list[str]:
    """Put the demo class into ``submitted/``; returns its students.

    Raises:
        CourseError: there are no examples.
    """
    found = sorted(p.name for p in examples.glob("*") if (p / f"{course.name}.ipynb").is_file())
    if not found:
        raise CourseError(f"There are no example submissions in {examples}.")
    for student in found:
        target = course.notebook("submitted", student)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(examples / student / target.name, target)
    return found
