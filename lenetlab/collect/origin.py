"""Where a submission came from, as data: ``collected/<assignment>/<student>.json``.

What sends grades and feedback back reads it. Grading does not, and students never see it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from lenetlab.collect.systems import System
from lenetlab.course.directory import Course
from lenetlab.files import as_json, read_json, write_whole


class File(msgspec.Struct, frozen=True):
    """One file: its name in ``submitted/``, and what it was in the archive."""

    name: str
    member: str
    sha256: str
    attachment_id: str = ""  # Canvas's


class Attempt(msgspec.Struct, frozen=True):
    """One hand-in. Times are in UTC, as ISO 8601; empty where none is known."""

    system: System | str  # "hand": somebody put it into submitted/
    files: tuple[File, ...]
    archive: str = ""  # the file or folder that was collected
    system_id: str = ""  # Moodle's unique id of the participant, Canvas's user id or anonymous id
    display_name: str = ""
    time: str = ""  # when it was handed in
    seen: str = ""  # the latest time in the archive: it is no older than that
    late: bool = False  # Canvas's mark
    kept: str = ""  # the folder in collected/<assignment>/<student>/, once another one counts

    @property
    def content(self) -> str:
        """The same where the files are the same."""
        return content_of({file.name: file.sha256 for file in self.files})

    @property
    def folder(self) -> str:
        """The name of the folder that keeps it: the same whenever it is asked for."""
        when = "".join(c for c in self.time or self.seen if c.isdigit() or c == "T")[:15]
        return f"{when or 'no-time'}-{self.content[:8]}"


class Origin(msgspec.Struct):
    """A student's hand-ins: the one in ``submitted/``, and all others."""

    student: str
    current: Attempt | None = None
    others: list[Attempt] = []


def content_of(hashes: dict[str, str]) -> str:
    """One hash of several files."""
    text = "\n".join(f"{sha256} {name}" for name, sha256 in sorted(hashes.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def folder(course: Course) -> Path:
    """The folder that holds the records of one assignment, and what does not count."""
    return course.root / "collected" / course.name


def load(course: Course, student: str) -> Origin:
    """What is known of the student's hand-ins."""
    return read_json(folder(course) / f"{student}.json", Origin) or Origin(student)


def everyone(course: Course) -> list[Origin]:
    """All records of the assignment."""
    found = (read_json(path, Origin) for path in sorted(folder(course).glob("*.json")))
    return [origin for origin in found if origin]


def store(course: Course, origin: Origin) -> None:
    """Write the record, whole or not at all."""
    write_whole(folder(course) / f"{origin.student}.json", as_json(origin))
