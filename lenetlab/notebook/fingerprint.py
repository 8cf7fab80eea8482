"""By what a submission's verdict is known to be still of it: the file, the tests, what judges."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from lenetlab import __version__
from lenetlab.notebook import intake
from lenetlab.notebook.master import Assignment


@cache
def engine() -> str:
    """What judges: this package and the libraries that build the models."""
    packages = ("keras", "tensorflow")
    return " ".join([f"lenetlab {__version__}", *(f"{p} {version(p)}" for p in packages)])


def of_file(path: Path, assignment: Assignment) -> str:
    """The fingerprint of a submission and its master: the same where nothing has changed.

    Empty where there is no ordinary file, or none that :func:`.intake.load` takes.
    """
    if path.is_symlink():
        return ""
    try:
        status = path.stat()
        content = _content(path, status.st_ino, status.st_size, status.st_mtime_ns)
    except (OSError, intake.Rejected):
        return ""
    return _joined(content, assignment)


def of_data(data: bytes, assignment: Assignment) -> str:
    """The same of the file's bytes."""
    return _joined(hashlib.sha256(data).hexdigest(), assignment)


@lru_cache(maxsize=16_384)
def _content(path: Path, *_: int) -> str:
    """The digest of a file that has not changed: a run asks several times for each."""
    return hashlib.sha256(intake.load(path)).hexdigest()


def _joined(content: str, assignment: Assignment) -> str:
    judge = hashlib.sha256(engine().encode()).hexdigest()
    return f"{content[:32]}-{assignment.digest[:16]}-{judge[:16]}"
