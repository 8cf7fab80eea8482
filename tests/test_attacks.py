"""No attack gains a point, learns a secret, changes anything or stops what comes after it."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode

from lenetlab import grading, verdicts
from lenetlab.records import Verdict
from lenetlab.restore import restore
from lenetlab.worker import Limits, Worker

from . import attacks
from .attacks import Attack
from .attacks.planted import Course, descendants, plant
from .conftest import MASTER

ATTACKS = attacks.load()
# What a browser would run, wherever a cell's outputs are shown to a person.
ACTIVE = ("<script", "onerror=", "text/html", "image/svg", "javascript")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    with plant(MASTER, tmp_path_factory.mktemp("course")) as course:
        yield course


@pytest.fixture(scope="module")
def armed(course: Course) -> Iterator[Worker]:
    """A worker that was started after the canaries were placed."""
    # As from a terminal: a test run in the background ignores SIGINT, and its children with it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Worker() as worker:
        _grade(course.solved, course, worker)
        process = worker._process
        assert process is not None
        yield worker
        assert descendants(process.pid) == [] or worker._process is process
    assert process.poll() is not None


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time and memory limits that an attack reaches soon and an honest cell does not."""

    def limits(**given: float) -> Limits:
        return Limits(wall=40, silence=8, memory=1 << 30)

    monkeypatch.setattr(grading, "CELL_SECONDS", 4)
    monkeypatch.setattr(grading, "Limits", limits)


def _grade(notebook: NotebookNode, course: Course, worker: Worker) -> tuple[NotebookNode, Verdict]:
    graded = restore(notebook, course.assignment)
    grading.grade(graded, worker, course.assignment)
    return graded, verdicts.read("attack", graded)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: f"{a.category}-{a.name}")
def test_attack(attack: Attack, course: Course, armed: Worker) -> None:
    files = course.fingerprint()
    notebook = attack.notebook(course.solved, course.released, **course.words)

    start = time.monotonic()
    graded, verdict = _grade(notebook, course, armed)
    seconds = time.monotonic() - start

    assert verdict.score == attack.score
    assert verdict.max_score == 10
    assert sorted(flag.code for flag in verdict.flags) == sorted(attack.flags)
    assert seconds < attack.seconds
    outputs = json.dumps([cell.get("outputs", []) for cell in graded.cells], ensure_ascii=False)
    assert course.canary not in outputs
    assert [word for word in ACTIVE if word in outputs] == []
    assert course.visitors == []
    assert course.planted() == []
    assert course.fingerprint() == files
    if attack.code:
        cell = next(c for c in graded.cells if c.source == attack.source(**course.words))
        errors = [o.ename for o in cell.outputs if o.output_type == "error"]
        assert errors == ([attack.error] if attack.error else []), cell.outputs
        printed = "".join(o.get("text", "") for o in cell.outputs)
        assert not [w for w in ("found", "connected") if w in printed], printed
        assert "opened" not in printed or "opened []" in printed, printed
    assert armed._process is not None
    assert len(descendants(armed._process.pid)) == 1, "only the warm process is left"

    if attack.category == "course":
        _, after = _grade(course.solved, course, armed)
        assert (after.score, after.status, after.flags) == (10, "graded", ())
    if attack.category in ("course", "availability"):
        _, after = _grade(course.next, course, armed)
        earned = {item.id for item in after.items if item.score == item.max_score}
        assert earned == {"alpha-visible", "alpha-hidden"}
        assert (after.status, after.flags) == ("graded", ())


def test_nothing_is_left_after_a_worker(course: Course) -> None:
    daemons = next(attack for attack in ATTACKS if attack.name == "daemons")
    before = set(descendants(1))
    with Worker() as worker:
        _grade(daemons.notebook(course.solved, course.released), course, worker)
        assert worker._process is not None
        pid = worker._process.pid
    assert not Path(f"/proc/{pid}").exists()
    assert "bwrap" not in set(descendants(1)) - before


def test_nothing_is_left_for_the_next_submission(course: Course, armed: Worker) -> None:
    """One leaves a text by every means there is; the next looks for it."""
    leave = """
        import os, socket, ctypes
        text = "left-" + "behind"
        for folder in ("/box", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~"), "."):
            try:
                open(folder + "/" + text, "w").write(text)
                os.setxattr(folder, "user.left", text.encode())
            except OSError:
                pass
        libc = ctypes.CDLL(None)
        libc.syscall(248, b"user", text.encode(), text.encode(), 11, -4)
        libc.prctl(15, text.encode())
        try:
            socket.sethostname(text)
        except OSError:
            pass
        if os.fork() == 0:
            os.setsid()
            server = socket.socket(socket.AF_UNIX)
            server.bind("\\0" + text)
            server.listen()
            while True:
                server.accept()[0].sendall(text.encode())
    """
    look = """
        import os, socket
        text = "left-" + "behind"
        for folder in ("/box", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~"), "."):
            try:
                names = os.listdir(folder)
                assert text not in names, folder
                assert os.listxattr(folder) == [], folder
            except OSError:
                pass
        assert text not in socket.gethostname()
        assert text not in open("/proc/keys").read() if os.path.exists("/proc/keys") else True
        for pid in filter(str.isdigit, os.listdir("/proc")):
            assert text not in open(f"/proc/{pid}/comm").read()
        try:
            socket.socket(socket.AF_UNIX).connect("\\0" + text)
            found = True
        except OSError:
            found = False
        assert not found
        print("nothing")
    """
    for code, expected in ((leave, ""), (look, "nothing\n")):
        source = "\n".join(line.removeprefix(" " * 8) for line in code.splitlines())
        attack = Attack("course", "left", "", "solved", 10, code=source)
        graded, verdict = _grade(attack.notebook(course.solved, course.released), course, armed)
        assert verdict.score == 10
        cell = next(c for c in graded.cells if c.source == source)
        assert "".join(o.get("text", str(o)) for o in cell.outputs) == expected


def test_there_are_at_least_fifty_attacks() -> None:
    assert len(ATTACKS) >= 50
    assert len({(attack.category, attack.name) for attack in ATTACKS}) == len(ATTACKS)
    assert {attack.category for attack in ATTACKS} == set(attacks.CATEGORIES)
