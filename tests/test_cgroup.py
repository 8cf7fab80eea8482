"""The scope of systemd's around the sandbox: used where it really limits, else left out."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lenetlab.boxes.program import new_worker
from lenetlab.boxes.steps import cells
from lenetlab.sandbox import cgroup, confine
from lenetlab.sandbox.worker import Worker

# Records its arguments and variables, sets the limits in the pretended cgroup, becomes the command.
FAKE = """#!/bin/sh
printf '%s\\n' "$@" >>"{folder}/arguments"
env >"{folder}/environment"
{extra}
while [ "$1" != -- ]; do
    case "$1" in
        MemoryMax=*) {limit} >"{folder}/cgroup/memory.max" ;;
        TasksMax=*) {limit} >"{folder}/cgroup/pids.max" ;;
    esac
    shift
done
shift
exec "$@"
"""


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What one test finds missing, the next one does not know of."""
    cgroup._without.clear()
    yield
    cgroup._without.clear()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with cgroup v2, as far as files say so."""
    (tmp_path / "cgroup").mkdir()
    (tmp_path / "cgroup" / "cgroup.controllers").write_text("cpu memory pids\n")
    own = Path("/proc/self/cgroup").read_text().split("\n")[0].split(":")[2].lstrip("/")
    # Where the probe looks: below the root, at the path of its own first cgroup.
    (tmp_path / "cgroup" / own).mkdir(parents=True, exist_ok=True)
    for name in ("memory.max", "pids.max"):
        if own:
            (tmp_path / "cgroup" / own / name).symlink_to(tmp_path / "cgroup" / name)
    monkeypatch.setattr(cgroup, "ROOT", tmp_path / "cgroup")
    return tmp_path


def install(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    extra: str = "",
    limit: str = 'echo "${1#*=}"',
) -> None:
    program = folder / "bin" / "systemd-run"
    program.parent.mkdir()
    program.write_text(FAKE.format(folder=folder, extra=extra, limit=limit))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


def said(folder: Path) -> list[str]:
    return (folder / "arguments").read_text().splitlines()


def test_a_scope_with_the_limits_stands_before_the_sandbox(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(machine, monkeypatch)
    scope = cgroup.scope()
    assert scope.reason == ""
    manager = "--system" if os.getuid() == 0 else "--user"
    assert scope.prefix[1:] == (
        manager, "--scope", "--quiet", "--collect", "--no-ask-password", "--description=lenetlab",
        "-p", "MemoryMax=4294967296", "-p", "MemorySwapMax=0", "-p", "TasksMax=144",
        "-p", "OOMPolicy=continue", "--",
    )  # fmt: skip


def test_a_manager_that_has_ended_since_is_noticed_and_not_asked_again(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = machine / "gone"
    install(machine, monkeypatch, f'[ -e "{gone}" ] && echo Failed to connect >&2 && exit 1')
    assert cgroup.scope().reason == ""
    gone.touch()
    assert cgroup.scope() == cgroup.Scope(reason="Failed to connect")
    asked = len(said(machine))
    assert cgroup.scope().reason and len(said(machine)) == asked


def test_an_ordinary_user_asks_the_own_manager_and_says_where_it_is(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(machine, monkeypatch)
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/somewhere")
    monkeypatch.setenv("SECRET", "never to be handed on")
    scope = cgroup.scope()
    assert "--user" in scope.prefix
    assert scope.environment == {
        "XDG_RUNTIME_DIR": "/run/user/1000",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/somewhere",
    }
    names = {line.split("=")[0] for line in (machine / "environment").read_text().splitlines()}
    assert set(scope.environment) <= names and "SECRET" not in names
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/elsewhere")
    assert cgroup.scope().environment["XDG_RUNTIME_DIR"] == "/elsewhere"


def test_the_sandbox_runs_in_the_scope_as_it_does_without(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(machine, monkeypatch)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/of-the-grader")
    source = "import os; print(sorted(os.environ.keys() & {'XDG_RUNTIME_DIR', 'INVOCATION_ID'}))"
    with new_worker() as worker:
        outcome = worker.run(
            "replay",
            cells(source),
        )
        assert json.loads(outcome.answers[0])["outputs"][0]["text"] == "[]\n", (
            "nothing of it is inside"
        )
        assert worker._process is not None
        # The program has become bubblewrap: what is killed, watched and waited for is the sandbox.
        assert Path(f"/proc/{worker._process.pid}/comm").read_text() == "bwrap\n"
    limits = [line for line in said(machine) if "Max=" in line]
    assert limits[:3] == [f"MemoryMax={4 << 30}", "MemorySwapMax=0", "TasksMax=144"]
    assert "bwrap" in (Path(line).name for line in said(machine))


def test_a_systemd_that_does_not_know_the_policy_is_asked_without_it(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = "Unknown assignment: OOMPolicy=continue"
    install(
        machine,
        monkeypatch,
        f'case "$*" in *OOMPolicy*) echo "{refusal}" >&2; exit 1 ;; esac',
    )
    scope = cgroup.scope()
    assert scope.reason == "" and "TasksMax=144" in scope.prefix
    assert not any("OOMPolicy" in word for word in scope.prefix) and scope.prefix[-1] == "--"


@pytest.mark.parametrize(
    ("extra", "limit", "reason"),
    [
        # As without a service manager, and as --quiet leaves it at the exit code.
        ("echo one >&2; echo two >&2; exit 1", "echo", "one; two"),
        ("exit 3", "echo", "systemd-run: exit code 3"),
        # As where a controller is not delegated: nothing is there, or what limits nothing.
        ("", ":", "systemd takes the limits, but they are not in force"),
        ("", "echo max", "systemd takes the limits, but they are not in force"),
    ],
)
def test_without_limits_in_force_there_is_no_scope(
    machine: Path, monkeypatch: pytest.MonkeyPatch, extra: str, limit: str, reason: str
) -> None:
    install(machine, monkeypatch, extra, limit)
    scope = cgroup.scope()
    assert scope == cgroup.Scope(reason=reason)


def test_a_manager_that_does_not_answer_is_not_waited_for(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cgroup, "PROBE_SECONDS", 0.3)
    install(machine, monkeypatch, "exec sleep 60")
    began = time.monotonic()
    scope = cgroup.scope()
    assert scope.prefix == () and "did not answer within 0.3 seconds" in scope.reason
    assert time.monotonic() - began < 5


def test_no_systemd_no_cgroup_v2_no_scope(
    tmp_path: Path, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert cgroup.scope() == cgroup.Scope(reason="systemd-run: not found")
    cgroup._without.clear()
    (machine / "cgroup" / "cgroup.controllers").unlink()
    (machine / "cgroup" / "memory").mkdir()
    assert "this machine has v1" in cgroup.scope().reason
    cgroup._without.clear()
    monkeypatch.setattr(cgroup, "ROOT", tmp_path / "nothing")
    assert "this machine has none" in cgroup.scope().reason


def test_without_a_sandbox_there_is_no_scope(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(machine, monkeypatch)
    with confine.launch(confine.Program("lenetlab"), False) as (command, _, _):
        assert "systemd-run" not in command[0]
    assert not (machine / "arguments").exists()


def test_where_memory_runs_out_the_kernel_takes_a_box_first(worker: Worker) -> None:
    source = "print(*(open(f'/proc/{who}/oom_score_adj').read().strip() for who in ('self', 1)))"
    outcome = worker.run(
        "replay",
        cells(source),
    )
    box, server = map(int, json.loads(outcome.answers[0])["outputs"][0]["text"].split())
    assert box > server


def test_the_real_systemd_run_of_this_machine_is_used_or_says_why_not() -> None:
    scope = cgroup.scope()
    assert bool(scope.prefix) != bool(scope.reason)
    if scope.prefix:
        subprocess.run([*scope.prefix, "true"], env=dict(scope.environment), check=True)
