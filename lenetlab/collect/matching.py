"""Which student a claim is of: by the system's id, a number or login, and last by a unique name.

Nothing is guessed: what two people may mean, or two claims of one person, is for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lenetlab.collect import names
from lenetlab.collect.origin import Origin
from lenetlab.collect.roster import Person
from lenetlab.collect.systems import Claim, number_in, plain_letters
from lenetlab.course.directory import is_student_name

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_NAMES = {"moodle": "Moodle's id", "canvas": "Canvas's id", "plain": "the name"}


@dataclass(frozen=True)
class Match:
    """The student's folder, or why there is none."""

    student: str = ""
    why: str = ""
    note: str = ""  # a match that a person should look at all the same
    maybe: frozenset[str] = frozenset()  # students of whom it may be, where that is not known


def _words(name: str, *, plain: bool) -> list[str]:
    """The name's words; the place of a tone in its syllable does not count (Hoà is Hòa)."""
    name = unicodedata.normalize("NFC", name).casefold()
    words = []
    for word in re.findall(r"[^\W\d_]+", name):
        if plain:
            words.append(plain_letters(word))
        else:
            spread = unicodedata.normalize("NFD", word)
            tones = "".join(sorted(c for c in spread if c in _TONES))
            words.append("".join(c for c in spread if c not in _TONES) + tones)
    return words


def forms(name: str, *, plain: bool) -> list[str]:
    """The name in ever looser forms: its words in order, in any order, its letters."""
    words = _words(name, plain=plain)
    text = "".join(sorted("".join(words)))
    return [" ".join(words), "|".join(sorted(words)), "=" + text] if text else []


def _are_one(said: list[str]) -> bool:
    """Whether names with one number may be one person's: each has the words of the shortest."""
    words = sorted((set(_words(name, plain=True)) for name in said), key=len)
    return all(words[0] <= more for more in words)


class People:
    """Whom the roster and the records of earlier runs know."""

    def __init__(self, roster: list[Person], origins: Iterable[Origin]) -> None:
        """Index them."""
        self.roster = {person.student: person for person in roster}
        self._by_id: dict[tuple[str, str], str] = {}
        self._of: dict[tuple[str, str], str] = {}  # a student's id in a system
        self._said: dict[str, str] = {}  # by which name a student was known without a roster
        for origin in origins:
            if origin.current and origin.current.system == "plain" and not roster:
                self._said[origin.student] = origin.current.display_name
            for attempt in (*origin.others, *([origin.current] if origin.current else [])):
                if attempt.system_id and (not roster or origin.student in self.roster):
                    self._remember(attempt.system, attempt.system_id, origin.student)
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for person in roster:
            for system, id in (("moodle", person.moodle), ("canvas", person.canvas)):
                if id:  # the roster is what a person mends: it overrules
                    self._remember(system, id, person.student)
            for word in person.words:
                self._by_word[word].add(person.student)
            for plain in (False, True):
                for form in forms(person.name, plain=plain):
                    self._by_name[f"{plain}{form}"].add(person.student)

    def _remember(self, system: str, id: str, student: str) -> None:
        self._by_id[system, id.casefold()] = student
        self._of[system, student] = id.casefold()

    def words(self) -> set[str]:
        """What stands for a student in the name of a folder."""
        named = {plain_letters(person.name) for person in self.roster.values()}
        return named | {plain_letters(word) for word in self._by_word} - {""}

    def match(self, claims: list[Claim]) -> dict[tuple[str, str], Match]:
        """Whose each claim is; by its key."""
        found: dict[tuple[str, str], Match] = {}
        rest: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            student = self._by_id.get(claim.key)
            if student and claim.system != "plain":
                found[claim.key] = Match(student, note=self._other_name(student, claim))
                continue
            match = self._find(claim) if self.roster else self._invent(claim)
            if match.student:
                rest[match.student].append(claim)
            else:
                found[claim.key] = match
        taken = {match.student for match in found.values()}
        for student, several in rest.items():
            found |= self._settle(student, several, taken)
        return found

    def _settle(
        self, student: str, claims: list[Claim], taken: set[str]
    ) -> dict[tuple[str, str], Match]:
        """What was matched by numbers and names: good where nobody else is meant, too."""
        system = claims[0].system
        known = self._of.get((system, student)) if system != "plain" else None
        sure = [c for c in claims if system == "plain" and self._word_in(c) == {student}]
        if not self.roster and system == "plain":
            said = [claim.name for claim in claims] + [self._said.get(student, claims[0].name)]
            if not _are_one(said):
                note = f"{student} stands in several names: it was taken for no student number"
                return {c.key: Match(names.as_folder(c.name), note=note) for c in claims}
            sure = claims
        if known is None and student not in taken and (len(claims) == 1 or sure == claims):
            return {claim.key: Match(student) for claim in claims}
        if not self.roster and system != "plain":
            return {c.key: Match(f"{names.as_folder(c.name)}_{c.id}".strip("_")) for c in claims}
        others = "there are several of this name, or"
        if known is not None:
            others = f"{student} has handed in as {_NAMES[system]} {known}, or"
        why = f"it may be {student}'s: {others} two hand-ins for one student; {self._mend(claims)}"
        found = {claim.key: Match(why=why, maybe=frozenset({student})) for claim in claims}
        if student not in taken and known is None:
            found |= {claim.key: Match(student) for claim in sure}
        return found

    def _mend(self, claims: list[Claim]) -> str:
        if claims[0].system == "plain":
            return "put the student number into the name"
        ids = ", ".join(claim.id for claim in claims)
        column = "Identifier" if claims[0].system == "moodle" else "Canvas ID"
        return f"add a column {column} to the roster, with {ids}"

    def _word_in(self, claim: Claim) -> set[str]:
        """Students whose number, login or address is in the name."""
        text = unicodedata.normalize("NFC", claim.name).casefold()
        words = {text, *re.findall(r"[^\W_]+", text), *text.split("_"), *text.split()}
        return {student for word in words for student in self._by_word.get(word, ())}

    def _find(self, claim: Claim) -> Match:
        students = self._word_in(claim)
        if len(students) > 1:
            return Match(
                why=f"it names {' and '.join(sorted(students))}", maybe=frozenset(students)
            )
        if not students:
            students = self._named(claim.name)
        if len(students) == 1:
            return Match(students.pop())
        if students:
            both = ", ".join(sorted(students))
            why = f"several have this name ({both}): {self._mend([claim])}"
            return Match(why=why, maybe=frozenset(students))
        what = f"the roster has nobody of this {'name' if claim.name else 'id'}"
        return Match(why=f"{what}: add them, or {self._mend([claim])}")

    def _named(self, name: str) -> set[str]:
        """Who has this name. Written without accents it may be anyone's of these letters."""
        for form in forms(name, plain=name.isascii()):
            if found := self._by_name.get(f"{name.isascii()}{form}"):
                return set(found)
        if not name.isascii():  # a roster that was typed without accents
            for form in forms(name, plain=True):
                found = self._by_name.get(f"True{form}", set())
                if found and all(self.roster[student].name.isascii() for student in found):
                    return set(found)
        return set()

    def _other_name(self, student: str, claim: Claim) -> str:
        person = self.roster.get(student)
        if person is None or not person.name or not claim.name:
            return ""
        if forms(person.name, plain=True)[-1:] == forms(claim.name, plain=True)[-1:]:
            return ""
        return f"the system's name is {claim.name}, the roster's {person.name}: is it one person?"

    def _invent(self, claim: Claim) -> Match:
        """A folder's name without a roster."""
        number = number_in(claim.name)
        name = number or names.as_folder(claim.name)
        if claim.system != "plain" and not number:
            name = f"{name}_{claim.id}" if name else claim.id
        if not is_student_name(name):
            return Match(why="its name cannot be a folder's: name it for the student")
        return Match(name)
