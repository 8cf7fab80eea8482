"""A class side by side: entered as nbgrader enters it, whole or not at all, whatever happens."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lenetlab import grading
from lenetlab.boxes import tasks
from lenetlab.boxes.timelimit import TimeLimit
from lenetlab.course import backup, booking, directory, lock, page_writers, pool, run
from lenetlab.course.classroom import Classroom
from lenetlab.course.directory import Course, CourseError
from lenetlab.course.job import Graded, Grader, Job
from lenetlab.notebook.intake import Rejected
from lenetlab.notebook.master import Assignment
from lenetlab.records import Flag, GradingFailed
from lenetlab.sandbox.limits import PATIENCE
from lenetlab.sandbox.worker import Worker

from .commands import ROOT, lenetlab
from .killed_runs import files, gradebook
from .recorded_class import CLASS, as_course, grade
from .test_cli import EXAMPLES

KILLS = os.environ.get("KILLS", "6")  # `make test-cluster` asks for more
pytestmark = pytest.mark.xdist_group("run")


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Classroom, "refuse_mistakes", lambda room: None)


def test_what_is_entered_is_what_nbgraders_own_command_enters(
    course: Course, results: dict[str, Graded], tmp_path: Path
) -> None:
    stock = Course(shutil.copytree(course.root, tmp_path / "stock"), "lenet")
    with as_course(stock.root), directory.nbgrader_api(stock) as api:
        for student in CLASS:
            done = api.autograde("lenet", student, force=True)
            assert done["success"], done["log"]
    grade(course, results)
    ours = gradebook(f"sqlite:///{course.root / 'gradebook.db'}")
    assert ours == gradebook(f"sqlite:///{stock.root / 'gradebook.db'}")
    assert ["chi", "beta-solution", "No response.", "None", "None"] in ours
    assert ["binh", "beta-solution", "None", "None", "1.0"] in ours, "late by a day"
    for student in CLASS:
        notebook = json.loads(course.notebook("autograded", student).read_text("utf-8"))
        other = json.loads(stock.notebook("autograded", student).read_text("utf-8"))
        assert [c["source"] for c in notebook["cells"]] == [c["source"] for c in other["cells"]]
        assert notebook["metadata"]["kernelspec"] == other["metadata"]["kernelspec"]


def test_processes_write_the_pages_that_one_writes(
    course: Course, results: dict[str, Graded], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Course(shutil.copytree(course.root, tmp_path / "other"), "lenet")
    grade(course, results)
    monkeypatch.setattr(page_writers, "MANY", 1)
    grade(other, results)
    assert files(other.root) == files(course.root)
    assert len([*other.root.glob("feedback/*/lenet/lenet.html")]) == len(CLASS)


def test_killed_at_any_moment_the_next_run_ends_the_same(
    course: Course, results: dict[str, Graded], tmp_path: Path
) -> None:
    recorded = tmp_path / "results"
    recorded.write_bytes(pickle.dumps(results))
    command = [sys.executable, "-m", "tests.killed_runs"]
    command += [*map(str, (course.root, recorded, tmp_path)), KILLS]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{course.root}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert len({*told["graded"]}) > 1, "some were killed before others"


@pytest.mark.cluster  # half a minute
def test_four_times_too_many_workers_grade_the_same(
    released: Path, assignment: Assignment, worker: Worker
) -> None:
    """Eight submissions at once on two cores."""
    course, many = Course(released, "lenet"), 4 * pool.cores()
    data = {s: course.notebook("submitted", s).read_bytes() for s in CLASS}
    with as_course(released), directory.nbgrader_api(course) as api:
        grader = Grader(assignment, "lenet", api.config, True)
    graders = pool.LocalPool(grader, many, worker)
    try:
        begun = [graders.submit(Job(s, data[s], "")) for n in range(many // 4) for s in CLASS]
        found = [future.result().record.verdict for future in begun]
    finally:
        graders.close(now=False)
    for verdict in found:
        assert verdict.status == "graded"
        assert verdict.score == {"an": 10, "binh": 9.5, "chi": 0, "dung": 3.6}[verdict.file]


BUSY = """import time
begun = time.process_time()
while time.process_time() < begun + 1.5:
    pass"""


def with_cell(source: str) -> bytes:
    """The solved example with a cell of the student's own before the others."""
    notebook = json.loads((EXAMPLES / "vd01-dung-het" / "lenet.ipynb").read_text("utf-8"))
    own: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}}
    notebook["cells"].insert(0, own | {"id": "own", "outputs": [], "source": source})
    return json.dumps(notebook).encode()


def test_a_cell_may_take_its_time_on_a_busy_machine(
    assignment: Assignment, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "CELL", TimeLimit(2, 2 * PATIENCE))
    path = tmp_path / "lenet.ipynb"
    path.write_bytes(with_cell(BUSY))
    others = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(3 * pool.cores())
    ]
    try:
        verdict = grading.check_file(path, assignment, worker)
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert (verdict.score, verdict.status, verdict.flags) == (10, "graded", ())


def test_a_second_run_on_a_course_says_who_holds_it(course: Course) -> None:
    with lock.changing(course.root, "grade"):
        done = lenetlab("grade", cwd=course.root)
    assert done.returncode == 1 and f"process {os.getpid()} of" in done.stderr
    assert "lenetlab grade" in done.stderr and "since" in done.stderr
    with lock.changing(course.root, "grade"):
        pass  # it is free again


def test_the_gradebook_is_copied_before_it_is_changed_and_five_copies_are_kept(
    course: Course, results: dict[str, Graded]
) -> None:
    before = gradebook(f"sqlite:///{course.root / 'gradebook.db'}")
    grade(course, results)
    (copy,) = (course.root / "backups").glob("*.db")
    assert gradebook(f"sqlite:///{copy}") == before
    grade(course, results)
    assert [*(course.root / "backups").glob("*.db")] == [copy], "nothing was changed"
    for _ in range(6):
        backup.back_up("sqlite:///gradebook.db", course.root)
    kept = sorted((course.root / "backups").glob("*.db"))
    assert len(kept) == 5 and copy not in kept


def test_a_locked_gradebook_ends_the_run_and_the_next_one_goes_on(
    course: Course, results: dict[str, Graded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "PATIENCE", 0.0)
    with closing(sqlite3.connect(course.root / "gradebook.db")) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(CourseError, match=r"cannot be changed.*locked.*nothing is lost"):
            grade(course, results)
    assert not [*course.root.glob("autograded/*/lenet/lenet.ipynb")]
    states = {one.student: one.verdict.score for one in grade(course, results).standings}
    assert states == {"an": 10, "binh": 8.5, "chi": 0, "dung": 3.6}


def test_a_full_disk_is_that_students_row_and_changes_no_score(
    course: Course, results: dict[str, Graded], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = os.fsync

    def full(descriptor: int) -> None:
        if "/binh/" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(28, "No space left on device")
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    states = {one.student: one.verdict for one in grade(course, results).standings}
    assert states["an"].score == 10 and states["binh"].score is None
    assert any("No space left" in flag.message for flag in states["binh"].flags)
    entered = gradebook(f"sqlite:///{course.root / 'gradebook.db'}")
    assert not [row for row in entered if "binh" in row]
    assert not [*course.root.glob("autograded/binh/**/.*")], "nothing half written stays"
    monkeypatch.undo()
    monkeypatch.setattr(Classroom, "refuse_mistakes", lambda room: None)
    states = {one.student: one.verdict for one in grade(course, results).standings}
    assert (states["binh"].score, states["binh"].status) == (8.5, "graded")


def test_where_nothing_is_new_nothing_is_opened(course: Course, results: dict[str, Graded]) -> None:
    grade(course, results)

    def refuse(room: Classroom) -> pool.Pool:
        raise AssertionError("a pool was opened")

    with as_course(course.root):
        again = run.grade_class(course, list(CLASS), pool=refuse)
    assert again.unchanged == set(CLASS)


def test_errors_travel_between_processes() -> None:
    rejected = pickle.loads(pickle.dumps(Rejected("empty", "the file is empty")))
    assert (rejected.code, str(rejected)) == ("empty", "the file is empty")
    failed = pickle.loads(pickle.dumps(GradingFailed(Flag("check-error", "x", True))))
    assert failed.flags == (Flag("check-error", "x", True),) and "check-error: x" in str(failed)


def test_an_interrupt_stops_what_is_being_graded(released: Path, assignment: Assignment) -> None:
    course = Course(released, "lenet")
    with as_course(released), directory.nbgrader_api(course) as api:
        grader = Grader(assignment, "lenet", api.config, True)
    graders = pool.LocalPool(grader, 1, grading.worker_for(assignment, True))
    future = graders.submit(Job("an", with_cell("import time\ntime.sleep(1000)"), ""))
    with pytest.raises(TimeoutError):
        future.result(timeout=5)
    with ThreadPoolExecutor(1) as closing_it:
        closing_it.submit(graders.close, now=True).result(timeout=5)
    assert future.exception() is not None


def test_a_lock_that_the_system_does_not_know_stops_nobody(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unknown)
    with lock.changing(course.root, "grade"):
        pass
