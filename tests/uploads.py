"""What Moodle and Canvas do with a file that is uploaded, by the rules of their own importers.

Moodle: mod/assign/feedback/offline/importgradeslib.php and importgradesform.php,
mod/assign/feedback/file/importziplib.php. Canvas: lib/gradebook_importer.rb.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Language:
    """The words of a worksheet in the language of whoever down- and uploads it."""

    prefix: str
    headers: tuple[str, ...]  # id, name, number, email, status, grade, maximum, open, two times
    comments: str
    yes: str
    no: str


ENGLISH = Language(
    "Participant ",
    (
        "Identifier", "Full name", "ID number", "Email address", "Status", "Grade",
        "Maximum grade", "Grade can be changed", "Last modified (submission)",
        "Last modified (grade)",
    ),
    "Feedback comments", "Yes", "No",
)  # fmt: skip
VIETNAMESE = Language(
    "Thành viên",
    (
        "Identifier", "Tên đầy đủ", "Mã số ID", "Địa chỉ thư điện tử", "Trạng thái", "Điểm",
        "Điểm tối đa", "Điểm có thể sửa", "Lần cuối sửa (bài làm)", "Lần cuối sửa (điểm)",
    ),
    "Bình luận phản hồi", "Có", "Không",
)  # fmt: skip


def moodle_worksheet(
    data: bytes, language: Language, participants: Collection[int], locked: Collection[int] = ()
) -> tuple[dict[int, float], dict[int, str]]:
    """The grades and the comments that Moodle takes, by the participant's unique id."""
    text = data.removeprefix(BOM).decode("utf-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}, "else Moodle refuses the file"
    header = rows[0]
    at = {name: header.index(name) for name in (*language.headers, language.comments)}
    grades, comments = {}, {}
    for row in rows[1:]:
        id = row[at[language.headers[0]]].encode()[len(language.prefix.encode()) :].decode()
        if not id.isdecimal() or int(id) not in participants:
            continue
        comments[int(id)] = row[at[language.comments]]
        grade = row[at[language.headers[5]]].replace(" ", "")
        if grade == "" or int(id) in locked:
            continue
        comma = language is VIETNAMESE  # its decimal mark, beside which a dot is read as well
        value = float(grade.replace(",", ".") if comma else grade)
        if 0 <= value <= 10:
            grades[int(id)] = value
    return grades, comments


def moodle_zip(data: bytes, participants: Collection[int]) -> dict[int, tuple[str, bytes]]:
    """The feedback files that Moodle takes, by the participant: a name, the content."""
    found: dict[int, tuple[str, bytes]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            parts = member.split("/")
            assert not parts[-1].startswith((".", "~")), "Moodle passes it over"
            info = parts[0].split("_", 4)
            assert len(info) >= 4 and info[1].isdecimal() and int(info[1]) in participants, member
            assert info[2:4] == ["assignsubmission", "file"], member
            name = "/".join([*([info[4]] if len(info) > 4 else []), *parts[1:]])
            assert int(info[1]) not in found, "a second file in its place"
            found[int(info[1])] = name, archive.read(member)
    return found


def canvas_gradebook(
    data: bytes, assignments: Mapping[int, str], by_sis: Mapping[str, int]
) -> dict[tuple[int, int], str]:
    """What Canvas enters: by the student's id and the assignment's."""
    text = data.removeprefix(BOM).decode("utf-8")
    first = text.splitlines()[:3]
    separator = ";" if all(line.count(";") > line.count(",") for line in first) else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    header = rows[0]
    assert "Student" in header[0] and "ID" in header[1]
    columns = {}
    for place, title in enumerate(header):
        found = re.fullmatch(r"(.*) \((\d+)\)", title)
        if found:
            assert assignments.get(int(found[2])) == found[1], "a new assignment would be made"
            columns[int(found[2])] = place
    entered = {}
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            continue
        if all(re.fullmatch(r"\s*(muted|manual posting.*)?\s*", cell, re.I) for cell in row):
            continue
        who = int(row[1]) if row[1] else by_sis[row[2]]
        for assignment, place in columns.items():
            entered[who, assignment] = row[place].strip()
    return entered
