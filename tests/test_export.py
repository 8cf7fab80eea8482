"""Exporting: every score and every page on the right student, and nothing else has changed."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.plugins.export import CsvExportPlugin

from lenetlab import records
from lenetlab.collect import collecting
from lenetlab.collect import roster as rosters
from lenetlab.course import lookup
from lenetlab.course.directory import Course, CourseError
from lenetlab.course.standings import Standing
from lenetlab.export import canvas, moodle, people, sheet
from lenetlab.export.exporting import Kinds, export
from lenetlab.export.marks import Mark, Note, Written, marks_of, without_score
from lenetlab.export.people import Person, Row
from lenetlab.export.table import Wanted
from lenetlab.language import label
from lenetlab.notebook.master import Assignment, load
from lenetlab.records import Flag, Item, Record, Verdict, rounded, ungraded

from . import made_class, packers, uploads
from .commands import lenetlab
from .packers import HandedIn
from .test_fuzz import fuzz
from .uploads import ENGLISH, VIETNAMESE

ROOT = Path(__file__).resolve().parent.parent
REJECTED, REVIEW, FAILED, MISSING, WAITING, LATE = {5, 25}, {7, 8}, {9}, {12}, {15}, {13, 14}
NAMESAKES = (10, 11)
ODD = {20: "=cmd()|'x'!A0 Bình", 21: 'Trần "Tí", An', 22: "Đặng Thị Ngọc Ánh", 23: "+Lê; Hoà"}
_LOOK = Flag("denied", "cell alpha-solution asked for what the sandbox denies", True)
_BROKEN = Flag("not-json", "the file is cut off: it ends in the middle", True)


@dataclass(frozen=True)
class Class:
    """A class that was collected and looks as if it was graded."""

    course: Course
    students: list[HandedIn]
    assignment: Assignment

    @property
    def standings(self) -> list[Standing]:
        return lookup.everyone(self.course)[1]

    def scores(self, without: set[int] = REVIEW) -> dict[int, float]:
        """What each has, by Moodle's or Canvas's id; known to the test alone."""
        none = REJECTED | FAILED | MISSING | WAITING | without
        return {s.id: score(n) for n, s in enumerate(self.students) if n not in none}

    def export(
        self,
        kinds: Kinds,
        wanted: Wanted = Wanted(),  # noqa: B008
        to: Path | None = None,
        everything: bool = False,
        also: Sequence[str] = (),
    ) -> list[Written]:
        marks = marks_of(self.standings, everything=everything, also=also)
        target = to or self.course.root / "exported"
        return export(self.course, self.assignment, marks, kinds, wanted, target, "vi")


def score(n: int) -> float:
    """The score of the student at this place of the class."""
    raw = rounded(10 - 0.25 * (n % 23))
    return raw - 1 if n in LATE else raw


def kept(notes: Sequence[Note], kind: str) -> list[str]:
    return [note.who for note in notes if note.kind == kind]


def make_class(folder: Path, system: str) -> Class:
    """Sixty students, two of one name, odd names among them; their archive collected."""
    course = Course(folder / "course", "lenet")
    shutil.copytree(ROOT / "source", course.root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    assignment = load(course.master)
    students = packers.class_of(60)
    for n, name in {NAMESAKES[0]: students[NAMESAKES[1]].name, **ODD}.items():
        students[n] = replace(students[n], name=name)
    listed = io.StringIO(newline="")
    lines = [("MSSV", "Họ", "Tên", "Email", "Identifier", "Canvas ID")]
    for s in students:
        last, _, first = s.name.rpartition(" ")
        lines.append((s.number, last, first, f"{s.number}@gm.uit.edu.vn", str(s.id), str(s.id)))
    csv.writer(listed).writerows(lines)
    roster = folder / "roster.csv"
    roster.write_text(listed.getvalue(), "utf-8-sig")
    archive = folder / "bai.zip"
    getattr(packers, system)(archive, [s for n, s in enumerate(students) if n not in MISSING])
    found = collecting.collect(course, [archive], rosters.read(roster), collecting.Wanted())
    assert sum(row.status == "taken" for row in found.rows) == 60 - len(MISSING), found.rows
    made = [_made(course, assignment, n, student) for n, student in enumerate(students)]
    made_class._book(course.root, assignment, made)
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as book:
        for n, student in enumerate(students):
            book.find_student(student.number).email = f"{student.number}@gm.uit.edu.vn"
            if n in LATE:
                handed_in = book.find_submission("lenet", student.number)
                handed_in.notebooks[0].late_submission_penalty = 1.0
        book.db.commit()
    return Class(course, students, assignment)


def _made(course: Course, assignment: Assignment, n: int, student: HandedIn) -> made_class._Made:
    """What grading leaves of one student: a record, a notebook, a page."""
    who = student.number
    record: Record | None = None
    if n in REJECTED:
        record = Record(ungraded(who, "rejected", 10.0, _BROKEN))
    elif n in FAILED:
        record = Record(ungraded(who, "failed", 10.0, Flag("check-error", "an error", True)))
    elif n not in MISSING | WAITING:
        lost, items = rounded(0.25 * (n % 23)), []
        for cell in assignment.tests:
            less = min(lost, cell.points)
            lost = rounded(lost - less)
            items.append(Item(cell.grade_id, rounded(cell.points - less), cell.points, "✔ <b>"))
        flags = (_LOOK,) if n in REVIEW else ()
        total = rounded(sum(item.score or 0 for item in items))
        status: records.Status = "review" if flags else "graded"
        record = Record(Verdict(who, status, total, 10.0, tuple(items), flags))
        graded = course.notebook("autograded", who)
        graded.parent.mkdir(parents=True)
        os.link(course.master, graded)
    if record is not None:
        records.store(course.record(who), record)
        course.page(who).parent.mkdir(parents=True)
        course.page(who).write_text(f"<title>bài của {who}</title>", "utf-8")
    last, _, first = student.name.rpartition(" ")
    return made_class._Made(who, last, first, record, packers.DUE if record else None, {})


@pytest.fixture(scope="module")
def in_moodle(tmp_path_factory: pytest.TempPathFactory) -> Class:
    return make_class(tmp_path_factory.mktemp("moodle"), "moodle")


@pytest.fixture(scope="module")
def in_canvas(tmp_path_factory: pytest.TempPathFactory) -> Class:
    return make_class(tmp_path_factory.mktemp("canvas"), "canvas")


# --- Moodle's worksheet ---------------------------------------------------------------------------


def worksheet(
    students: Sequence[HandedIn],
    language: uploads.Language,
    grades: dict[int, str],
    *,
    most: str = "10.00",
    separator: str = ",",
    about: bool = True,
    locked: frozenset[int] = frozenset(),
    said: dict[int, str] | None = None,
) -> str:
    """As Moodle writes one; without ``about`` there are no columns but the name that say who."""
    headers = [*language.headers, language.comments]
    lines = [headers]
    for n, s in enumerate([*students, HandedIn("Phan Vắng Mặt", "20529999", 9999)]):
        may = language.no if s.id in locked else language.yes
        lines.append([
            f"{language.prefix}{s.id}", s.name, s.number if about else "",
            f"{s.number}@GM.uit.edu.vn" if about else "", f"Nộp\nrồi {n}", grades.get(s.id, ""),
            most, may, "Thứ sáu, 1 Tháng năm 2026, 5:00 PM", "-", (said or {}).get(s.id, ""),
        ])  # fmt: skip
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(lines)
    return text.getvalue()


@pytest.mark.parametrize("language", [ENGLISH, VIETNAMESE], ids=["en", "vi"])
@pytest.mark.parametrize("about", [True, False])
@pytest.mark.parametrize("bom", [b"", uploads.BOM])
def test_a_worksheet_takes_every_score_and_nothing_else(
    in_moodle: Class, tmp_path: Path, language: uploads.Language, about: bool, bom: bytes
) -> None:
    one, students = in_moodle, in_moodle.students
    given = tmp_path / "Điểm-CS2230.csv"
    most = "10,00" if language is VIETNAMESE else "10.00"
    locked = frozenset({students[30].id})
    before = worksheet(students, language, {}, most=most, about=about, locked=locked)
    given.write_bytes(bom + before.encode())
    [written] = one.export(Kinds(moodle=given))
    data = written.path.read_bytes()
    expected = {id: score for id, score in one.scores().items() if id not in locked}
    grades, _ = uploads.moodle_worksheet(data, language, {s.id for s in students}, locked)
    assert grades == expected and written.count == len(expected)
    assert given.read_bytes() == bom + before.encode(), "what was given has changed"
    filled = {id: records.as_text(score) for id, score in expected.items()}
    same = worksheet(students, language, filled, most=most, about=about, locked=locked)
    assert data == bom + same.encode()
    assert kept(written.notes, "export-locked") == [students[30].number]
    assert len(kept(written.notes, "export-no-student")) == 1
    assert "Phan Vắng Mặt" in kept(written.notes, "export-no-student")[0]
    assert {note.kind for note in written.notes} == {"export-locked", "export-no-student"}


@pytest.mark.parametrize(
    ("separator", "encoding"),
    [(";", "utf-8-sig"), (";", "cp1258"), ("\t", "utf-16"), (",", "cp1258"), (",", "utf-16-be")],
)
def test_what_excel_saved_is_kept_as_it_is(
    in_moodle: Class, tmp_path: Path, separator: str, encoding: str
) -> None:
    def saved(text: str) -> bytes:
        text = text.replace("\n", "\r\n").replace("Nộp\r\n", "Nộp\n")
        if encoding == "cp1258":
            text = sheet._encodable(text, "cp1258")
        start = b"\xfe\xff" if encoding == "utf-16-be" else b""
        return start + text.encode(encoding)

    given = tmp_path / "diem.csv"
    students = in_moodle.students
    given.write_bytes(saved(worksheet(students, VIETNAMESE, {}, separator=separator)))
    [written] = in_moodle.export(Kinds(moodle=given))
    filled = {id: records.as_text(score) for id, score in in_moodle.scores().items()}
    same = worksheet(students, VIETNAMESE, filled, separator=separator)
    assert written.path.read_bytes() == saved(same)
    assert "export-moodle-comma" in written.advice, "Moodle does not read this"


def test_comments_are_written_where_no_person_wrote_any(in_moodle: Class, tmp_path: Path) -> None:
    one, students = in_moodle, in_moodle.students
    by_hand, earlier = students[1].id, students[2].id
    ours = "Chấm tự động: 3/10 điểm."
    added, remark = students[4].id, f"<p>{ours}</p><p>Cô Hà: em xem lại phần Beta nhé.</p>"
    said = {by_hand: "Em xem lại câu 2, nhé", earlier: f"<p>{ours}</p>", added: remark}
    given = tmp_path / "w.csv"
    given.write_text(worksheet(students, ENGLISH, {}, said=said), "utf-8")
    [plain] = one.export(Kinds(moodle=given))
    people_of = {s.id for s in students}
    before = uploads.moodle_worksheet(plain.path.read_bytes(), ENGLISH, people_of)[1]
    assert {id: text for id, text in before.items() if text} == said, "asked for nothing"
    [written] = one.export(Kinds(moodle=given), Wanted(comments=True))
    after = uploads.moodle_worksheet(written.path.read_bytes(), ENGLISH, people_of)[1]
    assert (after[by_hand], after[added]) == (said[by_hand], remark)
    both = [students[1].number, students[4].number]
    assert kept(written.notes, "export-comment-kept") == both
    assert after[students[0].id] == "Chấm tự động: 10/10 điểm."
    assert after[earlier].startswith("Chấm tự động: 9,5/10 điểm. Mất điểm ở: ")
    assert "(−0,5)" in after[earlier]
    assert "Đã trừ 1 điểm vì nộp muộn." in after[students[13].id]
    for n in REJECTED | REVIEW | MISSING:
        assert after[students[n].id] == "", "there is no score to say anything of"


def test_scores_that_are_not_final_leave_only_if_asked_for(
    in_moodle: Class, tmp_path: Path
) -> None:
    one, students = in_moodle, in_moodle.students
    given = tmp_path / "w.csv"
    given.write_text(worksheet(students, ENGLISH, {students[7].id: "3.00"}), "utf-8")
    ids = {s.id for s in students}

    def grades(everything: bool = False, also: Sequence[str] = ()) -> dict[int, float]:
        [written] = one.export(Kinds(moodle=given), everything=everything, also=also)
        return uploads.moodle_worksheet(written.path.read_bytes(), ENGLISH, ids)[0]

    assert grades() == one.scores() | {students[7].id: 3.0}
    assert grades(everything=True) == one.scores(set())
    assert grades(also=[students[8].number]) == one.scores({7}) | {students[7].id: 3.0}
    notes = without_score(marks_of(one.standings))
    assert kept(notes, "export-held") == sorted(students[n].number for n in REVIEW)
    assert notes[[n.who for n in notes].index(students[7].number)].texts == (_LOOK.message,)
    none = sorted(students[n].number for n in REJECTED | FAILED | MISSING | WAITING)
    assert kept(notes, "export-no-score") == none
    with pytest.raises(CourseError, match="no student 999"):
        grades(also=["999"])


def test_another_maximum_is_refused_or_converted(in_moodle: Class, tmp_path: Path) -> None:
    one, students = in_moodle, in_moodle.students
    given = tmp_path / "w.csv"
    given.write_text(worksheet(students, VIETNAMESE, {}, most="100,00"), "utf-8")
    with pytest.raises(CourseError, match=r"maximum grade is 100, the assignment's is 10.*rescale"):
        one.export(Kinds(moodle=given))
    [written] = one.export(Kinds(moodle=given), Wanted(rescale=True))
    rows = list(csv.reader(io.StringIO(written.path.read_text("utf-8"), newline="")))
    found = {int(row[0].removeprefix("Thành viên")): float(row[5]) for row in rows[1:] if row[5]}
    assert found == {id: rounded(score * 10) for id, score in one.scores().items()}


# --- the pages ------------------------------------------------------------------------------------


def test_every_page_is_on_the_right_student(in_moodle: Class, tmp_path: Path) -> None:
    one, students = in_moodle, in_moodle.students
    numbers = {s.id: s.number for s in students}
    [written] = one.export(Kinds(moodle_feedback=True))
    taken = uploads.moodle_zip(written.path.read_bytes(), numbers)
    left_out = FAILED | MISSING | WAITING | REVIEW
    assert taken.keys() == {s.id for n, s in enumerate(students) if n not in left_out}
    for id, (name, content) in taken.items():
        assert (name, content.decode()) == (
            "feedback.html",
            f"<title>bài của {numbers[id]}</title>",
        )
    held = sorted(students[n].number for n in REVIEW | FAILED)
    assert kept(written.notes, "export-page-held") == held
    [written] = one.export(Kinds(moodle_feedback=True), everything=True)
    assert written.count == len(taken) + len(held)


def test_the_worksheet_tells_ids_that_collecting_did_not(in_canvas: Class, tmp_path: Path) -> None:
    one, students = in_canvas, in_canvas.students
    [written] = one.export(Kinds(moodle_feedback=True))
    assert written.count == 0 and len(kept(written.notes, "export-no-id")) == 55
    given = tmp_path / "w.csv"
    moved = [replace(s, id=s.id + 50_000) for s in students]
    given.write_text(worksheet(moved, ENGLISH, {}), "utf-8")
    _, written = one.export(Kinds(moodle=given, moodle_feedback=True))
    taken = uploads.moodle_zip(written.path.read_bytes(), {s.id for s in moved})
    assert len(taken) == 55
    for s in moved:
        if s.id in taken:
            assert s.number in taken[s.id][1].decode()


# --- Canvas ---------------------------------------------------------------------------------------


def gradebook(students: Sequence[HandedIn], scores: dict[int, str], separator: str = ",") -> str:
    """As Canvas exports one: a muted row, points, a test student, columns that it computes."""
    comma = separator == ";"
    lines = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Notes", "lenet (77)",
         "Lab 2, phần b (78)", "Current Score", "Final Score"],
        ["", "", "", "", "", "", "", "Manual Posting", "", ""],
        ["    Points Possible", "", "", "", "", "", "10,00" if comma else "10.00", "5",
         "(read only)", "(read only)"],
    ]  # fmt: skip
    for s in students:
        last, _, first = s.name.rpartition(" ")
        lines.append([
            f"{last}, {first}", str(s.id), s.number, f"{s.number}@gm.uit.edu.vn", "A", "",
            scores.get(s.id, ""), "4,5" if comma else "4.5", "90,0", "45",
        ])  # fmt: skip
    lines.append(["Student, Test", "55555", "", "abcdef", "A", "", "", "", "", ""])
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(lines)
    return text.getvalue()


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("bom", [b"", uploads.BOM])
@pytest.mark.parametrize("system", ["canvas", "moodle"])
def test_a_gradebook_takes_every_score_and_nothing_else(
    request: pytest.FixtureRequest, tmp_path: Path, separator: str, bom: bytes, system: str
) -> None:
    one: Class = request.getfixturevalue(f"in_{system}")
    students = one.students
    extra = HandedIn("Phan Vắng Mặt", "20529999", 99_999)
    stood = {students[2].id: "EX", students[3].id: "N/A", students[7].id: "2.00"}
    stood |= {students[4].id: "1,5" if separator == ";" else "1.5", extra.id: "3"}
    given = tmp_path / "2026-05-04T0900_Grades-CS2230.csv"
    before = gradebook([*students, extra], stood, separator)
    given.write_bytes(bom + before.encode())
    [written] = one.export(Kinds(canvas=given))
    data = written.path.read_bytes()
    entered = uploads.canvas_gradebook(data, {77: "lenet", 78: "Lab 2, phần b"}, {})
    expected = {s.id: stood.get(s.id, "") for s in [*students, extra]} | {55_555: ""}
    for id, score in one.scores().items():
        if stood.get(id) not in ("EX", "N/A"):
            expected[id] = records.as_text(score)
    assert {id: entered[id, 77] for id in expected} == expected
    same = gradebook([*students, extra], expected, separator)
    assert data == bom + same.encode()
    assert kept(written.notes, "export-excused") == [students[2].number]
    assert kept(written.notes, "export-not-assigned") == [students[3].number]
    assert kept(written.notes, "export-replaced") == [students[4].number]
    assert len(kept(written.notes, "export-no-student")) == 1


def test_the_column_of_a_gradebook_is_never_guessed(in_canvas: Class, tmp_path: Path) -> None:
    given = tmp_path / "g.csv"
    text = gradebook(in_canvas.students, {})

    def fails(text: str, column: str = "") -> str:
        given.write_text(text, "utf-8")
        with pytest.raises(CourseError) as error:
            in_canvas.export(Kinds(canvas=given), Wanted(column))
        return str(error.value)

    said = fails(text.replace("lenet (77)", "LeNet – Lab 1 (77)"))
    assert "no column is called lenet" in said and "“LeNet – Lab 1 (77)”" in said
    assert "Current Score" not in said, "nor one that Canvas computes"
    assert "several" in fails(text.replace('"Lab 2, phần b (78)"', "lenet (78)"))
    assert "no column" in fails(text, "Notes"), "which is no assignment's"
    assert "“(chỉ đọc)” in place" in fails(text.replace("10.00", "(chỉ đọc)"))
    assert "no column" in fails(text.replace("lenet (77)", "Final Grade (77)"), "Final Grade")
    assert "Points Possible is 5" in fails(text, "Lab 2, phần b")
    assert "no row" in fails(text.replace("    Points Possible", "An, Lê"))
    given.write_text(text.replace("lenet (77)", "LeNet – Lab 1 (77)"), "utf-8")
    for column in ("LeNet – Lab 1", "LeNet – Lab 1 (77)"):
        assert in_canvas.export(Kinds(canvas=given), Wanted(column))[0].count


# --- who is who -----------------------------------------------------------------------------------


def person(student: str, *names: str, ids: Sequence[str] = (), said: str = "") -> Person:
    full = frozenset(name.casefold() for name in names)
    return Person(student, frozenset(ids), frozenset({student}), full, frozenset({said} - {""}))


def matched(
    rows: list[Row], *known: Person, by_name: bool = True
) -> tuple[dict[int, str], list[str]]:
    found = people.match(rows, list(known), by_name=by_name)
    return found.students, sorted(note.kind for note in found.notes)


def test_nobody_is_matched_twice_or_by_a_name_of_two() -> None:
    an, an2 = person("sv1", "Lê An"), person("sv2", "Lê An")
    binh = person("sv3", "Trần Bình", "Bình Trần", ids=["7"])
    assert matched([Row(1, "5", (), "Lê An")], an, binh) == ({1: "sv1"}, ["export-by-name"])
    assert matched([Row(1, "5", (), "Lê An")], an, binh, by_name=False)[0] == {}
    assert matched([Row(1, "5", (), "Lê  AN")], an, an2) == ({}, ["export-no-student"])
    two = [Row(1, "5", (), "Lê An"), Row(2, "6", (), "Lê An")]
    assert matched(two, an) == ({}, ["export-no-student"] * 2)
    assert matched([Row(1, "8", (), "Trần Bình")], binh)[0] == {}, "whose id is another"
    assert matched([Row(1, "7", (), "Trần Bình")], binh) == ({1: "sv3"}, [])
    assert matched([Row(1, "7", (), "Lê An")], an, binh) == ({}, ["export-other-name"])
    assert matched([Row(1, "7", ("sv3",), "Lê An")], an, binh)[0] == {1: "sv3"}
    assert matched([Row(1, "", ("sv3",), "Lê An")], an, binh) == ({}, ["export-other-name"])
    assert matched([Row(1, "7", ("SV1",), "")], an, binh) == ({}, ["export-two-students"])
    both = [Row(1, "7"), Row(2, "9", ("sv3",)), Row(3, "1", (), "Lê An")]
    assert matched(both, an, binh)[0] == {3: "sv1"}
    assert "export-two-rows" in matched(both, an, binh)[1]
    orders = [Row(1, "1", (), "Vũ Mai"), Row(2, "2", (), "Mai Vũ")]
    assert matched(orders, person("sv4", "Vũ Mai", "Mai Vũ"))[0] == {}
    other = Row(1, "1", ("20529999",), "Lê An")
    assert matched([other], person("20521001", "Lê An"))[0] == {}, "a namesake of another class"


# --- other tables ---------------------------------------------------------------------------------


def table(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_the_table_of_nbgrader_is_what_nbgrader_writes(in_moodle: Class, tmp_path: Path) -> None:
    [written] = in_moodle.export(Kinds(nbgrader=True), everything=True)
    with Gradebook(f"sqlite:///{in_moodle.course.root / 'gradebook.db'}") as book:
        plugin = CsvExportPlugin()
        plugin.to, students = str(tmp_path / "g.csv"), in_moodle.students
        plain = [s.number for n, s in enumerate(students) if n not in ODD]  # it quotes nothing
        plugin.student = plain
        plugin.export(book)
    theirs, ours = table(tmp_path / "g.csv"), table(written.path)
    for n, s in enumerate(students):
        if s.number in theirs and s.id in in_moodle.scores(set()):
            mine, expected = ours[s.number], theirs[s.number]
            assert list(mine) == list(expected)
            numbers = ("raw_score", "late_submission_penalty", "score", "max_score")
            points = [rounded(float(expected[k])) for k in numbers]
            assert [float(mine[k]) for k in numbers] == points
            assert {k: v for k, v in mine.items() if k not in numbers} == {
                k: v for k, v in expected.items() if k not in numbers
            }
        elif n in REJECTED | MISSING:
            assert ours[s.number]["score"] == "", "where nbgrader has 0"
    assert ours[students[20].number]["last_name"].startswith("'=cmd()")


def test_a_workbook_holds_text_as_text(in_moodle: Class) -> None:
    one = in_moodle
    [written] = one.export(Kinds(xlsx=True))
    book = openpyxl.load_workbook(written.path)
    assert book.sheetnames == ["Bảng điểm", *(c.grade_id for c in one.assignment.tests), "Sai lệch"]
    first = list(book["Bảng điểm"].iter_rows(min_row=2))
    points = {row[0].value: row[4].value for row in first if row[4].value is not None}
    scores = one.scores()
    assert points == {s.number: scores[s.id] for s in one.students if s.id in scores}
    cells = [cell for name in book.sheetnames for row in book[name].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    odd = next(row[1] for row in first if row[0].value == one.students[20].number)
    assert odd.value == ODD[20] and odd.data_type == "s" and odd.quotePrefix


def test_a_workbook_takes_any_text_and_any_names(in_moodle: Class, tmp_path: Path) -> None:
    from lenetlab.export.workbook import _Book

    book = _Book()
    long = "a" * 40
    names = ["History", "a/b", "a:b", "A?B", long, long + "x", "'q'", "", "=1"]
    for name in names:
        book.add(name, ["x"], [["\x00\x0b\ud800\ufffe=1\r\n" + "é" * 40_000], [None], [1.5]])
    target = tmp_path / "b.xlsx"
    target.write_bytes(book.data())
    read = openpyxl.load_workbook(target)
    assert len({name.casefold() for name in read.sheetnames} | {"history"}) == len(names) + 1
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in read.sheetnames)
    assert len(read.worksheets[0]["A2"].value) == 32_767


# --- files that are none of these -----------------------------------------------------------------


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "a mark alone": (uploads.BOM, "is empty"),
    "a workbook": (b"PK\x03\x04...", "is an Excel workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "is no text"),
    "an open quote": (b'Identifier,Grade\n"Participant 1,', "never closed"),
    "a page": (b"<html><body>Log in</body></html>", "no grading worksheet"),
    "headers alone": (b"Identifier,Full name,Grade,Maximum grade\n", "nobody in this"),
    "no column of grades": (b"Identifier,Nota,Max\nParticipant 1,,10\n", "“Nota”"),
    "a scale": (b"Identifier,Grade,Scale\nParticipant 1,,Good\n", "words of a scale"),
    "words for grades": (b"Identifier,Grade,Maximum grade\nP1,A,10\nP2,B,10\n", "no grade (A)"),
    "a quote of PHP's": (
        b'Identifier,Grade,Maximum grade\n"P \\"x\\", y 1",,10,\nz',
        "more columns",
    ),
    "two maxima": (b"Identifier,Grade,Maximum grade\nP1,,10\nP2,,9\n", "not one number"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_none_says_what_to_do(in_moodle: Class, tmp_path: Path, name: str) -> None:
    given = tmp_path / "x.csv"
    content, words = BAD[name]
    given.write_bytes(content)
    target = tmp_path / "out"
    with pytest.raises(CourseError, match=re.escape(words)):
        in_moodle.export(Kinds(moodle=given, nbgrader=True), to=target)
    assert not target.exists(), "all of it or nothing"


def test_a_worksheet_in_a_third_language_is_read_by_what_is_in_it(
    in_moodle: Class, tmp_path: Path
) -> None:
    spanish = ["Identificador", "Nombre", "Estado", "Calificación", "Calificación máxima", "Otro"]
    lines = [spanish, *([f"Participante {s.id}", s.name, "", "", "10,00", ""]
                        for s in in_moodle.students)]  # fmt: skip
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    given = tmp_path / "w.csv"
    given.write_text(text.getvalue(), "utf-8")
    with pytest.raises(CourseError, match="“Calificación”"):
        in_moodle.export(Kinds(moodle=given))
    [written] = in_moodle.export(Kinds(moodle=given), Wanted("Calificación"))
    assert written.count == len(in_moodle.scores())


def test_of_two_columns_of_one_name_the_grades_are_what_moodle_reads(
    in_moodle: Class, tmp_path: Path
) -> None:
    """A field of the users' profiles may be called Grade, too, and stands before Moodle's own."""
    text = worksheet(in_moodle.students, ENGLISH, {})
    rows = list(csv.reader(io.StringIO(text, newline="")))
    given = [[row[0], row[1], "Grade" if n == 0 else "12", *row[2:]] for n, row in enumerate(rows)]
    path, out = tmp_path / "w.csv", io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(given)
    path.write_text(out.getvalue(), "utf-8")
    [written] = in_moodle.export(Kinds(moodle=path))
    after = list(csv.reader(io.StringIO(written.path.read_text("utf-8"), newline="")))
    place = rows[0].index("Grade") + 1
    assert [row[2] for row in after] == [row[2] for row in given]
    assert sum(row[place] != "" for row in after[1:]) == written.count == len(in_moodle.scores())
    with pytest.raises(CourseError, match="column of the maximum"):
        in_moodle.export(Kinds(moodle=path), Wanted("Maximum grade"))


def test_nothing_that_was_given_is_overwritten(in_moodle: Class, tmp_path: Path) -> None:
    given = tmp_path / "w.csv"
    text = worksheet(in_moodle.students, ENGLISH, {})
    given.write_text(text, "utf-8")
    with pytest.raises(CourseError, match="would be overwritten"):
        in_moodle.export(Kinds(moodle=given), to=tmp_path)
    with pytest.raises(CourseError, match="the course's own tables"):
        in_moodle.export(Kinds(moodle=given), to=in_moodle.course.root)
    other = tmp_path / "canvas" / "w.csv"
    other.parent.mkdir()
    other.write_text(gradebook(in_moodle.students, {}), "utf-8")
    with pytest.raises(CourseError, match=r"Two files would be called w\.csv"):
        in_moodle.export(Kinds(moodle=given, canvas=other))
    assert given.read_text("utf-8") == text


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def lines(in_moodle: Class) -> Callable[..., list[str]]:
    """The lines that a command prints in the course's folder."""

    def printed(*arguments: str, code: int = 0) -> list[str]:
        done = lenetlab("export", *arguments, cwd=in_moodle.course.root)
        assert done.returncode == code
        return (done.stderr if code else done.stdout).splitlines()

    return printed


def test_the_command_writes_and_lists(
    in_moodle: Class, tmp_path: Path, lines: Callable[..., list[str]]
) -> None:
    given, students = tmp_path / "w.csv", in_moodle.students
    given.write_text(worksheet(students, VIETNAMESE, {}), "utf-8")
    said = lines("--moodle", str(given), "--moodle-feedback", "--xlsx", "--nbgrader")
    folder = in_moodle.course.root / "exported" / "lenet"
    assert sorted(path.name for path in folder.iterdir()) == [
        "lenet-feedback.zip", "lenet-nbgrader.csv", "lenet.xlsx", "w.csv",
    ]  # fmt: skip
    text = "\n".join(said)
    for path in folder.iterdir():
        assert f"{path}: " in text
    assert f"{students[7].number}: review; {_LOOK.message}" in text
    assert f"{students[5].number}: rejected" in text
    assert "Allow updating records" in text
    held, also = students[8].number, students[7].number
    vi = "\n".join(lines("--nbgrader", "--also", also, "--lang", "vi", "--to", str(tmp_path / "t")))
    assert held in vi and f"{also}:" not in vi and "cần xem lại" in vi and "chưa nộp" in vi
    assert (tmp_path / "t" / "lenet-nbgrader.csv").is_file()


def test_the_command_asks_what_is_meant(lines: Callable[..., list[str]]) -> None:
    assert "--moodle-feedback" in "".join(lines(code=1))
    assert "name it with --moodle" in "".join(lines("--xlsx", "--comments", code=1))
    assert "--column is of one table" in "".join(lines("--xlsx", "--column", "x", code=1))
    assert "cannot be read" in "".join(lines("--moodle", "no/such/file.csv", code=1))


def test_everything_that_is_listed_has_its_words() -> None:
    keys = set()
    for path in (ROOT / "lenetlab").rglob("*.py"):
        keys |= {*re.findall(r'"(export-[a-z-]+)"', path.read_text("utf-8"))}
    assert len(keys) > 20
    for key in keys:
        assert label(key, "vi") and label(key, "en")


# --- cells ----------------------------------------------------------------------------------------

letters = st.text(st.sampled_from('ab",;\t\r\n =ếộđ'), max_size=12)
tables = st.lists(st.lists(letters, min_size=2, max_size=4), min_size=1, max_size=4)


@fuzz
@given(st.text(st.sampled_from('ab",;\t\r\n ế'), max_size=40))
def test_cells_are_what_pythons_reader_finds(text: str) -> None:
    rows = sheet._rows(text, ",")
    if rows is not None:
        read = csv.reader(io.StringIO(text, newline=""))
        expected = [row for row in read if len(row) > 1 or (row and row[0].strip())]
        assert [[cell.value for cell in row] for row in rows] == expected


@fuzz
@given(tables, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "cp1258", "utf-16"]),
       letters, st.data())  # fmt: skip
def test_a_cell_is_changed_and_no_other_byte(
    table: list[list[str]], separator: str, encoding: str, new: str, data: st.DataObject
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(table)
    start = {"utf-8-sig": uploads.BOM, "utf-16": b"\xff\xfe"}.get(encoding, b"")
    codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    content = sheet._encodable(text.getvalue(), codec)
    rows = sheet._rows(content, separator)
    assert rows is not None
    made = sheet.Sheet("x", content, rows, separator, codec, start)
    assert made.edited({}) == start + content.encode(codec)
    if not rows:
        return
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[row]) - 1))
    edited = made.edited({(row, column): new}).removeprefix(start).decode(codec)
    cell = rows[row][column]
    assert edited.startswith(content[: cell.start]) and edited.endswith(content[cell.end :])
    again = sheet._rows(edited, separator)
    assert again is not None
    values = [[cell.value for cell in cells] for cells in again]
    expected = [[cell.value for cell in cells] for cells in rows]
    expected[row][column] = sheet._encodable(new, codec)
    if len(rows[row]) > 1 or new.strip():
        assert values == expected


@fuzz
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    class File(type(Path())):  # type: ignore[misc]
        def read_bytes(self) -> bytes:
            return data

    try:
        found = sheet.read(File("x.csv"))
    except CourseError:
        return
    assert found.edited({}) == data


WORKSHEET = [*ENGLISH.headers, ENGLISH.comments]
GRADEBOOK = ["Student", "ID", "SIS User ID", "lenet (77)", "Lab 2 (78)", "Final Score"]
words = letters | st.sampled_from([
    "    Points Possible", "EX", "N/A", "No", "Participant 4000", "Participant 4007", "4000",
    "4007", "20521001", "10.00", "10", "1,5", "nan", "1e9", "-1", "", "-",
])  # fmt: skip
rows_of_words = st.lists(st.lists(words, min_size=1, max_size=12), max_size=6)


@pytest.fixture(scope="module")
def ready(in_moodle: Class) -> tuple[list[Mark], list[Person]]:
    standings = in_moodle.standings
    return marks_of(standings), people.people_of(in_moodle.course, standings, "moodle")


@fuzz
@given(st.permutations(WORKSHEET) | st.permutations(GRADEBOOK), rows_of_words)
def test_any_table_is_filled_in_or_refused(
    assignment: Assignment,
    ready: tuple[list[Mark], list[Person]],
    headers: list[str],
    rows: list[list[str]],
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headers, *rows])
    cells = sheet._rows(text.getvalue(), ",")
    assert cells is not None
    given = sheet.Sheet("x", text.getvalue(), cells, ",", "utf-8")
    for wanted in (Wanted(), Wanted(rescale=True, comments=True)):
        filled = []
        with suppress(CourseError):
            filled.append(moodle.fill(given, *ready, assignment, wanted))
        with suppress(CourseError):
            filled.append(canvas.fill(given, *ready, assignment, wanted, "lenet"))
        for one in filled:
            assert not {"nan", "inf"} & {*one.changes.values()}
            with suppress(CourseError):
                sheet._rows(one.data.decode(), ",")


def test_zip_members_are_plain_files(in_moodle: Class) -> None:
    [written] = in_moodle.export(Kinds(moodle_feedback=True))
    with zipfile.ZipFile(written.path) as archive:
        assert archive.testzip() is None
        assert all(name.count("_") == 3 for name in archive.namelist())
