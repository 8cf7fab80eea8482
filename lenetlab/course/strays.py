"""What lies in ``submitted/`` where no grading would find it, and the command that mends that."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

from lenetlab.course import commands, handed_in, walk
from lenetlab.course.directory import BAD_NAME, Course, assignments, is_student_name
from lenetlab.notebook.intake import Rejected
from lenetlab.records import Flag, printable_name

_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar")


def strays(course: Course) -> list[Flag]:
    """Everything in ``submitted/`` that is nobody's: a sentence each, for a person."""
    top = course.root / "submitted"
    found: list[Flag] = []
    names, is_student = assignments(course.root), handed_in.students_of(course)
    for path in sorted(top.iterdir()) if top.is_dir() else ():
        if walk.is_litter(path.name):
            continue
        if not path.is_dir():
            if not path.name.startswith(".") or walk.is_notebook_name(path.name):
                found.append(_file(course, path, is_student))
        elif not is_student(path.name):
            inside = walk.notebooks(path) if path.name.startswith(".") else walk.files(path)
            if inside or (path / course.name).is_dir():
                found.append(_folder(course, path))
        elif not path.is_symlink():
            found += _beside(course, path, names)
    return found


def nothing_to_grade(course: Course) -> str:
    """Why nobody can be graded: what there is instead, with the commands that mend it."""
    found = strays(course)
    text = f"There is nothing in submitted/*/{course.name}/ to grade{', but:' if found else '.'}"
    return "\n  ".join([text, *(flag.message for flag in found)])


def _file(course: Course, path: Path, is_student: Callable[[str], bool]) -> Flag:
    """A file in no student's folder."""
    file, name = path.relative_to(course.root), path.stem.strip()
    text = f"{printable_name(str(file))} is in no student's folder: "
    if path.suffix.casefold() in _ARCHIVES:
        ask = "ask for a .zip or for the notebook itself; this kind of archive is not opened"
        is_zip = path.suffix.casefold() == ".zip"
        return Flag("stray-file", text + (commands.collect(file) if is_zip else ask), True)
    if not walk.is_notebook_name(path.name):
        text += f"if a student handed it in, it belongs into submitted/<student>/{course.name}/"
    elif is_student(name):
        target = Path("submitted", name, course.name, f"{course.name}.ipynb")
        text += f"if {name} is the student, {_move(course, file, target)}"
    else:
        text += f"it belongs into submitted/<student>/{course.name}/"
    return Flag("stray-file", text, True)


def _folder(course: Course, path: Path) -> Flag:
    """A folder whose name is no student's."""
    if is_student_name(path.name):
        file = printable_name(str(path.relative_to(course.root)))
        text = f"{file} is named for an assignment: the folders in submitted/ are students'"
        return Flag("bad-name", text, True)
    text = BAD_NAME.format(name=path.name)
    name = re.sub(r"(?:\s*[^\w.@ -]+\s*)+", "-", normalize("NFC", path.name)).strip(" .@-")
    if not is_student_name(name):
        name = "student"
    target = Path("submitted", name)
    if os.path.lexists(course.root / target):
        text += f"; {target} is there already: is this the same student?"
    else:
        text += f": {commands.move(path.relative_to(course.root), target)}"
    return Flag("bad-name", text, True)


def _beside(course: Course, folder: Path, names: list[str]) -> list[Flag]:
    """Notebooks in a student's folder that are at no assignment's place, and are not graded."""
    taken: set[Path | None] = set()
    for name in names:
        try:
            taken.add(handed_in.find(Course(course.root, name), folder.name))
        except Rejected as reason:
            if reason.code == "several-notebooks" and name == course.name:
                return []  # the student's row names them all
    found = []
    for path in walk.notebooks(folder):
        place = path.relative_to(folder).parts
        if path not in taken and not (len(place) == 2 and place[0] in names):
            file = path.relative_to(course.root)
            text = f"{printable_name(str(file))} is not in submitted/<student>/{course.name}/"
            target = course.notebook("submitted", folder.name)
            text += f": {_move(course, file, target.relative_to(course.root))}"
            found.append(Flag("stray-file", text, True))
    return found


def _move(course: Course, file: Path, target: Path) -> str:
    """The command that makes the file a student's notebook, or why there is none."""
    place = course.root / target
    if walk.is_elsewhere(place.parent):
        return f"{target.parent} is a link, or behind one: nothing is moved to where it leads"
    if os.path.lexists(place):
        return f"another notebook is at {target}: is this the newer one?"
    return commands.move(file, target)
