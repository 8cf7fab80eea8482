"""Which row of a system's table is whose: by the system's id, a number or login, last by name.

Nothing is guessed: a row that two students may have, and a student who may have two rows, are for a
person, and so is a row whose id and whose name are different people's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from lenetlab.collect import origin
from lenetlab.collect.matching import forms
from lenetlab.collect.systems import number_in
from lenetlab.course.directory import Course
from lenetlab.course.standings import Standing
from lenetlab.export.marks import Note
from lenetlab.export.sheet import clean


@dataclass(frozen=True)
class Row:
    """A row of the table: whose it says it is."""

    place: int
    id: str = ""  # the system's
    words: tuple[str, ...] = ()  # a student number, a login, an address
    name: str = ""

    @property
    def shown(self) -> str:
        """The row for a person."""
        return ", ".join(dict.fromkeys(text for text in (self.id, self.name, *self.words) if text))


@dataclass(frozen=True)
class Person:
    """A student: the ids that the system has given, and what else stands for nobody else."""

    student: str
    ids: frozenset[str]  # of all hand-ins
    words: frozenset[str]
    names: frozenset[str]  # as the gradebook has it, in both orders
    said: frozenset[str]  # names that the ids came with


@dataclass
class Matches:
    """Students by the place of their row, and what a person should look at."""

    students: dict[int, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def people_of(course: Course, everyone: Iterable[Standing], system: str) -> list[Person]:
    """The class as the gradebook and the records of ``lenetlab collect`` know it."""
    found = []
    for one in everyone:
        known, entry = origin.load(course, one.student), one.entry
        current = [known.current] if known.current else []
        attempts = [a for a in (*current, *known.others) if a.system == system and a.system_id]
        last, first = entry.last_name, entry.first_name
        names = {_folded(f"{last} {first}"), _folded(f"{first} {last}")}
        found.append(
            Person(
                one.student,
                frozenset(_id(a.system_id) for a in attempts),
                frozenset(_folded(word) for word in (one.student, entry.email) if word),
                frozenset(names - {""}),
                frozenset(a.display_name for a in attempts if a.display_name),
            )
        )
    return found


def match(rows: list[Row], people: list[Person], *, by_name: bool) -> Matches:
    """Whose each row is; with ``by_name`` last by a name that nobody else has.

    Every row that is nobody's is listed. Students without a row are not: which of them matter is
    for the caller to say.
    """
    found = Matches()
    by_id, by_word = _index(people, "ids"), _index(people, "words")
    names = _index(people, "names")
    known = {person.student: person for person in people}
    claims: dict[str, list[Row]] = defaultdict(list)
    meant: set[str] = set()  # students whom a row means by more than a name
    rest = []
    for row in rows:
        words = {student for word in row.words for student in by_word[_folded(word)]}
        ids = by_id[_id(row.id)] if row.id else set()
        students = words | ids
        named = names[_folded(row.name)] if row.name else set()
        meant |= students
        if len(students) > 1:
            found.notes.append(Note("export-two-students", row.shown, (*sorted(students),)))
        elif (students and not words and _is_another(row, known[next(iter(students))])) or (
            # Where students can change their number, a name that is somebody else's says so.
            words and not ids and named and not named & words
        ):
            found.notes.append(Note("export-other-name", row.shown, (*students,)))
        elif students:
            claims[next(iter(students))].append(row)
        else:
            rest.append(row)
    _settle(claims, found)
    if by_name:
        free = [p for p in people if p.student not in meant and not p.ids]
        rest = _by_name(rows, rest, people, free, found)
    found.notes += [Note("export-no-student", row.shown) for row in rest]
    return found


def _settle(claims: dict[str, list[Row]], found: Matches) -> None:
    """Give each student the one row that there is, and nobody one of several."""
    for student, several in claims.items():
        if len(several) > 1:
            shown = tuple(row.shown for row in several)
            found.notes.append(Note("export-two-rows", student, shown))
        else:
            found.students[several[0].place] = student


def _by_name(
    rows: list[Row], rest: list[Row], people: list[Person], free: list[Person], found: Matches
) -> list[Row]:
    """Match by full names that stand once in the table and once in the class; what is left."""
    in_table = Counter(_folded(row.name) for row in rows)
    in_class = Counter(name for person in people for name in person.names)
    whose = {name: person for person in free for name in person.names}
    claims: dict[str, list[Row]] = defaultdict(list)
    left = []
    for row in rest:
        name = _folded(row.name)
        person = whose.get(name)
        if (
            person
            and in_table[name] == in_class[name] == 1
            and not _has_another_number(row, person)
        ):
            claims[person.student].append(row)
        else:
            left.append(row)
    _settle(claims, found)
    alone = {student: of[0] for student, of in claims.items() if len(of) == 1}
    found.notes += [Note("export-by-name", student, (r.shown,)) for student, r in alone.items()]
    return left


def _has_another_number(row: Row, person: Person) -> bool:
    number = number_in(person.student)
    return bool(number) and any(number_in(word) not in ("", number) for word in row.words)


def _index(people: list[Person], what: str) -> dict[str, set[str]]:
    index: dict[str, set[str]] = defaultdict(set)
    for person in people:
        for word in getattr(person, what):
            index[word].add(person.student)
    return index


def _is_another(row: Row, person: Person) -> bool:
    """Whether an id came with another name: ids are counted anew for each assignment of Moodle's,
    and those of another one's worksheet would be other people's."""  # fmt: skip
    names = {_letters(name) for name in (*person.said, *person.names)} - {""}
    return bool(names and _letters(row.name)) and _letters(row.name) not in names


def _letters(name: str) -> str:
    """The name's letters, as archives may squash them, in any order."""
    return next(iter(forms(name, plain=True)[-1:]), "")


def _folded(text: str) -> str:
    return clean(text).casefold()


def _id(text: str) -> str:
    return text.lstrip("0").casefold()
