"""Confinement: the command that starts a fork server apart from the machine, or why it cannot.

It is bubblewrap's: namespaces of its own for processes, network, IPC and mounts; a read-only view
of the system and of Python; one small private tmpfs as the only writable place; no capabilities;
an environment of a dozen names. The course directory is not there at all.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lenetlab.sandbox import cgroup, seccomp

PACKAGE = Path(__file__).resolve().parents[1]
# Of this package, besides what a program names.
_MODULES = (
    "__init__", "sandbox/__init__", "sandbox/forkserver", "sandbox/limits", "sandbox/watch",
)  # fmt: skip
BUBBLEWRAP = "0.7"  # the first that limits the size of a tmpfs
WORK = "/box"  # in the sandbox: the private tmpfs, the only writable place


class SandboxUnavailable(Exception):
    """This machine cannot isolate; the text gives the reason and the fix."""


@dataclass(frozen=True)
class Program:
    """What runs inside: a module that the fork server imports, and all that it needs there.

    The module offers ``prepare()`` and ``BOXES``, as :mod:`.forkserver` says.
    """

    module: str
    data: bytes = b""  # what ``prepare()`` is given
    modules: tuple[str, ...] = ()  # of this package, as paths without ".py"
    packages: tuple[str, ...] = ()  # whose folders are mounted, wherever they are installed
    environment: Mapping[str, str] = field(default_factory=dict)
    # Files to read, by the environment variable that names them inside.
    files: Mapping[str, Path] = field(default_factory=dict)


_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": WORK,
    "TMPDIR": WORK,
    "LENETLAB_WORK": WORK,
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    # One thread each: only a process with a single thread may fork safely.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


_started = itertools.count()


@contextmanager
def launch(
    program: Program, sandboxed: bool
) -> Iterator[tuple[list[str], dict[str, str], list[int]]]:
    """The fork server's command, its environment and the descriptors that it inherits.

    Raises:
        SandboxUnavailable: there is no bubblewrap.
    """
    python = [sys.executable, "-P", "-m", "lenetlab.sandbox.forkserver", program.module]
    # The package may be imported from a checkout (editable install), others from a user's own
    # site-packages: what is found here is to be found there.
    folders = [PACKAGE.parent, *_package_folders(program)]
    environment = {**_ENVIRONMENT, **program.environment}
    environment["PYTHONPATH"] = os.pathsep.join(map(str, folders))
    if not sandboxed:
        environment |= {name: str(file.absolute()) for name, file in program.files.items()}
        with tempfile.TemporaryDirectory(prefix="lenetlab-") as work:
            environment |= dict.fromkeys(("HOME", "TMPDIR", "LENETLAB_WORK"), work)
            yield python, environment, []
        return
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxUnavailable(explain("bwrap: not found"))
    with tempfile.TemporaryFile() as rules:
        rules.write(seccomp.program())
        rules.seek(0)
        environment |= {name: _inside(name) for name in program.files}
        command = [bwrap, *namespaces(), *mounts(program), "--seccomp", str(rules.fileno())]
        if os.getuid() == 0:
            # An uid of the range that systemd gives to short-lived services: bound by
            # RLIMIT_NPROC, and rarely another worker's.
            number = os.getpid() * 31 + next(_started)  # processes in a row, some workers each
            environment["LENETLAB_UID"] = str(61184 + number % 4000)
            command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        command.append("--clearenv")
        for name, value in environment.items():
            command += ["--setenv", name, value]
        # What the scope's own program needs of the environment, bubblewrap drops.
        scope = cgroup.scope()
        command = [*scope.prefix, *command, "--", *python]
        yield command, dict(scope.environment), [rules.fileno()]


def _inside(variable: str) -> str:
    """Where a file is mounted: ``/some.file`` for ``SOME_FILE``.

    What runs inside may print the path, so it says nothing of this machine.
    """
    return "/" + variable.lower().replace("_", ".")


def _package_folders(program: Program) -> list[Path]:
    """Where the program's packages are installed."""
    specs = map(importlib.util.find_spec, program.packages)
    return sorted({Path(s.origin).resolve().parents[1] for s in specs if s and s.origin})


def namespaces() -> list[str]:
    """What the sandbox has of its own, and how it ends."""
    return [
        "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
    ]  # fmt: skip


def mounts(program: Program) -> list[str]:
    """Read-only: the system's programs and libraries, Python, what the program names; no more."""
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
    libraries = _python_directories(program)
    bound = [*libraries, PACKAGE]
    # Made before the binds that need them: bwrap itself would make them readable by root only.
    for parent in sorted({parent for path in bound for parent in path.parents} - {Path("/")}):
        mounts += ["--perms", "0755", "--dir", str(parent)]
    for path in libraries:
        mounts += ["--ro-bind", str(path), str(path)]
    # Of this package, what runs inside and no other file.
    modules = (*_MODULES, *program.modules)
    mounts += ["--perms", "0755", "--tmpfs", str(PACKAGE)]
    for folder in sorted({PACKAGE.joinpath(name).parent for name in modules} - {PACKAGE}):
        mounts += ["--perms", "0755", "--dir", str(folder)]
    for name in modules:
        mounts += ["--ro-bind", str(PACKAGE / f"{name}.py"), str(PACKAGE / f"{name}.py")]
    mounts += ["--remount-ro", str(PACKAGE)]
    if not any(path.is_relative_to("/tmp") for path in bound):  # noqa: S108
        mounts += ["--symlink", WORK, "/tmp"]  # noqa: S108 - for programs that know no TMPDIR
    for variable, path in program.files.items():
        mounts += ["--ro-bind", str(path), _inside(variable)]
    return [
        *mounts,
        "--proc", "/proc",
        "--dev", "/dev",
        "--tmpfs", "/dev/pts", "--remount-ro", "/dev/pts",  # terminals: the machine has few
        "--ro-bind", "/dev/null", "/dev/zero",  # not to be opened: mapped, it is shared memory
        "--remount-ro", "/dev",
        "--perms", "1777", "--size", str(256 << 20), "--tmpfs", WORK,
        "--remount-ro", "/",
    ]  # fmt: skip


def _python_directories(program: Program) -> list[Path]:
    """Where the interpreter and the installed packages are, without what /usr holds anyway."""
    candidates = {
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(sys.executable).resolve().parents[1],
    }
    found: list[Path] = []
    for path in sorted(candidates.union(_package_folders(program)), key=lambda p: len(p.parts)):
        if path.is_dir() and not any(path.is_relative_to(p) for p in [Path("/usr"), *found]):
            found.append(path)
    return found


def explain(error: str) -> str:
    """Why isolation cannot be had here and what to do about it."""
    error = error.strip().splitlines()[-1] if error.strip() else "no reason was given"
    inside = "That is no error of bubblewrap's: the program inside it did not start."
    return (
        f"Submissions cannot be isolated on this machine: {error}\n"
        f"{remedy(error) if error.startswith('bwrap:') else inside}\n"
        "Or, only for submissions that you trust: --no-sandbox (lenetlab), "
        "c.Grade.sandbox = False (nbgrader_config.py). Grades are then marked as unprotected."
    )


def remedy(error: str) -> str:
    """What a user can do about an error of bubblewrap's."""
    if platform.system() != "Linux":
        return "The sandbox needs Linux: on macOS a Linux virtual machine, on Windows WSL 2."
    if "not found" in error or "nknown option" in error:
        return f"""\
bubblewrap {BUBBLEWRAP} or later is needed. Install it:
  Debian, Ubuntu, WSL:  sudo apt-get install bubblewrap
  Fedora:               sudo dnf install bubblewrap"""
    return """\
bubblewrap needs user namespaces. To allow them:
  Ubuntu 24.04 and later:
      sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0
  Debian 10 and older:  sudo sysctl kernel.unprivileged_userns_clone=1
  Fedora, others:       sudo sysctl user.max_user_namespaces=15000
  WSL:                  use WSL 2 (wsl --set-version DISTRIBUTION 2)
  In a container:       allow user namespaces in its seccomp profile"""
