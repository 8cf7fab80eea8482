"""A class through ``lenetlab grade``: interrupts, scores given by hand, truthful records."""

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from lenetlab import records
from lenetlab.course import directory, gradebook
from lenetlab.notebook.master import Assignment

from .commands import ROOT, lenetlab
from .test_cli import EXAMPLES, hand_in
from .test_grading import STUDENTS, expected, run_nbgrader

SOME = STUDENTS[:5]  # enough for four runs to end in the middle


def rows(folder: Path, name: str = "grades.csv") -> dict[str, dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def graded(folder: Path) -> list[str]:
    """Students of whom the gradebook and the files both have a grade."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        entries = gradebook.entries(book, "lenet")
    paths = {p.parent.parent.name for p in folder.glob("autograded/*/lenet/lenet.ipynb")}
    return sorted(s for s, entry in entries.items() if entry.is_graded and s in paths)


def stop_when(folder: Path, finished: int, number: int, *options: str) -> tuple[int, str]:
    """Grade the class, send the signal once so many are graded; exit code and output."""
    grader = subprocess.Popen(
        # One at a time, so that it is stopped before all are graded.
        [sys.executable, "-m", "lenetlab", "grade", "--no-feedback", "--workers", "1", *options],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    begun = time.time()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and grader.poll() is None:
        new = [p for p in folder.glob("autograded/*/lenet.json") if p.stat().st_mtime > begun]
        if len(new) >= finished and (folder / "gradebook.db").exists():
            break
        time.sleep(0.02)
    time.sleep(0.2)  # in the middle of the next one
    grader.send_signal(number)
    sent = time.monotonic()
    output, _ = grader.communicate(timeout=60)
    assert time.monotonic() - sent < 10, "an interrupt ends the run at once"
    return grader.returncode, output


@pytest.mark.cluster  # a minute
def test_an_interrupted_class_loses_nothing_and_the_next_run_goes_on(
    tmp_path: Path, assignment: Assignment
) -> None:
    stopped = tmp_path / "stopped"
    stopped.mkdir()
    shutil.copytree(ROOT / "source", stopped / "source")
    shutil.copy(ROOT / "nbgrader_config.py", stopped)
    for student in SOME:
        hand_in(stopped, student, student)

    for finished, number in ((0, signal.SIGINT), (2, signal.SIGINT), (1, signal.SIGTERM)):
        before = graded(stopped) if (stopped / "gradebook.db").exists() else []
        code, output = stop_when(stopped, finished, number)
        assert code == 130, output
        assert "Traceback" not in output
        now = graded(stopped)
        assert set(now) >= set(before) and len(now) >= len(before) + min(finished, 3)
        if finished:  # the first run may be stopped before there is anything to report
            states = {s: row["status"] for s, row in rows(stopped).items()}
            assert set(states.values()) <= {"graded", "review", "interrupted"}
            assert {s for s, state in states.items() if state != "interrupted"} == set(now)
            assert all((row["score"] == "") == (s not in now) for s, row in rows(stopped).items())
    assert len(graded(stopped)) < len(SOME)

    assert lenetlab("grade", "--no-feedback", cwd=stopped).returncode == 0
    wanted = rows(stopped)
    for student, row in wanted.items():
        points = expected(student, assignment)
        assert {item: float(row[item]) for item in points} == pytest.approx(points), student
    # Everyone graded anew, and stopped in the middle: what stood before still stands.
    code, output = stop_when(stopped, 2, signal.SIGINT, "--force")
    assert code == 130, output
    assert graded(stopped) == sorted(SOME)
    assert rows(stopped) == wanted


def test_an_interrupted_check_says_what_it_did_not_reach(tmp_path: Path) -> None:
    files = [str(EXAMPLES / example / "lenet.ipynb") for example in STUDENTS]
    checker = subprocess.Popen(
        [sys.executable, "-m", "lenetlab", "check", *files],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert checker.stdout is not None
    while "10/10" not in checker.stdout.readline():
        pass
    checker.send_signal(signal.SIGINT)
    _, errors = checker.communicate(timeout=60)
    assert checker.returncode == 130
    assert "Stopped; not graded:" in errors and "Traceback" not in errors


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("class")
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for student, example in (("an", "vd01-dung-het"), ("binh", "vd05-kernel-5x5")):
        hand_in(root, student, example)
    assert lenetlab("grade", cwd=root).returncode == 0
    return root


def test_grading_a_class_writes_its_report(graded_class: Path) -> None:
    page = (graded_class / "report.html").read_text("utf-8")
    assert "C1: kernel_size ≠ 3×3" in page, "what was found"
    assert "LeNet" in page and "98,66" in page, "what the notebooks show"
    assert 'href="feedback/binh/lenet/lenet.html"' in page


@pytest.fixture
def small_class(graded_class: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded_class, tmp_path / "class"))


def give(folder: Path, student: str, item: str, score: float, comment: str) -> None:
    """As the formgrader saves what a person types."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        grade = book.find_grade(item, "lenet", "lenet", student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment("beta-solution", "lenet", "lenet", student).manual_comment = comment
        book.db.commit()


@pytest.mark.xdist_group("class")
def test_a_score_given_by_hand_is_shown_everywhere_and_survives_a_regrade(
    small_class: Path,
) -> None:
    assert rows(small_class)["binh"]["score"] == "9.5"
    give(small_class, "binh", "beta-hidden", 0.8, "Kernel 5×5 như bài báo, tạm chấp nhận.")
    page = small_class / "feedback" / "binh" / "lenet" / "lenet.html"

    def look(status: str) -> None:
        row = rows(small_class)["binh"]
        assert (row["score"], row["beta-hidden"], row["status"]) == ("9.8", "0.8", status)
        text = page.read_text("utf-8")
        assert '<span class="big">9,8</span>' in text and "tạm chấp nhận" in text

    done = lenetlab("grade", cwd=small_class)
    assert done.returncode == 0 and "9.8/10" in done.stdout
    assert done.stdout.count("(unchanged)") == 2, "a score by hand is no reason to grade again"
    look("graded")

    submitted = small_class / "submitted" / "binh" / "lenet" / "lenet.ipynb"
    notebook = nbformat.read(submitted, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("Em nộp lại."))
    nbformat.write(notebook, submitted)
    done = lenetlab("grade", "an", cwd=small_class)
    assert "binh" not in done.stdout
    assert rows(small_class, "review.csv")["binh"]["code"] == "outdated"
    done = lenetlab("grade", "binh", cwd=small_class)
    assert "9.8/10" in done.stdout and "review" in done.stdout
    look("review")
    assert rows(small_class, "review.csv")["binh"]["code"] == "manual-score"


@pytest.mark.xdist_group("class")
def test_explain_answers_from_the_records_why_points_were_lost(graded_class: Path) -> None:
    binh = lenetlab("explain", "binh", "--lang", "en", cwd=graded_class)
    assert binh.returncode == 0, binh.stderr
    first, *rest = binh.stdout.splitlines()
    assert first == "binh: 9.5/10 graded"
    code, *lost = [line.strip() for line in rest[:3]]
    assert re.fullmatch(r"code of the work: [2-9A-Z]{4}-[2-9A-Z]{4}", code)
    assert lost == ["Beta", "± 0.5/1 hidden check beta-hidden"]
    assert "kernel_size needs to be (3, 3)" in binh.stdout and "alpha" not in binh.stdout.casefold()
    (c1,) = [line for line in rest if line.split()[:1] == ["C1"]]
    assert "Conv2D 6, 3×3, same, relu" in c1 and "≠  Conv2D 6, 5×5, same, relu" in c1

    one = lenetlab("explain", "bin", "Alpha", "--lang", "vi", cwd=graded_class)
    assert one.returncode == 0, one.stderr
    shown = [line.strip() for line in one.stdout.splitlines()]
    assert shown[0] == "binh: 9,5/10 đã chấm"
    assert "✓ 1/1 kiểm tra ẩn alpha-hidden" in shown and "beta" not in one.stdout
    everything = lenetlab("explain", "an", "--lang", "vi", cwd=graded_class)
    assert "Không mất điểm nào." in everything.stdout
    for words, said in (
        (("explain", "nobody"), "Nobody called nobody"),
        (("explain", "n"), "Did you mean an, binh?"),
        (("explain", "an", "zeta"), "There is no item zeta; there are alpha-visible,"),
        (("explain", "an", "zeta"), ". Did you mean beta?\n"),
        (("explain", "an", "beta-hiden"), ". Did you mean beta-hidden?\n"),
    ):
        refused = lenetlab(*words, cwd=graded_class)
        assert refused.returncode == 1 and said in refused.stderr, refused.stderr


@pytest.mark.xdist_group("class")
def test_a_shell_completes_the_names_of_students(graded_class: Path) -> None:
    asked = {"_LENETLAB_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
    asked["COMP_WORDS"] = "lenetlab explain b"
    program = Path(sys.executable).with_name("lenetlab")
    done = subprocess.run(
        [program], cwd=graded_class, env=os.environ | asked, capture_output=True, text=True
    )
    assert done.stdout.split() == ["binh"]


@pytest.mark.xdist_group("class")
def test_what_is_gone_broken_or_not_graded_yet_is_said_and_scores_nothing(
    small_class: Path,
) -> None:
    (small_class / "submitted" / "an").rename(small_class / "an-left")
    hand_in(small_class, "chi", "vd01-dung-het")
    hand_in(small_class, "dung", None)
    broken = small_class / "submitted" / "binh" / "lenet" / "lenet.ipynb"
    whole = broken.read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    done = lenetlab("grade", "binh", "dung", cwd=small_class)
    assert done.returncode == 1
    states = {s: (row["status"], row["score"]) for s, row in rows(small_class).items()}
    assert states == {
        "an": ("missing", "10"),  # the gradebook's, which a person must now decide on
        "binh": ("rejected", "9.5"),
        "chi": ("waiting", ""),
        "dung": ("rejected", ""),
    }
    with (small_class / "review.csv").open(encoding="utf-8", newline="") as file:
        found = {(row["student_id"], row["code"]) for row in csv.DictReader(file)}
    assert found == {
        ("an", "missing"),
        ("an", "earlier-grade"),
        ("binh", "not-json"),
        ("binh", "earlier-grade"),
        ("dung", "not-json"),
    }
    broken.write_bytes(whole)
    (small_class / "an-left").rename(small_class / "submitted" / "an")
    assert lenetlab("grade", cwd=small_class).returncode == 1
    states = {s: (row["status"], row["score"]) for s, row in rows(small_class).items()}
    assert states == {
        "an": ("graded", "10"),
        "binh": ("graded", "9.5"),
        "chi": ("graded", "10"),
        "dung": ("rejected", ""),
    }


@pytest.mark.xdist_group("class")
def test_a_check_that_is_wrong_itself_costs_nobody_a_point(small_class: Path) -> None:
    """Released before the check was looked at: by nbgrader's own command, which does not look."""
    master = small_class / "source" / "lenet" / "lenet.ipynb"
    text = master.read_text("utf-8")
    master.write_text(text.replace('about=\\"activation\\"', 'about=\\"poling\\"', 1), "utf-8")
    assert run_nbgrader(small_class, "generate_assignment", "lenet", "--force").returncode == 0
    done = run_nbgrader(small_class, "autograde", "lenet", "--force")
    assert done.returncode == 1
    assert "check-error: cell alpha-hidden ran into an error: ValueError" in done.stderr
    done = lenetlab("grade", cwd=small_class)
    assert done.returncode == 1
    for student, score in (("an", "10"), ("binh", "9.5")):
        row = rows(small_class)[student]
        assert (row["status"], row["score"]) == ("failed", score), "the earlier grade stands"
    assert "cell alpha-hidden ran into an error: ValueError: about must be one of" in done.stdout
    with Gradebook(f"sqlite:///{small_class / 'gradebook.db'}") as book:
        assert book.find_submission("lenet", "an").score == pytest.approx(10)


@pytest.mark.xdist_group("class")
def test_a_check_that_is_wrong_without_an_error_grades_nobody(small_class: Path) -> None:
    master = small_class / "source" / "lenet" / "lenet.ipynb"
    master.write_text(master.read_text("utf-8").replace("106_154", "106_155", 1), "utf-8")
    run_nbgrader(small_class, "generate_assignment", "lenet", "--force")
    done = lenetlab("grade", cwd=small_class)
    assert done.returncode == 1
    assert "Nobody was graded, the master is wrong" in done.stderr
    assert "cell alpha-hidden: the solved notebook earns 0.75 of 1" in done.stderr
    with Gradebook(f"sqlite:///{small_class / 'gradebook.db'}") as book:
        assert book.find_submission("lenet", "an").score == pytest.approx(10)


@pytest.mark.xdist_group("class")
def test_what_cannot_be_read_or_written_is_that_students_row(small_class: Path) -> None:
    hand_in(small_class, "chi", "vd01-dung-het")
    (small_class / "autograded" / "chi").write_text("in the way", "utf-8")
    (small_class / "submitted" / "dung" / "lenet" / "lenet.ipynb").mkdir(parents=True)
    odd = os.fsdecode(b"bad\xff")
    (small_class / "submitted" / odd / "lenet").mkdir(parents=True)
    done = lenetlab("grade", "--no-feedback", cwd=small_class)
    assert done.returncode == 1 and "Traceback" not in done.stderr + done.stdout
    states = {s: (row["status"], row["score"]) for s, row in rows(small_class).items()}
    assert states["an"] == ("graded", "10") and states["dung"] == ("rejected", "")
    assert states["chi"] == ("failed", "")
    assert "bad-name" in done.stdout


def test_points_are_written_without_the_rests_of_binary_fractions() -> None:
    assert records.as_text(sum([0.5, 1.0, 0.3, 0.5, 1.0, 0.3])) == "3.6"
    assert [records.as_text(p) for p in (None, 0.0, 10.0, 0.25)] == ["", "0", "10", "0.25"]


def test_a_record_is_read_back_as_it_was_and_nothing_else_is_taken_for_one(
    tmp_path: Path,
) -> None:
    path = directory.Course(tmp_path, "lenet").record("an")
    item = records.Item("a", None, 1.0, "Sai")
    flag = records.Flag("x", "y", True)
    record = records.Record(
        records.Verdict("an", "failed", None, 10.0, (item,), (flag,)), "of", page="page"
    )
    records.store(path, record)
    assert records.load(path) == record
    for text in ("", "{}", "[]", '{"verdict": {}}', "\x00"):
        path.write_text(text, "utf-8")
        assert records.load(path) is None
