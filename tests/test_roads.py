"""From a student's hands to a grade: nbgrader's exchange, odd names, times that are mended."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import get_username

from .commands import ROOT
from .test_cli import EXAMPLES
from .test_handed_in import run

pytestmark = pytest.mark.xdist_group("roads")

GOOD = EXAMPLES / "vd01-dung-het" / "lenet.ipynb"
DUE = datetime(2026, 2, 28, 10)  # in UTC, as the gradebook has it


@dataclass
class Course:
    """A course that students handed in for, with what the commands printed."""

    root: Path
    exchange: str  # what nbgrader's commands printed
    first: str  # lenetlab grade
    second: str  # the same, after the commands that it named, and with a due date

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.root / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


# Runs nbgrader's commands, each in a folder and a process of its own, forked from one that has
# imported what takes most of a command's time.
COMMANDS = """
import json, os, sys
from nbgrader.apps.nbgraderapp import NbGraderApp
import lenetlab.nbgrader_plugin
for folder, arguments in json.loads(sys.argv[1]):
    if os.fork() == 0:
        os.chdir(folder)
        sys.exit(NbGraderApp.launch_instance(arguments))
    os.wait()
"""


def exchanged(root: Path, student: Path) -> str:
    """Release, fetch, list, submit and collect, as nbgrader's documents say."""
    place = f"--Exchange.root={root.parent / 'exchange'}"
    cache = f"--Exchange.cache={root.parent / 'cache'}"
    (root.parent / "exchange").mkdir(mode=0o777)
    (root.parent / "exchange").chmod(0o777)
    as_student = (place, cache, "--course", "cs2230")
    first = [
        (str(root), ("release_assignment", "lenet", place)),
        (str(student), ("fetch_assignment", "lenet", *as_student)),
    ]
    printed = run(root, sys.executable, "-c", COMMANDS, json.dumps(first))
    shutil.copy(GOOD, student / "lenet")
    then = [
        (str(student), ("submit", "lenet", *as_student)),
        (str(root), ("list", "--inbound", place)),
        (str(root), ("collect", "lenet", place)),
    ]
    return printed + run(root, sys.executable, "-c", COMMANDS, json.dumps(then))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    top = tmp_path_factory.mktemp("roads")
    root, student = top / "course", top / "student"
    student.mkdir()
    for folder in ("source", "release"):
        shutil.copytree(ROOT / folder, root / folder)
    config = (ROOT / "nbgrader_config.py").read_text("utf-8")
    config += '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    (root / "nbgrader_config.py").write_text(config, "utf-8")
    exchange = exchanged(root, student)
    submitted = root / "submitted"
    for place in (
        "again/lenet/lenet (1).ipynb",
        "bare/lenet.ipynb",
        "late/lenet/lenet.ipynb",
        "20521234.ipynb",
    ):
        (submitted / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(GOOD, submitted / place)
    (submitted / "late" / "lenet" / "timestamp.txt").write_text("hôm qua", "utf-8")
    (submitted / "report" / "lenet").mkdir(parents=True)
    with ZipFile(submitted / "report" / "lenet" / "lenet.docx", "w") as document:
        document.writestr("[Content_Types].xml", "<Types/>")
        document.writestr("word/document.xml", "<w:document/>")
    (submitted / "packed").mkdir()
    with ZipFile(submitted / "packed" / "bài nộp.zip", "w") as packed:
        packed.write(GOOD, "lenet/lenet.ipynb")
    (submitted / "nothing").mkdir()
    grade = (sys.executable, "-m", "lenetlab", "grade", "--no-feedback")
    first = run(root, *grade)
    assert (root / "grades.csv").exists(), exchange + first
    for table in ("grades.csv", "review.csv"):
        shutil.copy(root / table, root / f"first-{table}")

    for words in (r"is the student, (mkdir .*)", r"; or: (python3 .*)"):
        command = re.search(words, first)
        assert command, first
        subprocess.run(["bash", "-ec", command[1]], cwd=root, check=True)
    (submitted / "late" / "lenet" / "timestamp.txt").write_text("2026-03-01 17:00:00 +0700")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.update_or_create_assignment("lenet", duedate=DUE)
    return Course(root, exchange, first, run(root, *grade))


def test_what_nbgraders_exchange_collects_is_graded(course: Course) -> None:
    student = get_username()
    for done in (
        "Released as: cs2230 lenet",
        "Fetched as: cs2230 lenet",
        "Submitted as: cs2230 lenet",
        f"Collecting submission: {student} lenet",
        f"cs2230 {student} lenet",  # of nbgrader list
    ):
        assert done in course.exchange, course.exchange
    (row,) = [r for r in course.rows("first-grades.csv") if r["student_id"] == student]
    assert (row["score"], row["status"]) == ("10", "graded")
    assert row["timestamp"], "the time that nbgrader wrote"


def test_everyone_is_in_the_table_with_a_grade_or_the_reason(course: Course) -> None:
    found = {r["student_id"]: (r["status"], r["score"]) for r in course.rows("first-grades.csv")}
    del found[get_username()]
    assert found == {
        "again": ("graded", "10"),
        "bare": ("graded", "10"),
        "late": ("review", "10"),
        "packed": ("rejected", ""),
        "report": ("rejected", ""),
        "nothing": ("missing", ""),
    }
    for student, place in (("again", "again/lenet/lenet (1).ipynb"), ("bare", "bare/lenet.ipynb")):
        assert f"{student}: the file that was taken is submitted/{place}" in course.first
        assert (course.root / "submitted" / place).read_bytes() == GOOD.read_bytes()
    said = {(r["student_id"], r["code"]): r["message"] for r in course.rows("first-review.csv")}
    assert said.keys() == {
        ("late", "timestamp"),
        ("packed", "archive"),
        ("report", "not-text"),
        ("", "stray-file"),
    }
    assert "lenet.docx: this is a Word document" in said["report", "not-text"]
    assert "hôm qua" in said["late", "timestamp"]


def test_what_was_mended_is_graded_and_a_time_that_was_mended_counts(course: Course) -> None:
    found = {r["student_id"]: r for r in course.rows("grades.csv")}
    assert found["20521234"]["score"] == found["packed"]["score"] == "10", course.second
    late = found["late"]
    assert (late["status"], late["raw_score"], late["score"]) == ("graded", "10", "0")
    assert late["timestamp"] == "2026-03-01 10:00:00"
    assert found["again"]["score"] == "10", "who gave no time is not late"
    lines = {line.split("│")[1].strip(): line for line in course.second.splitlines() if "│" in line}
    assert "(unchanged)" in lines["again"] and "(unchanged)" not in lines["late"]


def test_nbgraders_own_command_leaves_what_it_cannot_grade_as_it_was(course: Course) -> None:
    """It takes one name alone, and says who takes the others; nobody gets a zero by it."""
    printed = run(course.root, "nbgrader", "autograde", "lenet", "--student", "again", "--force")
    assert "lenetlab grade" in printed and "lenet (1).ipynb" in printed
    left = (course.root / "submitted" / "again" / "lenet").iterdir()
    assert [path.name for path in left] == ["lenet (1).ipynb"]
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as book:
        assert book.find_submission("lenet", "again").score == 10
