"""What one box may use; stated by the grader, set by the box's process on itself."""

from __future__ import annotations

import resource
from dataclasses import dataclass

OPEN_FILES = 256


@dataclass(frozen=True)
class Limits:
    """What one box may use: seconds, bytes, and processes (threads count)."""

    wall: float = 90.0
    silence: float = 30.0  # between two messages
    cpu: float = 90.0
    memory: int = 3 << 30
    address_space: int = 8 << 30
    file: int = 64 << 20
    output: int = 32 << 20
    processes: int = 128

    def apply(self) -> None:
        """Set those that the kernel enforces, for this process and those that it starts."""
        for kind, value in (
            (resource.RLIMIT_AS, self.address_space),
            (resource.RLIMIT_CPU, int(self.cpu)),
            (resource.RLIMIT_FSIZE, self.file),
            (resource.RLIMIT_NPROC, self.processes),
            (resource.RLIMIT_NOFILE, OPEN_FILES),
            (resource.RLIMIT_CORE, 0),
        ):
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
