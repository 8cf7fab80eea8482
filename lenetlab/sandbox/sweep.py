"""Leaves nothing of a box behind: neither a process nor a file."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import time
from pathlib import Path

from lenetlab.sandbox.usage import other_processes


def kill(child: int, isolated: bool) -> None:
    """Kill a box's first process and, in a namespace of its own, all others."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(child, signal.SIGKILL)
        os.killpg(child, signal.SIGKILL)
    if isolated:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)


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
        # Reset the folder's times, so that they carry no message.
        (folder / "swept").touch()
        (folder / "swept").unlink()
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
