"""A class graded: submissions side by side, entered one by one, then everyone's feedback page.

One thread, this one, reads the course's folders and writes to them and to the gradebook. What takes
long, grading, is a pool's. As many submissions are in memory as the pool grades at once, and a few.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass

from lenetlab.course import interrupts
from lenetlab.course.classroom import Classroom
from lenetlab.course.directory import Course, CourseError, nbgrader_api
from lenetlab.course.job import Graded, Grader, Job, Training
from lenetlab.course.pool import LocalPool, Pool, side_by_side
from lenetlab.course.standings import Standing
from lenetlab.notebook.master import Assignment
from lenetlab.sandbox.confine import SandboxUnavailable


@dataclass(frozen=True)
class Result:
    """What came of a run: where everyone of the class stands, and whether it was stopped."""

    assignment: Assignment
    standings: list[Standing]
    unchanged: set[str]  # students whom there was no need to grade
    stopped: bool


class Watcher:
    """Is told how a run goes on; this one does nothing of it."""

    def graded(self, student: str, *, review: bool) -> None:
        """A student's turn is over; ``review`` where a person should look."""

    def paged(self, student: str) -> None:
        """A student's page is as it should be."""


OpenPool = Callable[[Classroom], Pool]


def local(slots: int, training: Training | None = None) -> OpenPool:
    """Grade on this machine, or train again: ``slots`` submissions at once.

    Training has no use for the course's first worker, which has the lab's few images.
    """

    def opened(room: Classroom) -> Pool:
        grader = Grader(
            room.assignment, room.course.name, room.api.config, room.sandboxed, training
        )
        if training is not None:
            return LocalPool(grader, slots)
        graders = LocalPool(grader, slots, room.worker)
        for _ in range(slots - 1):  # one is there
            graders.warm()
        return graders

    return opened


def cluster(address: str, training: Training | None = None) -> OpenPool:
    """Grade, or train again, on the workers of the Dask scheduler at ``address``.

    Raises:
        CourseError: Dask is not installed.
    """
    try:
        from lenetlab.course.cluster import ClusterPool
    except ModuleNotFoundError as error:
        text = "pip install 'lenetlab[cluster]' brings what a cluster needs"
        raise CourseError(f"There is no module {error.name}: {text}.") from None
    return lambda room: ClusterPool(room, address, training)


def grade_class(
    course: Course,
    chosen: list[str],
    *,
    force: bool = False,
    pages: bool = True,
    watcher: Watcher | None = None,
    pool: OpenPool,
) -> Result:
    """Grade the chosen students; nobody's submission stops the others.

    ``pages`` says whether feedback is written, when all are graded.

    Raises:
        CourseError: the course itself is not in order.
        SandboxUnavailable: submissions cannot be isolated here.
    """
    with nbgrader_api(course) as api:
        room = Classroom(course, api)
        watcher = watcher or Watcher()
        run = Run(room, watcher, pool, force)
        try:
            run.grade(chosen)
            if pages:
                room.write_feedback(chosen, watcher.paged)
        except KeyboardInterrupt:
            interrupts.ignore()
            for student in chosen:
                if student not in run.over:
                    with suppress(OSError):
                        room.interrupted(student)
            run.stopped = True
        return Result(room.assignment, room.standings(), run.unchanged, stopped=run.stopped)


class Run:
    """The grading of a class, as far as it has come."""

    def __init__(self, room: Classroom, watcher: Watcher, pool: OpenPool, force: bool) -> None:
        """With ``force`` also what has not changed is graded."""
        self._room, self._watcher, self._open, self._force = room, watcher, pool, force
        self.over, self.unchanged = set[str](), set[str]()  # students whose turn is over
        self.stopped = False

    def grade(self, chosen: list[str]) -> None:
        """Grade the students; all have been told of when this returns."""
        jobs = filter(None, map(self._job, chosen))
        side_by_side(jobs, self._pool, self._enter)

    def _pool(self) -> Pool:
        pool = self._open(self._room)  # its sandboxes start meanwhile
        try:
            self._room.refuse_mistakes()
        except BaseException:
            pool.close(now=True)
            raise
        return pool

    def _job(self, student: str) -> Job | None:
        """What is to be graded; None where the student's turn is over."""
        try:
            job = self._room.job(student, force=self._force)
            if job is not None:
                return job
            if not self._room.late_anew(student):
                self.unchanged.add(student)
            self._over(student)
        except CourseError:
            raise
        except Exception as error:
            self._failed(student, error)
        return None

    def _enter(self, job: Job, future: Future[Graded]) -> None:
        try:
            graded = future.result()
            self._room.enter(graded)
        except (SandboxUnavailable, CourseError):
            raise
        except Exception as error:
            self._failed(job.student, error)
        else:
            self._over(job.student, graded.record.verdict.status == "review")

    def _failed(self, student: str, error: Exception) -> None:
        with suppress(OSError):  # what cannot be read or written is that student's row
            self._room.failed(student, error)
        self._over(student, review=True)

    def _over(self, student: str, review: bool = False) -> None:
        self.over.add(student)
        self._watcher.graded(student, review=review)
