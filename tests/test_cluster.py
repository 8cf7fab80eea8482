"""A cluster on one machine: a Dask scheduler, workers in processes of their own, PostgreSQL.

``make test-cluster`` runs these: they need what the extra ``cluster`` brings, and PostgreSQL.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from lenetlab.records import GradingFailed

from . import labs
from .commands import ROOT, program
from .dask_cluster import a_cluster, free_port
from .killed_runs import gradebook
from .test_class import rows
from .test_cli import EXAMPLES, hand_in
from .test_grading import STUDENTS

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("cluster")]

DIES = """
import os
from lenetlab.course import job
def grade(self, one, graded=job.Grader.grade):  # Dask may load this twice
    if one.student == "vd05-kernel-5x5":
        os._exit(1)  # as a machine without memory ends a process
    return graded(self, one)
job.Grader.grade = grade
"""
OTHER = """
from lenetlab.notebook import fingerprint
def engine():
    return "lenetlab 0.0.1"
engine.__module__ = "lenetlab.notebook.fingerprint"
fingerprint.engine = engine
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server, to which a database's name is to be added."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    port, place = free_port(), Path(tempfile.mkdtemp(prefix="lenetlab-pg-"))
    user: list[str] = []
    if os.getuid() == 0:  # the server refuses to run as root
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
        owner = pwd.getpwnam("postgres")
        os.chown(place, owner.pw_uid, owner.pw_gid)

    def run(*words: str) -> None:
        subprocess.run([*user, *words], check=True, cwd=place, capture_output=True)

    options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [str(programs / "pg_ctl"), "-D", str(place / "data"), "-w", "-l", str(place / "log")]
    try:
        run(str(programs / "initdb"), "-A", "trust", "-U", "lab", "-D", str(place / "data"))
        run(*control, "-o", options, "start")
        for name in ("quiet", "killed", "ledger"):
            run(str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "lab", name)
        yield f"postgresql+psycopg://lab@127.0.0.1:{port}/"
        run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place)


def a_course(folder: Path, url: str = "", students: list[str] = STUDENTS) -> Path:
    folder.mkdir()
    shutil.copytree(ROOT / "source", folder / "source")
    config = (ROOT / "nbgrader_config.py").read_text("utf-8")
    more = f'\nc.CourseDirectory.db_url = "{url}"\n' if url else ""
    (folder / "nbgrader_config.py").write_text(config + more, "utf-8")
    for student in students:
        hand_in(folder, student, student)
    return folder


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class graded on this machine, into SQLite."""
    course = a_course(tmp_path_factory.mktemp("local") / "course")
    done = program("grade", "--no-feedback", cwd=course)
    assert done.returncode == 0, done.stderr
    return course


def test_a_cluster_with_postgresql_grades_as_this_machine_does(
    local: Path, postgres: str, tmp_path: Path
) -> None:
    course = a_course(tmp_path / "course", f"{postgres}quiet")
    with a_cluster(tmp_path / "cluster") as cluster:
        done = program("grade", "--scheduler", cluster.address, cwd=course)
        assert done.returncode == 0, done.stderr
        assert rows(course) == rows(local)
        assert gradebook(f"{postgres}quiet") == gradebook(f"sqlite:///{local / 'gradebook.db'}")
        assert len([*course.glob("feedback/*/lenet/lenet.html")]) == len(STUDENTS)
        again = program("grade", "--scheduler", cluster.address, cwd=course)
        assert again.returncode == 0 and again.stdout.count("(unchanged)") == len(STUDENTS)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_corrected_hidden_test_changes_what_was_announced_and_undone_it_changes_back(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    url = f"{request.getfixturevalue('postgres')}ledger" if database == "postgresql" else ""
    some = ["vd01-dung-het", "vd05-kernel-5x5", "vd06-quen-softmax"]
    course = a_course(tmp_path / "course", url, some)
    url = url or f"sqlite:///{course / 'gradebook.db'}"

    def run(*words: str) -> str:
        done = program(*words, cwd=course)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ledger() -> list[tuple[object, ...]]:
        found = json.loads(run("history", "--json"))["changes"]
        return [(c["student"], c["item"], c["old"], c["new"], c["cause"]) for c in found]

    run("grade")
    assert ledger() == []
    with Gradebook(url) as book:
        for student in some[1:]:
            grade = book.find_grade("alpha-hidden", "lenet", "lenet", student)
            grade.manual_score, grade.needs_manual_grade = 0.25, False
        book.db.commit()
    by_hand = [(student, "alpha-hidden", 1.0, 0.25, "person") for student in some[1:]]
    assert sorted(ledger()) == by_hand
    scores = {student: row["score"] for student, row in rows(course).items()}

    master = course / "source" / "lenet" / "lenet.ipynb"
    before = master.read_bytes()
    notebook = json.loads(before)
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "beta-hidden")
    lines = ("### BEGIN HIDDEN TESTS", "assert len(beta.model.layers) == 9", "### END HIDDEN TESTS")
    cell["source"] = "\n".join(lines)
    master.write_text(json.dumps(notebook), "utf-8")
    run("release")
    announced = run("grade", "--dry-run", "--lang", "en")
    assert sorted(ledger()) == by_hand, "nothing is entered"
    told = [line for line in announced.splitlines() if line.startswith("│")]
    (cells,) = ([cell.strip() for cell in line.strip("│").split("│")] for line in told)
    assert cells == ["vd05-kernel-5x5", "Beta – hidden check", "0.5", "1", "changed tests"]
    run("grade")
    corrected = ("vd05-kernel-5x5", "beta-hidden", 0.5, 1.0, "test")
    assert ledger()[2:] == [corrected]
    assert rows(course)["vd05-kernel-5x5"]["alpha-hidden"] == "0.25", "a manual score stands"

    master.write_bytes(before)
    run("release")
    run("grade")
    undone = ("vd05-kernel-5x5", "beta-hidden", 1.0, 0.5, "test")
    assert ledger()[2:] == [corrected, undone]
    run("grade")  # its tables, with the manual scores
    now = {student: float(row["score"]) for student, row in rows(course).items()}
    by_hand_less = {student: 0.75 * (student in some[1:]) for student in some}
    assert now == {s: float(scores[s]) - by_hand_less[s] for s in some}


def test_a_worker_that_is_killed_costs_nobody_anything(
    local: Path, postgres: str, tmp_path: Path
) -> None:
    course = a_course(tmp_path / "course", f"{postgres}killed")
    with a_cluster(tmp_path / "cluster") as cluster:
        command = [sys.executable, "-m", "lenetlab", "grade", "--no-feedback"]
        grader = subprocess.Popen(
            [*command, "--scheduler", cluster.address],
            cwd=course,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        deadline = time.monotonic() + 120
        while len([*course.glob("autograded/*/lenet/lenet.ipynb")]) < 2:
            assert time.monotonic() < deadline and grader.poll() is None
            time.sleep(0.05)
        cluster.workers[0].send_signal(signal.SIGKILL)
        printed, _ = grader.communicate(timeout=300)
        assert grader.returncode == 0, printed
    assert rows(course) == rows(local)
    assert gradebook(f"{postgres}killed") == gradebook(f"sqlite:///{local / 'gradebook.db'}")


def test_a_submission_that_kills_workers_is_for_a_person_after_two(tmp_path: Path) -> None:
    some = ["vd01-dung-het", "vd04-omicron-con-gop", "vd05-kernel-5x5", "vd07-chua-lam"]
    course = a_course(tmp_path / "course", students=some)
    with a_cluster(tmp_path / "cluster", 4, DIES) as cluster:
        done = program("grade", "--no-feedback", "--scheduler", cluster.address, cwd=course)
        ended = [worker.poll() is not None for worker in cluster.workers]
    assert done.returncode == 1 and "2 workers ended while they graded this" in done.stdout
    assert sum(ended) == 2
    states = {student: row["status"] for student, row in rows(course).items()}
    assert states.pop("vd05-kernel-5x5") == "failed" and {*states.values()} == {"graded"}


def test_workers_with_other_versions_are_named_before_anybody_is_graded(tmp_path: Path) -> None:
    course = a_course(tmp_path / "course", students=["vd01-dung-het"])
    with a_cluster(tmp_path / "cluster", 1) as cluster:
        cluster.add(1, OTHER)
        time.sleep(8)  # until it has joined
        done = program("grade", "--scheduler", cluster.address, cwd=course)
    assert done.returncode == 1 and "Not every worker has lenetlab" in done.stderr
    assert "lenetlab 0.0.1" in done.stderr and "constraints.txt" in done.stderr
    assert not [*course.glob("autograded/*/lenet/lenet.ipynb")]


def test_work_that_the_cluster_gave_up_is_a_failure_that_says_so() -> None:
    from lenetlab.course import cluster  # not where no Dask is installed and no such test runs

    done, told = Future[Any](), Future[Any]()
    done.cancel()
    cluster._pass_on(done, told)
    with pytest.raises(GradingFailed, match="the cluster gave this up before it was done"):
        told.result()


def test_where_no_scheduler_is_the_error_says_so(tmp_path: Path) -> None:
    course = a_course(tmp_path / "course", students=["vd01-dung-het"])
    done = program("grade", "--scheduler", f"tcp://127.0.0.1:{free_port()}", cwd=course)
    assert done.returncode == 1 and "There is no Dask scheduler at tcp://127.0.0.1" in done.stderr


RAN = """
import os, sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=600, allow_errors=True, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def test_figures_that_do_not_come_out_again_are_for_a_person(tmp_path: Path) -> None:
    """The solved example run in a kernel over the lab's few images, and trained again over them."""
    images = ROOT / "source" / "lenet" / "few_images.npz"
    course = a_course(tmp_path / "course", students=["vd01-dung-het"])
    ran = tmp_path / "ran.ipynb"
    subprocess.run(
        [sys.executable, "-c", RAN, EXAMPLES / "vd01-dung-het" / "lenet.ipynb", ran],
        env=os.environ | {"MNIST_NPZ": str(images)},
        check=True,
        capture_output=True,
    )
    honest = ran.read_text("utf-8")
    printed = json.loads(honest)
    cell = next(c for c in printed["cells"] if c["id"] == "alpha-eval")
    figure = next(
        line.split(":")[1].split("%")[0].strip()
        for output in cell["outputs"]
        for line in output.get("text", [])
        if "Độ chính xác của AlphaCNN" in line
    )
    forged = honest.replace(f"{figure} %", "99.87 %")
    assert forged != honest
    shutil.rmtree(course / "submitted")
    for student, text in (("an", honest), ("binh", forged)):
        path = course / "submitted" / student / "lenet" / "lenet.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    done = program("grade", "--no-feedback", "--train", "--data", images, cwd=course)
    assert "Trained again, confirmed: an" in done.stdout, done.stdout + done.stderr
    assert "Trained again, for a person: binh" in done.stdout
    assert "Alpha: 99.87 % was printed, trained again it is" in done.stdout
    assert rows(course)["binh"]["status"] == "review"
    again = program("grade", "--no-feedback", "--train", "--data", images, cwd=course)
    assert "Trained before, as they are now: an, binh" in again.stdout
    lacking = program("grade", "--train", cwd=course)
    assert lacking.returncode == 1 and "--data FILE for MNIST_NPZ" in lacking.stderr


def test_a_lab_without_data_is_trained_on_a_cluster_too(tmp_path: Path) -> None:
    course = tmp_path / "course"
    labs.write(course / "source" / "sum" / "sum.ipynb", labs.SUM)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    labs.write(course / "submitted" / "an" / "sum" / "sum.ipynb", labs.SUM)
    with a_cluster(tmp_path / "cluster", 1) as cluster:
        options = ("--no-feedback", "--train", "--scheduler", cluster.address)
        done = program("grade", *options, cwd=course)
    assert "Trained again, for a person: an" in done.stdout, done.stdout + done.stderr
    assert "no accuracy was printed that could be compared" in done.stdout
