"""Where submissions are graded: by threads of this process, each with a sandbox of its own.

Threads suffice: of a second that a submission takes, 0.93 are the sandbox's, in other processes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

from lenetlab.course import interrupts
from lenetlab.course.job import Grader, Job
from lenetlab.sandbox.worker import Worker

AHEAD = 2  # submissions that are read before their turn comes, so that no core waits for the disk


class Pool(Protocol):
    """Whatever grades submissions side by side, or trains them again."""

    @property
    def capacity(self) -> int:
        """How many it takes before one is done."""

    def submit(self, job: Job) -> Future[Any]:
        """Have it done; the future has what :meth:`.job.Grader.work` returns or raises."""

    def close(self, *, now: bool) -> None:
        """End it: when all is graded that was submitted, or ``now``."""


class LocalPool:
    """Threads of this process."""

    def __init__(self, grader: Grader, slots: int, first: Worker | None = None) -> None:
        """Do up to ``slots`` submissions at once; ``first`` is a worker that outlives this."""
        self._first = first
        if first is not None:
            grader.add(first)
        self.capacity = slots + AHEAD
        self._grader = grader
        self._executor = ThreadPoolExecutor(slots, thread_name_prefix="grade")

    def warm(self) -> None:
        """Start one more sandbox before it is needed."""
        self._executor.submit(self._grader.warm)

    def submit(self, job: Job) -> Future[Any]:
        """Have it done."""
        return self._executor.submit(self._grader.work, job)

    def close(self, *, now: bool) -> None:
        """End the threads and their sandboxes."""
        if now:
            self._executor.shutdown(wait=False, cancel_futures=True)
            if self._first is not None:
                self._first.stop()
        self._grader.stop()  # a sandbox that still starts is not waited for
        self._executor.shutdown()
        self._grader.close()


def side_by_side(
    jobs: Iterator[Job],
    open_pool: Callable[[], Pool],
    finish: Callable[[Job, Future[Any]], None],
) -> None:
    """Have the jobs done, as many at once as the pool takes; ``finish`` is called with each.

    The pool is opened when there is a job, and closed whatever happens.
    """
    running: dict[Future[Any], Job] = {}
    pool: Pool | None = None

    def fill() -> None:
        nonlocal pool
        while pool is None or len(running) < pool.capacity:
            job = next(jobs, None)
            if job is None:
                return
            pool = pool or open_pool()
            running[pool.submit(job)] = job

    try:
        fill()
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            over = [(running.pop(future), future) for future in done]
            fill()  # first, so that nobody waits until these are entered
            for job, future in over:
                finish(job, future)
    except BaseException:
        if pool is not None:
            with interrupts.put_off():
                pool.close(now=True)
        raise
    if pool is not None:
        pool.close(now=False)


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
