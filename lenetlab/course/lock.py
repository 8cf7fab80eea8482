"""One command at a time changes a course; the next one says who is at it."""

from __future__ import annotations

import fcntl
import getpass
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from lenetlab.course.directory import CourseError

NAME = ".lenetlab.lock"


@contextmanager
def changing(root: Path, command: str) -> Iterator[None]:
    """Hold the course while the block runs; the system lets go whenever this process ends.

    Raises:
        CourseError: another process holds it, or the folder takes no file.
    """
    path = root / NAME
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise CourseError(f"Nothing can be written to {root}: {error.strerror}.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CourseError(
                f"This course is in use: {file.read().strip() or 'by another command'}. "
                "Wait until that has ended, or stop it; then run this again."
            ) from None
        except OSError:
            pass  # a network's file system without locks: better than no grading at all
        file.truncate(0)
        file.write(_holder(command))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _holder(command: str) -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        user = str(os.getuid())
    where = f"process {os.getpid()} of {user} on {platform.node()}"
    return f"lenetlab {command}, {where}, since {datetime.now():%Y-%m-%d %H:%M:%S}\n"
