"""A course opened for grading: who is to be graded, and what becomes of each one's grading."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from lenetlab import records
from lenetlab.course import (
    backup,
    feedback,
    gradebook,
    handed_in,
    interrupts,
    lookup,
    page_writers,
    preprocessors,
    timestamps,
)
from lenetlab.course.booking import Booking
from lenetlab.course.directory import Course, CourseError, load_master
from lenetlab.course.gradebook import Entry
from lenetlab.course.job import Graded, Job
from lenetlab.course.release import find_mistakes, generate, refuse_stale
from lenetlab.course.standings import Standing, latest_record
from lenetlab.grading import verdict_of
from lenetlab.notebook import fingerprint, intake
from lenetlab.records import Flag, Record, ungraded
from lenetlab.sandbox.worker import Worker


class Classroom:
    """A course opened for grading; see :func:`lenetlab.course.run.grade_class`."""

    def __init__(self, course: Course, api: NbGraderAPI) -> None:
        """Release the assignment where that was never done.

        Raises:
            CourseError: the course is not in order.
        """
        self.course, self.api = course, api
        self.assignment = load_master(course)
        self.sandboxed: bool = api.config.Grade.get("sandbox", True)
        with self._gradebook() as book:
            released = gradebook.is_released(book, course.name)
            self._entries = gradebook.entries(book, course.name)
        self._entries_are_old = False  # whether enough has taken place to read them again
        self._is_trusted = not released  # whether the master's checks were looked at in this run
        if not released:
            self._release()
        refuse_stale(self.assignment, course.name, course.name, api.coursedir.db_url)
        self._is_backed_up = not released  # a new gradebook holds nothing
        self._booking: Booking | None = None
        self._unstored: dict[str, Record] = {}  # where the disk does not take a record

    def _release(self) -> None:
        generate(self.course, self.worker)

    @property
    def worker(self) -> Worker:
        """This process's first sandbox."""
        return preprocessors.shared_worker(self.assignment, self.sandboxed)

    @property
    def booking(self) -> Booking:
        """What enters the grades, opened when the first one is."""
        if self._booking is None:
            self._booking = Booking(self.api, self.course, self._back_up)
        return self._booking

    def job(self, student: str, *, force: bool) -> Job | None:
        """What is to be graded of a student; None where nothing is, or nothing can be.

        Raises:
            Rejected: there is no file that could be graded.
        """
        self._unstored.pop(student, None)
        if not force and self._is_current(student):
            return None
        job = self.submission(student)
        self._entries_are_old = True  # grading takes its time, and enters scores
        return job

    def submission(self, student: str) -> Job:
        """What the student has handed in.

        Raises:
            Rejected: there is no file that could be graded.
        """
        path = handed_in.find(self.course, student)
        if path is None:
            name = self.course.notebook("submitted", student).name
            raise intake.Rejected("not-found", f"no {name}: nothing is handed in")
        data = intake.load(path)
        return Job(student, data, fingerprint.of_data(data, self.assignment))

    def _is_current(self, student: str) -> bool:
        """Whether this submission is graded by this master; the files may outlive the gradebook."""
        record = latest_record(self.course, student)
        if record is None or record.verdict.status not in ("graded", "review"):
            return False
        of = handed_in.look(self.course, student).fingerprint(self.assignment)
        return record.of == of and self.has_grade(student)

    def has_grade(self, student: str) -> bool:
        """Whether the gradebook had scores of the student when it was read."""
        return self._entries.get(student, Entry()).is_graded

    def late_anew(self, student: str) -> bool:
        """Enter when a graded submission was handed in, where the gradebook has it otherwise.

        A time may be mended and a due date be given after the grading.
        """
        if self.is_in_time(student) or (
            self._is_timed(student) and not self.booking.rehearse(student, None)
        ):
            return False
        with interrupts.put_off():
            self._entries_are_old = True
            self.booking.enter_time(student)
        return self._entry(student) != self._entries.get(student, Entry())

    def is_in_time(self, student: str) -> bool:
        """Whether there is nothing to take off for being late, nor anything taken off."""
        entry = self._entries.get(student, Entry())
        return self._is_timed(student) and not entry.is_late and not entry.penalty

    def _is_timed(self, student: str) -> bool:
        """Whether the gradebook has it as the files do when it was handed in."""
        time = timestamps.read(self.course.folder("submitted", student))
        return time in (None, self._entries.get(student, Entry()).timestamp)

    def refuse_mistakes(self) -> None:
        """See that the checks do what they should, once, before anybody is graded by them.

        A release that nbgrader's own command made was never looked at.

        Raises:
            CourseError: a check would cost students points that they deserve. One that runs into
                an error costs nobody anything: each submission says so.
        """
        if not self._is_trusted:
            mistakes = find_mistakes(self.assignment, self.worker)
            costly = [mistake.text for mistake in mistakes if mistake.costly]
            if costly:
                raise CourseError("\n  ".join(["Nobody was graded, the master is wrong:", *costly]))

    def enter(self, graded: Graded) -> None:
        """Enter what was graded, whole.

        Raises:
            CourseError: the gradebook takes nothing.
        """
        with interrupts.put_off():
            self.booking.enter(graded)

    def failed(self, student: str, error: Exception) -> None:
        """Record why a submission was not graded; an earlier grade stands."""
        if isinstance(error, intake.Rejected):
            error = handed_in.told(self.course, student, error)
        verdict = verdict_of(error, student, self.assignment.max_score)
        of = handed_in.look(self.course, student).fingerprint(self.assignment)
        self._store(student, Record(verdict, of))

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

    def write_feedback(self, students: list[str], done: Callable[[str], None]) -> None:
        """Write the feedback pages that do not show what is known; whole ones, at any moment."""
        pages = feedback.Pages(self.course, self.assignment, self._latest())
        due = dict.fromkeys(student for student in students if pages.is_due(student))
        self._entries_are_old = bool(due)  # writing pages takes its time
        for student, record in page_writers.write(pages, [*due]):
            if record is not None:
                with interrupts.put_off():
                    self._store(student, record)
            done(student)
        for student in students:
            if student not in due:
                done(student)

    def standings(self) -> list[Standing]:
        """Where everyone stands: all who handed in, and all whom the gradebook knows."""
        return lookup.standings_of(self.course, self.assignment, self._latest(), self._unstored)

    def _latest(self) -> Mapping[str, Entry]:
        """What the gradebook has of everyone, read again where something took place since."""
        if self._entries_are_old:
            with self._gradebook() as book:
                self._entries = gradebook.entries(book, self.course.name)
            self._entries_are_old = False
        return self._entries

    def _entry(self, student: str) -> Entry:
        with self._gradebook() as book:
            found = gradebook.entries(book, self.course.name, student)
        return found.get(student, Entry())

    def _gradebook(self) -> Gradebook:
        return Gradebook(self.api.coursedir.db_url, self.api.coursedir.course_id)

    def _back_up(self) -> None:
        """Copy the gradebook, once, before this run changes it.

        Raises:
            CourseError: it cannot be copied.
        """
        if not self._is_backed_up:
            backup.back_up(self.api.coursedir.db_url, self.course.root)
            self._is_backed_up = True


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
