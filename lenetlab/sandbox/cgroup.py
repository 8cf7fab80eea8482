"""A memory limit that the kernel holds, where systemd gives one: a transient scope on cgroup v2.

The fork server looks at what a box holds ten times a second, and sees what processes map. The
kernel's limit holds between two looks too, and counts what no process maps, such as page tables and
pipes. It is an addition, so a machine that has none is used without it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lenetlab.sandbox.limits import Limits

ROOT = Path("/sys/fs/cgroup")
PROBE_SECONDS = 5.0  # a service manager that takes longer does not work
# Beside what a box may use. Measured: a scope with the fork server alone holds 0.75 GiB, of which
# 0.28 are its own memory and most else the libraries' files; the rest is room for page tables.
MEMORY = Limits.memory + (1 << 30)
TASKS = Limits.processes + 16  # bubblewrap, the fork server, the one that sweeps, some to spare

# systemd takes a limit without a word where the controller is missing, as where it is not delegated
# to the user's manager: that it is in force is read in the scope itself.
_READ_LIMITS = """
IFS=: read -r _ _ path </proc/self/cgroup
cd "$1$path" && cat memory.max pids.max 2>/dev/null
exit 0
"""


@dataclass(frozen=True)
class Scope:
    """What stands before the sandbox's command, and the variables that it needs; or why nothing."""

    prefix: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def version() -> str:
    """Which cgroups the machine has: ``v2``, ``v1`` (both side by side count as that) or none."""
    if (ROOT / "cgroup.controllers").is_file():
        return "v2"
    return "v1" if ROOT.is_dir() and any(ROOT.iterdir()) else "none"


_without: list[Scope] = []  # why there is none; not asked for again


def scope() -> Scope:
    """The scope for boxes with the usual limits, tried before it is used.

    ``systemd-run --scope`` puts itself into the scope and becomes the command: it stays a child of
    the caller's, with the same descriptors, signals and end. It is tried anew for each sandbox: a
    user's manager ends with the user's last session, which a grader in the background outlives.
    """
    if _without:
        return _without[0]
    found = _find()
    if found.reason:
        _without.append(found)
    return found


def _find() -> Scope:
    if version() != "v2":
        return Scope(reason=f"needs cgroup v2, this machine has {version()}")
    program = shutil.which("systemd-run")
    if program is None:
        return Scope(reason="systemd-run: not found")
    as_root = os.getuid() == 0
    environment = {} if as_root else _bus()
    command = [program, "--system" if as_root else "--user", "--scope", "--quiet", "--collect"]
    command += ["--no-ask-password", "--description=lenetlab", "-p", f"MemoryMax={MEMORY}"]
    command += ["-p", "MemorySwapMax=0", "-p", f"TasksMax={TASKS}"]
    # Otherwise systemd ends the whole scope when the kernel ends one process of a box. Scopes have
    # this setting since systemd 252.5.
    for setting in (("-p", "OOMPolicy=continue"), ()):
        prefix = (*command, *setting, "--")
        reason = _probe(prefix, environment, f"{MEMORY}\n{TASKS}\n")
        if not reason:
            return Scope(prefix, environment)
        if "OOMPolicy" not in reason:
            break
    return Scope(reason=reason)


def _bus() -> dict[str, str]:
    """How to reach the user's own service manager; cron and sudo give no hint of it."""
    names = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
    found = {name: os.environ[name] for name in names if name in os.environ}
    return {"XDG_RUNTIME_DIR": f"/run/user/{os.getuid()}"} | found


def _probe(prefix: tuple[str, ...], environment: dict[str, str], expected: str) -> str:
    """Why the scope does not come about, or not with its limits; empty where it does."""
    try:
        done = subprocess.run(
            [*prefix, "/bin/sh", "-c", _READ_LIMITS, "sh", str(ROOT)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"systemd-run did not answer within {PROBE_SECONDS:g} seconds"
    except OSError as error:
        return f"systemd-run: {error.strerror}"
    said = "; ".join(done.stderr.strip().splitlines())
    if done.returncode:
        return said or f"systemd-run: exit code {done.returncode}"
    if done.stdout != expected:
        return said or "systemd takes the limits, but they are not in force"
    return ""
