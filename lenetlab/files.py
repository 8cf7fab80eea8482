"""Files that are there whole or not at all, whenever a program or a machine stops."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def prepared(path: Path, content: str | bytes, *, read_only: bool = False) -> Iterator[Path]:
    """Write ``content`` beside ``path`` and to the disk, under the name that this yields.

    Whoever wants it at ``path`` replaces that by it; else it is removed.

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
        yield new
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write ``content`` to ``path`` in one step: a reader finds the old file or the new one.

    Raises:
        OSError: it cannot be written; what is at ``path`` stays.
    """
    with prepared(path, content) as new:
        new.replace(path)
