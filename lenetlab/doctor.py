"""What isolation this machine gives: every part of it is tried, none looked up."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from lenetlab.boxes.program import new_worker
from lenetlab.boxes.steps import Ran, cells
from lenetlab.sandbox import cgroup, confine, seccomp
from lenetlab.sandbox.limits import Limits
from lenetlab.sandbox.worker import Worker

OK, REDUCED, MISSING = "ok", "reduced", "missing"
# What is not tried where bubblewrap or a part before is missing, in this order.
_LATER = (
    "namespaces", "sandbox", "seccomp filter", "network", "files", "user", "memory",
)  # fmt: skip
_COURSE = ("source", "submitted", "autograded", "gradebook.db", "nbgrader_config.py")
_CALLS = ("add_key", "io_uring_setup", "shmget")  # no other error of theirs is "not permitted"
_FOLDERS = ("/", "/usr", "/etc", "/dev", "/dev/shm", "/proc", "/var/tmp", sys.prefix)  # noqa: S108


@dataclass(frozen=True)
class Item:
    """A part of the isolation. Where one is missing, submissions are not isolated."""

    name: str
    state: str
    detail: str
    fix: str = ""


class Seen(msgspec.Struct, frozen=True):
    """What a box reports that looks for what it must not find."""

    uid: int
    privileged: bool  # now, or by a program that it starts
    filtered: bool  # by seccomp
    allowed: list[str]  # system calls that should be denied
    interfaces: list[str]
    connected: bool  # to this machine
    read: list[str]
    written: list[str]


def examine(course: Path | None) -> list[Item]:
    """Try everything; what needs a part that is missing is not tried."""
    with new_worker() as worker:
        items = [kernel(), bubblewrap()]
        if bwrap := shutil.which("bwrap"):
            items.append(namespaces(bwrap, worker.program))
        if all(item.state == OK for item in items):
            items.append(start(worker))
        if all(item.state == OK for item in items) and (seen := look(worker, course)):
            items += [*judge(seen, course), memory(worker)]
    unknown = _LATER[len(items) - 2 :]
    items += [Item(name, MISSING, "not known: no box has answered") for name in unknown]
    return [*items, memory_cgroup()]


def kernel() -> Item:
    """The kernel, and whether the fork server can wait for a box with it."""
    detail = f"{platform.system()} {platform.release()}"
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return Item("kernel", MISSING, f"{detail}: no pidfd_open", "Linux 5.3 or later is needed.")
    return Item("kernel", OK, detail)


def bubblewrap() -> Item:
    """The program that makes the sandbox, and its version."""
    path = shutil.which("bwrap")
    if path is None:
        return Item("bubblewrap", MISSING, "not found", confine.remedy("not found"))
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    version = done.stdout.strip().rpartition(" ")[2]
    parts = [int(part) for part in version.split(".") if part.isdigit()]
    if parts < [int(part) for part in confine.BUBBLEWRAP.split(".")]:
        return Item("bubblewrap", MISSING, f"{version}: too old", confine.remedy("unknown option"))
    return Item("bubblewrap", OK, f"{version}, {path}")


def namespaces(bwrap: str, program: confine.Program) -> Item:
    """Something that starts in the sandbox's namespaces and mounts."""
    command = [bwrap, *confine.namespaces(), *confine.mounts(program), "--", "true"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        error = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Item("namespaces", MISSING, error, confine.remedy(error))
    return Item("namespaces", OK, "of its own: processes, network, IPC, host name, mounts")


def start(worker: Worker) -> Item:
    """The sandbox, as grading starts it."""
    began = time.monotonic()
    try:
        worker.start()
    except (OSError, confine.SandboxUnavailable) as error:
        return Item("sandbox", MISSING, *str(error).split("\n", 1))
    return Item("sandbox", OK, f"ready after {time.monotonic() - began:.1f} s")


def look(worker: Worker, course: Path | None) -> Seen | None:
    """What a box finds that looks for what it must not find; None where it does not answer."""
    with (
        tempfile.NamedTemporaryFile() as canary,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        abstract.bind("")  # by a name of the kernel's, in no folder
        abstract.listen()
        places = [course / part for part in _COURSE] if course else []
        asked = {
            "calls": {call: seccomp.number(call) for call in _CALLS},
            "port": server.getsockname()[1],
            "abstract": abstract.getsockname()[1:].decode(),
            "paths": [canary.name, *(str(place) for place in places if place.exists())],
            "folders": [*_FOLDERS, str(confine.PACKAGE)],
        }
        outcome = worker.run("replay", cells(f"asked = {asked!r}\n{_LOOK}"))
    try:
        ran = msgspec.json.decode(outcome.answers[0], type=Ran)
        return msgspec.json.decode(ran.outputs[0]["text"], type=Seen)
    except (LookupError, ValueError):
        return None


_LOOK = """
import contextlib, ctypes, json, os, socket
call = ctypes.CDLL(None, use_errno=True).syscall
def denied(number):
    return call(number, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() == 1
def connects(family, address):
    with contextlib.suppress(PermissionError), socket.socket(family) as client:
        client.settimeout(5)
        return client.connect_ex(address) == 0
    return False
def writable(folder):
    with contextlib.suppress(OSError), open(os.path.join(folder, "lenetlab"), "x") as file:
        os.unlink(file.name)
        return True
status = dict(line.strip().partition(":\t")[::2] for line in open("/proc/self/status"))
print(json.dumps({
    "uid": os.getuid(),
    "privileged": int(status["CapEff"], 16) != 0 or status["NoNewPrivs"] != "1",
    "filtered": status.get("Seccomp") == "2",
    "allowed": [name for name, number in asked["calls"].items() if not denied(number)],
    "interfaces": [line.split(":")[0].strip() for line in open("/proc/net/dev")][2:],
    "connected": connects(socket.AF_INET, ("127.0.0.1", asked["port"]))
    or connects(socket.AF_UNIX, chr(0) + asked["abstract"]),
    "read": [path for path in asked["paths"] if os.path.lexists(path)],
    "written": [folder for folder in asked["folders"] if writable(folder)],
}))
"""


def judge(seen: Seen, course: Path | None) -> list[Item]:
    """What a box has found, part by part."""
    hidden = "neither the course nor" if course else "no"
    who = f"a box has uid {seen.uid} and {'' if seen.privileged else 'no '}privileges"
    parts = [
        (
            "seccomp filter",
            seen.filtered and not seen.allowed,
            f"denied in a box: {', '.join(_CALLS)}, and more",
            f"not denied: {', '.join(seen.allowed)}",
        ),
        (
            "network",
            not seen.connected and seen.interfaces == ["lo"],
            "a box reaches nothing, not even this machine's own ports",
            f"a box has {', '.join(seen.interfaces)}",
        ),
        (
            "files",
            not seen.read and not seen.written,
            f"a box sees {hidden} temporary files, writes in its own folder only",
            f"a box sees {seen.read or 'nothing'}, writes in {seen.written or 'nothing'}",
        ),
        ("user", not seen.privileged and seen.uid != 0, who, who),  # RLIMIT_NPROC binds no root
    ]
    return [
        Item(name, OK, fine) if good else Item(name, MISSING, wrong)
        for name, good, fine, wrong in parts
    ]


def memory(worker: Worker) -> Item:
    """A box that takes more than it may is ended; this one may take little."""
    hoard = "import time; [(bytearray(b'x') * (16 << 20), time.sleep(0.05)) for _ in range(80)]"
    outcome = worker.run("replay", cells(hoard), Limits(memory=512 << 20))
    if outcome.end != "memory":
        return Item("memory", MISSING, f"a box took more than its limit: {outcome.end}")
    return Item("memory", OK, f"watched: a box is ended above {Limits.memory >> 30} GiB")


def memory_cgroup() -> Item:
    """The kernel limits the memory too, between two looks and beyond what they see."""
    scope = cgroup.scope()
    if scope.reason:
        fix = "It takes systemd on cgroup v2, and memory and pids in user@.service's Delegate=."
        return Item("memory cgroup", REDUCED, f"none: {scope.reason}", fix)
    size = f"{cgroup.MEMORY >> 30} GiB"
    return Item("memory cgroup", OK, f"cgroup {cgroup.version()}, a systemd scope of {size}")
