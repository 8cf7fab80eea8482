"""What one student handed in: zips unpacked, the notebook chosen, the rest named."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from lenetlab.collect import names
from lenetlab.collect.archives import (
    DEEPEST,
    MOST_INSIDE,
    Budget,
    Unreadable,
    copy,
    listed,
)
from lenetlab.collect.origin import File
from lenetlab.collect.systems import Part
from lenetlab.course import timestamps
from lenetlab.course.handed_in import NOT_TAKEN
from lenetlab.course.walk import named

MOST_OTHERS = 20  # files that are kept of a hand-in without a notebook
_ASK = "ask for the notebook itself, the .ipynb file"
_ADVICE = {
    ".rar": "ask for a .zip, or for the notebook itself: .rar is not opened",
    ".7z": "ask for a .zip, or for the notebook itself: .7z is not opened",
    ".html": f"a page made of a notebook: {_ASK} (in Jupyter: File, Download)",
    ".py": f"the notebook's code alone: {_ASK} (in Colab: File, Download, .ipynb)",
    ".json": f"{_ASK}; this may be one under another name",
}


@dataclass(frozen=True)
class Staged:
    """A file that is taken: where it waits, and what it was."""

    path: Path
    file: File
    time: datetime | None


@dataclass
class HandIn:
    """One student's files, the notebook that counts first."""

    files: list[Staged] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # for a person
    remarks: list[str] = field(default_factory=list)


def stage(parts: list[Part], folder: Path, assignment: str) -> HandIn:
    """Copy what is taken of a student's files into ``folder``, under the names it is to have."""
    found, budget = HandIn(), Budget()
    with ExitStack() as stack:
        files = [file for part in parts for file in _unpacked(part, stack, budget, found, 0)]
        notebooks = [part for part in files if names.is_notebook(part.path[-1])]
        others = [part for part in files if part not in notebooks]
        if notebooks:
            _stage_notebooks(notebooks, folder, assignment, budget, found)
            if others:
                shown = named(Path(*part.path) for part in others)
                found.remarks.append(f"not used: {shown}")
        else:
            work = [part for part in others if not part.is_text]
            _stage_others(work or others, folder, assignment, budget, found)
    if not found.files:  # so that grading lists the student all the same
        text = "\n".join(["Nothing of this hand-in could be taken.", *found.notes]) + "\n"
        path = folder / NOT_TAKEN
        path.write_text(text, "utf-8")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        name = parts[0].member.name
        found.files.append(Staged(path, File(NOT_TAKEN, name, digest), parts[0].member.time))
    return found


def _unpacked(
    part: Part, stack: ExitStack, budget: Budget, found: HandIn, depth: int
) -> list[Part]:
    """The file, or the files in it if it is a zip; their time is the zip's: theirs anybody sets."""
    if not names.is_zip(part.path[-1]):
        return [part]
    try:
        if depth == DEEPEST:
            raise Unreadable(f"there are more than {DEEPEST} zips within each other")
        inner = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        copy(part.member, inner, budget)
        listing = listed(inner, stack, min(budget.members, MOST_INSIDE))
    except Unreadable as error:
        found.notes.append(f"{part.member.name}: {error}")
        return []
    budget.members -= len(listing.members)
    found.notes += [f"{part.member.name}/{r.member}: {r.reason}" for r in listing.refused]
    files = []
    for member in listing.members:
        shown = replace(member, name=f"{part.member.name}/{member.name}", time=part.member.time)
        inside = replace(part, path=(*part.path[:-1], *member.parts), member=shown)
        files += _unpacked(inside, stack, budget, found, depth + 1)
    return files


def _stage_notebooks(
    notebooks: list[Part], folder: Path, assignment: str, budget: Budget, found: HandIn
) -> None:
    target = f"{assignment}.ipynb"

    def rank(part: Part) -> tuple[bool, bool, int, int, tuple[str, ...]]:
        """Named for the assignment, no copy, outermost, Canvas's latest, by name."""
        name = part.path[-1].casefold()
        unlike = names.stem(name, assignment) != assignment.casefold()
        last = -int(part.attachment or 0)
        return unlike, name != target.casefold(), len(part.path), last, part.path

    taken: set[str] = set()
    hashes: set[str] = set()
    for part in sorted(notebooks, key=rank):
        bare = names.as_file(part.path[-1]) if found.files else target
        name = _free(bare if bare.endswith(".ipynb") else f"{bare}.ipynb", taken)
        staged = _stage(part, folder / name, budget, found)
        if staged is None or staged.file.sha256 in hashes:
            continue  # the same twice is one
        taken.add(name.casefold())
        hashes.add(staged.file.sha256)
        found.files.append(staged)
    if len(found.files) > 1:
        chosen, *rest = (Path(Path(staged.file.member).name) for staged in found.files)
        found.notes.append(f"several notebooks: {chosen} counts, not {named(rest)}; is it right?")


def _stage_others(
    others: list[Part], folder: Path, assignment: str, budget: Budget, found: HandIn
) -> None:
    taken = {f"{assignment}.ipynb".casefold(), timestamps.NAME, NOT_TAKEN}
    for part in others[:MOST_OTHERS]:
        name = _free(names.as_file(part.path[-1]), taken)
        staged = _stage(part, folder / name, budget, found)
        if staged is not None:
            taken.add(name.casefold())
            found.files.append(staged)
    endings = {PurePosixPath(part.path[-1]).suffix.casefold() for part in others}
    advice = sorted({_ADVICE.get(ending, _ASK) for ending in endings}) or [_ASK]
    shown = named(Path(*part.path) for part in others)
    if not others:
        found.notes.append(f"nothing that can be read was handed in: {_ASK}")
    elif all(part.is_text for part in others):
        found.notes.append(f"a text alone was handed in, {shown}: it may hold a link; {_ASK}")
    else:
        found.notes.append(f"no notebook but {shown}: {'; '.join(advice)}")


def _stage(part: Part, target: Path, budget: Budget, found: HandIn) -> Staged | None:
    try:
        with target.open("wb") as file:
            digest = copy(part.member, file, budget)
    except Unreadable as error:
        target.unlink()
        found.notes.append(f"{part.member.name}: {error}")
        return None
    file_of = File(target.name, part.member.name, digest, part.attachment)
    return Staged(target, file_of, part.member.time)


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where another file has it."""
    path, n = PurePosixPath(name), 2
    while name.casefold() in taken:
        name, n = f"{path.stem}-{n}{path.suffix}", n + 1
    return name
