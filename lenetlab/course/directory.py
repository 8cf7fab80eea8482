"""The course directory, and nbgrader's API in it.

All that nbgrader does is asked of its API, in this process: its command lines cost two seconds each
to start.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

import nbgrader.api
from alembic.script import ScriptDirectory
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader, NbGraderAPI
from sqlalchemy.exc import SAWarning

from lenetlab.notebook.lab import LabError
from lenetlab.notebook.master import Assignment, load

# Names of folders in submitted/: nbgrader's patterns, CSV files and spreadsheets take them for what
# they are. A space may stand inside.
_STUDENT = re.compile(r"\w(?:[\w.@ -]{0,126}[\w.@-])?")
BAD_NAME = (
    "{name!r} is no name for a student's folder: use letters, digits and . _ - @, "
    "beginning with a letter or digit"
)


def is_student_name(name: str) -> bool:
    """Whether a folder of this name is a student's; macOS writes accents apart from letters."""
    return _STUDENT.fullmatch(normalize("NFC", name)) is not None


class CourseError(Exception):
    """Something about the course that its instructor has to mend; the text says what."""


@dataclass(frozen=True)
class Course:
    """An assignment of a course directory: the one that holds ``nbgrader_config.py``."""

    root: Path
    name: str  # the assignment's, and its one notebook's
    sandbox: bool = True  # False: unprotected, also where nbgrader_config.py does not say so

    @property
    def master(self) -> Path:
        """The master notebook."""
        return self.root / "source" / self.name / f"{self.name}.ipynb"

    @property
    def release(self) -> Path:
        """The students' notebook."""
        return self.root / "release" / self.name / f"{self.name}.ipynb"

    def folder(self, step: str, student: str) -> Path:
        """``submitted``, ``autograded`` or ``feedback`` of one student."""
        return Path(self.root, step, student, self.name)

    def notebook(self, step: str, student: str) -> Path:
        """The notebook in ``submitted`` or ``autograded``."""
        return self.folder(step, student) / f"{self.name}.ipynb"

    def page(self, student: str) -> Path:
        """The feedback page."""
        return self.folder("feedback", student) / f"{self.name}.html"

    def record(self, student: str) -> Path:
        """What is known of the student's last grading, see :mod:`lenetlab.records`."""
        return self.root / "autograded" / student / f"{self.name}.json"

    def attempts(self, student: str) -> Path:
        """The graded notebooks of all that the student has handed in."""
        return self.root / "autograded" / student / f"{self.name}.attempts"

    def retrained(self, student: str) -> Path:
        """What came of training the submission again, see :mod:`lenetlab.course.retraining`."""
        return self.root / "autograded" / student / f"{self.name}.trained.json"

    def table(self, what: str) -> Path:
        """The CSV file of ``what``; named for the assignment where the course has several."""
        return self.of_all(f"{what}.csv")

    def of_all(self, name: str) -> Path:
        """A file about the whole class, likewise."""
        path = self.root / name
        several = len(assignments(self.root)) > 1
        return path.with_stem(f"{path.stem}-{self.name}") if several else path


def find_root(start: Path) -> Path:
    """The course directory at or above ``start``.

    Raises:
        CourseError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "nbgrader_config.py").is_file() and (folder / "source").is_dir():
            return folder
    raise CourseError(
        f"{start} is not inside a course: no nbgrader_config.py with a source/ folder beside it. "
        "Go to the course folder, or name it with --course."
    )


def assignments(root: Path) -> list[str]:
    """The assignments in ``source/``: folders with a notebook of their own name."""
    notebooks = (path for path in (root / "source").glob("*/*.ipynb") if path.is_file())
    return sorted(path.stem for path in notebooks if path.stem == path.parent.name)


def choose(root: Path, name: str | None) -> str:
    """The assignment called ``name``; without a name, the course's only one.

    Raises:
        CourseError: there is none, or several and none was named.
    """
    found = assignments(root)
    if name in found:
        return name
    if name is None and len(found) == 1:
        return found[0]
    if not found:
        raise CourseError(
            f"There is no assignment in {root / 'source'}: one is a folder with a notebook of its "
            "name, source/<name>/<name>.ipynb."
        )
    known = f"This course has {', '.join(found)}"
    if name is None:
        raise CourseError(f"{known}: say with --assignment which one is meant.")
    raise CourseError(f"There is no source/{name}/{name}.ipynb. {known}.")


def load_master(course: Course) -> Assignment:
    """The course's master notebook; see :func:`master_at`."""
    return master_at(course.master)


def master_at(path: Path) -> Assignment:
    """The master notebook at ``path``, which nobody modifies: read again where files have changed.

    Raises:
        CourseError: it is not there or not readable.
    """
    try:
        return _read(path.absolute(), _seen(path.parent))
    except LabError as error:
        raise CourseError(str(error)) from None
    except FileNotFoundError:
        raise CourseError(f"There is no master notebook {path}.") from None
    except Exception as error:
        raise CourseError(f"The master notebook {path} is not readable: {error}") from None


def _seen(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """The folder's files, each with what is another where the file is another."""
    found = []
    for file in sorted(folder.iterdir()):
        with suppress(OSError):  # an editor's, which has gone; a link to nothing or in a circle
            status = file.stat()
            found.append((file.name, status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(found)


@lru_cache(maxsize=8)
def _read(path: Path, _: tuple[tuple[str, int, int, int], ...]) -> Assignment:
    return load(path)


def _alembic_version() -> str:
    """The version of nbgrader's tables, for a new gradebook; nbgrader starts a program for it."""
    migrations = Path(nbgrader.api.__file__).with_name("alembic")
    return str(ScriptDirectory(str(migrations)).get_current_head())


@contextmanager
def nbgrader_api(course: Course) -> Iterator[NbGraderAPI]:
    """nbgrader's API with the course's configuration, in the course's folder."""
    before = Path.cwd()
    os.chdir(course.root)
    nbgrader.api.get_alembic_version = _alembic_version
    try:
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's way with its own tables
        NbGrader.clear_instance()
        app = NbGrader()
        # Quiet: what went wrong is reported from the log that the API captures.
        app.log_level = logging.CRITICAL
        app.load_config_file()
        if not course.sandbox:
            app.config.Grade.sandbox = False
        app.config.NbGrader.logfile = ".nbgrader.log"
        api = NbGraderAPI(config=app.config)
        api.log.setLevel(logging.INFO)
        api.log.propagate = False
        api.log.handlers.clear()
        api.log.addHandler(logging.NullHandler())
        yield api
    finally:
        os.chdir(before)


@contextmanager
def gradebook_of(course: Course) -> Iterator[Gradebook]:
    """The course's gradebook, in the course's folder."""
    with (
        nbgrader_api(course) as api,
        Gradebook(api.coursedir.db_url, api.coursedir.course_id) as book,
    ):
        yield book


def reason(result: dict[str, Any]) -> str:
    """The exception behind what nbgrader's API logged, in one line."""
    text = f"{result.get('log') or ''}\n{result.get('error') or ''}"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # nbgrader closes with an exception of its own that only points back at the log.
    telling = [x for x in lines if _EXCEPTION.match(x) and "above traceback" not in x]
    return (telling or lines or ["no reason was given"])[-1]


_EXCEPTION = re.compile(r"([\w.]+(Error|Exception|Unavailable))(: |$)")
