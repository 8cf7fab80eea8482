"""The warm process: imports Keras once, then forks a fresh child for every box.

It runs as pid 1 of the sandbox's PID namespace, started by :mod:`lenetlab.sandbox`. It never runs
a student's code and never reads a box's payload, only its header: the child reads the payload. So
a child's memory, a copy of this process's, holds nothing of any other submission and nothing of
the hidden tests. Besides, once, it runs the cells that the master begins with, in which students
change nothing: what honest notebooks have in common is not run anew for each.

Requests on stdin: a header line of JSON (``kind``, ``size`` of the payload in bytes, ``limits``),
then the payload. Answers on stdout: ``data N`` and N bytes, as often as the child writes, then
``end REASON``.
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
import sys
import time
from pathlib import Path
from typing import Any

IDLE_SECONDS = 120  # without a request for so long, the process ends: nothing lingers after a run
WORK = Path(os.environ.get("LENETLAB_WORK", ""))  # the only writable place; emptied between boxes
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4


def main() -> None:
    """Import, announce readiness, serve until stdin ends."""
    isolated = os.getpid() == 1
    _become_unprivileged()
    # Again: bubblewrap asked for it, but a change of uid takes the wish back.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # As pid 1 of its namespace it is spared every signal from inside for which it has no handler.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = os.dup(0), os.dup(1)
    _open_null(0, 1)
    os.chdir(WORK)  # as its children: the opening runs here
    _import_everything()
    _open_null(2)  # until here the starter listens, for the reason of a failure
    # /proc/1/mem, /proc/1/fd and the like are closed to the children from here on.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _freeze()
    _say(answers, b"ready")
    while True:
        if not select.select([requests], [], [], IDLE_SECONDS)[0]:
            return
        header = _read_line(requests)
        if not header:
            return
        request = json.loads(header)
        if request["kind"] == "opening":
            _open_with(request, requests)
            _say(answers, b"opened")
            continue
        end = _run(request, requests, answers, isolated)
        clean = _sweep(isolated)
        _say(answers, b"end " + end.encode() + (b"" if clean else b" closing"))
        if not clean:
            return  # the namespace goes with this process, and what could not be removed with it


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
    import matplotlib.pyplot
    import rich.console
    import rich.table
    import tensorflow  # noqa: F401

    from . import cleanroom, expect, questions, replay

    # Submodules that are imported lazily, at the first model or error, and what every shell and
    # every plot sets up anew: fonts, text layout, the PNG writer. Keras prints summaries with rich.
    _ = keras.Model, keras.layers.Dense, cleanroom, expect, questions
    replay.prepare()
    table = rich.table.Table("Layer (type)", "Param #")
    table.add_row("C1 ([color(4)]Conv2D[/])", "60")
    rich.console.Console(file=io.StringIO()).print(table)
    figure, axes = matplotlib.pyplot.subplots()
    axes.imshow([[0, 1], [1, 0]], cmap="gray")
    axes.set_title("Ảnh")
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    matplotlib.pyplot.close(figure)


def _open_with(request: dict[str, Any], requests: int) -> None:
    """Run the master's opening cells, of which a rehearsal in a child has shown that they may."""
    from . import replay

    replay.open_with(json.loads(_read(requests, request["size"])))
    _freeze()


def _freeze() -> None:
    """Keep the collector off what exists: marking it would copy every page that children share."""
    gc.collect()
    gc.freeze()


def _run(request: dict[str, Any], requests: int, answers: int, isolated: bool) -> str:
    """Fork a child for one request, relay what it writes, and return how it ended."""
    limits = request["limits"]
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        os.close(answers)
        _be_child(request, requests, sink)
    os.close(sink)
    deadline = time.monotonic() + limits["wall"]
    quiet = time.monotonic() + limits["silence"]
    left = limits["output"]
    end = ""
    while not end:
        ready, _, _ = select.select([source], [], [], 0.1)
        if ready:
            chunk = os.read(source, 1 << 16)
            if not chunk:
                break
            left -= len(chunk)
            if left < 0:
                end = "output"
                break
            quiet = time.monotonic() + limits["silence"]
            os.write(answers, b"data %d\n" % len(chunk))
            _write_all(answers, chunk)
        now = time.monotonic()
        if now > deadline or now > quiet:
            end = "time"
        elif _used(child, isolated) > limits["memory"]:
            end = "memory"
        elif not ready and _has_exited(child):
            break
    os.close(source)
    if not end and not _exits_soon(child):
        end = "time"  # it closed its pipe and lives on
    if end:
        _kill(child, isolated)
    with contextlib.suppress(ChildProcessError):
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        return end or ("done" if code == 0 else f"exit {code}")
    return end or "exit ?"


def _exits_soon(child: int) -> bool:
    """Whether the child is gone within the moment that an orderly end takes."""
    for _ in range(1000):
        if _has_exited(child):
            return True
        time.sleep(0.002)
    return False


def _has_exited(child: int) -> bool:
    """Whether the child is gone while a descendant still holds its pipe open."""
    state = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return state is not None


def _be_child(request: dict[str, Any], requests: int, sink: int) -> None:
    """Read the payload, bind the limits, run the box; never returns."""
    code = 1
    try:
        payload = _read(requests, request["size"])
        os.close(requests)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(WORK)
        os.setsid()
        _open_null(0, 1, 2)  # flags of an inherited one would be seen by the next child
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
        from . import cleanroom, replay

        boxes = {"replay": replay.run, "cleanroom": cleanroom.run, "rehearsal": replay.rehearse}
        run = boxes[request["kind"]]
        with os.fdopen(sink, "wb", buffering=0) as file:
            for message in run(json.loads(payload)):
                text = json.dumps(message, allow_nan=False, ensure_ascii=False)
                line = text.encode("utf-8", "replace") + b"\n"
                while line:
                    line = line[file.write(line) :]
        code = 0
    finally:
        os._exit(code)


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
            for name in os.listxattr(WORK):
                os.removexattr(WORK, name)
        (WORK / "swept").touch()  # with what follows: the folder's times are now, not a message
        for entry in WORK.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        return not isolated or not _others()
    except (OSError, RecursionError):
        return False


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
    """Bytes that the box's processes hold; what forks share counts for each."""
    return sum(_memory(pid) for pid in (_others() if isolated else [child]))


_HELD = ("RssAnon:", "RssShmem:", "VmSwap:")


def _memory(pid: int) -> int:
    """Anonymous and shared-memory bytes of a process; files that it maps cost nothing."""
    try:
        lines = [line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
        return 1024 * sum(int(w[1]) for w in lines if w and w[0] in _HELD)
    except (OSError, IndexError, ValueError):
        return 0


def _say(answers: int, line: bytes) -> None:
    _write_all(answers, line + b"\n")


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _read(descriptor: int, size: int) -> bytes:
    """Exactly so many bytes."""
    data = bytearray()
    while len(data) < size:
        data += os.read(descriptor, size - len(data))
    return bytes(data)


def _read_line(descriptor: int) -> bytes:
    """One line, byte by byte: what follows it belongs to the child."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(descriptor, 1)
        if not byte:
            return b""
        line += byte
    return bytes(line)


if __name__ == "__main__":
    # Run as a module; under its own name, so that the children find the same one.
    sys.modules.setdefault("lenetlab.warm", sys.modules["__main__"])
    main()
