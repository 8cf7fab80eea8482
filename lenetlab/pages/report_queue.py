"""What needs a person, grouped by what there is to do, each with the command that does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lenetlab.language import translate
from lenetlab.pages.report_actions import ACTIONS, OTHER, Action
from lenetlab.pages.report_data import GRADED, ClassData, Student
from lenetlab.records import Flag

AT_ONCE = 5  # entries that are seen without a click
MOST = 500  # entries of a group; a class in which everyone is flagged has one cause, not 5,000
MOST_WORDS = 12  # students that a command names
_UNSAID = {"waiting": "waiting", "interrupted": "interrupted"}  # a status that needs no flag


@dataclass(frozen=True)
class Entry:
    """One thing to look at; of nobody where a file is nobody's."""

    student: Student | None
    message: str
    language: str  # of the message


@dataclass(frozen=True)
class Group:
    """Entries that ask for the same; those past the bound are counted only."""

    code: str
    action: Action
    command: str
    entries: list[Entry]
    students: int
    left_out: int


def queue(data: ClassData) -> list[Group]:
    """The groups, the most urgent first."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for one in data.students:
        codes = set()
        for flag in one.verdict.flags:
            if flag.review:
                found[flag.code].append(_entry(one, flag))
                codes.add(flag.code)
        status = one.verdict.status
        if status not in (*GRADED, "missing") and not codes:
            found[_UNSAID.get(status, "grading-failed")].append(Entry(one, "", "vi"))
    for flag in data.strays:
        found[flag.code].append(_entry(None, flag))
    urgent = {code: place for place, code in enumerate(ACTIONS)}
    codes_in_order = sorted(found, key=lambda code: (urgent.get(code, len(urgent)), code))
    return [_group(code, found[code], data) for code in codes_in_order]


def _entry(student: Student | None, flag: Flag) -> Entry:
    text = translate(flag.message, "vi")
    return Entry(student, text, "en" if text == flag.message else "vi")


def _group(code: str, entries: list[Entry], data: ClassData) -> Group:
    action = ACTIONS.get(code, OTHER)
    people = {one.student.id: one.student for one in entries if one.student}
    command = _command(action.command, people.values(), data.option)
    kept = entries[:MOST]
    return Group(code, action, command, kept, len(people), len(entries) - len(kept))


def _command(template: str, students: Iterable[Student], option: str) -> str:
    """The command with the students in it; for everyone where they would be too many to read."""
    words = [one.word for one in students]
    if ("{students}" in template and not words) or not template:
        return ""
    if "{student}" in template and len(words) > 1:
        words = ["TÊN_THƯ_MỤC"]
    names = " ".join(words) if len(words) <= MOST_WORDS else ""
    filled = template.replace("{students}", names).replace("{student}", names).rstrip()
    return filled if template.endswith("doctor") else filled + option
