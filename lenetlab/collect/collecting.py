"""Collects one assignment from the archives and folders that an instructor names."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from lenetlab.collect import handin, origin, sources, store
from lenetlab.collect.archives import Member, Unreadable
from lenetlab.collect.matching import Match, People
from lenetlab.collect.origin import Attempt
from lenetlab.collect.roster import Person
from lenetlab.collect.systems import Claim, Part, System, is_somebodys, sort
from lenetlab.course import handed_in
from lenetlab.course.directory import Course, CourseError
from lenetlab.course.handed_in import NOT_TAKEN

Status = Literal["taken", "rejected", "missing", "unmatched"]
# taken      the notebook is in submitted/
# rejected   what was handed in is there, and it is no notebook: grading lists it; or it could not
#            be written at all: the note says why
# missing    nothing was handed in
# unmatched  nobody knows whose it is: it is not in submitted/
# The times of an archive that was made in one go lie closer together: they are its own.
ONE_GO = timedelta(hours=1)
_MAYBE = "a hand-in may be this student's, see above"
_AT_HAND = "what stands in submitted/ was put there by hand"


@dataclass(frozen=True)
class Row:
    """One student, or one hand-in of nobody known."""

    student: str
    status: Status
    name: str = ""
    event: str = ""  # what this run did
    attempt: Attempt | None = None
    notes: tuple[str, ...] = ()  # for a person
    remarks: tuple[str, ...] = ()

    @property
    def handed_in(self) -> str:
        """When, in local time; or that it was late, where that alone is known."""
        if self.attempt is None:
            return ""
        time = self.attempt.time
        text = f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}" if time else ""
        return f"{text} late".strip() if self.attempt.late else text


@dataclass
class Collected:
    """What came of a run."""

    rows: list[Row] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)  # archive, member, reason
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """How an instructor wants it done."""

    system: System | None = None
    times: bool | None = None  # whether an archive's times are those of the hand-ins; None: look
    dry: bool = False


def collect(
    course: Course,
    named: list[Path],
    roster: list[Person],
    wanted: Wanted,
    done: Callable[[], None] = lambda: None,
) -> Collected:
    """Bring into ``submitted/`` what is new in the archives and folders ``named``.

    ``done`` is called after each hand-in.
    """
    found, rows = Collected(), dict[str, Row]()
    for source in named:
        people = People(roster, origin.everyone(course))
        try:
            words = people.words()
            with sources.opened(source, lambda m: is_somebodys(m, words)) as (listing, owner):  # noqa: B023
                found.refused += [(source.name, r.member, r.reason) for r in listing.refused]
                members = listing.members
                _from(course, source, owner, members, people, wanted, found, rows, done)
        except Unreadable as error:
            found.unreadable.append((str(source), str(error)))
    for student in sorted({*people.roster, *handed_in.who_handed_in(course), *rows}):
        person = people.roster.get(student)
        row = rows.get(student) or _without_news(course, student)
        name = person.name if person else row.name
        remarks = row.remarks
        if others := len(origin.load(course, student).others):
            remarks += (f"other attempts in collected/{course.name}/{student}: {others}",)
        found.rows.append(replace(row, name=name, remarks=remarks))
    return found


def _from(
    course: Course,
    source: Path,
    owner: str,
    members: list[Member],
    people: People,
    wanted: Wanted,
    found: Collected,
    rows: dict[str, Row],
    done: Callable[[], None],
) -> None:
    """Bring in what is new of one archive or folder."""
    files = sort(members, course.name, wanted.system, owner, people.words())
    why = f"no name as {files.system.capitalize()} gives it: whose is it?"
    if files.system == "plain":
        why = "no name says whose it is: put it into a folder named for the student"
    found.refused += [(source.name, member.name, why) for member in files.nobodys]
    if not members:
        found.remarks.append(f"{source.name}: there are no files in it.")
    claims = {key: _claim(parts) for key, parts in files.parts.items()}
    matches = people.match(list(claims.values()))
    timed = _are_hand_in_times(source, files.system, files.parts, wanted, found)
    seen = max((member.time for member in members if member.time), default=None)
    of: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, match in matches.items():
        if match.student:
            of[match.student].append(key)
        else:
            claim = claims[key]
            attempt = Attempt(claim.system, (), source.name, _id(claim), claim.name)
            notes = (f"{_members(files.parts[key])}: {match.why}",)
            for student in match.maybe - rows.keys():
                if not course.folder("submitted", student).is_dir():
                    rows[student] = Row(student, "unmatched", notes=(_MAYBE,))
            found.rows.append(Row("", "unmatched", claim.name or claim.id, "", attempt, notes))
    with tempfile.TemporaryDirectory(prefix="lenetlab-") as waiting:
        for student, keys in of.items():
            parts = [part for key in keys for part in files.parts[key]]
            about = (source.name, timed, seen.isoformat() if seen else "")
            match, claim = matches[keys[0]], claims[keys[0]]
            try:
                row = _student(course, match, claim, parts, about, Path(waiting), wanted.dry)
            except (CourseError, OSError) as error:  # one student's folder stops nobody else
                row = Row(student, "rejected", claim.name, notes=(f"not taken: {error}",))
            if student not in rows or row.event not in ("known", "earlier"):
                rows[student] = row  # else another of this run's archives has the one that counts
            for path in Path(waiting).iterdir():
                path.unlink()
            done()


def _claim(parts: list[Part]) -> Claim:
    claim = parts[0].claim
    late = any(part.claim.late for part in parts)
    return Claim(claim.system, claim.id, claim.name, late)


def _id(claim: Claim) -> str:
    return "" if claim.system == "plain" else claim.id


def _members(parts: list[Part]) -> str:
    more = f" and {len(parts) - 1} more" if len(parts) > 1 else ""
    return parts[0].member.name + more


def _are_hand_in_times(
    source: Path,
    system: System,
    parts: dict[tuple[str, str], list[Part]],
    wanted: Wanted,
    found: Collected,
) -> bool:
    """Whether the archive's times tell when somebody handed in."""
    if wanted.times is not None or not parts:
        return bool(wanted.times)
    times = [max(p.member.time for p in of if p.member.time) for of in parts.values()
             if any(p.member.time for p in of)]  # fmt: skip
    if system != "canvas" and len(times) > 1 and max(times) - min(times) > ONE_GO:
        return True
    why = "Canvas gives none" if system == "canvas" else "the archive's are those of its making"
    text = f"{source.name}: when somebody handed in is not known ({why}); --times takes its times"
    found.remarks.append(f"{text} all the same.")
    return False


def _student(
    course: Course, match: Match, claim: Claim, parts: list[Part], about: tuple[str, bool, str],
    waiting: Path, dry: bool,
) -> Row:  # fmt: skip
    archive, timed, seen = about
    student = match.student
    staged = handin.stage(parts, waiting, course.name)
    times = [file.time for file in staged.files if file.time] if timed else []
    attempt = Attempt(
        claim.system, tuple(file.file for file in staged.files), archive, _id(claim),
        claim.name, _iso(max(times, default=None)), seen, claim.late,
    )  # fmt: skip
    before = origin.load(course, student).current
    if staged.files[0].file.name == NOT_TAKEN and not (
        before is not None and before.content == attempt.content
    ):
        stands = course.folder("submitted", student)
        if stands.is_dir() and any(stands.iterdir()):
            staged.notes.append("what was there before stays")
            row = _without_news(course, student)
            return Row(student, row.status, claim.name, "", row.attempt, tuple(staged.notes))
    event = store.bring_in(course, student, attempt, waiting, dry=dry)
    notes = [match.note] if match.note else []
    notes += staged.notes if event not in ("known", "earlier") else []
    if event == "edited":
        notes.append("what stands in submitted/ was changed by hand since, and stays")
    if event in ("known", "earlier"):
        staged.remarks.clear()
    current = attempt if dry else origin.load(course, student).current or attempt
    return Row(student, _status(course, current), claim.name, event, current, tuple(notes),
               tuple(staged.remarks))  # fmt: skip


def _iso(time: datetime | None) -> str:
    return time.isoformat() if time else ""


def _status(course: Course, attempt: Attempt | None) -> Status:
    names = {file.name for file in attempt.files} if attempt else set()
    return "taken" if f"{course.name}.ipynb" in names else "rejected"


def _without_news(course: Course, student: str) -> Row:
    """A student of whom there is nothing in this run's archives."""
    if not course.folder("submitted", student).is_dir():
        return Row(student, "missing")
    known = origin.load(course, student).current
    if known is None:
        there = course.notebook("submitted", student).is_file()
        return Row(student, "taken" if there else "rejected", remarks=(_AT_HAND,))
    return Row(student, _status(course, known), known.display_name, "", known)
