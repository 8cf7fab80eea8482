"""Which file is a student's, whatever it is called; when it was handed in; commands that mend."""

from __future__ import annotations

import os
import re
import subprocess
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from lenetlab.course import commands, handed_in, preprocessors, timestamps, to_check
from lenetlab.course.directory import Course
from lenetlab.course.strays import nothing_to_grade, strays
from lenetlab.notebook.intake import Rejected

pytestmark = pytest.mark.quick

MAC = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X"  # as macOS writes beside each file it packs


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "source" / "lenet").mkdir(parents=True)
    (tmp_path / "source" / "lenet" / "lenet.ipynb").touch()
    return Course(tmp_path, "lenet")


def put(course: Course, *places: str, data: bytes = b"{}") -> None:
    for place in places:
        path = course.root / "submitted" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def found(course: Course, student: str = "x") -> str:
    path = handed_in.find(course, student)
    assert path is not None
    return str(path.relative_to(course.root / "submitted" / student))


def refusal(course: Course, student: str = "x") -> str:
    with pytest.raises(Rejected) as reason:
        handed_in.find(course, student)
    return f"{reason.value.code}: {reason.value}"


@pytest.mark.parametrize(
    "place",
    [
        "lenet/lenet.ipynb",
        "lenet/LENET.IPYNB",
        "lenet/lenet (1).ipynb",
        "lenet/20521234_NguyenVanA.ipynb",
        "lenet/Bài nộp.ipynb",
        "lenet/lenet.ipynb.txt",
        "lenet/lenet.ipynb.crdownload",
        "lenet/lenet.json",
        "lenet/lenet",
        "lenet/.ipynb",
        "lenet/lenet/lenet.ipynb",
        "lenet/lenet/lenet/lenet.ipynb",
        "lenet/lenet.ipynb/lenet.ipynb",
        "lenet/lenet.docx",
        "lenet/bai.pdf",
        "lenet/anh.png",
        "lenet/lenet.zip",
        "lenet.zip",
        "lenet.ipynb",
        "anything.ipynb",
        "lenet (1)/lenet.ipynb",
        "lenet",
        "lenet/lenet-checkpoint.ipynb",
        "lenet/.ipynb_checkpoints/lenet-checkpoint.ipynb",
    ],
)
def test_the_only_file_that_can_be_meant_is_taken_where_it_is(course: Course, place: str) -> None:
    put(course, f"x/{place}")
    aside = ("x/__MACOSX/._lenet.ipynb", "x/lenet.old/._lenet.ipynb", "x/.DS_Store")
    put(course, *aside, data=MAC)
    before = sorted(course.root.rglob("*"))
    assert found(course) == place
    assert handed_in.who_handed_in(course) == ["x"]
    assert strays(course) == []
    assert sorted(course.root.rglob("*")) == before
    codes = [flag.code for flag in handed_in.look(course, "x").flags()]
    assert ("other-name" in codes) == (place != "lenet/lenet.ipynb")
    assert ("checkpoint" in codes) == ("checkpoint" in place)


@pytest.mark.parametrize(
    ("places", "taken"),
    [
        (("lenet/LENET.ipynb", "lenet/nhap.ipynb"), "lenet/LENET.ipynb"),
        (("lenet/lenet.ipynb", "lenet/LENET.IPYNB", "lenet.ipynb"), "lenet/lenet.ipynb"),
        (("lenet/bai.ipynb", "lenet/lenet.docx", "lenet.zip"), "lenet/bai.ipynb"),
        (("lenet/LeNet.png", "lenet/timestamp.txt", "lenet.ipynb"), "lenet.ipynb"),
        (("lenet/LeNet.png", "lenet/lenet.docx"), "lenet/lenet.docx"),
        (("lenet/a.ipynb", "lenet/a-checkpoint.ipynb"), "lenet/a.ipynb"),
        (("lenet/a.ipynb", "lenet/.ipynb_checkpoints/a-checkpoint.ipynb"), "lenet/a.ipynb"),
    ],
)
def test_a_notebook_goes_before_what_else_there_is(
    course: Course, places: tuple[str, ...], taken: str
) -> None:
    put(course, *(f"x/{place}" for place in places))
    assert found(course) == taken


def test_which_of_several_counts_is_for_a_person(course: Course) -> None:
    put(course, "x/lenet/v1.ipynb", "x/lenet/v2.ipynb")
    os.utime(course.root / "submitted/x/lenet/v2.ipynb", (1, 1))
    text = refusal(course)
    assert "several-notebooks" in text and "lenet/v1.ipynb, lenet/v2.ipynb" in text
    command = text.split("The newest: ")[1]
    subprocess.run(["bash", "-ec", command], cwd=course.root, check=True)
    assert found(course) == "lenet/lenet.ipynb"
    assert (course.root / "submitted/x/lenet/v1.ipynb").exists()


def test_where_there_is_no_notebook_the_folder_is_not_forgotten(course: Course) -> None:
    put(course, "x/lenet/a.docx", "x/lenet/b.pdf")
    assert "lenet/a.docx, lenet/b.pdf" in refusal(course)
    (course.root / "submitted/y/lenet").mkdir(parents=True)
    assert "submitted/y/lenet has no notebook" in refusal(course, "y")
    put(course, "z/lenet/._lenet.ipynb", data=MAC)
    assert "no notebook" in refusal(course, "z")
    (course.root / "submitted/w").mkdir()
    assert handed_in.find(course, "w") is None
    assert handed_in.who_handed_in(course) == ["x", "y", "z"]
    assert handed_in.folders(course) == ["w", "x", "y", "z"]


def test_why_nothing_was_taken_is_said_in_its_own_words(course: Course) -> None:
    text = "Nothing of this hand-in could be taken.\na.rar: ask for a .zip\n"
    put(course, f"x/lenet/{handed_in.NOT_TAKEN}", data=text.encode())
    put(course, "x/lenet/timestamp.txt")
    said = "not-taken: Nothing of this hand-in could be taken. a.rar: ask for a .zip"
    assert refusal(course) == said


def test_of_several_assignments_a_name_tells(course: Course) -> None:
    (course.root / "source" / "sum").mkdir()
    (course.root / "source" / "sum" / "sum.ipynb").touch()
    put(course, "x/sum/bai.ipynb", "x/LENET.ipynb", "y/bai.ipynb", "z/lenet/bai.ipynb")
    other = Course(course.root, "sum")
    assert (found(course), found(other)) == ("LENET.ipynb", "sum/bai.ipynb")
    assert handed_in.find(course, "y") is None and handed_in.find(other, "z") is None
    assert found(course, "z") == "lenet/bai.ipynb"
    (stray,) = strays(course)
    assert "submitted/y/bai.ipynb" in stray.message


def test_a_link_is_nobodys_file(course: Course, tmp_path: Path) -> None:
    put(course, "x/lenet/notes.txt")
    (tmp_path / "secret.ipynb").touch()
    (course.root / "submitted/x/lenet/lenet (1).ipynb").symlink_to(tmp_path / "secret.ipynb")
    assert found(course) == "lenet/notes.txt"
    (course.root / "submitted/y").symlink_to(course.root / "submitted/x")
    assert refusal(course, "y").startswith("link:")


def mended(course: Course, text: str) -> None:
    """Run the command that a message ends with."""
    start = min(text.find(word) for word in ("mkdir -p", "mv -nT") if word in text)
    subprocess.run(["bash", "-ec", text[start:]], cwd=course.root, check=True)


@pytest.mark.parametrize(
    ("place", "becomes"),
    [
        ("20521234.ipynb", "20521234"),
        ("Nguyễn Văn A.ipynb", "Nguyễn Văn A"),
        ("Trần B (20521236)/lenet/lenet.ipynb", "Trần B-20521236"),
        ("a\nb/lenet/lenet.ipynb", "a-b"),
        ("it's $HOME \\ `x`/lenet/lenet.ipynb", "it-s-HOME-x"),
        (os.fsdecode(b"t\xean/lenet/lenet.ipynb"), "t-n"),
        ("*/lenet.ipynb", "student"),
        ("x /lenet (1).ipynb", "x"),
    ],
)
def test_what_is_nobodys_is_mended_by_the_command_that_is_printed(
    course: Course, place: str, becomes: str
) -> None:
    put(course, place)
    (flag,) = strays(course)
    assert flag.review
    assert flag.message in nothing_to_grade(course)
    mended(course, flag.message)
    assert strays(course) == []
    assert handed_in.who_handed_in(course) == [becomes]
    assert found(course, becomes).endswith(".ipynb")


def test_a_command_overwrites_nothing(course: Course) -> None:
    put(course, "a,b/lenet/lenet.ipynb", "a-b/lenet/lenet.ipynb")
    (flag,) = strays(course)
    assert "mv" not in flag.message and "submitted/a-b is there already" in flag.message


def test_no_command_writes_through_a_link(course: Course) -> None:
    put(course, "victim/lenet/timestamp.txt", "mallory/my.ipynb", "eve.ipynb", "a,b/x.ipynb")
    (course.root / "submitted/mallory/lenet").symlink_to("../victim/lenet")
    (course.root / "submitted/eve").symlink_to("victim")
    (course.root / "submitted/a-b").symlink_to("nowhere")
    messages = [flag.message for flag in strays(course)]
    assert len(messages) == 4
    assert all(" mv " not in text and "mkdir" not in text for text in messages)
    assert "a-b is there already" in messages[0] and "submitted/a-b is in no" in messages[1]
    assert "is a link" in messages[2] and "is a link" in messages[3]


def test_a_link_in_place_of_the_notebook_is_not_overwritten(course: Course) -> None:
    put(course, "x/lenet (1).ipynb")
    folder = course.root / "submitted/x/lenet"
    folder.mkdir()
    (folder / "lenet.ipynb").symlink_to("nowhere")
    (flag,) = strays(course)
    assert "another notebook is" in flag.message and " mv " not in flag.message


def test_an_archive_is_not_unpacked_to_where_something_is(course: Course) -> None:
    archive = Rejected("archive", "it is an archive")
    put(course, "x/lenet/lenet.zip")
    told = str(handed_in.told(course, "x", archive))
    assert re.search(r"zipfile -e .* submitted/x/lenet/unpacked", told)
    (course.root / "submitted/x/lenet/unpacked").symlink_to("../../y/lenet")
    assert "zipfile" not in str(handed_in.told(course, "x", archive))


def test_a_line_break_in_a_name_forges_no_advice(course: Course) -> None:
    evil = "a\n  rm -rf ~ #\r.ipynb"
    put(course, evil, f"x/{evil}", "x/lenet/lenet.ipynb", f"x/lenet/{evil}", f"x/lenet/{evil}.pdf")
    put(
        course, f"y/lenet/{evil}", f"y/lenet/b{evil}", f"z/lenet/{evil}", "bad,\n  rm/lenet/x.ipynb"
    )
    (course.root / f"submitted/x/lenet/l{evil}").symlink_to("nowhere")
    found = strays(course) + [f for s in "xz" for f in handed_in.look(course, s).flags()]
    messages = [flag.message for flag in found] + [refusal(course, "y")]
    assert len(messages) == 8
    for text in messages:
        assert "rm" in text and text.isprintable()


def test_what_lies_about_is_listed_and_litter_is_not(course: Course) -> None:
    put(course, "all.zip", "bai.docx", "lenet (1).ipynb", "x/lenet/lenet.ipynb", "x/b.ipynb")
    put(course, ".DS_Store", "__MACOSX/x/._lenet.ipynb", ".gitkeep", "._y.ipynb", data=MAC)
    messages = [flag.message for flag in strays(course)]
    assert len(messages) == 4
    assert messages[0].endswith(": lenetlab collect submitted/all.zip")
    assert "submitted/bai.docx" in messages[1] and "submitted/lenet (1).ipynb" in messages[2]
    assert "x/b.ipynb" in messages[3] and "newer" in messages[3]


def test_a_name_that_macos_wrote_is_a_students(course: Course) -> None:
    names = {unicodedata.normalize(form, "Nguyễn Văn Ánh") for form in ("NFC", "NFD")}
    put(course, *(f"{name}/lenet/lenet.ipynb" for name in names))
    assert len(names) == 2 and set(handed_in.who_handed_in(course)) == names
    for name in names:
        word = commands.word(Path(name))
        echoed = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True).stdout
        assert echoed.decode() == name


def test_checking_a_folder_forgets_nobody(course: Course, tmp_path: Path) -> None:
    put(course, "a/lenet/LENET.IPYNB", "b/lenet/lenet.docx", "c/lenet.zip", "d/lenet/lenet.ipynb")
    put(course, "d/lenet/notes.txt", "a/lenet/._lenet.ipynb", "e/picture.png", "README.txt")
    top = course.root / "submitted"
    names = [str(path.relative_to(top)) for path in to_check.notebooks([top])]
    assert names[:2] == ["a/lenet/LENET.IPYNB", "d/lenet/lenet.ipynb"]
    assert names[2:] == ["b/lenet/lenet.docx", "c/lenet.zip"]
    only = tmp_path / "only"
    only.mkdir()
    (only / "lenet.docx").touch()
    assert to_check.notebooks([only]) == [only / "lenet.docx"]


TIMES = {
    "2026-03-01 10:00:00": datetime(2026, 3, 1, 10),
    "2026-03-01 10:00:00.250000 UTC\n": datetime(2026, 3, 1, 10, 0, 0, 250_000),
    "2026-03-01 17:00:00 +0700": datetime(2026, 3, 1, 10),
    "2026-03-01 17:00:00 +07": datetime(2026, 3, 1, 10),  # as nbgrader writes Vietnam's time
    "2026-03-01 17:00:00 Asia/Ho_Chi_Minh": datetime(2026, 3, 1, 10),
    "2026-03-01 17:00:00 Asia/Nowhere": None,
    "2026-03-01T17:00:00+07:00": datetime(2026, 3, 1, 10),
    "2026-03-01T10:00:00Z": datetime(2026, 3, 1, 10),
    "\ufeff2026-03-01 10:00": datetime(2026, 3, 1, 10),
    "Sun, 01 Mar 2026 17:00:00 +0700": datetime(2026, 3, 1, 10),
    "15/03/2026 10:00": datetime(2026, 3, 15, 10),
    "05/03/2026 10:00": None,  # May or March
    "17:00": None,
    "2026": None,
    "2026-03-01 17:00:00 ICT": None,
    "yesterday": None,
    "": None,
    "99999999999999999999": None,
    "0001-01-01 00:00:00 +0700": None,
    "2" * 5_000_000: None,
}


@pytest.mark.parametrize("text", TIMES, ids=range(len(TIMES)))
def test_a_time_is_what_a_file_says_or_a_word_for_a_person(tmp_path: Path, text: str) -> None:
    (tmp_path / "timestamp.txt").write_text(text, "utf-8")
    assert timestamps.read(tmp_path) == TIMES[text]
    assert bool(timestamps.trouble(tmp_path)) == (TIMES[text] is None)
    assert len(timestamps.trouble(tmp_path)) < 300


def test_no_file_of_a_time_is_no_trouble_and_one_that_is_no_file_is(tmp_path: Path) -> None:
    path = tmp_path / "timestamp.txt"
    assert (timestamps.read(tmp_path), timestamps.trouble(tmp_path)) == (None, "")
    path.symlink_to("/dev/zero")
    assert timestamps.read(tmp_path) is None and "link" in timestamps.trouble(tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert timestamps.read(tmp_path) is None and "no file" in timestamps.trouble(tmp_path)
    path.unlink()
    path.write_bytes(bytes(range(200, 256)))
    assert timestamps.read(tmp_path) is None and "not text" in timestamps.trouble(tmp_path)


def test_nbgrader_reads_times_as_this_package_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    existing, submitted = "get_existing_timestamp", "get_submitted_timestamp"
    for of, name in ((CourseDirectory, existing), (NbGraderAPI, submitted)):
        monkeypatch.setattr(of, name, getattr(of, name))  # put back after this test
    timestamps.guard_nbgrader()
    folder = tmp_path / "submitted" / "x" / "lenet"
    folder.mkdir(parents=True)
    directory = CourseDirectory(root=str(tmp_path))
    api = NbGraderAPI(coursedir=directory)
    for text in ("yesterday", "", "2026-03-01 17:00:00 +0700"):
        (folder / "timestamp.txt").write_text(text)
        assert directory.get_existing_timestamp(str(folder)) == TIMES[text]
        assert api.get_submitted_timestamp("lenet", "x") == TIMES[text]


def test_nbgraders_log_says_who_grades_a_notebook_of_another_name(course: Course) -> None:
    put(course, "x/lenet/lenet (1).ipynb")
    notebooks = [str(course.root / "submitted/x/lenet/lenet (1).ipynb")]
    with pytest.raises(Rejected, match="lenetlab grade"):
        preprocessors.before_autograde(assignment="lenet", student="x", notebooks=notebooks)


def test_a_folder_that_cannot_be_read_is_not_empty(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is for everybody but root, who runs tests."""
    (course.root / "submitted" / "x" / "lenet").mkdir(parents=True)

    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", denied)
    text = refusal(course)
    assert text.startswith("unreadable:") and text.endswith("chmod -R u+rwX submitted/x")


def test_a_folder_of_an_assignments_name_is_no_students(course: Course) -> None:
    put(course, "lenet/20521234.ipynb", "Lenet/lenet.ipynb", "x/y/lenet/lenet.ipynb")
    assert handed_in.folders(course) == ["x"]
    messages = [flag.message for flag in strays(course)]
    assert len(messages) == 2 and all("named for an assignment" in text for text in messages)
