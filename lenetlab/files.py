"""Files written whole or not at all, whenever a program or a machine stops, and read as data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


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


def as_json(value: Any) -> str:
    """Data as they stand in a file that people may read."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"


def read_json(path: Path, kind: type[T]) -> T | None:
    """The data of this kind at ``path``; None where there are none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None
