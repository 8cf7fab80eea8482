"""A class list: a CSV file as Excel, Moodle, Canvas or a faculty office writes one."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from lenetlab.collect import names, plain_text
from lenetlab.collect.systems import plain_letters
from lenetlab.course.directory import CourseError, is_student_name

# Headers without accents, blanks and case.
_HEADERS = {
    "number": "mssv masosinhvien masosv masv masinhvien mahocvien mshv masohocvien studentid "
    "studentnumber studentno idnumber sisuserid sisid masodinhdanh sodinhdanhsinhvien",
    "username": "username tendangnhap taikhoan sisloginid loginid login",
    "name": "hovaten hoten hotensinhvien hovatensinhvien tensinhvien tendaydu fullname name "
    "studentname student sinhvien displayname",
    "last": "ho hodem holot hovatendem hovadem hotendem hovachulot hovatenlot lastname surname "
    "familyname",
    "first": "ten firstname givenname tengoi",
    "email": "email emailaddress mail diachiemail diachithudientu thudientu diachithu",
    "moodle": "identifier dinhdanh madinhdanh participant participantid participantnumber "
    "uniqueid moodleid",
    "canvas": "canvasid canvasuserid userid",
}  # fmt: skip
_COLUMNS = {header: column for column, text in _HEADERS.items() for header in text.split()}
_NOT_STUDENTS = {"pointspossible", "studenttest", "teststudent"}  # rows of Canvas's gradebook


@dataclass(frozen=True)
class Person:
    """One student of the roster; ``student`` is the folder's name in ``submitted/``."""

    student: str
    name: str = ""
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    words: frozenset[str] = field(default=frozenset())  # that stand for nobody else: number, login
    moodle: str = ""
    canvas: str = ""


def read(path: Path) -> list[Person]:
    """Everyone on the list.

    Raises:
        CourseError: it is no table in which students can be found, or not a sound one.
    """
    rows = _rows(path)
    at, columns = _header(path, rows)
    people: dict[str, Person] = {}
    for line, row in enumerate(rows[at + 1 :], at + 2):
        cells = {column: _cell(row[n]) for n, column in columns.items() if n < len(row)}
        if not any(cells.values()) or plain_letters(cells.get("name", "")) in _NOT_STUDENTS:
            continue
        person = _person(cells)
        if person is None:
            raise CourseError(f"{path}, line {line}: no student number, name or address in it.")
        if person.student.casefold() in people:
            raise CourseError(
                f"{path}, line {line}: {person.student} is on the list twice. A student "
                "number (MSSV) tells people of one name apart."
            )
        people[person.student.casefold()] = person
    if not people:
        raise CourseError(f"{path}: nobody is on this list.")
    return list(people.values())


def _rows(path: Path) -> list[list[str]]:
    text = plain_text.read(path, "save it as CSV (UTF-8)").text
    text = re.sub(r"\A\s*sep=.\r?\n", "", text)
    tables = []
    for mark in ",;\t|":
        try:
            tables.append(list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)))
        except csv.Error as error:
            raise CourseError(f"{path} is no CSV file: {error}.") from None
    return max(tables, key=lambda rows: max((len(_known(row)) for row in rows[:10]), default=0))


def _known(row: list[str]) -> dict[int, str]:
    """The columns that a row names, by their place; none twice."""
    found: dict[int, str] = {}
    headers = [plain_letters(cell) for cell in row]
    of_canvas = any(header.startswith("sis") for header in headers)
    for n, header in enumerate(headers):
        column = _COLUMNS.get(header, "")
        if header == "id":
            column = "canvas" if of_canvas else "number"
        if column and column not in found.values():
            found[n] = column
    if "first" in found.values() and not {"name", "last"} & set(found.values()):
        found = {n: "name" if column == "first" else column for n, column in found.items()}
    return found


def _header(path: Path, rows: list[list[str]]) -> tuple[int, dict[int, str]]:
    for at, row in enumerate(rows[:10]):
        columns = _known(row)
        if {"number", "username", "email", "name"} & set(columns.values()):
            return at, columns
    raise CourseError(
        f"{path}: no column that says who is who. Name the columns in its first line, for instance "
        "MSSV, Họ và tên, Email (or Student ID, Full name, Email address)."
    )


def _cell(text: str) -> str:
    text = text.strip().strip("\ufeff")
    quoted = re.fullmatch(r'="(.*)"', text)  # what keeps Excel from dropping zeros
    return " ".join((quoted[1] if quoted else text.removeprefix("'")).split())


def _person(cells: dict[str, str]) -> Person | None:
    last, first = cells.get("last", ""), cells.get("first", "")
    name = cells.get("name", "") or f"{last} {first}".strip()
    if not last and not first and "," in name:  # Canvas: Nguyễn, Văn An
        last, first = (part.strip() for part in name.split(",", 1))
        name = f"{last} {first}"
    elif not last and not first:
        last, _, first = name.rpartition(" ")
    ids = [cells.get(column, "") for column in ("number", "username", "email")]
    student = next((i for i in ids if is_student_name(i)), "") or names.as_folder(ids[0] or name)
    if not student or not is_student_name(student):
        return None
    words = frozenset(i.casefold() for i in ids if i)
    moodle, canvas = cells.get("moodle", ""), cells.get("canvas", "")
    moodle = moodle[len(moodle.rstrip("0123456789")) :]
    return Person(student, name, last, first, ids[2], words, moodle, canvas)
