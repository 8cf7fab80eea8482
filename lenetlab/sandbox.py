"""The confined warm process, seen from outside: start it, send it a box to run, stop it.

Confinement is bubblewrap's: namespaces of its own for processes, network, IPC and mounts; a
read-only view of the system and of Python; one small private tmpfs as the only writable place; no
capabilities; an environment of a dozen names. The course directory is not there at all.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import platform
import select
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from . import seccomp

PACKAGE = Path(__file__).resolve().parent
IMAGES = PACKAGE / "data" / "few_images.npz"
WORK = "/box"  # in the sandbox: the private tmpfs, the only writable place
WARM_UP_SECONDS = 120.0
OPENING_SECONDS = 20.0  # for one of the cells that a notebook begins with
MAX_LINE = 5_000_000  # bytes of one message
MAX_MESSAGES = 5000


class SandboxUnavailable(Exception):
    """This machine cannot isolate; the text gives the reason and the fix."""


@dataclass(frozen=True)
class Limits:
    """What one box may use: seconds, bytes, and processes (threads count)."""

    wall: float = 90.0
    silence: float = 30.0  # between two messages: a cell's time and some grace
    cpu: float = 90.0
    memory: int = 3 << 30
    address_space: int = 8 << 30
    file: int = 64 << 20
    output: int = 32 << 20
    processes: int = 128


@dataclass(frozen=True)
class Outcome:
    """What a box sent, and how it ended.

    ``end`` is ``done``, ``time``, ``memory``, ``output``, ``exit N``, or ``died`` where the warm
    process itself did not answer any more.
    """

    messages: list[dict[str, Any]]
    malformed: int  # lines that were no JSON object
    end: str


class Worker:
    """One warm process; started at first use, again when it has died, stopped by ``close``."""

    def __init__(self, *, sandboxed: bool = True) -> None:
        """Prepare a worker; nothing is started yet."""
        self.sandboxed = sandboxed
        self.opening: tuple[str, ...] = ()  # cells that boxes begin with, the master's own
        self._opened: tuple[str, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""
        self._work: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Worker:
        """Return itself; leaving the block stops the process."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop the process."""
        self.close()

    def run(self, kind: str, payload: dict[str, Any], limits: Limits | None = None) -> Outcome:
        """Run one box (``"replay"`` or ``"cleanroom"``) in a fresh child and collect its messages.

        Raises:
            SandboxUnavailable: the warm process cannot be started.
        """
        limits = limits or Limits()
        received = bytearray()
        for last in (False, True):
            try:
                self.start()
                self._send(kind, payload, limits)
                end = self._collect(limits, received)
            except (OSError, EOFError):
                self.close()
                if not received and not last:
                    continue  # an idle process may have ended by itself just now
                end = "died"
            break
        return Outcome(*_parse(bytes(received)), end)

    def start(self) -> None:
        """Start the warm process where it does not run yet, and let it run the opening cells.

        Raises:
            SandboxUnavailable: it cannot be started.
        """
        alive = self._process is not None and self._process.poll() is None
        if not alive or self._opened not in ((), self.opening):
            self.close()
            self._launch()
        if self._opened != self.opening:
            self._opened = self.opening
            self._open()

    def _open(self) -> None:
        """Rehearse the opening cells in a child, then let the warm process run those that it may:
        after a TensorFlow operation, or whatever else starts a thread, it could not fork."""  # fmt: skip
        cells = {"cells": self.opening, "seconds": OPENING_SECONDS}
        received = bytearray()
        self._send("rehearsal", cells, Limits())
        self._collect(Limits(), received)
        messages, _ = _parse(bytes(received))
        safe = list(takewhile(lambda message: message.get("safe") is True, messages))
        self._send("opening", cells | {"cells": self.opening[: len(safe)]}, Limits())
        if self._line(time.monotonic() + WARM_UP_SECONDS) != b"ready":
            raise EOFError("the warm process does not speak its part")

    def close(self) -> None:
        """Stop the process, and with it everything in its namespace."""
        process, self._process, self._buffer = self._process, None, b""
        if process is not None:
            assert process.stdin is not None and process.stdout is not None
            with suppress(OSError):
                process.stdin.close()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
        self._opened = ()
        if self._work is not None:
            self._work.cleanup()
            self._work = None

    def _launch(self) -> None:
        with _launch(self.sandboxed) as (command, environment, descriptors):
            if not self.sandboxed:
                self._work = tempfile.TemporaryDirectory(prefix="lenetlab-")
                environment |= dict.fromkeys(("HOME", "TMPDIR", "LENETLAB_WORK"), self._work.name)
            with tempfile.TemporaryFile() as errors:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=environment,
                    pass_fds=descriptors,
                    start_new_session=True,
                )
                try:
                    line = self._line(time.monotonic() + WARM_UP_SECONDS)
                except EOFError:
                    line = b""
                if line != b"ready":
                    self.close()
                    errors.seek(0)
                    raise SandboxUnavailable(_explain(errors.read().decode(errors="replace")))

    def _send(self, kind: str, payload: dict[str, Any], limits: Limits) -> None:
        assert self._process is not None and self._process.stdin is not None
        data = json.dumps(payload).encode()
        header = {"kind": kind, "size": len(data), "limits": asdict(limits)}
        self._process.stdin.write(json.dumps(header).encode() + b"\n" + data)
        self._process.stdin.flush()

    def _collect(self, limits: Limits, received: bytearray) -> str:
        """Gather what the box writes; returns how it ended."""
        deadline = time.monotonic() + limits.wall + limits.silence
        while True:
            word, _, rest = self._line(deadline).partition(b" ")
            if word == b"end":
                end = rest.decode()
                if end.endswith(" closing"):
                    self.close()  # it could not clean up and ends; the next box gets a fresh one
                return end.removesuffix(" closing")
            received += self._exactly(int(rest), deadline)

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self._buffer:
            self._fill(deadline)
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _exactly(self, size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            self._fill(deadline)
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def _fill(self, deadline: float) -> None:
        assert self._process is not None and self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise EOFError("the warm process does not answer")
        data = os.read(pipe, 1 << 20)
        if not data:
            raise EOFError("the warm process has ended")
        self._buffer += data


def _parse(received: bytes) -> tuple[list[dict[str, Any]], int]:
    """JSON objects, one a line; anything else is counted, not believed."""
    messages: list[dict[str, Any]] = []
    malformed = 0
    for line in received.split(b"\n", MAX_MESSAGES):
        if not line:
            continue
        try:
            message = None
            if len(line) <= MAX_LINE:
                message = json.loads(line, parse_constant=_refuse, parse_float=_finite)
        except (ValueError, RecursionError):
            message = None
        if isinstance(message, dict):
            messages.append(message)
        else:
            malformed += 1
    return messages, malformed


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number} is too large")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": WORK,
    "TMPDIR": WORK,
    "LENETLAB_WORK": WORK,
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MNIST_NPZ": str(IMAGES),
    # One thread each: only a process with a single thread may fork safely.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}


@contextmanager
def _launch(sandboxed: bool) -> Iterator[tuple[list[str], dict[str, str], list[int]]]:
    """The warm process's command, its environment and the descriptors that it inherits."""
    python = [sys.executable, "-P", "-m", "lenetlab.warm"]
    if not sandboxed:
        yield python, dict(_ENVIRONMENT) | _search_path(), []
        return
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxUnavailable(_explain("bwrap: not found"))
    with tempfile.TemporaryFile() as rules:
        rules.write(seccomp.program())
        rules.seek(0)
        # Under a path that says nothing of this machine: the notebook prints it.
        environment = _ENVIRONMENT | _search_path() | {"MNIST_NPZ": "/mnist.npz"}
        command = [bwrap, *_namespaces(), *_mounts(), "--seccomp", str(rules.fileno())]
        if os.getuid() == 0:
            # An uid of the range that systemd gives to short-lived services: bound by
            # RLIMIT_NPROC, and rarely another worker's.
            environment["LENETLAB_UID"] = str(61184 + os.getpid() % 4000)
            command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        command.append("--clearenv")
        for name, value in environment.items():
            command += ["--setenv", name, value]
        yield [*command, "--", *python], {}, [rules.fileno()]


def _search_path() -> dict[str, str]:
    # The package may be imported from a checkout (editable install), others from a user's own
    # site-packages: what is found here is to be found there.
    return {"PYTHONPATH": os.pathsep.join(map(str, [PACKAGE.parent, *_package_folders()]))}


def _package_folders() -> list[Path]:
    """Where the packages that submissions use are installed."""
    names = (
        "keras",
        "tensorflow",
        "numpy",
        "matplotlib",
        "matplotlib_inline",
        "IPython",
        "sklearn",
    )
    specs = [importlib.util.find_spec(name) for name in (*names, "fastjsonschema")]
    return sorted({Path(s.origin).resolve().parents[1] for s in specs if s and s.origin})


def _namespaces() -> list[str]:
    return [
        "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
    ]  # fmt: skip


def _mounts() -> list[str]:
    """Read-only: the system's programs and libraries, Python, this package. Nothing else."""
    mounts: list[str] = []
    for directory in ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin"):
        path = Path(directory)
        if path.is_symlink():
            mounts += ["--symlink", str(path.readlink()), directory]
        elif path.is_dir():
            mounts += ["--ro-bind", directory, directory]
    mounts += ["--perms", "0755", "--dir", "/etc"]
    for file in ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives"):
        mounts += ["--ro-bind-try", file, file]
    bound = [*_python_directories(), PACKAGE]
    # Made before the binds that need them, or bwrap would make them for root's eyes only.
    for parent in sorted(
        {parent for directory in bound for parent in directory.parents if parent != Path("/")}
    ):
        mounts += ["--perms", "0755", "--dir", str(parent)]
    for path in bound:
        mounts += ["--ro-bind", str(path), str(path)]
    if not any(path.is_relative_to("/tmp") for path in bound):  # noqa: S108
        mounts += ["--symlink", WORK, "/tmp"]  # noqa: S108 - for programs that know no TMPDIR
    return [
        *mounts,
        "--ro-bind", str(IMAGES), "/mnist.npz",
        "--proc", "/proc",
        "--dev", "/dev",
        "--ro-bind", "/dev/null", "/dev/zero",  # not to be opened: mapped, it is shared memory
        "--remount-ro", "/dev",
        "--perms", "1777", "--size", str(256 << 20), "--tmpfs", WORK,
        "--remount-ro", "/",
    ]  # fmt: skip


def _python_directories() -> list[Path]:
    """Where the interpreter and the installed packages are, without what /usr holds anyway."""
    candidates = [
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(sys.executable).resolve().parents[1],
    ]
    candidates += [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")]
    candidates += _package_folders()
    found: list[Path] = []
    for path in sorted(set(candidates), key=lambda p: len(p.parts)):
        if path.is_dir() and not any(path.is_relative_to(p) for p in [Path("/usr"), *found]):
            found.append(path)
    return found


def _explain(error: str) -> str:
    """Why isolation cannot be had here and what to do about it."""
    error = error.strip().splitlines()[-1] if error.strip() else "no reason was given"
    lines = [f"Submissions cannot be isolated on this machine: {error}"]
    if platform.system() != "Linux":
        lines.append("The sandbox needs Linux: on macOS a Linux virtual machine, on Windows WSL 2.")
    elif "not found" in error:
        lines += [
            "bubblewrap is missing. Install it:",
            "  Debian, Ubuntu, WSL:  sudo apt-get install bubblewrap",
            "  Fedora:               sudo dnf install bubblewrap",
        ]
    else:
        lines += [
            "bubblewrap needs user namespaces. To allow them:",
            "  Ubuntu 24.04 and later:",
            "      sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
            "  Debian 10 and older:  sudo sysctl kernel.unprivileged_userns_clone=1",
            "  Fedora, others:       sudo sysctl user.max_user_namespaces=15000",
            "  WSL:                  use WSL 2 (wsl --set-version DISTRIBUTION 2)",
            "  In a container:       allow user namespaces in its seccomp profile",
        ]
    lines.append(
        "Or, only for submissions that you trust: --no-sandbox (lenetlab), "
        "c.Grade.sandbox = False (nbgrader_config.py). Grades are then marked as unprotected."
    )
    return "\n".join(lines)
