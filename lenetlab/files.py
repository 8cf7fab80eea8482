"""Files that are there whole or not at all, whenever a program or a machine stops."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Prepared:
    """A file that is written, beside its place and under another name; see :func:`prepared`."""

    def __init__(self, new: Path, path: Path) -> None:
        """Keep where the file is, and where it is to be."""
        self.new, self._path = new, path

    def place(self) -> None:
        """Put it there in one step: a reader finds the old file or this one."""
        self.new.replace(self._path)


@contextmanager
def prepared(path: Path, content: str | bytes, *, read_only: bool = False) -> Iterator[Prepared]:
    """Write ``content`` beside ``path`` and to the disk; it is removed where it is not placed.

    Raises:
        OSError: it cannot be written; what is at ``path`` stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    try:
        with new.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())  # else a file may be empty after a loss of power
        if read_only:
            new.chmod(0o444)
        yield Prepared(new, path)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes, *, read_only: bool = False) -> None:
    """Write ``content`` to ``path`` in one step: a reader finds the old file or the new one.

    Raises:
        OSError: it cannot be written; what is at ``path`` stays.
    """
    with prepared(path, content, read_only=read_only) as file:
        file.place()
