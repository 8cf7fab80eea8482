"""A small class that was graded once: what came of it is entered again and again, in no time."""

from __future__ import annotations

import pickle
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lenetlab.course import directory, run
from lenetlab.course.directory import Course
from lenetlab.course.job import Graded, Grader, Job
from lenetlab.notebook import fingerprint
from lenetlab.notebook.master import Assignment
from lenetlab.sandbox.worker import Worker

from .commands import ROOT
from .killed_runs import Recorded
from .test_cli import hand_in

CLASS = {
    "an": "vd01-dung-het", "binh": "vd05-kernel-5x5", "chi": "vd07-chua-lam",
    "dung": "vd03-lam-mot-nua",
}  # fmt: skip
LATE = """
c.AssignLatePenalties.plugin_class = "late.OnePoint"
"""
PLUGIN = """
from nbgrader.plugins import BasePlugin
class OnePoint(BasePlugin):
    def late_submission_penalty(self, student, score, seconds):
        return 1.0
"""


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released course with a small class handed in, one of it late; nobody is graded."""
    root = tmp_path_factory.mktemp("run")
    shutil.copytree(ROOT / "source", root / "source")
    config = (ROOT / "nbgrader_config.py").read_text("utf-8")
    (root / "nbgrader_config.py").write_text(config + LATE, "utf-8")
    (root / "late.py").write_text(PLUGIN, "utf-8")
    for student, example in CLASS.items():
        hand_in(root, student, example)
    late = root / "submitted" / "binh" / "lenet" / "timestamp.txt"
    late.write_text("2026-03-02 10:00:00 UTC\n")
    with as_course(root):
        run.grade_class(Course(root, "lenet"), [], pool=run.local(1))
    with closing(sqlite3.connect(root / "gradebook.db")) as db, db:
        db.execute("UPDATE assignment SET duedate = '2026-03-01 10:00:00.000000'")
    return root


class as_course:
    """The course's own modules can be imported, as nbgrader's commands can."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)

    def __enter__(self) -> None:
        sys.path.insert(0, self._root)

    def __exit__(self, *_: object) -> None:
        sys.path.remove(self._root)


@pytest.fixture(scope="session")
def results(released: Path, assignment: Assignment, worker: Worker) -> dict[str, Graded]:
    """What came of everyone, by the function that every pool calls."""
    course, found = Course(released, "lenet"), {}
    with as_course(released), directory.nbgrader_api(course) as api:
        grader = Grader(assignment, "lenet", api.config, True)
        grader.add(worker)
        for student in CLASS:
            data = course.notebook("submitted", student).read_bytes()
            found[student] = grader.grade(Job(student, data, fingerprint.of_data(data, assignment)))
    return pickle.loads(pickle.dumps(found))  # type: ignore[no-any-return]  # as from elsewhere


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Course:
    return Course(shutil.copytree(released, tmp_path / "course"), "lenet")


def grade(course: Course, results: dict[str, Graded]) -> run.Result:
    """Grade the class with what was recorded."""
    with as_course(course.root):
        return run.grade_class(course, list(CLASS), pool=lambda room: Recorded(results))
