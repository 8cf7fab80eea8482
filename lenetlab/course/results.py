"""The tables and pages of a whole class: written, or an error that says what to do."""

from __future__ import annotations

from pathlib import Path

from lenetlab.course.directory import CourseError
from lenetlab.files import write_whole


def write(path: Path, text: str) -> Path:
    """Write a table or a page of the whole class, whole or not at all; returns its path.

    Raises:
        CourseError: it cannot be written; what is at ``path`` stays.
    """
    try:
        write_whole(path, text)
    except OSError as error:
        raise _cannot_write(path, error) from None
    return path


def remove(path: Path) -> None:
    """Remove such a table, where there is one and nothing to say in it.

    Raises:
        CourseError: it cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from None


def _cannot_write(path: Path, error: OSError) -> CourseError:
    return CourseError(
        f"{path} cannot be written: {error.strerror or error}. What was graded is in the "
        "gradebook. Make sure that a file can be written there (permission, room on the disk, "
        "no folder of that name), then run this again."
    )
