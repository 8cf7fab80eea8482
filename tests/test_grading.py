"""Points: the solved master, the release and the demo class, item by item, on every road."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from lenetlab import grading, records
from lenetlab.course import classroom, directory
from lenetlab.notebook import verdicts
from lenetlab.notebook.master import Assignment
from lenetlab.records import Verdict
from lenetlab.sandbox.worker import Worker

ROOT = Path(__file__).resolve().parent.parent
MASTER = ROOT / "source" / "lenet" / "lenet.ipynb"
RELEASE = ROOT / "release" / "lenet" / "lenet.ipynb"
EXAMPLE = ROOT / "examples" / "vd01-dung-het" / "lenet.ipynb"
VARIANTS = ("alpha", "beta", "gamma", "omicron", "delta")


def variant(name: str) -> set[str]:
    return {f"{name}-{s}" for s in ("visible", "hidden", "choice-check", "facts-check")}


# What each demo student loses: points by item; every other item is full.
LOST: dict[str, dict[str, float]] = {
    "vd01-dung-het": {},
    "vd02-cach-viet-khac": {},
    "vd04-omicron-con-gop": {"omicron-visible": 0.5, "omicron-hidden": 1.0},
    "vd05-kernel-5x5": {"beta-hidden": 0.5},
    "vd06-quen-softmax": {"gamma-hidden": 0.25},
    "vd08-loi-cu-phap": {"delta-visible": 0.5, "delta-hidden": 1.0},
    "vd09-khong-y-kien": {f"{name}-choice-check": 0.3 for name in VARIANTS},
    "vd10-lon-xon-o": {},
    # Half of delta-facts-check is for the parameters, which are right.
    "vd11-nguoc-so-do": {
        "gamma-choice-check": 0.3,
        "delta-choice-check": 0.3,
        "delta-facts-check": 0.25,
    },
    "vd12-hai-ban-omicron": {},
}


def expected(student: str, assignment: Assignment) -> dict[str, float]:
    full = {cell.grade_id: cell.points for cell in assignment.tests}
    if student == "vd07-chua-lam":
        return dict.fromkeys(full, 0.0)
    if student == "vd03-lam-mot-nua":
        done = variant("alpha") | variant("beta")
        return {name: points if name in done else 0.0 for name, points in full.items()}
    return {name: points - LOST[student].get(name, 0.0) for name, points in full.items()}


STUDENTS = sorted([*LOST, "vd03-lam-mot-nua", "vd07-chua-lam"])


def scores(verdict: Verdict) -> dict[str, float | None]:
    return {item.id: item.score for item in verdict.items}


def test_the_solved_master_earns_everything(assignment: Assignment, worker: Worker) -> None:
    verdict = grading.check_file(MASTER, assignment, worker)
    assert (verdict.status, verdict.score, verdict.max_score) == ("graded", 10.0, 10.0)
    assert verdict.flags == ()


def test_the_release_earns_nothing_and_every_item_says_why(
    assignment: Assignment, worker: Worker
) -> None:
    verdict = grading.check_file(RELEASE, assignment, worker)
    assert (verdict.status, verdict.score) == ("graded", 0.0)
    assert all("NotImplementedError" in item.message for item in verdict.items)


@pytest.mark.parametrize("student", STUDENTS)
def test_a_demo_submission_earns_exactly_its_points(
    assignment: Assignment, worker: Worker, student: str
) -> None:
    path = ROOT / "examples" / student / "lenet.ipynb"
    verdict = grading.check_file(path, assignment, worker)
    assert scores(verdict) == pytest.approx(expected(student, assignment))
    assert all(item.message for item in verdict.items)
    twice = student == "vd12-hai-ban-omicron"
    assert verdict.status == ("review" if twice else "graded")
    assert any(flag.code == "duplicate-cell" and flag.review for flag in verdict.flags) == twice


def test_an_answer_against_ones_own_figures_is_told_them(
    assignment: Assignment, worker: Worker
) -> None:
    path = ROOT / "examples" / "vd11-nguoc-so-do" / "lenet.ipynb"
    items = {i.id: i for i in grading.check_file(path, assignment, worker).items}
    for lost in LOST["vd11-nguoc-so-do"]:
        assert "chính bạn đo được" in items[lost].message


def test_findings_are_data_beside_the_message(
    assignment: Assignment, worker: Worker, tmp_path: Path
) -> None:
    path = ROOT / "examples" / "vd05-kernel-5x5" / "lenet.ipynb"
    verdict = grading.check_file(path, assignment, worker)
    found = {item.id: item.findings for item in verdict.items if item.findings}
    assert set(found) == {"beta-hidden"}
    for finding, role in zip(found["beta-hidden"], ("C1", "C3"), strict=True):
        assert (finding.role, finding.field) == (role, "kernel_size")
        assert (finding.expected, finding.found) == ((3, 3), (5, 5))
        assert finding.layer.startswith("Conv2D '") and "phần 1" in finding.hint
    (shown,) = (i["findings"] for i in verdict.as_json()["items"] if i["id"] == "beta-hidden")
    assert [finding["place"] for finding in shown] == [1, 3]
    records.store(tmp_path / "record.json", records.Record(verdict))
    stored = records.load(tmp_path / "record.json")
    assert stored is not None and stored.verdict == verdict


def test_a_syntax_error_is_named_where_its_points_are_lost(
    assignment: Assignment, worker: Worker
) -> None:
    path = ROOT / "examples" / "vd08-loi-cu-phap" / "lenet.ipynb"
    items = {i.id: i for i in grading.check_file(path, assignment, worker).items}
    assert "DeltaCNN chưa chạy được: SyntaxError" in items["delta-hidden"].message


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\n\nasync def think():\n    return 1\n\nyour_choice = asyncio.run(think())",
        "open('/usr/share/note', 'w')\nyour_choice = 1",
    ],
    ids=["a socket", "a file"],
)
def test_points_that_the_sandbox_costs_are_for_a_person(
    assignment: Assignment, worker: Worker, tmp_path: Path, source: str
) -> None:
    """An event loop needs a pair of sockets, which submissions are denied."""
    notebook = nbformat.read(EXAMPLE, as_version=4)
    cell = next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "beta-choice"
    )
    cell.source = source
    nbformat.write(notebook, tmp_path / "lenet.ipynb")
    verdict = grading.check_file(tmp_path / "lenet.ipynb", assignment, worker)
    assert verdict.status == "review"
    assert [flag.code for flag in verdict.flags if flag.review] == ["denied"]
    assert scores(verdict)["beta-choice-check"] == 0


# --- the same through nbgrader's own commands ---------------------------------------------------


def run_nbgrader(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Its programs call each other by name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["nbgrader", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def nbgrader(folder: Path, *arguments: str) -> str:
    done = run_nbgrader(folder, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def graded_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course released and graded by stock commands: master, release and demo class."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    nbgrader(root, "generate_assignment", "lenet")
    where = directory.Course(root, "lenet")
    classroom.install_examples(where, ROOT / "examples")
    for student, path in (("solved", MASTER), ("release", RELEASE)):
        where.folder("submitted", student).mkdir(parents=True)
        shutil.copy(path, where.folder("submitted", student) / "lenet.ipynb")
    nbgrader(root, "autograde", "lenet")
    return root


@pytest.mark.xdist_group("course")
def test_stock_generate_assignment_makes_the_committed_release(graded_course: Path) -> None:
    made = json.loads((graded_course / "release" / "lenet" / "lenet.ipynb").read_text("utf-8"))
    assert made == json.loads(RELEASE.read_text("utf-8"))


@pytest.mark.xdist_group("course")
@pytest.mark.parametrize("student", STUDENTS)
def test_stock_autograde_gives_the_same_points(
    graded_course: Path, assignment: Assignment, student: str
) -> None:
    path = graded_course / "autograded" / student / "lenet" / "lenet.ipynb"
    verdict = verdicts.record(student, nbformat.read(path, as_version=4)).verdict
    assert scores(verdict) == pytest.approx(expected(student, assignment))


@pytest.mark.xdist_group("course")
def test_the_gradebook_says_where_nothing_was_answered(graded_course: Path) -> None:
    """nbgrader's own "No response.", by the checksum of what students received."""
    with Gradebook(f"sqlite:///{graded_course / 'gradebook.db'}") as gradebook:

        def comments(student: str) -> set[str | None]:
            notebook = gradebook.find_submission_notebook("lenet", "lenet", student)
            return {comment.auto_comment for comment in notebook.comments}

        assert comments("release") == {"No response."}
        assert comments("solved") == {None}


@pytest.mark.xdist_group("course")
def test_stock_export_has_everyones_points(graded_course: Path, assignment: Assignment) -> None:
    nbgrader(graded_course, "export")
    with (graded_course / "grades.csv").open(encoding="utf-8", newline="") as file:
        found = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    wanted = {student: sum(expected(student, assignment).values()) for student in STUDENTS}
    assert found == pytest.approx(wanted | {"solved": 10.0, "release": 0.0})


@pytest.mark.xdist_group("course")
def test_feedback_shows_messages_but_no_hidden_test(graded_course: Path) -> None:
    nbgrader(graded_course, "generate_feedback", "lenet", "--student", "vd05-kernel-5x5")
    page = graded_course / "feedback" / "vd05-kernel-5x5" / "lenet" / "lenet.html"
    text = page.read_text("utf-8")
    assert "kernel_size cần là (3, 3), đang là (5, 5)" in text
    for secret in ("HIDDEN TESTS", "lenetlab", "1_517_354", "check_facts"):
        assert secret not in text


@pytest.mark.xdist_group("course")
def test_stock_validate_passes_the_solved_notebook_and_names_open_cells(
    graded_course: Path,
) -> None:
    assert "Success" in nbgrader(graded_course, "validate", "source/lenet/lenet.ipynb")
    said = nbgrader(graded_course, "validate", "release/lenet/lenet.ipynb")
    assert "FAILED ON 12 CELL" in said, "five visible checks and seven answers"
