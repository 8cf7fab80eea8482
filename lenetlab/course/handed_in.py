"""Which file a student handed in for an assignment, whatever it is called and wherever it lies.

nbgrader looks for ``submitted/<student>/<assignment>/<assignment>.ipynb`` alone. Where there is no
such file, ``lenetlab grade`` takes the only one that can be meant, where it is: nothing of a
student's is renamed, copied or moved.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lenetlab.course import commands, timestamps, walk
from lenetlab.course.directory import Course, assignments, is_student_name
from lenetlab.notebook import fingerprint
from lenetlab.notebook.intake import Rejected
from lenetlab.notebook.master import Assignment
from lenetlab.records import Flag, printable_name

NOT_TAKEN = "not-taken.txt"  # why collecting has taken nothing of what was handed in
_COPIES = ".ipynb_checkpoints"
# What nbgrader's exchange puts beside a notebook.
MARKS = (timestamps.NAME, "submission_secret.txt")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg")


def _is_notebook(path: Path) -> bool:
    return walk.is_notebook_name(path.name)


def _is_renamed(path: Path) -> bool:
    """A notebook as browsers and mail programs save it: ``.ipynb.txt``, ``.json``, no ending."""
    name = path.name.casefold()
    return ".ipynb." in name or path.suffix.casefold() == ".json" or not path.suffix


def _is_other(path: Path) -> bool:
    return path.suffix.casefold() not in _PICTURES


# What a file may be, the likelier first; files of one kind are looked at before those of the next.
_KINDS: tuple[Callable[[Path], bool], ...] = (_is_notebook, _is_renamed, _is_other, lambda _: True)


def folders(course: Course) -> list[str]:
    """Every student who has a folder in ``submitted/``, for whichever assignment."""
    try:
        with os.scandir(course.root / "submitted") as entries:
            found = [entry.name for entry in entries if entry.is_symlink() or entry.is_dir()]
    except FileNotFoundError:
        return []
    return sorted(filter(students_of(course), found))


def students_of(course: Course) -> Callable[[str], bool]:
    """Whether a folder in ``submitted/`` is a student's by its name, and no assignment's."""
    mistaken = {assignment.casefold() for assignment in assignments(course.root)}
    return lambda name: (
        is_student_name(name) and not walk.is_litter(name) and name.casefold() not in mistaken
    )


def who_handed_in(course: Course) -> list[str]:
    """Everyone who has handed something in for this assignment."""
    return [student for student in folders(course) if look(course, student).is_there]


@dataclass(frozen=True)
class HandedIn:
    """What a student has handed in: the file that is graded, or why there is none."""

    course: Course
    student: str
    path: Path | None = None
    refused: Rejected | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is anything for this assignment, if only an empty folder."""
        return self.path is not None or self.refused is not None

    def fingerprint(self, assignment: Assignment) -> str:
        """Of the file and the master: the same where neither has changed; empty for none."""
        return fingerprint.of_file(self.path, assignment) if self.path else ""

    def flags(self) -> list[Flag]:
        """What a person should know of the student's folder, beside what grading says."""
        folder, path = self.course.folder("submitted", self.student), self.path
        late = timestamps.trouble(folder)
        found = [Flag("timestamp", late, True)] if late else []
        if path and path != self.course.notebook("submitted", self.student):
            text = f"the file that was taken is {_shown(self.course, path)}"
            found.append(Flag("other-name", text))
            if "-checkpoint" in path.stem or _COPIES in path.parts:
                text = (
                    "this is a copy that Jupyter keeps, perhaps older than what the student saved"
                )
                found.append(Flag("checkpoint", text, True))
        return found + (_beside(folder, path) if folder.is_dir() else [])


def look(course: Course, student: str) -> HandedIn:
    """What the student has handed in, and whether it can be graded."""
    try:
        return HandedIn(course, student, find(course, student))
    except Rejected as reason:
        return HandedIn(course, student, refused=reason)


def find(course: Course, student: str) -> Path | None:
    """The file that is graded; None where nothing is handed in.

    Raises:
        Rejected: there is none that could be graded, or several that might be meant.
    """
    wanted = course.notebook("submitted", student)
    folder = wanted.parent
    try:
        if walk.is_elsewhere(folder) or stat.S_ISLNK(mode := _mode(wanted)):
            raise Rejected("link", f"{_shown(course, wanted)} is a link, or behind one: not a file")
        if mode and not stat.S_ISDIR(mode):
            return wanted
        places = [place for place in (folder, folder.parent) if place.is_dir()]
        for place in places:
            os.scandir(place).close()  # what cannot be listed is not empty
    except OSError as error:
        allow = f"chmod -R u+rwX {commands.word(folder.parent.relative_to(course.root))}"
        text = f"{_shown(course, folder)} cannot be read ({error.strerror}); {allow}"
        raise Rejected("unreadable", text) from None
    for kind in _KINDS:
        for place in places:
            found = [path for path in _files(course, place) if kind(path)]
            if [path.name for path in found] == [NOT_TAKEN]:
                raise Rejected("not-taken", _first_line_of(found[0]))
            if found:
                return _one_of(found, course, wanted, kind)
    copies = [p for place in places for p in walk.files(place) if walk.is_copy(p, place)]
    if copies:
        return _one_of(copies[:1], course, wanted, _is_notebook)
    if os.path.lexists(folder):
        raise Rejected("not-found", f"no {wanted.name}: {_shown(course, folder)} has no notebook")
    return None


def told(course: Course, student: str, reason: Rejected) -> Rejected:
    """The reason with the file's name, where it is not the usual one, and with what would help."""
    wanted = course.notebook("submitted", student)
    try:
        path = find(course, student)
    except Rejected:
        return reason  # it is about the folder
    if path is None:
        return reason
    text = str(reason) if path == wanted else f"{printable_name(path.name)}: {reason}"
    if reason.code == "archive" and not any(wanted.parent.glob("unpacked*")):  # links, too
        archive, folder = (p.relative_to(course.root) for p in (path, wanted.parent))
        text += f"; or: {commands.unpack(archive, folder / 'unpacked')}"
    return Rejected(reason.code, text)


def _mode(path: Path) -> int:
    """Whether it is a file, a folder or a link, as :mod:`stat` has it; 0 where nothing is."""
    try:
        return os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _files(course: Course, place: Path) -> list[Path]:
    """Files at ``place`` and below that may be the submission.

    Where the course has several assignments, those in a student's folder count that are in a
    folder of this one, or are named for it.
    """
    found = [p for p in walk.files(place) if not walk.is_copy(p, place) and p.name not in MARKS]
    if place.name == course.name and place.parent.parent == course.root / "submitted":
        return found
    others = {name for name in assignments(course.root) if name != course.name}
    if not others:
        return found
    return [
        path
        for path in found
        if path.relative_to(place).parts[0] not in others and _is_named(path, course.name)
    ]


def _is_named(path: Path, name: str) -> bool:
    """Whether a file is called as the assignment is, but for its ending and for capitals."""
    return path.name.split(".")[0].casefold() == name.casefold()


def _first_line_of(path: Path) -> str:
    """What a short text says, in one line."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return " ".join(file.read(1000).split())


def _one_of(found: list[Path], course: Course, wanted: Path, kind: Callable[[Path], bool]) -> Path:
    """The only file that can be meant: the only one, or the only one that is named for it.

    Raises:
        Rejected: there are several.
    """
    latest = [path for path in found if not path.stem.endswith("-checkpoint")] or found
    named = [path for path in latest if _is_named(path, course.name)]
    for meant in (latest, named):
        if len(meant) == 1:
            return meant[0]
    student = wanted.parents[1]
    names = ", ".join(
        printable_name(str(path.relative_to(student))) for path in found[: walk.MOST_NAMES]
    )
    names += " …" * (len(found) > walk.MOST_NAMES)
    if kind not in (_is_notebook, _is_renamed):
        raise Rejected("not-found", f"no {wanted.name}: found {names}, of which none is a notebook")
    newest = max(latest, key=lambda path: (path.lstat().st_mtime, path.name))
    source, target = (path.relative_to(course.root) for path in (newest, wanted))
    choose = commands.copy(source, target)
    text = f"no {wanted.name}, but {names}: which one counts? The newest: {choose}"
    raise Rejected("several-notebooks", text)


def _beside(folder: Path, graded: Path | None) -> list[Flag]:
    """What was handed in beside the notebook, and does not count."""
    links, others = walk.links(folder), []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False) and not walk.is_litter(entry.name):
                others.append(folder / entry.name)
    others = [path for path in others if path != graded]
    notebooks = walk.named(filter(_is_notebook, others))
    files = walk.named(p for p in others if p.suffix not in (".png", ".txt") if not _is_notebook(p))
    found = []
    if links:
        message = f"links and special files are not followed: {walk.named(links)}"
        found.append(Flag("link", message, True))
    if notebooks and graded:
        message = f"not graded: {notebooks}; is one of them the newer version?"
        found.append(Flag("other-notebooks", message, True))
    if files and graded:
        found.append(Flag("other-files", f"not used: {files}; the notebook alone counts"))
    return found


def _shown(course: Course, path: Path) -> str:
    return printable_name(str(path.relative_to(course.root)))
