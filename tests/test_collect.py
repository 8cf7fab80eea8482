"""Collecting: whose each file is, by the names that systems give, and what becomes of it."""

from __future__ import annotations

import csv
import os
import shutil
import time
import unicodedata
import zipfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import pytest
from nbgrader.utils import parse_utc

from lenetlab.collect import names, origin, overview, roster
from lenetlab.collect.archives import Member
from lenetlab.collect.collecting import Collected, Row, Wanted, collect
from lenetlab.collect.systems import sort
from lenetlab.course import handed_in, strays
from lenetlab.course.directory import Course, CourseError, is_student_name

from . import packers
from .commands import ROOT, lenetlab
from .packers import DUE, HandedIn, notebook

pytestmark = pytest.mark.quick


@pytest.fixture(autouse=True)
def in_viet_nam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    time.tzset()


def new_course(root: Path) -> Course:
    """A course with an assignment, of which collecting knows no more than its name."""
    (root / "source" / "lenet").mkdir(parents=True)
    (root / "source" / "lenet" / "lenet.ipynb").touch()
    return Course(root, "lenet")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return new_course(tmp_path / "course")


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder below ``root`` with its time."""
    return {
        path.relative_to(root).as_posix(): (
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(root.rglob("*"))
    }


def run(course: Course, *sources: Path, of: Path | None = None, **wanted: object) -> Collected:
    people = roster.read(of) if of else []
    found = collect(course, list(sources), people, Wanted(**wanted))  # type: ignore[arg-type]
    overview.write(course, found)
    return found


def row(found: Collected, student: str) -> Row:
    return next(row for row in found.rows if row.student == student)


def one(*files: tuple[str, bytes], name: str = "Lê An", **about: object) -> HandedIn:
    return HandedIn(name, "20521001", 4001, files, **about)  # type: ignore[arg-type]


# --- a class of sixty -----------------------------------------------------------------------------


def the_class(folder: Path) -> tuple[list[HandedIn], list[Path], Path]:
    """Sixty students over five archives; 10 and 11 are namesakes, 59 is damaged."""
    students = packers.class_of(60)
    students[10] = replace(students[10], name=students[11].name)
    students[12] = replace(students[12], time=DUE + timedelta(hours=3))
    own = students[7].files[0][1]
    students[7] = replace(
        students[7], files=[("nộp.zip", packers.zipped(("Bài/lenet.ipynb", own)))]
    )
    students[9] = replace(students[9], files=[], text="<p>Em nộp sau ạ.</p>")
    archives = [
        packers.moodle(folder / "moodle.zip", students[:20]),
        packers.moodle(folder / "moodle-3.zip", students[20:30], layout="old"),
        packers.moodle(folder / "moodle-flat.zip", students[30:35], layout="flat"),
        packers.canvas(folder / "canvas.zip", [replace(s, late=s.id % 2 == 0)
                                               for s in students[35:50]]),
        packers.drive(folder / "drive-download.zip", "Lab 1 - LeNet", students[50:]),
    ]  # fmt: skip
    data = archives[4].read_bytes()
    at = data.find(b"lenet.ipynb", data.rfind(b"PK\x03\x04"))  # the last member's own header
    archives[4].write_bytes(data[: at + 15] + b"\0\0\0\0" + data[at + 19 :])
    return (
        students,
        archives,
        packers.roster(folder / "roster.csv", students, extra="61;20521999;Phan Vắng;Mặt;x@y"),
    )


def test_a_class_of_sixty_is_accounted_for_by_name(course: Course, tmp_path: Path) -> None:
    students, archives, listed = the_class(tmp_path)
    found = run(course, *archives, of=listed)
    status = {row.student: row.status for row in found.rows if row.student}
    assert len(status) == 61 and status.pop("20521999") == "missing"
    special = {"20521009": "rejected", "20521059": "rejected"}
    special |= dict.fromkeys(("20521010", "20521011"), "unmatched")
    assert {who: what for who, what in status.items() if what != "taken"} == special
    for student in students:
        notebook_of = course.notebook("submitted", student.number)
        if status[student.number] == "taken":
            assert student.number in notebook_of.read_text("utf-8")
            assert student.name == row(found, student.number).name
    nobodys = [row for row in found.rows if not row.student]
    assert [row.attempt.system_id for row in nobodys if row.attempt] == ["4070", "4077"]
    assert all("20521010, 20521011" in row.notes[0] for row in nobodys)
    assert "damaged" in row(found, "20521059").notes[0]
    assert "onlinetext.html" in row(found, "20521009").notes[0]


def test_a_second_run_changes_nothing(course: Course, tmp_path: Path) -> None:
    _, archives, listed = the_class(tmp_path)
    run(course, *archives, of=listed)
    before = tree(course.root)
    os.utime(archives[0], (1, 1))  # copied about, it is still the same archive
    again = run(course, *archives, of=listed)
    assert tree(course.root) == before
    events = {row.event for row in again.rows if row.status in ("taken", "rejected")}
    assert events == {"unchanged"}


def test_namesakes_come_in_once_the_roster_has_moodles_ids(course: Course, tmp_path: Path) -> None:
    students, archives, listed = the_class(tmp_path)
    run(course, *archives, of=listed)
    rows = ["Mã số sinh viên,Họ và tên,Identifier"]
    rows += [f"{s.number},{s.name},Thành viên{s.id}" for s in students]
    listed.write_text("\n".join(rows), "utf-8")
    found = run(course, archives[0], of=listed)
    for student in students[10:12]:
        assert row(found, student.number).event == "new"
        assert student.number in course.notebook("submitted", student.number).read_text("utf-8")


def test_nobody_need_be_known_beforehand(course: Course, tmp_path: Path) -> None:
    """Without a roster folders are named for the number, or for name and id; always the same."""
    _, archives, _ = the_class(tmp_path)
    found = run(course, *archives)
    assert len(found.rows) == 60 and all(is_student_name(row.student) for row in found.rows)
    assert len({row.student for row in found.rows}) == 60
    assert row(found, "Trần-Thị-An_4070").status == row(found, "Trần-Thị-An_4077").status == "taken"
    assert row(found, "20521050").name == "20521050 Nguyễn Ngọc Ánh Bình"
    before = tree(course.root)
    run(course, *reversed(archives))
    changed = {name for name, what in tree(course.root).items() if before.get(name) != what}
    assert changed <= {".", "collected.csv"}


def test_the_table_says_all_of_it(course: Course, tmp_path: Path) -> None:
    _, archives, listed = the_class(tmp_path)
    run(course, *archives, of=listed)
    with course.table("collected").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 63
    late = next(row for row in rows if row["student_id"] == "20521035")
    assert (late["late"], late["system"], late["system_id"]) == ("", "canvas", "4245")
    assert sum(row["late"] == "late" for row in rows) == 7


def test_where_it_came_from_is_kept_for_the_way_back(course: Course, tmp_path: Path) -> None:
    _, archives, listed = the_class(tmp_path)
    run(course, *archives, of=listed)
    moodle, canvas = (origin.load(course, f"205210{n}").current for n in (12, 36))
    assert moodle is not None and canvas is not None
    assert (moodle.system, moodle.system_id, moodle.archive) == ("moodle", "4084", "moodle.zip")
    assert moodle.display_name == "Lê Thị Bình"
    assert moodle.time == "2026-05-01T13:00:00+00:00"
    assert moodle.files[0].member == "Lê Thị Bình_4084_assignsubmission_file/lenet.ipynb"
    assert (canvas.system_id, canvas.files[0].attachment_id) == ("4252", "70010")
    assert (canvas.late, canvas.time) == (True, "")
    assert strays.strays(course) == [], "what is kept is nothing that was put in a wrong place"


# --- times ----------------------------------------------------------------------------------------


def stamp(course: Course, student: str) -> Path:
    return course.folder("submitted", student) / "timestamp.txt"


def test_a_known_time_is_written_as_nbgrader_reads_it(course: Course, tmp_path: Path) -> None:
    _, archives, listed = the_class(tmp_path)
    run(course, *archives, of=listed)
    text = stamp(course, "20521012").read_text().strip()
    assert parse_utc(text) == datetime(2026, 5, 1, 13, 0), "20:00 in Viet Nam"
    assert not stamp(course, "20521036").exists(), "Canvas packs with the time of the packing"
    assert stamp(course, "20521021").exists() and stamp(course, "20521052").exists()


def test_the_time_of_a_download_makes_nobody_late(course: Course, tmp_path: Path) -> None:
    """Versions of Moodle write the time at which the archive was made."""
    made = DUE + timedelta(days=9)
    path = packers.moodle(tmp_path / "m.zip", packers.class_of(5), made=made)
    found = run(course, path)
    assert not list(course.root.rglob("timestamp.txt")) and "is not known" in found.remarks[0]
    run(course, path, times=True)
    assert len(list((course.root / "submitted").rglob("timestamp.txt"))) == 5
    assert not (origin.folder(course) / "Nguyễn-Văn-An_4000").exists(), "no other attempt"


# --- attempts -------------------------------------------------------------------------------------


def attempt(folder: Path, number: int, hours: int, **about: object) -> Path:
    """Moodle's archive of one student's attempt; a second student makes its times differ."""
    mine = one(("lenet.ipynb", notebook(f"lần {number}")), time=DUE + timedelta(hours=hours))
    other = HandedIn("Vũ Bình", "20521002", 4002, [("lenet.ipynb", notebook("b"))], DUE)
    return packers.moodle(folder / f"{number}.zip", [mine, replace(other, **about)])  # type: ignore[arg-type]


ME = "Lê-An_4001"


def content(course: Course) -> bytes:
    return course.notebook("submitted", ME).read_bytes()


def kept(course: Course) -> list[bytes]:
    return sorted(p.read_bytes() for p in (origin.folder(course) / ME).glob("*/*.ipynb"))


def test_the_last_attempt_counts_and_the_others_are_kept(course: Course, tmp_path: Path) -> None:
    first, second, third = (attempt(tmp_path, n, 2 * n) for n in (1, 2, 3))
    assert row(run(course, first), ME).event == "new"
    assert row(run(course, third), ME).event == "replaced"
    assert content(course) == notebook("lần 3") and kept(course) == [notebook("lần 1")]
    assert row(run(course, second), ME).event == "earlier", "older than what stands"
    assert content(course) == notebook("lần 3")
    assert kept(course) == [notebook("lần 1"), notebook("lần 2")]
    before = tree(course.root)
    assert row(run(course, first, second, third), ME).event == "unchanged"
    assert tree(course.root) == before
    known = origin.load(course, ME)
    assert [other.time[:13] for other in known.others] == ["2026-05-01T12", "2026-05-01T14"]
    assert parse_utc(stamp(course, ME).read_text().strip()) == datetime(2026, 5, 1, 16)


def test_who_goes_back_to_an_earlier_version_is_believed(course: Course, tmp_path: Path) -> None:
    for n, (number, hours) in enumerate([(1, 2), (2, 4), (1, 6)]):
        folder = tmp_path / str(n)
        folder.mkdir()
        run(course, attempt(folder, number, hours))
    assert content(course) == notebook("lần 1") and kept(course)[-1] == notebook("lần 2")


def test_canvas_numbers_tell_which_attempt_is_the_last(course: Course, tmp_path: Path) -> None:
    older, newer = (
        packers.canvas(tmp_path / f"{n}.zip", [one(("lenet-1.ipynb", notebook(str(n))))], first=n)
        for n in (800, 900)
    )
    student = "lêan_4001"
    run(course, newer, system="canvas")
    assert row(run(course, older, system="canvas"), student).event == "earlier"
    assert course.notebook("submitted", student).read_bytes() == notebook("900")


def test_what_was_put_there_by_hand_is_kept_when_it_is_replaced(
    course: Course, tmp_path: Path
) -> None:
    mine = course.notebook("submitted", ME)
    mine.parent.mkdir(parents=True)
    mine.write_bytes(notebook("bằng tay"))
    os.utime(mine, (DUE.timestamp(), DUE.timestamp()))
    found = run(course, attempt(tmp_path, 1, 2))
    assert row(found, ME).event == "replaced" and content(course) == notebook("lần 1")
    assert kept(course) == [notebook("bằng tay")]
    assert origin.load(course, ME).others[0].system == "hand"


def test_what_was_put_there_by_hand_later_stays(course: Course, tmp_path: Path) -> None:
    mine = course.notebook("submitted", ME)
    mine.parent.mkdir(parents=True)
    mine.write_bytes(notebook("bằng tay"))
    found = run(course, attempt(tmp_path, 1, 2))
    assert row(found, ME).event == "earlier" and content(course) == notebook("bằng tay")
    assert kept(course) == [notebook("lần 1")]


def test_a_correction_by_hand_survives_the_same_archive(course: Course, tmp_path: Path) -> None:
    path = attempt(tmp_path, 1, 2)
    run(course, path)
    course.notebook("submitted", ME).write_bytes(notebook("đã sửa"))
    found = run(course, path)
    assert content(course) == notebook("đã sửa") and "by hand" in row(found, ME).notes[0]


def test_the_same_put_there_by_hand_is_only_recorded(course: Course, tmp_path: Path) -> None:
    mine = course.notebook("submitted", ME)
    mine.parent.mkdir(parents=True)
    mine.write_bytes(notebook("lần 1"))
    assert row(run(course, attempt(tmp_path, 1, 2)), ME).event == "adopted"
    known = origin.load(course, ME)
    assert known.current is not None and known.current.system_id == "4001" and not kept(course)


def test_what_is_gone_from_submitted_is_put_back(course: Course, tmp_path: Path) -> None:
    path = attempt(tmp_path, 1, 2)
    run(course, path)
    shutil.rmtree(course.folder("submitted", ME))
    assert row(run(course, path), ME).event == "new" and content(course) == notebook("lần 1")


def test_killed_between_placing_and_recording_nothing_is_lost(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(course, attempt(tmp_path, 1, 2))
    second = attempt(tmp_path, 2, 4)

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(origin, "store", killed)
        run(course, second)
    run(course, second)
    assert content(course) == notebook("lần 2") and kept(course) == [notebook("lần 1")]
    known = origin.load(course, ME)
    assert known.current is not None and known.current.archive == "2.zip"
    assert [(other.archive, bool(other.kept)) for other in known.others] == [("1.zip", True)]


def test_a_damaged_later_attempt_leaves_the_earlier_one(course: Course, tmp_path: Path) -> None:
    run(course, attempt(tmp_path, 1, 2))
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(broken, "w") as archive:
        packers.add(archive, "Lê An_4001_assignsubmission_file/bai.zip", b"not a zip")
    found = run(course, broken)
    assert content(course) == notebook("lần 1")
    assert "what was there before stays" in row(found, ME).notes


def test_a_dry_run_writes_nothing(course: Course, tmp_path: Path) -> None:
    before = tree(course.root)
    found = collect(course, [attempt(tmp_path, 1, 2)], [], Wanted(dry=True))
    assert row(found, ME).event == "new" and tree(course.root) == before


# --- which file is the work -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["lenet.ipynb", "lenet (1).ipynb", "LENET.IPYNB", "bài làm.ipynb.txt", "x/y/z.ipynb"]
)
def test_a_notebook_under_any_name(name: str, course: Course, tmp_path: Path) -> None:
    data = notebook("nội dung")
    found = run(course, packers.moodle(tmp_path / "m.zip", [one((name, data))]))
    assert row(found, ME).status == "taken" and row(found, ME).notes == ()
    assert content(course) == data


def test_of_several_the_one_of_the_assignments_name_and_a_person_is_told(
    course: Course, tmp_path: Path
) -> None:
    files = [(f"{name}.ipynb", notebook(name)) for name in ("a", "lenet (2)", "lenet", "z")]
    files.append(("lenet - Copy.ipynb", notebook("z")))  # the same as z
    found = run(course, packers.moodle(tmp_path / "m.zip", [one(*files)]))
    assert content(course) == notebook("lenet")
    assert "several notebooks: lenet.ipynb counts" in row(found, ME).notes[0]
    beside = sorted(path.name for path in course.folder("submitted", ME).iterdir())
    assert beside == ["a.ipynb", "lenet (2).ipynb", "lenet - Copy.ipynb", "lenet.ipynb"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("báo cáo.docx", "the .ipynb file"),
        ("bai.rar", "ask for a .zip"),
        ("lenet.html", "a page made of a notebook"),
        ("lenet.py", "code alone"),
    ],
)
def test_what_is_no_notebook_is_there_for_grading_to_reject(
    name: str, words: str, course: Course, tmp_path: Path
) -> None:
    found = run(course, packers.moodle(tmp_path / "m.zip", [one((name, b"x"))]))
    assert row(found, ME).status == "rejected" and words in row(found, ME).notes[0]
    assert [path.name for path in course.folder("submitted", ME).iterdir()] == [name]
    assert handed_in.who_handed_in(course) == [ME]


def test_clutter_is_nothing(course: Course, tmp_path: Path) -> None:
    files = [(name, b"x") for name in ("._lenet.ipynb", ".DS_Store", "Thumbs.db")]
    files.append((".ipynb_checkpoints/lenet-checkpoint.ipynb", notebook("old")))
    files.append(("lenet.ipynb", notebook("new")))
    found = run(course, packers.moodle(tmp_path / "m.zip", [one(*files)]))
    assert content(course) == notebook("new")
    assert (row(found, ME).notes, row(found, ME).remarks) == ((), ())


def test_zips_in_zips(course: Course, tmp_path: Path) -> None:
    inner = packers.zipped(("Bài tập/lenet.ipynb", notebook("sâu")))
    outer = packers.zipped(("nộp lại.zip", inner))
    run(course, packers.moodle(tmp_path / "m.zip", [one(("tất cả.zip", outer))]))
    assert content(course) == notebook("sâu")


# --- names ----------------------------------------------------------------------------------------


def members(*listed: str) -> list[Member]:
    return [Member(names.parts_of(name), name, None, open_nothing) for name in listed]


def open_nothing() -> AbstractContextManager[IO[bytes]]:
    raise AssertionError("names alone are looked at")


def claims(assignment: str, *listed: str, known: Sequence[str] = ()) -> dict[str, str]:
    """The id in each name; empty where there is none."""
    found = sort(members(*listed), assignment, None, "", known)
    ids = {p.member.name: p.claim.id for parts in found.parts.values() for p in parts}
    return ids | {member.name: "" for member in found.nobodys}


def test_moodles_names() -> None:
    ids = {
        "Nguyễn Văn A_123_assignsubmission_file/lenet.ipynb": "123",
        "Nhóm 1_55_Nguyễn Văn A_124_assignsubmission_file_/lenet.ipynb": "124",
        "Participant_125_assignsubmission_file_lenet.ipynb": "125",
        "Thành viên_126_assignsubmission_onlinetext/onlinetext.html": "126",
        "O'Brien 2_127_assignsubmission_file_B_9_assignsubmission_file_x.ipynb": "127",
        "Default group_assignsubmission_file/lenet.ipynb": "",
    }
    assert claims("lenet", *ids) == ids


def test_canvas_names() -> None:
    ids = {
        "nguyễnvăna_LATE_123_456_lenet.ipynb": "123",
        "anvan_124_457_lenet-2.ipynb": "124",
        "lebinh_125_458_20521001_1_lenet.ipynb": "125",
        "vuchau_126_text.html": "126",
        "latetran_LATE_127_link.html": "127",
    }
    assert claims("lenet", *ids) == ids
    anonymous = {"anon_aB3dE_456_x.ipynb": "anon_aB3dE", "LATE_anon_Z9_457_x.ipynb": "anon_Z9"}
    assert claims("lenet", *anonymous) == anonymous


def test_names_that_people_give() -> None:
    ids = {
        "20521234_NguyenVanA.ipynb": "20521234_NguyenVanA",
        "20521234_NguyenVanA (1).ipynb": "20521234_NguyenVanA",
        "lenet_TranB.ipynb": "TranB",
        "lenet - Lê Châu.ipynb": "Lê Châu",
        "lenet.ipynb": "",
    }
    assert claims("lenet", *ids) == ids
    # A folder that all are in is looked into, a student's own is not.
    assert claims("lenet", "Lab 1/A/lenet.ipynb", "Lab 1/B/x.ipynb") == {
        "Lab 1/A/lenet.ipynb": "A", "Lab 1/B/x.ipynb": "B"}  # fmt: skip
    assert claims("lenet", "NguyenVanA/lenet.ipynb", "NguyenVanA/data.csv") == {
        "NguyenVanA/lenet.ipynb": "NguyenVanA", "NguyenVanA/data.csv": "NguyenVanA"}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("lenet (1).ipynb", "lenet"),
        ("lenet(1) (2).ipynb.txt", "lenet"),
        ("lenet - Copy (2).ipynb", "lenet"),
        ("lenet-copy3 - bản sao.ipynb", "lenet"),
        ("lenet_ - 2.ipynb", "lenet"),
        ("lenet--12.zip", "lenet"),
        ("20521234.ipynb", "20521234"),
        ("(1).ipynb", "(1)"),
        ("lenet" + " (1)" * 60, "lenet"),
    ],
)
def test_the_marks_of_a_copy_are_no_part_of_a_name(name: str, stem: str) -> None:
    assert names.stem(name) == stem


def test_no_name_takes_long_to_read() -> None:
    before = time.process_time()
    for part in (" -", "-", "_", " (", "(1", "1", "copy", " copy(", " (1)"):
        names.stem(part * 20_000 + "x")
        names.stem(part * 2_000)
    roster._person({"number": "20521001", "moodle": "1" * 200_000 + "x"})
    assert time.process_time() - before < 1


def test_a_folder_of_zips_and_a_zip_of_one_student(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "nop"
    folder.mkdir()
    (folder / "20521001_An.zip").write_bytes(packers.zipped(("lenet.ipynb", notebook("an"))))
    (folder / "20521002.ipynb").write_bytes(notebook("binh"))
    alone = tmp_path / "20521003_Chau.zip"
    alone.write_bytes(packers.zipped(("lenet.ipynb", notebook("chau"))))
    found = run(course, folder, alone)
    assert [row.student for row in found.rows] == ["20521001", "20521002", "20521003"]
    assert all(row.status == "taken" for row in found.rows)


def test_folders_of_groups_are_looked_into(course: Course, tmp_path: Path) -> None:
    for name in ("Nhóm 1/20521001_An", "Nhóm 1/20521002_Bình", "Nhóm 2/20521003"):
        (tmp_path / "nop" / name).mkdir(parents=True)
        (tmp_path / "nop" / name / "lenet.ipynb").write_bytes(notebook(name))
    found = run(course, tmp_path / "nop")
    assert [row.student for row in found.rows] == ["20521001", "20521002", "20521003"]


def test_one_students_folders_are_no_groups(course: Course, tmp_path: Path) -> None:
    own = [f"Le Mai/2252{n:04}" for n in range(12)]
    for name in ("Nguyen An", "Tran Binh", *own):
        (tmp_path / "nop" / name).mkdir(parents=True)
        (tmp_path / "nop" / name / "lenet.ipynb").write_bytes(notebook(name))
    found = run(course, tmp_path / "nop")
    assert [row.student for row in found.rows] == ["Le-Mai", "Nguyen-An", "Tran-Binh"]


def test_a_date_in_several_names_is_no_student_number(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "nop"
    folder.mkdir()
    for n, name in enumerate(("NguyenVanA", "TranB", "LeC")):
        (folder / f"{name}_20260501.ipynb").write_bytes(notebook(name))
        if n == 1:
            run(course, folder)  # the third comes later
    found = run(course, folder)
    assert [row.student for row in found.rows] == [
        "LeC_20260501", "NguyenVanA_20260501", "TranB_20260501"]  # fmt: skip
    assert all("no student number" in row.notes[0] for row in found.rows)


def test_one_number_with_more_or_fewer_words_is_one_student(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "nop"
    folder.mkdir()
    (folder / "20521001_NguyenVanA.ipynb").write_bytes(notebook("1"))
    run(course, folder)
    (folder / "20521001_NguyenVanA_nộp lại.ipynb").write_bytes(notebook("2"))
    assert [row.student for row in run(course, folder).rows] == ["20521001"]


def test_a_file_that_is_nobodys_beside_others(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "nop"
    folder.mkdir()
    for name in ("lenet.ipynb", "lenet (1) - Trần B.ipynb"):
        (folder / name).write_bytes(notebook(name))
    found = run(course, folder)
    assert [row.student for row in found.rows] == ["Trần-B"]
    assert [member for _, member, _ in found.refused] == ["lenet.ipynb"]


def test_one_person_in_two_unicode_forms(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "nop"
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, f"Nguyễn Thuỳ Ánh/{form}.ipynb")
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(notebook(form))
    (folder / "Lê An").mkdir()
    (folder / "Lê An" / "lenet.ipynb").write_bytes(notebook("an"))
    found = run(course, folder)
    assert [row.student for row in found.rows] == ["Lê-An", "Nguyễn-Thuỳ-Ánh"]


def test_names_in_code_pages(tmp_path: Path) -> None:
    """Without the flag: UTF-8 as macOS writes it, Windows' Vietnamese page, or the format's own."""
    path = tmp_path / "x.zip"
    spread = unicodedata.normalize("NFD", "Nguyễn").replace("e\u0302", "ê")
    for raw, meant in (
        ("Nguyễn".encode(), "Nguyễn"),
        (spread.encode("cp1258"), "Nguyễn"),
        ("Müller".encode("cp437"), "Müller"),
    ):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x" * len(raw), b"")
        path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
        with zipfile.ZipFile(path) as archive:
            read = unicodedata.normalize("NFC", names.of_member(archive.infolist()[0]))
        assert read == meant


# --- the roster -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "MSSV,Họ và tên,Email\n20521001,Nguyễn Văn An,an@x.vn\n",
        "Danh sách lớp;;\nSTT;Mã số SV;Họ;Tên;Email\n1;20521001;Nguyễn Văn;An;an@x.vn\n",
        "sep=;\nmssv;HỌ VÀ TÊN;e-mail\n'20521001;Nguyễn Văn An;an@x.vn\n",
        "ID number\tFirst name\tLast name\tEmail address\n20521001\tAn\tNguyễn Văn\tan@x.vn\n",
        'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n'
        '"Nguyễn Văn, An",77,20521001,an,A\n"Student, Test",,,,A\n',
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rosters_as_they_come(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding)
    (person,) = roster.read(path)
    assert (person.student, person.name) == ("20521001", "Nguyễn Văn An")
    assert (person.last_name, person.first_name) == ("Nguyễn Văn", "An")
    assert person.canvas == ("77" if "SIS" in text else "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a,b\n1,2\n", "Name the columns"),
        (b"PK\x03\x04", "save it as CSV"),
        (b"MSSV,Ten\n", "nobody is on this list"),
        (b"MSSV,Ten\n1,A\n1,B\n", "line 3: 1 is on the list twice"),
        (b"MSSV,Ten\n1,A\n ,;\n", "line 3: no student number"),
    ],
)
def test_a_roster_that_is_none_says_what_to_do(data: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(data)
    with pytest.raises(CourseError, match=words):
        roster.read(tmp_path / "list.csv")


@pytest.mark.parametrize(
    ("given", "student"),
    [
        ("Nguyễn Văn An", "1"),
        ("An Nguyễn Văn", "1"),
        ("NGUYỄN VĂN AN", "1"),
        ("Nguyễn Văn Ân", "2"),
        ("Nguyen Van An", ""),  # An or Ân
        ("Lê Hoà", "3"),  # the tone's other place
        ("Le Hoa", "3"),
        ("LeHoa", "3"),
        ("2_ai do", "2"),
        ("Trần Bình", ""),  # two of them
        ("Ai Đó", ""),
        ("1 và 2", ""),
    ],
)
def test_whom_a_name_means(given: str, student: str, course: Course, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    people = ["Nguyễn Văn An", "Nguyễn Văn Ân", "Lê Hòa", "Trần Bình", "Trần Bình"]
    rows = [f"{n},{name}" for n, name in enumerate(people, 1)]
    listed.write_text("\n".join(["MSSV,Họ tên", *rows]), "utf-8")
    folder = tmp_path / "nop"
    (folder / given).mkdir(parents=True)
    (folder / given / "lenet.ipynb").write_bytes(notebook("x"))
    (folder / "khác").mkdir()
    (folder / "khác" / "lenet.ipynb").write_bytes(notebook("y"))
    found = run(course, folder, of=listed)
    assert [row.student for row in found.rows if row.status == "taken"] == [student] * bool(student)
    assert any("khác" in note for row in found.rows for note in row.notes)


def test_two_hand_ins_by_one_name_are_for_a_person(course: Course, tmp_path: Path) -> None:
    """The roster has one of the name, Moodle two: the other may be from another class."""
    students = [
        HandedIn("Lê An", id=id, files=[("lenet.ipynb", notebook(str(id)))]) for id in (7, 8)
    ]
    listed = packers.roster(tmp_path / "list.csv", [one()])
    found = run(course, packers.moodle(tmp_path / "m.zip", students), of=listed)
    assert {row.status for row in found.rows} == {"unmatched"} and not (
        course.root / "submitted"
    ).exists()
    assert "Identifier to the roster, with 7, 8" in found.rows[0].notes[0]


def test_an_id_whose_name_has_changed_is_taken_and_told(course: Course, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("MSSV,Họ tên,Identifier\n20521001,Lê An,Participant 4001\n", "utf-8")
    path = packers.moodle(tmp_path / "m.zip", [one(("lenet.ipynb", notebook("x")), name="Kẻ Khác")])
    found = run(course, path, of=listed)
    assert row(found, "20521001").status == "taken"
    assert "is it one person?" in row(found, "20521001").notes[0]


def test_blind_marking(course: Course, tmp_path: Path) -> None:
    path = packers.moodle(tmp_path / "m.zip", packers.class_of(3), blind="Thành viên")
    found = run(course, path)
    assert [row.student for row in found.rows] == ["4000", "4007", "4014"]
    assert all(row.status == "taken" for row in found.rows)


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["none.zip"], 1, "none.zip: it cannot be read"),
        ([], 2, "Missing argument"),
        ([".", "--roster", "none.csv"], 1, "none.csv cannot be read"),
        ([".", "--system", "blackboard"], 2, "'blackboard' is not one of"),
    ],
)
def test_wrong_usage_says_what_to_do(
    arguments: list[str], code: int, words: str, course: Course
) -> None:
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    done = lenetlab("collect", *arguments, cwd=course.root)
    assert done.returncode == code
    assert words in " ".join(done.stderr.split())


# --- names that mislead ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lab-1.ipynb", "lab-1 (2).ipynb", "LAB-1.ipynb"])
def test_an_assignments_own_number_is_no_mark_of_a_copy(name: str) -> None:
    assert names.stem(name, "lab-1").casefold() == "lab-1"
    assert names.stem("lenet-1.ipynb", "lenet") == "lenet"
