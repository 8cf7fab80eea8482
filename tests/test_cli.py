"""The command line: exit codes, errors that say what to do, JSON and nothing else."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from . import labs
from .commands import ROOT, lenetlab, program
from .test_grading import nbgrader

EXAMPLES = ROOT / "examples"


def test_files_that_are_no_notebooks_get_one_line_each_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "corrupt.ipynb").write_text('{"cells": [', "utf-8")
    (tmp_path / "empty.ipynb").write_text("", "utf-8")
    (tmp_path / "page.ipynb").write_text("<!DOCTYPE html><html></html>", "utf-8")
    (tmp_path / "binary.ipynb").write_bytes(b"\x80\x81\xff\x00PNG")
    names = ["corrupt", "empty", "page", "binary", "missing"]
    done = program("check", *(tmp_path / f"{name}.ipynb" for name in names))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    lines = [line for line in done.stderr.splitlines() if line]
    assert len(lines) == 5
    for line, name, words in zip(
        lines, names, ("cut off", "empty", "web page", "not text", "no such file"), strict=True
    ):
        assert f"{name}.ipynb: rejected:" in line and words in line


def test_json_is_all_there_is_on_stdout(tmp_path: Path) -> None:
    done = program(
        "check", "--json", EXAMPLES / "vd05-kernel-5x5" / "lenet.ipynb", tmp_path / "none.ipynb"
    )
    assert done.returncode == 1
    graded, rejected = json.loads(done.stdout)
    receipt = {"receipt", "receipt_printed"}
    assert set(graded) == {"file", "status", "score", "max_score", "items", "flags"} | receipt
    assert (graded["status"], graded["score"], graded["max_score"]) == ("graded", 9.5, 10.0)
    item = next(item for item in graded["items"] if item["id"] == "beta-hidden")
    assert set(item) == {"id", "score", "max_score", "message", "findings", "layers"}
    assert item["score"] == 0.5
    assert rejected["status"] == "rejected" and rejected["items"] == []
    assert rejected["score"] is None, "nothing was graded"
    assert rejected["flags"] == [{"code": "not-found", "message": "there is no such file"}]


def test_outside_a_course_the_error_says_where_to_go(tmp_path: Path) -> None:
    done = program("check", EXAMPLES / "vd01-dung-het" / "lenet.ipynb", cwd=tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    assert "--course" in done.stderr and "Traceback" not in done.stderr


def test_wrong_usage_is_exit_code_2() -> None:
    assert program("check").returncode == 2
    assert program("no-such-command").returncode == 2


@pytest.fixture
def new_course(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "source", tmp_path / "source")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return tmp_path


def hand_in(folder: Path, student: str, example: str | None, name: str = "lenet.ipynb") -> None:
    target = folder / "submitted" / student / "lenet" / name
    target.parent.mkdir(parents=True)
    if example is None:
        target.write_text("{", "utf-8")
    else:
        shutil.copy(EXAMPLES / example / "lenet.ipynb", target)


def test_grade_takes_a_class_past_its_bad_files_and_only_what_changed(new_course: Path) -> None:
    hand_in(new_course, "an", "vd01-dung-het")
    hand_in(new_course, "binh", None)
    hand_in(new_course, "chi", "vd10-lon-xon-o")
    hand_in(new_course, "dung", "vd01-dung-het", name="lenet (1).ipynb")
    first = program("grade", cwd=new_course)
    assert first.returncode == 1, first.stderr
    rows = {line.split("│")[1].strip(): line for line in first.stdout.splitlines() if "│" in line}
    assert "10/10" in rows["an"] and "10/10" in rows["chi"]
    assert "rejected" in rows["binh"] and "10/10" in rows["dung"]
    assert "dung: the file that was taken is submitted/dung/lenet/lenet (1).ipynb" in first.stdout
    assert (new_course / "feedback" / "an" / "lenet" / "lenet.html").exists()
    grades = (new_course / "grades.csv").read_text("utf-8")
    assert "an" in grades and "chi" in grades
    again = program("grade", "an", cwd=new_course)
    assert again.returncode == 0 and "(unchanged)" in again.stdout


def test_grading_an_unknown_student_is_an_error(new_course: Path) -> None:
    hand_in(new_course, "an", "vd01-dung-het")
    done = lenetlab("grade", "ai-do", cwd=new_course)
    assert done.returncode == 1 and "No submission of ai-do" in done.stderr


def test_a_changed_master_asks_for_a_new_release(new_course: Path) -> None:
    assert lenetlab("release", cwd=new_course).returncode == 0
    hand_in(new_course, "an", "vd01-dung-het")
    master = new_course / "source" / "lenet" / "lenet.ipynb"
    master.write_text(master.read_text("utf-8").replace("đạt kiểm tra nhanh", "đạt"), "utf-8")
    done = lenetlab("grade", cwd=new_course)
    assert done.returncode == 1 and "Run 'lenetlab release' again" in done.stderr


ODD_NAMES = ("*", "=cmd|' C'!A0", "a,b", "x ", "a\nb", "[a-z]", "\x1b]52;c;aGk=\x07", "\x9b31m")


def test_folders_under_odd_names_are_listed_and_grade_nobody(new_course: Path) -> None:
    hand_in(new_course, "an", "vd01-dung-het")
    for name in ODD_NAMES:
        hand_in(new_course, name, "vd05-kernel-5x5")
    done = lenetlab("grade", "--no-feedback", cwd=new_course)
    assert done.returncode == 0, done.stderr
    with (new_course / "grades.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["student_id"], row["score"]) for row in csv.DictReader(file)] == [("an", "10")]
    with (new_course / "review.csv").open(encoding="utf-8", newline="") as file:
        found = [row["message"] for row in csv.DictReader(file) if row["code"] == "bad-name"]
    assert len(found) == len(ODD_NAMES)
    assert done.stdout.count("bad-name") == len(ODD_NAMES)
    assert lenetlab("grade", "*", cwd=new_course).returncode == 1, "no student is called so"
    assert not list(new_course.glob("autograded/[*]"))


CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def test_nothing_that_a_terminal_obeys_is_printed(tmp_path: Path) -> None:
    """In a file's name, in what a cell raises, in a layer's name, in a file that is no notebook."""
    evil = "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\x08"
    notebook = nbformat.read(EXAMPLES / "vd01-dung-het" / "lenet.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "alpha-solution":
            cell.source = f"raise ValueError({evil!r})"
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "beta-solution":
            cell.source = cell.source.replace("(84", f"(85, name={evil!r}").replace("(3, 3)", "5")
    path = tmp_path / f"{evil}.ipynb"
    nbformat.write(notebook, path)
    broken = tmp_path / f"{evil}2.ipynb"
    broken.write_text(evil, "utf-8")
    for more in ([], ["--json"]):
        done = lenetlab("check", *more, path, broken)
        assert CONTROLS.findall(done.stdout + done.stderr) == []
        said = "units cần là 84" if more else "units needs to be 84"
        assert "AlphaCNN" in done.stdout and said in done.stdout
        assert "x1b]52" in done.stdout + done.stderr or "u001b]52" in done.stdout, "seen as text"


def test_links_and_files_beside_a_notebook_go_nowhere(new_course: Path) -> None:
    """On both roads; nbgrader alone would copy what they lead to into the feedback."""
    for student in ("an", "binh"):
        hand_in(new_course, student, "vd01-dung-het")
        folder = new_course / "submitted" / student / "lenet"
        (folder / "notes.txt").symlink_to(new_course / "source" / "lenet" / "lenet.ipynb")
        (folder / "folder").symlink_to(new_course / "source")
        (folder / "endless").symlink_to("/dev/zero")
        (folder / "page.html").write_text("<script>window.attacked = 1</script>", "utf-8")
        os.mkfifo(folder / "pipe")
    done = lenetlab("grade", "an", cwd=new_course)
    assert done.returncode == 0, done.stderr
    assert "10/10" in done.stdout and "review" in done.stdout
    assert "link: links and special files are not followed: endless, folder" in done.stdout
    for command in ("autograde", "generate_feedback"):
        nbgrader(new_course, command, "lenet", "--student", "binh")
    left = {
        str(path.relative_to(new_course))
        for step in ("autograded", "feedback")
        for path in (new_course / step).rglob("*")
        if not path.is_dir()
    }
    kept = {name for name in left if "/lenet.attempts/" in name}
    assert len(kept) == 4, "of each the graded notebook and its record"
    assert left - kept == {f"autograded/{s}/lenet/lenet.ipynb" for s in ("an", "binh")} | {
        f"feedback/{s}/lenet/lenet.html" for s in ("an", "binh")
    } | {f"autograded/{s}/lenet.json" for s in ("an", "binh")}
    refused = (new_course / "submitted" / "binh" / "lenet" / "endless.refused.txt").read_text()
    assert refused == "a link to /dev/zero\n"


@pytest.fixture
def two_labs(new_course: Path) -> Path:
    labs.write(new_course / "source" / "sum" / "sum.ipynb", labs.SUM)
    (new_course / "source" / "notes").mkdir()  # a folder without a notebook of its name is none
    return new_course


@pytest.mark.parametrize("command", ["release", "grade", "demo", "check"])
def test_of_several_assignments_one_is_to_be_named(two_labs: Path, command: str) -> None:
    other = two_labs / "bai.ipynb"
    labs.write(other, [])
    files = [other] if command == "check" else []
    done = lenetlab(command, *files, cwd=two_labs)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "lenet, sum" in done.stderr and "--assignment" in done.stderr
    unknown = lenetlab(command, "--assignment", "vgg", *files, cwd=two_labs)
    assert unknown.returncode == 1
    assert "no source/vgg/vgg.ipynb. This course has lenet, sum." in unknown.stderr


def test_a_course_without_an_assignment_says_what_one_is(tmp_path: Path) -> None:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "source").mkdir()
    done = lenetlab("release", cwd=tmp_path)
    assert done.returncode == 1 and "source/<name>/<name>.ipynb" in done.stderr


def test_check_finds_the_assignment_by_the_files_name_or_its_cells(two_labs: Path) -> None:
    by_name, by_cells = two_labs / "in" / "lenet.ipynb", two_labs / "in" / "bai nop.ipynb"
    labs.write(by_cells, labs.SUM)
    shutil.copy(EXAMPLES / "vd07-chua-lam" / "lenet.ipynb", by_name)
    (two_labs / "in" / "web.ipynb").write_text("<html>", "utf-8")
    (two_labs / "in" / "other.ipynb").write_text('{"cells": []}', "utf-8")
    done = lenetlab("check", "--json", two_labs / "in", cwd=two_labs)
    assert done.returncode == 1, done.stderr
    found = {Path(v["file"]).name: v for v in json.loads(done.stdout)}
    right, untouched = found["bai nop.ipynb"], found["lenet.ipynb"]
    assert (right["score"], right["max_score"]) == (2.0, 2.0)
    assert (untouched["score"], untouched["max_score"]) == (0.0, 10.0)
    for name, code in (("web.ipynb", "not-json"), ("other.ipynb", "which-assignment")):
        assert [flag["code"] for flag in found[name]["flags"]] == [code], (
            "and no other file's fault"
        )
    named = lenetlab("check", "--json", "--assignment", "lenet", by_cells, cwd=two_labs)
    (verdict,) = json.loads(named.stdout)
    assert "wrong-notebook" in [flag["code"] for flag in verdict["flags"]]


def test_each_assignment_has_its_own_release_grades_and_feedback(two_labs: Path) -> None:
    assert lenetlab("release", "--assignment", "sum", cwd=two_labs).returncode == 0
    assert not (two_labs / "release" / "lenet").exists()
    hand_in(two_labs, "an", "vd01-dung-het")
    labs.write(two_labs / "submitted" / "an" / "sum" / "sum.ipynb", labs.SUM)
    done = lenetlab("grade", "--assignment", "sum", cwd=two_labs)
    assert done.returncode == 0 and "2/2" in done.stdout, done.stderr
    assert "stray-file" not in done.stdout, "what is handed in for another assignment"
    assert (two_labs / "feedback" / "an" / "sum" / "sum.html").exists()
    with (two_labs / "grades-sum.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["assignment"], row["student_id"]) == ("sum", "an")
    again = lenetlab("grade", "--assignment", "sum", cwd=two_labs)
    assert "(unchanged)" in again.stdout
