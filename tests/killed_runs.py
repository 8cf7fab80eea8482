"""Runs of ``lenetlab grade`` that are killed at random moments, each followed by a plain one.

Started as a program by :mod:`tests.test_run`: it imports once, has one thread, and forks a process
for each run. What takes long, grading, is taken from results that were recorded before, so that the
moments fall into all that is written.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

import lenetlab.cli
import lenetlab.pages.report  # once, before all runs: it loads matplotlib
from lenetlab.course import classroom, job, run
from lenetlab.notebook.retraining import Retrained

_TIMES = re.compile(r"\d{1,2}:\d\d(:\d\d)?|\d+/\d+/\d{4}")
# What the gradebook says, without the ids that are drawn by lot.
GRADES = """
    SELECT s.student_id, s.timestamp, b.name, g.auto_score, g.manual_score, g.needs_manual_grade
    FROM grade g JOIN base_cell b ON g.cell_id = b.id
    JOIN submitted_notebook n ON g.notebook_id = n.id
    JOIN submitted_assignment s ON n.assignment_id = s.id ORDER BY 1, 3"""
COMMENTS = """
    SELECT s.student_id, b.name, c.auto_comment, c.manual_comment, n.late_submission_penalty
    FROM comment c JOIN base_cell b ON c.cell_id = b.id
    JOIN submitted_notebook n ON c.notebook_id = n.id
    JOIN submitted_assignment s ON n.assignment_id = s.id ORDER BY 1, 2"""
COUNTS = """
    SELECT (SELECT count(*) FROM student), (SELECT count(*) FROM submitted_assignment),
    (SELECT count(*) FROM grade), (SELECT count(*) FROM comment)"""


def gradebook(url: str) -> list[list[Any]]:
    """What stands in a gradebook."""
    engine = create_engine(url)
    with engine.connect() as db:
        tables = [db.execute(text(sql)) for sql in (GRADES, COMMENTS, COUNTS)]
        found = [[_word(value) for value in row] for table in tables for row in table]
    engine.dispose()
    return sorted(found)  # databases have orders of their own


def _word(value: Any) -> str:
    return str(int(value) if isinstance(value, bool) else value)


def files(root: Path) -> dict[str, str]:
    """Every file that a run writes, but for the moments in it at which it was written."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith(("backups/", "source/", ".", "gradebook")):
            found[name] = _TIMES.sub("", path.read_text("utf-8", "replace"))
    # It says when it was made; its last line says of what.
    if "report.html" in found:
        found["report.html"] = found["report.html"].splitlines()[-1]
    return found


class Recorded:
    """A pool that has graded, or trained, before."""

    capacity = 2

    def __init__(self, results: Mapping[str, job.Graded | Retrained | Exception]) -> None:
        self._results = results

    def submit(self, one: job.Job) -> Future[Any]:
        time.sleep(0.01)
        future: Future[Any] = Future()
        result = self._results[one.student]
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
        return future

    def close(self, *, now: bool) -> None:
        """There is nothing to close."""


def main(base: Path, results: Path, folder: Path, moments: int) -> None:
    """Print, as JSON, at which moments the end was another one."""
    recorded = pickle.loads(results.read_bytes())
    run.local = lambda *_: lambda room: Recorded(recorded)
    classroom.Classroom.refuse_mistakes = lambda self: None  # type: ignore[method-assign]

    whole = shutil.copytree(base, folder / "whole")
    began = time.monotonic()
    os.waitpid(forked(lambda: grade(whole)), 0)
    takes = time.monotonic() - began
    wanted = gradebook(f"sqlite:///{whole / 'gradebook.db'}"), files(whole)
    chance, wrong, where = random.Random(os.urandom(8)), [], []
    for number in range(moments):
        course = shutil.copytree(base, folder / str(number))
        moment = takes * (number + chance.random()) / moments  # one in each part of the run
        killed = forked(lambda course=course: grade(course))  # type: ignore[misc]
        time.sleep(moment)
        os.kill(killed, signal.SIGKILL)
        os.waitpid(killed, 0)
        where.append(len([*course.glob("autograded/*/lenet/lenet.ipynb")]))
        _, again = os.waitpid(forked(lambda course=course: grade(course)), 0)  # type: ignore[misc]
        found = gradebook(f"sqlite:///{course / 'gradebook.db'}"), files(course)
        if again or found != wanted:
            differ = [n for n in {*found[1], *wanted[1]} if found[1].get(n) != wanted[1].get(n)]
            wrong.append([moment, again, found[0] == wanted[0], differ, str(course)])
        else:
            shutil.rmtree(course)
    print(json.dumps({"wrong": wrong, "graded": where, "students": len(recorded)}))


def grade(course: Path) -> None:
    """What ``lenetlab grade`` does, in this process."""
    os.chdir(course)
    sys.argv = ["lenetlab", "grade"]
    lenetlab.cli.main()


def forked(action: Callable[[], None]) -> int:
    """Run in a process of its own, without a word; returns its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        action()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
