"""Brings a hand-in into ``submitted/``: what is new, nothing overwritten without a copy."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from lenetlab.collect import origin
from lenetlab.collect.origin import Attempt, File, Origin
from lenetlab.course import interrupts, timestamps, walk
from lenetlab.course.directory import Course, CourseError
from lenetlab.files import write_whole

Event = Literal["new", "replaced", "unchanged", "adopted", "edited", "known", "earlier"]
# adopted  the same files are there: put by somebody, or of a time that was not known
# edited   what stands there was changed by hand after this one was collected, and stays
# known    one of those that were kept before
# earlier  what stands there is newer: this one is kept beside


def bring_in(
    course: Course, student: str, attempt: Attempt, waiting: Path, *, dry: bool = False
) -> Event:
    """Make the attempt the one that counts, unless it is known already or older than that one.

    ``waiting`` is the folder with its files. Killed at any moment, the next run goes on: what is
    replaced is copied first, and the record is written last.

    Raises:
        CourseError: the student's folder is a link.
    """
    folder = course.folder("submitted", student)
    if walk.is_elsewhere(folder):
        raise CourseError(f"{folder} is a link: nothing is written where it leads. Remove it.")
    known, standing = origin.load(course, student), _standing(course, student)
    event = _decide(known, standing, attempt)
    if dry or event in ("unchanged", "edited", "known"):
        return event
    with interrupts.put_off():
        current = known.current
        if event == "earlier":
            known.others.append(_keep(course, student, attempt, waiting))
            origin.store(course, known)
            return event
        if event == "replaced" and standing is not None:
            ours = current is not None and current.content == standing.content
            before = current if ours and current is not None else standing
            known.others.append(_keep(course, student, before, folder))
        if current is not None and current.content not in {o.content for o in known.others}:
            known.others.append(_lost(course, student, current))
        _place(course, student, attempt, waiting)
        known.others = [o for o in known.others if o.content != attempt.content]
        known.current = attempt
        origin.store(course, known)
    return event


def _decide(known: Origin, standing: Attempt | None, attempt: Attempt) -> Event:
    current = known.current
    if standing is None:
        return "new"
    ours = current is not None and current.content == standing.content
    if attempt.content == standing.content:
        is_timed = current is not None and not current.time and bool(attempt.time)
        return "unchanged" if ours and not is_timed else "adopted"
    if current is not None and attempt.content == current.content:
        return "edited"
    same = (other for other in known.others if other.content == attempt.content)
    if any(not _is_older(other, attempt) for other in same):
        return "known"  # else the student went back to it
    before = current if ours and current is not None else standing
    return "earlier" if _is_older(attempt, before) else "replaced"


def _place(course: Course, student: str, attempt: Attempt, waiting: Path) -> None:
    """Put the files into ``submitted/``; what stood there was kept."""
    folder = course.folder("submitted", student)
    folder.mkdir(parents=True, exist_ok=True)
    names = {file.name for file in attempt.files}
    for file in attempt.files:
        target = folder / file.name
        new = target.with_name(f".{target.name}.new")
        new.unlink(missing_ok=True)
        shutil.copyfile(waiting / file.name, new)
        new.replace(target)
    if attempt.time:
        when = datetime.fromisoformat(attempt.time).astimezone(UTC)
        write_whole(folder / timestamps.NAME, f"{when:%Y-%m-%d %H:%M:%S} UTC\n")
        names.add(timestamps.NAME)
    for path in folder.iterdir():
        if path.name not in names and path.is_file() and not path.is_symlink():
            path.unlink()


def _standing(course: Course, student: str) -> Attempt | None:
    """What is in ``submitted/``, as if somebody had put it there."""
    folder = course.folder("submitted", student)
    if not folder.is_dir():
        return None
    files, latest = [], 0.0
    for path in sorted(folder.iterdir()):
        if path.name != timestamps.NAME and path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            files.append(File(path.name, path.name, digest))
            latest = max(latest, path.stat().st_mtime)
    if not files:
        return None
    when = datetime.fromtimestamp(int(latest), UTC).isoformat()
    return Attempt("hand", tuple(files), time=when, seen=when)


def _is_older(attempt: Attempt, standing: Attempt) -> bool:
    """Whether the attempt was handed in before the one that counts, where that is known."""
    last = [max(int(f.attachment_id or 0) for f in a.files) for a in (attempt, standing)]
    if all(last):  # Canvas numbers what is uploaded in order
        return last[0] < last[1]
    if attempt.time and standing.time:
        return attempt.time < standing.time
    return bool(attempt.seen and standing.seen) and attempt.seen < standing.seen


def _keep(course: Course, student: str, attempt: Attempt, source: Path) -> Attempt:
    """Copy an attempt's files into its own folder; made before, it is the same one."""
    target = origin.folder(course) / student / attempt.folder
    if not target.is_dir():
        new = target.with_name(f".{target.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        for file in attempt.files:
            shutil.copy2(source / file.name, new / file.name)
        if (source / timestamps.NAME).is_file():
            shutil.copy2(source / timestamps.NAME, new)
        new.rename(target)
    return msgspec.structs.replace(attempt, kept=target.name)


def _lost(course: Course, student: str, attempt: Attempt) -> Attempt:
    """What counted until somebody changed or removed it by hand."""
    kept = (origin.folder(course) / student / attempt.folder).is_dir()
    return msgspec.structs.replace(attempt, kept=attempt.folder if kept else "")
