"""What one box may use; stated by the grader, set by the box's process on itself.

CPU time is what counts: it is the same on a machine that is busy with other things. Time on the
clock ends only what waits or does not end otherwise, so there is :data:`PATIENCE` times as much.
"""

from __future__ import annotations

import resource
from dataclasses import dataclass

OPEN_FILES = 256
PATIENCE = 10  # seconds on the clock for each of CPU time
_TO_HANDLE = 2  # seconds of CPU time from the signal that says why to the one that ends anything


@dataclass(frozen=True)
class Limits:
    """What one box may use: seconds, bytes, and processes (threads count)."""

    cpu: float = 90.0  # of each process
    wall: float = 90.0 * PATIENCE
    silence: float = 25.0 * PATIENCE  # on the clock, between two messages
    memory: int = 3 << 30
    address_space: int = 8 << 30
    file: int = 64 << 20
    output: int = 32 << 20
    processes: int = 128

    def apply(self) -> None:
        """Set those that the kernel enforces, for this process and those that it starts."""
        _set(resource.RLIMIT_CPU, int(self.cpu), int(self.cpu) + _TO_HANDLE)
        for kind, value in (
            (resource.RLIMIT_AS, self.address_space),
            (resource.RLIMIT_FSIZE, self.file),
            (resource.RLIMIT_NPROC, self.processes),
            (resource.RLIMIT_NOFILE, OPEN_FILES),
            (resource.RLIMIT_CORE, 0),
        ):
            _set(kind, value, value)


def _set(kind: int, soft: int, hard: int) -> None:
    """Set a limit, and none above what is set already."""
    most = resource.getrlimit(kind)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))
