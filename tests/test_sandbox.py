"""The fork server: refusals that say what to do, every kind of user, and nothing left behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lenetlab import grading
from lenetlab.boxes.program import new_worker
from lenetlab.boxes.steps import cells
from lenetlab.notebook import intake, verdicts
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.restore import restore
from lenetlab.sandbox import confine
from lenetlab.sandbox.confine import SandboxUnavailable
from lenetlab.sandbox.worker import Worker

ROOT = Path(__file__).resolve().parent.parent
MASTER = ROOT / "source" / "lenet" / "lenet.ipynb"
PRINT = cells("print(6 * 7)")


def printed(worker: Worker) -> str:
    outcome = worker.run("replay", PRINT)
    assert outcome.end == "done"
    return str(json.loads(outcome.answers[0])["outputs"][0]["text"])


def descendants(pid: int) -> list[int]:
    """Processes below ``pid``, from every process's parent in /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rsplit(")", 1)[1].split()[1])
    below = {pid}
    while found := {p for p, parent in parents.items() if parent in below} - below:
        below |= found
    return sorted(below - {pid})


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until_gone(pids: list[int], seconds: float = 10) -> list[int]:
    end = time.monotonic() + seconds
    while any(map(is_running, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return [pid for pid in pids if is_running(pid)]


def test_without_bubblewrap_grading_is_refused_with_the_fix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SandboxUnavailable) as refusal:
        new_worker().run("replay", PRINT)
    for words in ("bwrap: not found", "apt-get install bubblewrap", "dnf install", "--no-sandbox"):
        assert words in str(refusal.value)


def test_without_namespaces_grading_is_refused_with_the_reason_and_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(fake))
    with pytest.raises(SandboxUnavailable) as refusal:
        new_worker().run("replay", PRINT)
    text = str(refusal.value)
    for words in ("setting up uid map: Permission denied", "apparmor_restrict", "WSL", "Fedora"):
        assert words in text


def test_a_machine_that_is_not_linux_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert "macOS a Linux virtual machine" in confine.explain("bwrap: not found")


def test_without_a_sandbox_everything_is_marked(assignment: Assignment) -> None:
    notebook = restore(intake.read(MASTER), assignment)
    with new_worker(sandboxed=False) as worker:
        grading.grade(notebook, worker, assignment)
    verdict = verdicts.record("x", notebook).verdict
    assert (verdict.score, verdict.status) == (10.0, "review")
    assert [flag.code for flag in verdict.flags] == ["no-sandbox"]
    assert "không có sandbox" in notebook.cells[0].source


def run_cells(worker: Worker, *sources: str) -> list[str]:
    outcome = worker.run("replay", cells(*sources))
    assert outcome.end == "done"
    return [
        "".join(o.get("text", o.get("ename", "")) for o in json.loads(line)["outputs"])
        for line in outcome.answers
    ]


def kill(worker: Worker) -> None:
    assert worker._process is not None
    for pid in descendants(worker._process.pid):
        os.kill(pid, signal.SIGKILL)


def test_a_process_runs_what_notebooks_begin_with_once_and_is_replaced_when_it_dies() -> None:
    begin = (
        "import os, random; a = 1; random.seed(0); print(os.getpid(), os.getcwd())",
        "def b():\n    return a\nprint(b())",
    )
    starts_threads = "import tensorflow as tf; print(int(tf.constant(3) + 4))"
    # As far as the process may fork after it: not what starts threads, nor what comes then.
    opening = (*begin, starts_threads, "print('later')")
    with new_worker(opening=opening) as worker:
        for _ in range(2):
            # What one submission changes, the next one does not find.
            own = "a += 1; print(b(), os.getpid() > 1, os.getcwd(), random.randrange(10**6))"
            *begun, last = run_cells(worker, *opening, own)
            assert begun == ["1 /box\n", "1\n", "7\n", "later\n"], "the first two ran in pid 1"
            assert last == "2 True /box 885440\n"
        # A notebook that begins otherwise finds nothing of it.
        assert run_cells(worker, "print('mine')", "a") == ["mine\n", "NameError"]
        kill(worker)
        assert run_cells(worker, *begin)[0] == "1 /box\n"
    # A master whose own cell ends the process is no reason not to grade.
    with new_worker(opening=("c = 3", "import os; os._exit(1)")) as worker:
        assert run_cells(worker, "c = 3", "print(c)") == ["", "3\n"]


def test_the_fork_server_runs_no_cell_that_leaves_more_than_names(tmp_path: Path) -> None:
    """What it had, later submissions would share, lack, or find gone."""
    held = str(confine.PACKAGE / "__init__.py")
    safe = [
        "import numpy, matplotlib.pyplot as plt\nplt.plot([1]); plt.show()",
        f"with open({held!r}, 'rb') as file:\n    file.read()",
        "import subprocess; subprocess.run(['true'])",
    ]
    unsafe = [
        "1 / 0",
        "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()",
        "open('left.txt', 'w').close()",
        "import os; os.makedirs('folder/inside')",
        f"kept = open({held!r}, 'rb')",
        "child = subprocess.Popen(['sleep', '2'])",
        "os.chdir('/usr')",
        "os.environ['LEFT'] = '1'",
        "import signal; signal.signal(signal.SIGTERM, lambda *a: None)",
        "import time; os.fork() or (time.sleep(2), os._exit(0))",
    ]
    # Each in a process of its own, and not in this one, which has threads.
    program = """
import json, sys
from lenetlab.boxes import opening, shell
shell.prepare()
found = [opening.rehearse(cells) for cells in json.load(sys.stdin)]
print(json.dumps(found), file=sys.__stdout__)
"""
    asked = [safe, *(["import os, subprocess", source] for source in unsafe)]
    environment = os.environ | {"LENETLAB_WORK": str(tmp_path), "MPLBACKEND": "agg"}
    environment["PYTHONPATH"] = str(confine.PACKAGE.parent)
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(asked),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [len(safe), *([1] * len(unsafe))]


def test_nothing_is_left_after_closing_nor_after_the_grader_was_killed() -> None:
    worker = new_worker()
    printed(worker)
    assert worker._process is not None
    pids = [worker._process.pid, *descendants(worker._process.pid)]
    assert len(pids) == 2
    worker.close()
    assert wait_until_gone(pids) == []

    grader = subprocess.Popen(
        [sys.executable, "-c", f"""
import time
from lenetlab.boxes.program import new_worker
worker = new_worker()
worker.run("replay", {PRINT!r})
print("ready", flush=True)
time.sleep(60)
"""],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert grader.stdout is not None and grader.stdout.readline() == "ready\n"
    pids = descendants(grader.pid)
    assert pids
    grader.kill()
    grader.wait()
    grader.stdout.close()
    assert wait_until_gone(pids) == []


def test_it_works_for_an_ordinary_user() -> None:
    """As root this test becomes one: uid 1000 in a user namespace, without capabilities."""
    command = [sys.executable, "-m", "lenetlab", "check", "--json", str(MASTER)]
    if os.getuid() == 0:
        command = [
            "bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL",
            "--dev-bind", "/", "/", "--", *command,
        ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    verdict = json.loads(done.stdout)[0]
    assert (verdict["status"], verdict["score"]) == ("graded", 10.0)


def test_a_command_of_the_shell_does_no_harm_and_no_terminal_is_to_be_had(worker: Worker) -> None:
    assert run_cells(worker, "!echo 42; echo 43 >&2") == ["42\n43\n"]
    assert run_cells(worker, "a = 1\n!exit 3\nprint(_exit_code)") == ["3\n"]
    assert run_cells(worker, "x = !echo 3\nprint(list(x))") == ["['3']\n"]
    assert run_cells(worker, "import os\nos.openpty()") == ["FileNotFoundError"]
