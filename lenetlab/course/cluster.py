"""Submissions graded on a cluster: by Dask's workers, which share no disk with this machine.

The master and its files travel to each worker once, as bytes, and to those that join later; a
submission travels as bytes, and so does what came of it. Needs the extra ``cluster``.
"""

from __future__ import annotations

import hashlib
import pickle
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed import Client, WorkerPlugin, get_worker
from distributed.scheduler import KilledWorker

from lenetlab.course.classroom import Classroom
from lenetlab.course.directory import CourseError
from lenetlab.course.job import Graded, Grader, Job, Training
from lenetlab.notebook import intake
from lenetlab.notebook.fingerprint import engine
from lenetlab.notebook.master import load
from lenetlab.notebook.retraining import Retrained
from lenetlab.records import Flag, GradingFailed
from lenetlab.sandbox.confine import SandboxUnavailable
from lenetlab.training import Budget

CONNECT_SECONDS = 10
WORKER_SECONDS = 120  # until the first worker is there
DEATHS = 2  # of workers in the middle of the same submission, which then is for a person


@dataclass(frozen=True)
class Bundle:
    """What a worker needs of a course: the files beside the master, and nbgrader's settings."""

    name: str
    files: Mapping[str, bytes]
    config: bytes  # pickled here, read there: traitlets' own class
    sandboxed: bool
    data: Mapping[str, bytes]  # what is trained with, by the variables that name it
    budget: Budget | None  # of training again; None where they are graded

    @property
    def key(self) -> str:
        """The same for the same content."""
        content = repr((self.name, sorted(self.files.items()), self.config, self.sandboxed))
        content += repr((sorted(self.data.items()), self.budget))
        return f"lenetlab-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


class Setup(WorkerPlugin):  # type: ignore[misc]
    """Brings the course to a worker: when it is registered, and to each that joins later."""

    def __init__(self, bundle: Bundle, wanted: str) -> None:
        """``wanted`` is the engine that is to judge: see :func:`.fingerprint.engine`."""
        self.name, self._bundle, self._wanted = bundle.key, bundle, wanted

    def setup(self, worker: Any) -> None:
        """Unpack the course.

        Raises:
            RuntimeError: this worker would judge with other versions.
        """
        if engine() != self._wanted:
            raise RuntimeError(f"{worker.address} has {engine()}, but {self._wanted} is to grade")
        self._folder = tempfile.TemporaryDirectory(prefix="lenetlab-")
        place = Path(self._folder.name)
        for name, data in self._bundle.files.items():
            (place / name).write_bytes(data)
        assignment = load(place / f"{self._bundle.name}.ipynb")
        config = pickle.loads(self._bundle.config)  # noqa: S301 - from the course, as code is
        given = {}
        for variable, data in self._bundle.data.items():
            given[variable] = place / f"{variable}.data"
            given[variable].write_bytes(data)
        budget = self._bundle.budget
        training = None if budget is None else Training(given, budget)
        sandboxed = self._bundle.sandboxed
        self.grader = Grader(assignment, self._bundle.name, config, sandboxed, training)

    def teardown(self, worker: Any) -> None:
        """End the sandboxes and remove the files."""
        self.grader.stop()
        self.grader.close()
        self._folder.cleanup()


def work(key: str, job: Job) -> Graded | Retrained:
    """What a worker does: one submission, by the course that ``key`` names.

    An error that nobody foresaw may be one that cannot travel, and is told as text.
    """
    grader: Grader = get_worker().plugins[key].grader
    try:
        return grader.work(job)
    except (intake.Rejected, GradingFailed, SandboxUnavailable):
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:300]
        raise GradingFailed(Flag("grading-failed", text, True)) from None


class ClusterPool:
    """The workers of one Dask scheduler."""

    def __init__(self, room: Classroom, address: str, training: Training | None = None) -> None:
        """Connect, compare versions, bring the course to every worker.

        Raises:
            CourseError: there is no scheduler, no worker, or one that would judge otherwise.
        """
        beside = sorted(path for path in room.course.master.parent.iterdir() if path.is_file())
        files = {path.name: path.read_bytes() for path in beside}
        config = pickle.dumps(room.api.config)
        given = training.data if training else {}
        data = {variable: path.read_bytes() for variable, path in given.items()}
        budget = training.budget if training else None
        self._bundle = Bundle(room.course.name, files, config, room.sandboxed, data, budget)
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise CourseError(f"There is no Dask scheduler at {address}: {error}") from None
        try:
            self._prepare(address)
        except BaseException:
            self._client.close()
            raise
        self._executor = self._client.get_executor(pure=False)
        self._slots, self._asked = 0, 0.0

    def _prepare(self, address: str) -> None:
        try:
            self._client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            raise CourseError(f"The Dask scheduler at {address} has no worker.") from None
        wanted = engine()
        wrong = [
            f"{worker} has {found}"
            for worker, found in self._client.run(engine, on_error="return").items()
            if found != wanted
        ]
        if wrong:
            told = "\n  ".join([f"Not every worker has {wanted}:", *wrong])
            raise CourseError(f"{told}\nInstall the same versions there: constraints.txt has them.")
        # A submission that was being graded when a worker died is graded by another one.
        self._client.run_on_scheduler(_allow_failures, DEATHS - 1)
        self._client.register_plugin(Setup(self._bundle, wanted))

    @property
    def capacity(self) -> int:
        """As many as the workers grade at once, and no more.

        So a worker that dies takes none along that were only waiting for it.
        """
        if time.monotonic() > self._asked + 1:
            self._slots = sum(self._client.nthreads().values())
            self._asked = time.monotonic()
        return max(1, self._slots)

    def submit(self, job: Job) -> Future[Any]:
        """Have it done."""
        told: Future[Any] = Future()
        future = self._executor.submit(work, self._bundle.key, job)
        future.add_done_callback(lambda done: _pass_on(done, told))
        return told

    def close(self, *, now: bool) -> None:
        """Leave the cluster as it was found, but for what it is busy with at this moment."""
        self._executor.shutdown(wait=not now)
        with suppress(Exception):
            self._client.unregister_worker_plugin(self._bundle.key)
        self._client.close()


def _allow_failures(number: int, dask_scheduler: Any = None) -> None:
    dask_scheduler.allowed_failures = number


def _pass_on(done: Future[Any], told: Future[Any]) -> None:
    if done.cancelled():
        text = "the cluster gave this up before it was done, as when its scheduler ends"
        told.set_exception(GradingFailed(Flag("grading-failed", text, True)))
        return
    error = done.exception()
    if isinstance(error, KilledWorker):
        last = getattr(error.last_worker, "address", error.last_worker)
        text = f"{DEATHS} workers ended while they graded this; the last one was {last}"
        error = GradingFailed(Flag("workers-died", text, True))
    if error is None:
        told.set_result(done.result())
    else:
        told.set_exception(error)
