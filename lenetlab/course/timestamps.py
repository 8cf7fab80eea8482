"""When a submission was handed in: its ``timestamp.txt``, which may hold anything.

nbgrader reads such a file in two places, and stops at one that is no time: its commands with an
AttributeError, the formgrader with an error in place of its list. It also takes the time zones that
it writes itself, +07 and +0700, for seconds. :func:`guard_nbgrader` has it read these files here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from dateutil import parser, tz
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

NAME = "timestamp.txt"
REFUSED = ".refused.txt"  # added to the name of a note that stands in place of a link
_YEARS = range(2000, 2101)  # a time far from these stops what turns it into another zone's
LONGEST = 100  # bytes; nbgrader's own have 30
_ADVICE = "whether it was late is not known; write the time into it, as 2026-03-01 17:00:00 +0700"


def read(folder: Path) -> datetime | None:
    """The time in UTC, as the gradebook has it; None where there is none that can be told."""
    return _read(folder / NAME)[0]


def trouble(folder: Path) -> str:
    """What is wrong with the file, a sentence for a person; empty where nothing is."""
    text = _read(folder / NAME)[1]
    return f"{NAME} {text}: {_ADVICE}" if text else ""


def _read(path: Path) -> tuple[datetime | None, str]:
    """The time, or what is wrong."""
    try:
        if path.is_symlink() or path.with_name(f"{NAME}{REFUSED}").exists():
            return None, "is a link, or was one"
        if not path.exists():
            return None, ""
        if not path.is_file():
            return None, "is no file"
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return None, "is not text"
    except OSError as error:
        return None, f"cannot be read ({error.strerror})"
    if not text:
        return None, "is empty"
    if len(data) > LONGEST or not text.isprintable():
        return None, "is no time"
    return _parse(text)


def local(time: datetime | None) -> datetime | None:
    """A time of the gradebook's, which has them in UTC, as this machine's clock shows it.

    None also where it is so far off that the clock cannot show it.
    """
    try:
        return time.replace(tzinfo=UTC).astimezone() if time else None
    except (OverflowError, ValueError):
        return None


def _parse(text: str) -> tuple[datetime | None, str]:
    # What the text leaves out is filled in from a day that is given, and which of two numbers is
    # the month is a guess: a time that depends on either is not what the text says.
    guesses = [(datetime(2001, 1, 1), False), (datetime(2002, 2, 2), False)]
    if not re.match(r"\d{4}\W", text):  # the year first: then comes the month
        guesses.append((datetime(2001, 1, 1), True))
    named = re.fullmatch(r"(.+) (\w+/[\w/+-]+)", text)  # Asia/Ho_Chi_Minh
    try:
        zone = _zone(named[2], None) if named else None
        found = {
            parser.parse(named[1] if named else text, default=day, dayfirst=first, tzinfos=_zone)
            for day, first in guesses
        }
        if len(found) > 1:
            return None, f"has {text!r}, which may be one of several times"
        time = found.pop()
        time = time.replace(tzinfo=zone) if zone else time
        if time.year not in _YEARS:
            return None, f"has {text!r}, which is no time"
        offset = time.utcoffset()
        return (time - offset if offset else time).replace(tzinfo=None), ""
    except Exception:  # dateutil raises more than it says: OverflowError, TypeError, …
        return None, f"has {text!r}, which is no time"


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """The zone that a time names; one that nobody knows would make it another hour's."""
    zone: tzinfo | None = tz.tzoffset(name, offset) if offset is not None else tz.gettz(name)
    if zone is None:
        raise ValueError(f"unknown time zone {name}")
    return zone


def guard_nbgrader() -> None:
    """Have nbgrader read these files as :func:`read` does, in this process."""

    def existing(self: CourseDirectory, dest_path: str) -> datetime | None:
        return read(Path(dest_path))

    def submitted(self: NbGraderAPI, assignment_id: str, student_id: str) -> datetime | None:
        place = self.coursedir.format_path(
            self.coursedir.submitted_directory, student_id, assignment_id
        )
        return read(Path(place))

    CourseDirectory.get_existing_timestamp = existing
    NbGraderAPI.get_submitted_timestamp = submitted
