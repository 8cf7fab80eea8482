"""Where submissions are graded: by threads of this process, each with a sandbox of its own.

Threads suffice: of a second that a submission takes, 0.93 are the sandbox's, in other processes.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from lenetlab.course.job import Graded, Grader, Job

AHEAD = 2  # submissions that are read before their turn comes, so that no core waits for the disk


class Pool(Protocol):
    """Whatever grades submissions side by side."""

    @property
    def capacity(self) -> int:
        """How many it takes before one is done."""

    def submit(self, job: Job) -> Future[Graded]:
        """Have a submission graded; the future raises what :meth:`.job.Grader.grade` raises."""

    def close(self, *, now: bool) -> None:
        """End it: when all is graded that was submitted, or ``now``."""


class LocalPool:
    """Threads of this process."""

    def __init__(self, grader: Grader, slots: int) -> None:
        """Grade up to ``slots`` submissions at once."""
        self.capacity = slots + AHEAD
        self._grader = grader
        self._executor = ThreadPoolExecutor(slots, thread_name_prefix="grade")
        for _ in range(slots - 1):  # the first is there
            self._executor.submit(grader.warm)

    def submit(self, job: Job) -> Future[Graded]:
        """Have a submission graded."""
        return self._executor.submit(self._grader.grade, job)

    def close(self, *, now: bool) -> None:
        """End the threads and their sandboxes."""
        if now:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._grader.stop()
        self._executor.shutdown()
        self._grader.close()


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
