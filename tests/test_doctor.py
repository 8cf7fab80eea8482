"""What ``lenetlab doctor`` says of a machine, and of machines that lack something."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lenetlab import doctor
from lenetlab.boxes.program import new_worker
from lenetlab.sandbox import cgroup, confine

from .commands import ROOT, lenetlab

COMMAND = [sys.executable, "-m", "lenetlab", "doctor"]
UNPRIVILEGED = [
    "bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL",
    "--dev-bind", "/", "/", "--",
]  # fmt: skip
NAMES = [
    "kernel", "bubblewrap", "namespaces", "sandbox", "seccomp filter", "network", "files", "user",
    "memory", "memory cgroup",
]  # fmt: skip


def run(*arguments: str, before: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [*(before or []), *COMMAND, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_on_this_machine_everything_is_there_but_what_only_systemd_gives() -> None:
    done = run()
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert [line[9:].split("  ")[0] for line in lines if line[:1].strip()][:-1] == NAMES
    assert all(line.startswith("ok ") for line in lines[:9]), done.stdout
    assert lines[9].split()[0] in ("ok", "reduced")
    assert lines[-1] == "Submissions can be isolated on this machine."
    assert (
        "neither the course nor temporary files" in done.stdout and "Traceback" not in done.stderr
    )


@pytest.mark.skipif(os.getuid() != 0, reason="as an ordinary user, the test above is this one")
def test_it_is_the_same_for_an_ordinary_user() -> None:
    done = run("--json", before=UNPRIVILEGED)
    found = json.loads(done.stdout)
    assert done.returncode == 0 and found["isolated"] is True
    assert [item["name"] for item in found["items"]] == NAMES
    states = {item["name"]: item["state"] for item in found["items"]}
    assert states.pop("memory cgroup") in ("ok", "reduced")
    assert set(states.values()) == {"ok"}
    assert "uid 1000 and no privileges" in found["items"][7]["detail"]


def test_without_bubblewrap_it_says_so_once_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(cgroup, "_without", [])
    done = lenetlab("doctor")
    assert done.returncode == 1
    assert "missing  bubblewrap      not found\n" in done.stdout
    assert done.stdout.count("sudo apt-get install bubblewrap") == 1
    assert done.stdout.endswith("Submissions cannot be isolated on this machine.\n")
    found = json.loads(lenetlab("doctor", "--json").stdout)
    assert found["isolated"] is False
    assert [item["name"] for item in found["items"]] == NAMES


@pytest.mark.parametrize(
    ("says", "state", "fix"),
    [("0.8.0", "ok", ""), ("0.6.1", "missing", "bubblewrap 0.7 or later"), ("", "missing", "0.7")],
)
def test_an_old_bubblewrap_is_too_old(
    says: str, state: str, fix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\necho 'bubblewrap {says}'\n")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(fake))
    item = doctor.bubblewrap()
    assert item.state == state and fix in item.fix and item.detail.startswith(says)


def test_what_bubblewrap_says_of_namespaces_is_told_with_the_fix(
    tmp_path: Path,
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    item = doctor.namespaces(str(fake), confine.Program("lenetlab"))
    assert (item.state, item.detail) == ("missing", "bwrap: setting up uid map: Permission denied")
    assert "apparmor_restrict_unprivileged_userns=0" in item.fix


def test_a_kernel_without_pidfd_open_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    assert doctor.kernel().state == "missing" and "5.3" in doctor.kernel().fix


def test_a_box_that_is_not_isolated_is_seen_as_such(tmp_path: Path) -> None:
    (tmp_path / "submitted").mkdir()
    with new_worker(sandboxed=False) as worker:
        seen = doctor.look(worker, tmp_path)
    assert seen is not None
    assert str(tmp_path / "submitted") in seen.read and len(seen.read) == 2
    assert str(confine.PACKAGE) in seen.written or os.getuid() != 0
    # The user, too: privileges are given up in the sandbox alone.
    assert [item.state for item in doctor.judge(seen, tmp_path)] == ["missing"] * 4


def test_a_scope_of_systemds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "scope", lambda: cgroup.Scope(("systemd-run",)))
    monkeypatch.setattr(cgroup, "version", lambda: "v2")
    item = doctor.memory_cgroup()
    assert (item.state, item.detail) == ("ok", "cgroup v2, a systemd scope of 4 GiB")
