"""The warm process: imports Keras once, then forks a fresh child for every box.

It runs as pid 1 of the sandbox's PID namespace, started by :mod:`.confine`. A child's memory is a
copy of this process's, so nothing of a submission may ever pass through it: a box's payload and
answers travel by descriptors that come from the grader and are the child's alone, the names of
files that a box leaves are read by a process of their own, and of ``/proc`` only numbers are read.
It runs no student's code. Once, it runs the cells that the master begins with, in which students
change nothing: what honest notebooks have in common is not run anew for each.

Messages on the socket that is standard input, one packet each, JSON from the grader:
``{"box": name, "limits": {...}}`` with two descriptors, to read the payload from and to write the
answers to, answered by ``end REASON``; ``{"stop": REASON}`` while a box runs; ``{"opening": true}``
with the payload's descriptor, answered by ``opened``.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import io
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

IDLE_SECONDS = 120  # without a request for so long, the process ends: nothing lingers after a run
MESSAGE_BYTES = 4096
WORK = Path(os.environ.get("LENETLAB_WORK", ""))  # the only writable place; emptied between boxes
OOM_SCORE = 250  # thousandths of the limit, added to a box's: more than the warm process holds
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4


def main() -> None:
    """Import, announce readiness, serve until stdin ends."""
    isolated = os.getpid() == 1
    _become_unprivileged()
    # Again: bubblewrap asked for it, but a change of uid takes the wish back.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # As pid 1 of its namespace it is spared every signal from inside for which it has no handler.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=os.dup(0))
    _open_null(0, 1)
    os.chdir(WORK)  # as its children: the opening runs here
    _import_everything()
    _open_null(2)  # the grader reads stderr until here, for the reason of a failure
    # /proc/1/mem, /proc/1/fd and the like are closed to the children from here on.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _freeze()
    control.send(b"ready")
    while select.select([control], [], [], IDLE_SECONDS)[0]:
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 2)
        if not message:
            return
        request = json.loads(message)
        if "opening" in request:
            _open_with(descriptors[0])
            control.send(b"opened")
        elif "box" in request:
            end = _run(request, descriptors, control, isolated)
            clean = _sweep(isolated)
            control.send(b"end " + end.encode() + (b"" if clean else b" closing"))
            if not clean:
                return  # the namespace goes with this process, and what could not be removed


def _open_null(*descriptors: int) -> None:
    """Let the descriptors lead nowhere, by an open file of this process's own."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(null, descriptor)
    os.close(null)


def _become_unprivileged() -> None:
    """Give up root: RLIMIT_NPROC does not bind uid 0, and nothing here needs it."""
    uid = int(os.environ.pop("LENETLAB_UID", "0"))
    if uid and os.getuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def _import_everything() -> None:
    """What submissions use; no TensorFlow op may run here, or forking would be unsafe."""
    import keras
    import rich.console
    import rich.table
    import tensorflow  # noqa: F401

    from lenetlab.boxes import cleanroom, replay
    from lenetlab.checks import architecture, questions
    from lenetlab.notebook import intake

    # Submodules that are imported lazily, at the first model or error, and what every shell and
    # every plot sets up anew: fonts, text layout, the PNG writer. Keras prints summaries with rich.
    _ = keras.Model, keras.layers.Dense, cleanroom, architecture, intake, questions
    replay.prepare()
    table = rich.table.Table("Layer (type)", "Param #")
    table.add_row("C1 ([color(4)]Conv2D[/])", "60")
    rich.console.Console(file=io.StringIO()).print(table)
    with contextlib.suppress(ModuleNotFoundError):  # only a course that draws needs it
        import matplotlib.pyplot

        figure, axes = matplotlib.pyplot.subplots()
        axes.imshow([[0, 1], [1, 0]], cmap="gray")
        axes.set_title("Ảnh")
        figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
        matplotlib.pyplot.close(figure)


def _open_with(payload: int) -> None:
    """Run the master's opening cells, of which a rehearsal in a child has shown that they may."""
    from lenetlab.boxes import replay

    replay.open_with(json.loads(_read(payload)))
    os.close(payload)
    _freeze()


def _freeze() -> None:
    """Keep the collector off what exists: marking it would copy every page that children share."""
    gc.collect()
    gc.freeze()


def _run(
    request: dict[str, Any], descriptors: list[int], control: socket.socket, isolated: bool
) -> str:
    """Fork a child for one request and return how it ended."""
    limits = request["limits"]
    deadline = time.monotonic() + limits["wall"]
    child = os.fork()
    if child == 0:
        control.close()
        _be_child(request, *descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    exited = os.pidfd_open(child)
    _silent.clear()
    end = ""
    while not end:
        ready = select.select([exited, control.fileno()], [], [], 0.1)[0]
        if exited in ready:
            break
        if control.fileno() in ready:
            message = control.recv(MESSAGE_BYTES)
            end = json.loads(message)["stop"] if message else "stopped"
        elif time.monotonic() > deadline:
            end = "time"
        elif _used(child, isolated) > limits["memory"]:
            end = "memory"
    os.close(exited)
    if end:
        _kill(child, isolated)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return end or ("done" if code == 0 else f"exit {code}")


def _be_child(request: dict[str, Any], source: int, sink: int) -> None:
    """Read the payload, bind the limits, run the box; never returns."""
    code = 1
    try:
        payload = _read(source)
        os.close(source)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(WORK)
        os.setsid()
        _open_null(0, 1, 2)  # flags of an inherited one would be seen by the next child
        _be_first_to_go()
        limits = request["limits"]
        for kind, value in (
            (resource.RLIMIT_AS, limits["address_space"]),
            (resource.RLIMIT_CPU, int(limits["cpu"])),
            (resource.RLIMIT_FSIZE, limits["file"]),
            (resource.RLIMIT_NPROC, limits["processes"]),
            (resource.RLIMIT_NOFILE, 256),
            (resource.RLIMIT_CORE, 0),
        ):
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full file is an OSError, not a death
        from lenetlab.boxes import cleanroom, replay
        from lenetlab.notebook import intake

        boxes: dict[str, Callable[[bytes], Iterator[dict[str, Any]]]] = {
            "read": intake.run,
            "replay": replay.run,
            "cleanroom": cleanroom.run,
            "rehearsal": replay.rehearse,
        }
        run = boxes[request["box"]]
        with os.fdopen(sink, "wb", buffering=0) as file:
            for message in run(payload):
                text = json.dumps(message, allow_nan=False, ensure_ascii=False)
                line = text.encode("utf-8", "replace") + b"\n"
                while line:
                    line = line[file.write(line) :]
        code = 0
    finally:
        os._exit(code)


def _be_first_to_go() -> None:
    """Where memory runs out, let the kernel end this process rather than the warm one.

    Else many small processes of a box's would each be smaller than the warm one.
    """
    prctl = ctypes.CDLL(None).prctl
    prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # whose files in /proc are not its own may not write there
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
    prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _sweep(isolated: bool) -> bool:
    """Kill and reap every other process, empty the tmpfs; returns whether all is gone."""
    try:
        for _ in range(500 if isolated else 0):
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            try:
                os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            time.sleep(0.01)
        if WORK.stat().st_uid == os.getuid():
            WORK.chmod(0o700)
        if not _is_empty():
            # In a process of its own: the names of what a box left would stay in this one's memory.
            sweeper = os.fork()
            if sweeper == 0:
                _be_sweeper()
            os.waitpid(sweeper, 0)
        # Resets the folder's times, so that they carry no message.
        (WORK / "swept").touch()
        (WORK / "swept").unlink()
        return _is_empty() and not (isolated and _others())
    except (OSError, RecursionError):
        return False


def _is_empty() -> bool:
    """Whether nothing is in the tmpfs, asked without reading a name of what is."""
    libc = ctypes.CDLL(None)
    attributes = libc.listxattr(os.fsencode(WORK), None, 0)
    if not WORK.is_mount():  # without a sandbox: an ordinary folder
        return not any(WORK.iterdir())
    held = os.statvfs(WORK)
    return attributes <= 0 and held.f_files - held.f_ffree <= 1


def _be_sweeper() -> None:
    """Remove everything in the tmpfs; never returns."""
    try:
        for name in os.listxattr(WORK):
            os.removexattr(WORK, name)
        for entry in WORK.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    finally:
        os._exit(0)


def _others() -> list[int]:
    """Every process of the namespace but this one."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if pid != os.getpid()]


def _kill(child: int, isolated: bool) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(child, signal.SIGKILL)
        os.killpg(child, signal.SIGKILL)
    if isolated:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)


def _used(child: int, isolated: bool) -> int:
    """Bytes that the box holds: in processes (what forks share counts for each) and in files."""
    if not isolated:
        return _memory(child)
    held = os.statvfs(WORK)
    files = (held.f_blocks - held.f_bfree) * held.f_bsize
    inodes = (held.f_files - held.f_ffree) * INODE_BYTES
    return sum(map(_memory, _others())) + files + inodes


INODE_BYTES = 2048  # of kernel memory that an empty file costs, rounded up
_HELD = (b"RssAnon:", b"RssShmem:", b"VmSwap:", b"VmPTE:", b"HugetlbPages:")
_AFTER_NAME = 80  # the process's name, which a box can choose, stands before; it is not read
_UNREADABLE = 1 << 60  # more than any limit
SILENT_LOOKS = 10  # a second
_silent: dict[int, int] = {}  # processes that show no figures, and for how many looks


def _memory(pid: int) -> int:
    """Bytes of a process, its page tables among them; files that it maps cost nothing."""
    try:
        descriptor = os.open(f"/proc/{pid}/status", os.O_RDONLY)
        try:
            lines = os.pread(descriptor, 1 << 14, _AFTER_NAME).split(b"\n")
        finally:
            os.close(descriptor)
        held = [int(line.split()[1]) for line in lines if line.startswith(_HELD)]
        threads = next(int(line.split()[1]) for line in lines if line.startswith(b"Threads:"))
        if held or threads <= 1:
            _silent.pop(pid, None)
            return 1024 * sum(held)
        # A process whose first thread has ended shows nothing of what the others hold. One that is
        # ending looks so for a moment: only one that stays so is over the limit.
        _silent[pid] = _silent.get(pid, 0) + 1
        return _UNREADABLE if _silent[pid] > SILENT_LOOKS else 0
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has ended
    except (OSError, IndexError, ValueError, StopIteration):
        return _UNREADABLE


def _read(descriptor: int) -> bytes:
    """Everything, from the beginning."""
    size = os.fstat(descriptor).st_size
    data = bytearray()
    while len(data) < size:
        data += os.pread(descriptor, size - len(data), len(data))
    return bytes(data)


if __name__ == "__main__":
    # Run as a module; under its own name, so that the children find the same one.
    sys.modules.setdefault("lenetlab.sandbox.forkserver", sys.modules["__main__"])
    main()
