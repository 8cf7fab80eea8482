"""Moodle's offline grading worksheet, filled in.

Its columns are those of Moodle's mod/assign/gradingtable.php, in that order, with headers in the
language of whoever downloaded it; what becomes of it is said by
mod/assign/feedback/offline/importgradeslib.php and importgradesform.php.
"""

from __future__ import annotations

import re

from lenetlab.collect.systems import plain_letters
from lenetlab.course.directory import CourseError
from lenetlab.export import table
from lenetlab.export.comments import is_ours, summary
from lenetlab.export.marks import Mark, Note
from lenetlab.export.people import Person, Row, match
from lenetlab.export.sheet import Sheet
from lenetlab.export.table import Filled, Wanted
from lenetlab.notebook.master import Assignment

# Headers without accents, blanks and case: English, and what Moodle's Vietnamese pack says (of
# which "recordid" and others are not translated) or a site in its place.
_HEADERS = {
    "id": "identifier dinhdanh madinhdanh sodinhdanh",
    "name": "fullname tendaydu hovaten hoten hotendaydu",
    # Those that students cannot change themselves: a department may be anything.
    "number": "idnumber masoid maso madinhdanhsinhvien masosinhvien mssv",
    "username": "username kidanh kydanh tentaikhoan tendangnhap tennguoidung",
    "email": "emailaddress email diachithudientu thudientu diachiemail",
    "grade": "grade diem diemso",
    "most": "maximumgrade diemtoida scale thang thangdiem",
    "open": "gradecanbechanged diemcothesua diemcothethaydoi diemcothebithaydoi",
    "modified": "lastmodifiedgrade lancuoisuadiem suadoilancuoidiem",
    "comment": "feedbackcomments binhluanphanhoi nhanxetphanhoi phanhoinhanxet",
}
_COLUMNS = {header: column for column, text in _HEADERS.items() for header in text.split()}
_NO = ("no", "khong")
_ID = re.compile(r"(\D*)(\d+)")


def fill(
    sheet: Sheet, marks: list[Mark], people: list[Person], assignment: Assignment, wanted: Wanted
) -> Filled:
    """The worksheet with the scores in it, by student.

    Raises:
        CourseError: it is no worksheet, it has a scale or another maximum.
    """
    for place, cells in enumerate(sheet.rows):
        # PHP writes \" in a cell that is quoted, which shifts what follows.
        if len(cells) > len(sheet.rows[0]):
            raise CourseError(
                f"{sheet.name}, line {sheet.line(place)}: there are more columns than in the first "
                "line, perhaps by a quotation mark in a name. Mend that line, and give it again."
            )
    columns = _columns(sheet, wanted)
    grade, most = columns["grade"], columns["most"]
    rows = [_row(sheet, place, columns) for place in range(1, len(sheet.rows))]
    if not rows:
        raise CourseError(f"{sheet.name}: there is nobody in this worksheet.")
    found = {sheet.value(row.place, most) for row in rows} - {""}
    numbers = {number(text) for text in found}
    if None in numbers or len(numbers) != 1:
        raise CourseError(
            f"{sheet.name}: the maximum grade is {', '.join(sorted(found)) or 'empty'}, which is "
            "not one number. Grades that are words of a scale cannot be filled in: set the "
            "assignment's grade type to Point in Moodle."
        )
    own = assignment.max_score
    factor = table.factor_of(sheet, numbers.pop() or 0, own, "Moodle's maximum grade", wanted)
    filled = table.start(sheet, rows, match(rows, people, by_name=True), marks)
    for mark in marks:
        row = filled.students.get(mark.student)
        if row is None or mark.score is None:
            continue
        if plain_letters(sheet.value(row.place, columns.get("open"))) in _NO:
            filled.notes.append(Note("export-locked", mark.student, (row.shown,)))
        elif mark.score > own:  # Moodle skips it without a word
            filled.notes.append(Note("export-above", mark.student, (f"{mark.score:g}",)))
        else:
            table.put(filled, mark, grade, factor, number(sheet.value(row.place, grade)))
            if wanted.comments:
                _comment(filled, mark, columns.get("comment"), assignment)
    filled.advice.append("export-moodle-upload")
    if sheet.separator != "," or sheet.encoding != "utf-8":
        filled.advice.append("export-moodle-comma")
    return filled


def number(text: str) -> float | None:
    """A number with a dot or a comma; None where it is none."""
    found = re.fullmatch(r"-?[0-9]{1,9}(?:[.,][0-9]{1,9})?", text)
    return float(text.replace(",", ".")) if found else None


def _row(sheet: Sheet, place: int, columns: dict[str, int]) -> Row:
    found = _ID.fullmatch(sheet.value(place, columns["id"]))
    words = (sheet.value(place, columns.get(name)) for name in ("number", "username", "email"))
    name = sheet.value(place, columns.get("name"))
    return Row(place, found[2] if found else "", tuple(word for word in words if word), name)


def _comment(filled: Filled, mark: Mark, column: int | None, assignment: Assignment) -> None:
    """Write what was lost, where no person has written anything."""
    place = filled.students[mark.student].place
    if column is None:
        return
    before = filled.sheet.value(place, column)
    if before and not is_ours(before):
        filled.notes.append(Note("export-comment-kept", mark.student, (before[:60],)))
    else:
        filled.changes[place, column] = summary(mark.standing, assignment)


def _columns(sheet: Sheet, wanted: Wanted) -> dict[str, int]:
    """Where what stands, by the headers; of the id and the maximum also where they are unknown.

    Raises:
        CourseError: it is no worksheet.
    """
    known: dict[str, int] = {}
    for place, header in enumerate(sheet.headers):
        column = _COLUMNS.get(plain_letters(header), "")
        # Of two such columns, one of them a field of users' profiles, Moodle reads the last.
        if column and (column not in known or column in ("grade", "modified", "comment")):
            known[column] = place
    if "id" not in known:
        ids = [place for place in range(len(sheet.headers)) if _are_ids(sheet, place)]
        if not ids:
            raise CourseError(
                f"{sheet.name} is no grading worksheet of Moodle's: no column has a word and a "
                "number for everyone, as Participant 123. Download it from the assignment, with "
                "“Download grading worksheet”; its columns are: "
                f"{', '.join(header for header in sheet.headers if header)}."
            )
        known["id"] = ids[0]
    if wanted.column:
        named = [n for n, header in enumerate(sheet.headers) if header == wanted.column]
        if len(named) != 1:
            raise table.no_column(sheet, f"{len(named)} columns are {wanted.column}", sheet.headers)
        known["grade"] = named[0]
    if "grade" not in known:
        raise table.no_column(sheet, "no column is known as that of the grades", sheet.headers)
    if "most" not in known:  # the next one, in every language
        known["most"] = known["grade"] + 1
    for row in range(1, len(sheet.rows)):
        text = sheet.value(row, known["grade"])
        if text not in ("", "-") and number(text) is None:
            header = sheet.headers[known["grade"]]
            raise table.no_column(
                sheet, f"“{header}” holds what is no grade ({text[:40]})", sheet.headers
            )
    if known["grade"] == known["most"]:
        raise table.no_column(sheet, "that is the column of the maximum", sheet.headers)
    if wanted.comments and "comment" not in known:
        raise CourseError(
            f"{sheet.name} has no column of comments: turn on “Feedback comments” in the "
            "assignment's settings in Moodle, or leave out --comments."
        )
    return known


def _are_ids(sheet: Sheet, column: int) -> bool:
    """Whether every row has the same word and a number of its own here."""
    found = [_ID.fullmatch(sheet.value(row, column)) for row in range(1, len(sheet.rows))]
    prefixes = {one[1].strip() for one in found if one}
    return bool(found) and all(found) and len(prefixes) == 1 and "" not in prefixes and (
        len({one[2] for one in found if one}) == len(found)
    )  # fmt: skip
