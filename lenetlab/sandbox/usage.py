"""What a box holds in memory, read again and again from outside it while it runs.

Of ``/proc`` only numbers are read: a process's name is the box's to choose, and what passes through
the fork server's memory is in every later child's.
"""

from __future__ import annotations

import os
from pathlib import Path

LOOKS = 10  # a second
INODE_BYTES = 2048  # of kernel memory that an empty file costs, rounded up
_HELD = (b"RssAnon:", b"RssShmem:", b"VmSwap:", b"VmPTE:", b"HugetlbPages:")
_AFTER_NAME = 80  # where in /proc/PID/status the process's name has ended
_UNREADABLE = 1 << 60  # more than any limit


def other_processes() -> list[int]:
    """Every process of the namespace but this one."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if pid != os.getpid()]


class Usage:
    """The memory of one box: of all other processes and ``folder``, or of ``process`` alone."""

    def __init__(self, folder: Path, process: int | None = None) -> None:
        """Watch a box that has just begun."""
        self._folder, self._process = folder, process
        self._hidden: dict[int, int] = {}  # processes that show no figures, and for how many looks

    def measure(self) -> int:
        """Bytes that it holds in processes (what forks share counts for each) and in files."""
        if self._process is not None:
            return self._memory(self._process)
        held = os.statvfs(self._folder)
        files = (held.f_blocks - held.f_bfree) * held.f_bsize
        inodes = (held.f_files - held.f_ffree) * INODE_BYTES
        return sum(map(self._memory, other_processes())) + files + inodes

    def _memory(self, pid: int) -> int:
        """Bytes of a process, its page tables among them; files that it maps cost nothing."""
        try:
            descriptor = os.open(f"/proc/{pid}/status", os.O_RDONLY)
            try:
                lines = os.pread(descriptor, 1 << 14, _AFTER_NAME).split(b"\n")
            finally:
                os.close(descriptor)
            held = [int(line.split()[1]) for line in lines if line.startswith(_HELD)]
            threads = next(int(line.split()[1]) for line in lines if line.startswith(b"Threads:"))
        except (FileNotFoundError, ProcessLookupError):
            return 0  # it has ended
        except (OSError, IndexError, ValueError, StopIteration):
            return _UNREADABLE
        if held or threads <= 1:
            self._hidden.pop(pid, None)
            return 1024 * sum(held)
        # A process whose first thread has ended shows nothing of what the others hold. One that is
        # ending looks the same for a moment: over the limit is only one that stays so for a second.
        self._hidden[pid] = self._hidden.get(pid, 0) + 1
        return _UNREADABLE if self._hidden[pid] > LOOKS else 0
