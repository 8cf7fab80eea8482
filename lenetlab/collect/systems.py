"""Whose a file is, by the names that Moodle, Canvas and people give to files and folders."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from lenetlab.collect import names
from lenetlab.collect.archives import Member

System = Literal["moodle", "canvas", "plain"]

# Moodle, mod/assign/classes/downloader.php: {full name}_{unique id}_assignsubmission_{plugin}, with
# "_" at the end before 4.1, then / or _ and the file. No "_" stands in a full name, so that the
# first mark is Moodle's own and later ones a student's. A group may stand in front.
_MOODLE = re.compile(
    r"(?P<name>.*?)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?", re.DOTALL
)
# Canvas, lib/content_zipper.rb: {name}[_LATE]_{user id}_{attachment id}_{file}; where students are
# anonymous [LATE_]anon_{id} in place of name and id; of texts and links {...}_text.html. Canvas
# itself reads such names from the left.
_CANVAS = re.compile(
    r"(?:(?P<late_anon>LATE_)?anon_(?P<anon>[0-9A-Za-z]+)"
    r"|(?P<name>\w*?)_(?P<late>LATE_)?(?P<id>\d+))_"
    r"(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<kind>text|link)(?:-\d+)?\.html)",
    re.DOTALL,
)
# What stands for the name in blind marking.
_NOBODY = {"participant", "thanhvien", "thamgiavien", "nguoithamgia", "teilnehmer", "participante"}
_NUMBER = re.compile(
    r"(?<![^\W_])([A-Za-z]{0,3}\d{6,12}|[A-Za-z]\d{2}[A-Za-z]{2,6}\d{3})(?![^\W_])"
)


@dataclass(frozen=True)
class Claim:
    """Whose something is by its name: the system's id where it gives one, and the name shown."""

    system: System
    id: str  # of a plain folder or file: its name, without ending
    name: str = ""
    late: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """The same for all that is one person's by its name."""
        return self.system, self.id.casefold()


@dataclass(frozen=True)
class Part:
    """One file of a hand-in: where it stands in it, and whether it is work or a text box."""

    claim: Claim
    path: tuple[str, ...]
    member: Member
    attachment: str = ""
    is_text: bool = False


@dataclass
class Sorted:
    """The files of an archive by whose they are, and those of which the name does not say it."""

    system: System
    parts: dict[tuple[str, str], list[Part]]
    nobodys: list[Member]


def plain_letters(text: str) -> str:
    """The text in lower case without accents, and without what is neither letter nor digit."""
    spread = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(c for c in spread if c.isalnum())


def number_in(text: str) -> str:
    """The student number in a name; empty where there is none, or more than one."""
    found = set(_NUMBER.findall(text))
    return found.pop() if len(found) == 1 else ""


def sort(
    members: list[Member], assignment: str, wanted: System | None, owner: str, known: Iterable[str]
) -> Sorted:
    """Sort the files by whose they are.

    ``owner`` is the archive's own name: that of a student where the files are one student's.
    ``known`` are words that stand for a student (numbers, names): a folder with such a name is not
    taken for one that merely holds all others.
    """
    words = frozenset(known)
    # What packs all in one folder more, a folder of Drive's for instance, is looked into.
    while system := wanted or _system(members):
        inner = _unwrapped(members)
        if inner is None or _is_right(members, system, words):
            break
        if not (_is_right(inner, system, words) or _are_owners(inner, assignment, system)):
            break
        members = inner
    if system == "plain":
        members = _without_groups(members, words)
    found = Sorted(system, defaultdict(list), [])
    for member in members:
        part = _READERS[system](member, assignment)
        if part is None:
            found.nobodys.append(member)
        else:
            found.parts[part.claim.key].append(part)
    notebooks = sum(names.is_notebook(member.parts[-1]) for member in members)
    says = bool(number_in(owner)) or plain_letters(owner) in words
    alone = not found.parts or (says and notebooks == 1 and not _is_right(members, system, words))
    named = bool(names.as_folder(owner)) and owner.casefold() != assignment.casefold()
    if system == "plain" and members and alone and named:
        claim = Claim("plain", owner, owner)
        found.parts.clear()
        found.parts[claim.key] = [Part(claim, member.parts, member) for member in members]
        found.nobodys = []
    return found


def is_somebodys(member: Member, known: Iterable[str]) -> bool:
    """Whether the name says whose it is: by a system's id, a number or a word of the roster."""
    words = frozenset(known)
    return any(_is_right([member], system, words) for system in _READERS)


def _system(members: list[Member]) -> System:
    systems: tuple[System, ...] = ("moodle", "canvas")
    for system in systems:
        units = {member.parts[0]: member for member in members}
        read = [_READERS[system](member, "") for member in units.values()]
        if units and sum(part is not None for part in read) * 2 > len(units):
            return system
    inner = _unwrapped(members)
    return _system(inner) if inner else "plain"


def _unwrapped(members: list[Member]) -> list[Member] | None:
    """The same files without the one folder that they are all in; None where there is none."""
    if len({member.parts[0] for member in members}) != 1 or any(
        len(member.parts) < 2 for member in members
    ):
        return None
    return [replace(member, parts=member.parts[1:]) for member in members]


def _without_groups(members: list[Member], words: frozenset[str]) -> list[Member]:
    """The files without the folders of groups: these say nothing, most names within say who.

    Most of the folders have to be such: what is in a single one says nothing of the others.
    """

    def says(name: str) -> bool:
        return bool(number_in(name)) or plain_letters(names.stem(name)) in words

    inner: dict[str, set[str]] = defaultdict(set)
    for first, second in {m.parts[:2] for m in members if len(m.parts) > 1}:
        inner[first].add(second)
    groups = sum(2 * sum(map(says, seconds)) > len(seconds) for seconds in inner.values())
    if 2 * groups <= len(inner) or any(says(member.parts[0]) for member in members):
        return members
    return [replace(m, parts=m.parts[1:]) if len(m.parts) > 1 else m for m in members]


def _is_right(members: list[Member], system: System, words: frozenset[str]) -> bool:
    """Whether the outermost names say whose something is."""
    if system != "plain":
        return any(_READERS[system](member, "") for member in members)
    first = {member.parts[0] for member in members}
    return any(number_in(name) or plain_letters(names.stem(name)) in words for name in first)


def _are_owners(members: list[Member], assignment: str, system: System) -> bool:
    """Whether several people's files stand here side by side, named for them."""
    read = {m.parts[0]: _READERS[system](m, assignment) for m in members}
    work = [n for n in read if names.is_notebook(n) or names.is_zip(n) or "." not in n]
    return len(read) > 1 and all(read[name] is not None for name in work)


def _moodle(member: Member, assignment: str) -> Part | None:
    found = _MOODLE.fullmatch(member.parts[0])
    if found is None:
        return None
    name = found["name"].rpartition("_")[2].strip()
    name = "" if plain_letters(name).rstrip("0123456789") in _NOBODY else name
    path = member.parts[1:] if len(member.parts) > 1 else (found["file"] or member.parts[0],)
    is_text = found["plugin"] != "file"
    return Part(Claim("moodle", found["id"], name), path, member, is_text=is_text)


def _canvas(member: Member, assignment: str) -> Part | None:
    found = _CANVAS.fullmatch(member.parts[0]) if len(member.parts) == 1 else None
    if found is None:
        return None
    late = bool(found["late"] or found["late_anon"])
    claim = Claim("canvas", found["id"] or f"anon_{found['anon']}", found["name"] or "", late)
    file = found["file"] or f"{found['kind']}.html"
    return Part(claim, (file,), member, found["attachment"] or "", bool(found["kind"]))


def _plain(member: Member, assignment: str) -> Part | None:
    first = member.parts[0]
    if len(member.parts) > 1:
        return Part(Claim("plain", first, first), member.parts[1:], member)
    owner = names.stem(first, assignment)
    marked = re.escape(unicodedata.normalize("NFC", assignment))
    owner = re.sub(rf"(?<![^\W_]){marked}(?![^\W_])(\s*\(\d+\))?", "", owner, flags=re.IGNORECASE)
    owner = owner.strip(" _-.()") if assignment else owner
    if not names.as_folder(owner):
        return None  # lenet.ipynb: nobody's name
    return Part(Claim("plain", owner, owner), (first,), member)


_READERS: dict[System, Callable[[Member, str], Part | None]] = {
    "moodle": _moodle,
    "canvas": _canvas,
    "plain": _plain,
}
