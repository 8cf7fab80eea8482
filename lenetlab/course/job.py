"""One submission graded: a function of bytes, in whichever process and on whichever machine.

What comes in is the file that was handed in; what goes out is the graded notebook and what is to be
entered of it. No folder and no gradebook is looked at here.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import msgspec
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import rwbase
from nbgrader.preprocessors import OverwriteKernelspec, SaveAutoGrades
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from lenetlab import grading, training
from lenetlab.boxes import client
from lenetlab.course.directory import CourseError
from lenetlab.course.preprocessors import Grade, Restore
from lenetlab.notebook import verdicts
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.restore import restore
from lenetlab.notebook.retraining import Retrained
from lenetlab.records import Record
from lenetlab.sandbox.confine import SandboxUnavailable
from lenetlab.sandbox.worker import Worker
from lenetlab.training import Budget


@dataclass(frozen=True)
class Job:
    """A submission: the file's bytes; ``of`` identifies them together with the master."""

    student: str
    data: bytes
    of: str


@dataclass(frozen=True)
class Graded:
    """What came of it: the notebook's JSON, the record, and what nbgrader keeps of each cell.

    ``scores`` are by grade id, None where a person is to give one; ``comments`` are nbgrader's own,
    None where there is none.
    """

    notebook: str
    record: Record
    scores: dict[str, float | None]
    comments: dict[str, str | None]


_NEEDED = (
    (Restore, "sanitize_preprocessors", "lenetlab.nbgrader_plugin.Restore"),
    (Grade, "autograde_preprocessors", "lenetlab.nbgrader_plugin.Grade"),
    (SaveAutoGrades, "autograde_preprocessors", "nbgrader.preprocessors.SaveAutoGrades"),
)


class Steps:
    """The preprocessors that ``nbgrader_config.py`` names: before grading, after it, and entering.

    Restoring and grading are this package's; OverwriteKernelspec would put there from the gradebook
    what Restore has taken from the master. SaveAutoGrades and what follows it, which looks at the
    gradebook, is for :mod:`.booking`.
    """

    def __init__(self, config: Any) -> None:
        """Read the configuration.

        Raises:
            CourseError: it does not name this package's preprocessors, or not nbgrader's.
        """
        steps = _configured(config)
        kinds = [type(step) for step in steps]
        for kind, place, name in _NEEDED:
            if not any(issubclass(known, kind) for known in kinds):
                raise CourseError(
                    f"nbgrader_config.py does not name {name} among c.Autograde.{place}; take them "
                    "from this project's own file."
                )
        done = kinds.index(Grade)
        end = next(n for n, kind in enumerate(kinds) if issubclass(kind, SaveAutoGrades))
        ours = (Restore, Grade, OverwriteKernelspec)
        self.before = [step for step in steps[:done] if not isinstance(step, ours)]
        self.after = [step for step in steps[done:end] if not isinstance(step, ours)]
        self.entering = steps[end:]


def _configured(config: Any) -> list[Any]:
    """All preprocessors of ``nbgrader autograde``, in their order."""
    exporter = NotebookExporter(config=config)
    named = config.Autograde
    for name in (*named.sanitize_preprocessors, *named.autograde_preprocessors):
        exporter.register_preprocessor(name)
    return [step for step in exporter._preprocessors if getattr(step, "enabled", True)]


@dataclass(frozen=True)
class _Seat:
    """What one submission at a time is graded with."""

    worker: Worker
    steps: Steps


@dataclass(frozen=True)
class Training:
    """With what submissions are trained again: files by the variables that name them."""

    data: Mapping[str, Path]
    budget: Budget = field(default_factory=Budget)


class Grader:
    """Grades the submissions of one assignment, or trains them again; as many at once as asked."""

    def __init__(
        self,
        assignment: Assignment,
        name: str,
        config: Any,
        sandboxed: bool,
        given: Training | None = None,
    ) -> None:
        """``name`` is the assignment's; ``config`` is nbgrader's; with ``given`` it is training.

        Raises:
            CourseError: the configuration does not name what grades.
        """
        self.assignment = assignment
        self._name, self._config, self._sandboxed = name, config, sandboxed
        self._training = given
        self._free: SimpleQueue[_Seat] = SimpleQueue()
        self._own: list[Worker] = []  # those that it has started
        self._stopped = False
        Steps(config)  # what is wrong with it is said before anybody is graded

    def add(self, worker: Worker) -> None:
        """Grade with this worker, too: one that is warm already, and that the caller ends."""
        self._free.put(_Seat(worker, Steps(self._config)))

    def work(self, job: Job) -> Graded | Retrained:
        """Do with the submission what this was made for.

        Raises:
            Rejected, GradingFailed, SandboxUnavailable: as :meth:`grade`.
        """
        return self.grade(job) if self._training is None else self._train(job, self._training)

    def grade(self, job: Job) -> Graded:
        """The graded notebook, and what came of it.

        Raises:
            Rejected: the file is no notebook that could be graded.
            GradingFailed: a check, the grader or the machine was at fault.
            SandboxUnavailable: no submission could be graded here.
        """
        marks = {"student": job.student, "assignment": self._name, "notebook": self._name}
        resources: dict[str, Any] = {"unique_key": self._name, "nbgrader": marks}
        with self._seat() as seat:
            notebook = client.read_data(job.data, seat.worker)
            notebook = restore(notebook, self.assignment, job.of)
            for step in seat.steps.before:
                notebook, resources = step(notebook, resources)
            grading.grade(notebook, seat.worker, self.assignment)
            for step in seat.steps.after:
                notebook, resources = step(notebook, resources)
        return _graded(job.student, notebook)

    def _train(self, job: Job, given: Training) -> Retrained:
        with self._seat() as seat:
            notebook = restore(client.read_data(job.data, seat.worker), self.assignment, job.of)
            return training.train(notebook, seat.worker, self.assignment, given.budget)

    def warm(self) -> None:
        """Start one more sandbox before it is needed."""
        seat = self._new_seat()
        with suppress(SandboxUnavailable):  # said when a submission is to be graded
            seat.worker.start()
        self._free.put(seat)

    @contextmanager
    def _seat(self) -> Iterator[_Seat]:
        try:
            seat = self._free.get_nowait()
        except Empty:
            seat = self._new_seat()
        try:
            yield seat
        finally:
            self._free.put(seat)

    def _new_seat(self) -> _Seat:
        if self._training is None:
            worker = grading.worker_for(self.assignment, self._sandboxed)
        else:
            worker = training.worker_for(self.assignment, self._sandboxed, self._training.data)
        self._own.append(worker)
        if self._stopped:
            worker.stop()
        return _Seat(worker, Steps(self._config))

    def stop(self) -> None:
        """End every sandbox, those that still start among them: what is being graded fails."""
        self._stopped = True
        for worker in self._own:
            worker.stop()

    def close(self) -> None:
        """Wait for their end, when nothing runs any more."""
        for worker in self._own:
            worker.close()


def _graded(student: str, notebook: NotebookNode) -> Graded:
    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = {}
    for cell in notebook.cells:
        if is_grade(cell):
            scores[cell.metadata.nbgrader.grade_id] = determine_grade(cell)[0]
        if is_solution(cell) or is_task(cell):
            marks = cell.metadata.nbgrader
            untouched = marks.get("checksum") == compute_checksum(cell) and not is_task(cell)
            comments[marks.grade_id] = "No response." if untouched else None
    return Graded(_text(notebook), verdicts.record(student, notebook), scores, comments)


def _text(notebook: NotebookNode) -> str:
    """What ``nbformat.writes`` makes, byte for byte, in half the time."""
    content = rwbase.strip_transient(rwbase.split_lines(copy.deepcopy(notebook)))
    return (
        msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=1).decode() + "\n"
    )
