"""No attack gains a point, learns a secret, changes anything or stops what comes after it."""

from __future__ import annotations

import json
import secrets
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode

from lenetlab import grading
from lenetlab.boxes import client, tasks
from lenetlab.boxes.timelimit import TimeLimit
from lenetlab.notebook import verdicts
from lenetlab.notebook.restore import restore
from lenetlab.records import Verdict
from lenetlab.sandbox.limits import Limits
from lenetlab.sandbox.worker import Worker

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
    with grading.worker_for(course.assignment, True) as worker:
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

    monkeypatch.setattr(tasks, "CELL", TimeLimit(4, 4))
    monkeypatch.setattr(client, "Limits", limits)


def _grade(notebook: NotebookNode, course: Course, worker: Worker) -> tuple[NotebookNode, Verdict]:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".ipynb") as file:
        json.dump(notebook, file)
        file.flush()
        submitted = client.read(Path(file.name), worker)
    graded = restore(submitted, course.assignment)
    grading.grade(graded, worker, course.assignment)
    return graded, verdicts.record("attack", graded).verdict


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
    assert len(descendants(armed._process.pid)) == 1, "only the fork server is left"

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
    with grading.worker_for(course.assignment, True) as worker:
        _grade(daemons.notebook(course.solved, course.released), course, worker)
        assert worker._process is not None
        pid = worker._process.pid
    assert not Path(f"/proc/{pid}").exists()
    assert "bwrap" not in set(descendants(1)) - before


def _in_a_row(course: Course, worker: Worker, *cells: tuple[str, str]) -> list[tuple[Verdict, str]]:
    """Grade one submission after the other, each with a first cell of its own.

    ``cells`` are that cell's base ("solved" or "release") and source; returned are the verdicts,
    with what the cells printed or raised.
    """
    found = []
    for base, source in cells:
        code = textwrap.dedent(source)
        attack = Attack("course", "in a row", "", base, 0, code=code)
        graded, verdict = _grade(attack.notebook(course.solved, course.released), course, worker)
        cell = next(c for c in graded.cells if c.source == code)
        found.append((verdict, "".join(o.get("text", str(o)) for o in cell.outputs)))
    return found


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
            try:
                os.setsid()
                server = socket.socket(socket.AF_UNIX)
                server.bind("\\0" + text)
                server.listen()
                while True:
                    server.accept()[0].sendall(text.encode())
            finally:
                os._exit(0)
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
    for (verdict, printed), expected in zip(
        _in_a_row(course, armed, ("solved", leave), ("solved", look)),
        ("", "nothing\n"),
        strict=True,
    ):
        assert verdict.score == 10
        assert printed == expected


def test_no_connection_is_left_for_the_next_submission(course: Course, armed: Worker) -> None:
    """The kernel remembers for a minute which ports a closed connection had: a number to leave."""
    leave = """
        import socket
        try:
            with socket.create_server(("127.0.0.1", 40123)) as server:
                with socket.create_connection(("127.0.0.1", 40123)):
                    server.accept()[0].close()
        except OSError:
            pass
    """
    look = """
        import os, socket
        for name in ("tcp", "tcp6", "udp", "udp6", "unix"):
            print(*[line.split()[1] for line in open(f"/proc/net/{name}").readlines()[1:]], end="")
        try:
            socket.create_server(("127.0.0.1", 40123), reuse_port=False).close()
        except PermissionError:
            pass
    """
    (left, _), (verdict, printed) = _in_a_row(course, armed, ("solved", leave), ("solved", look))
    assert (left.score, verdict.score) == (10, 10)
    assert printed == ""


MEANS = ("printed", "file", "attribute", "process", "answer", "layer", "error", "link")


@pytest.mark.parametrize("hands_in", [False, True], ids=["searched", "handed-in"])
def test_nothing_of_a_submission_is_in_the_memory_of_the_next(
    course: Course, armed: Worker, hands_in: bool
) -> None:
    """One says secret words by every means there is; the next searches all of its own memory.

    It looks for the words, for descriptions of models and for what the tests in the clean room
    printed, and may hand in as its own whatever descriptions it finds.
    """
    words = {name: f"left{n}{secrets.token_hex(5)}" for n, name in enumerate(MEANS)}
    leave = f"""
        import ctypes, os, time
        import keras
        {", ".join(words)} = {", ".join(map(repr, words.values()))}
        print(printed)
        for n in range(30):
            os.makedirs(f"/box/{{file}}{{n}}/{{file}}")
            os.symlink("/" + link, f"/box/{{link}}{{n}}")
            for path in ("/box", f"/box/{{file}}{{n}}"):
                try:
                    os.setxattr(path, f"user.{{attribute}}{{n}}", attribute.encode())
                except OSError:
                    pass
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(15, process.encode())
            time.sleep(1000)
        time.sleep(0.5)
        tensor = keras.Input((3,), name=layer)
        alpha = beta = gamma = omicron = delta = keras.Model(tensor, keras.layers.Flatten()(tensor))
        your_choice = answer
        raise ValueError(error)
    """
    search = r"""
        import ctypes, os, re
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: /proc/self/mem is one's own again
        wanted = {
            "words": rb"left([0-7])[0-9a-f]{10}",
            "models": rb'"kind": "m[o]del"',
            "verdicts": rb'"(?:text|evalue)": "Ki\xe1\xbb\x83m tra \xe1\xba\xa9n',
            "outputs": rb'\{"cell": "[a-z0-9-]{4,40}", "outputs": \[',
            "snapshots": rb'(\{"snapshot": "[a-z-]{5,40}", "values": \{.{10,200000}\}\})\n',
        }
        found = {}
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps.readlines():
                start, end = (int(x, 16) for x in line.split()[0].split("-"))
                if "rw" in line and end - start < 1 << 28:
                    try:
                        memory.seek(start)
                        data = memory.read(end - start)
                    except (OSError, ValueError):
                        continue
                    for name, pattern in wanted.items():
                        hits = re.findall(pattern, data)
                        if hits:
                            found.setdefault(name, set()).update(hits)
        order = "alpha beta gamma omicron delta visible hidden choice facts".split()
        def place(line):
            return [order.index(w) for w in line.decode()[14:].split('"')[0].split("-")[:2]]
        stolen = sorted(found.pop("snapshots", ()), key=place)
        for descriptor in range(3, 64):
            for line in stolen if HANDS_IN else ():
                try:
                    os.write(descriptor, line + b"\n")
                except OSError:
                    pass
        print("searched", {name: sorted(hits) for name, hits in sorted(found.items())})
    """
    search = search.replace("HANDS_IN", str(hands_in))
    first, second = _in_a_row(course, armed, ("solved", leave), ("release", search))
    assert first[0].score == 10
    assert (second[0].score, second[1]) == (0, "searched {}\n")


def test_there_are_at_least_fifty_attacks() -> None:
    assert len(ATTACKS) >= 50
    assert len({(attack.category, attack.name) for attack in ATTACKS}) == len(ATTACKS)
    assert {attack.category for attack in ATTACKS} == set(attacks.CATEGORIES)
