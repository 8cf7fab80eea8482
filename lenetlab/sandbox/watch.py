"""What a box holds while it runs, seen from outside it, and that nothing of it is left afterwards.

Of ``/proc`` only numbers are read: a process's name is the box's to choose, and what passes through
the fork server's memory is in every later child's.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import time
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
            with open(f"/proc/{pid}/status", "rb", buffering=0) as file:  # noqa: PTH123
                lines = os.pread(file.fileno(), 1 << 14, _AFTER_NAME).split(b"\n")
            held = [int(line.split()[1]) for line in lines if line.startswith(_HELD)]
        except (FileNotFoundError, ProcessLookupError):
            return 0  # it has ended
        except (OSError, IndexError, ValueError):
            return _UNREADABLE
        if held or b"Threads:\t1" in lines:
            self._hidden.pop(pid, None)
            return 1024 * sum(held)
        # A process whose first thread has ended shows nothing of what the others hold. One that is
        # ending looks the same for a moment: over the limit is only one that stays so for a second.
        self._hidden[pid] = self._hidden.get(pid, 0) + 1
        return _UNREADABLE if self._hidden[pid] > LOOKS else 0


def sweep(folder: Path, isolated: bool) -> bool:
    """Kill and reap every other process, empty the folder; returns whether all is gone."""
    try:
        for _ in range(500 if isolated else 0):
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            try:
                os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            time.sleep(0.01)
        if folder.stat().st_uid == os.getuid():
            folder.chmod(0o700)
        if not _is_empty(folder):
            # In a process of its own: the names of what a box left would stay in this one's memory.
            sweeper = os.fork()
            if sweeper == 0:
                _be_sweeper(folder)
            os.waitpid(sweeper, 0)
        os.utime(folder)  # so that its times carry no message
        return _is_empty(folder) and not (isolated and other_processes())
    except (OSError, RecursionError):
        return False


def _is_empty(folder: Path) -> bool:
    """Whether nothing is in the folder, asked without reading a name of what is."""
    libc = ctypes.CDLL(None)
    attributes = libc.listxattr(os.fsencode(folder), None, 0)
    if not folder.is_mount():  # without a sandbox: an ordinary folder
        return not any(folder.iterdir())
    held = os.statvfs(folder)
    return attributes <= 0 and held.f_files - held.f_ffree <= 1


def _be_sweeper(folder: Path) -> None:
    """Remove everything in the folder; never returns."""
    try:
        for name in os.listxattr(folder):
            os.removexattr(folder, name)
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    finally:
        os._exit(0)
