"""Copies of the gradebook, made before a run that changes it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from lenetlab.course.directory import CourseError

FOLDER = "backups"
KEPT = 5


def back_up(db_url: str, root: Path) -> None:
    """Copy an SQLite gradebook into the course's ``backups/`` and keep the last five there.

    A server's databases are backed up by its own means.

    Raises:
        CourseError: it cannot be copied.
    """
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    source = root / url.database
    if not source.is_file():
        return
    try:
        _copy(source, root / FOLDER)
    except (OSError, sqlite3.Error) as error:
        raise CourseError(
            f"Nothing was changed: {source.name} cannot be copied to {FOLDER}/ first: {error}."
        ) from None


def _copy(source: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    target = folder / f"{source.stem}-{datetime.now():%Y%m%d-%H%M%S-%f}{source.suffix}"
    new = folder / f".{target.name}.new"
    try:
        with closing(sqlite3.connect(source)) as book, closing(sqlite3.connect(new)) as copy:
            book.backup(copy)  # SQLite's own: whole also while another program writes
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"{source.stem}-*{source.suffix}"))[:-KEPT]:
        old.unlink(missing_ok=True)
