"""The fork server: imports what boxes need once, then forks a fresh child for every box.

It runs as pid 1 of the sandbox's PID namespace, started by :mod:`.confine` with the name of a
module, which offers two things: ``prepare()``, called once before the first box with the program's
own data, and ``BOXES``, what runs in a child, from a payload to answers: bytes without a newline.

A child's memory is a copy of this process's, so nothing of what a box is sent or answers may ever
pass through it: payload and answers travel by descriptors that come from the parent and are the
child's alone, the names of files that a box leaves are read by a process of their own, and of
``/proc`` only numbers are read. No code of a box's runs here.

The socket to the parent is standard input. One packet is one message. The first comes with a
descriptor to read the program's data from, answered by ``ready``. Then the parent sends JSON,
``{"kind": name, "limits": {...}}`` with two descriptors, to read the payload from and to write the
answers to, answered by ``end REASON``; ``{"stop": REASON}`` while the box runs.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lenetlab.sandbox.limits import Limits
from lenetlab.sandbox.watch import LOOKS, Usage, sweep

IDLE_SECONDS = 120  # without a request for so long, the process ends: nothing lingers after a run
MESSAGE_BYTES = 4096
WORK = Path(os.environ.get("LENETLAB_WORK", ""))  # the only writable place; emptied between boxes
OOM_SCORE = 250  # thousandths of the limit, added to a box's: more than the fork server holds
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4

Box = Callable[[bytes], Iterator[bytes]]


def main(name: str) -> None:
    """Import the module, announce readiness, serve until stdin ends."""
    isolated = os.getpid() == 1
    _become_unprivileged()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # bubblewrap set it, but setuid clears it
    # The kernel drops signals from inside the namespace for which its pid 1 has no handler.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=os.dup(0))
    _open_null(0, 1)
    os.chdir(WORK)
    gc.disable()  # imports make a million objects and no garbage: half a second of looking at them
    program = importlib.import_module(name)
    _, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 1)
    program.prepare(_read(*descriptors))
    sweep(WORK, isolated)
    _open_null(2)  # the parent reads stderr until here, for start-up errors
    _prctl(_PR_SET_DUMPABLE, 0)  # closes /proc/1/mem, /proc/1/fd and the like to the children
    gc.collect()
    gc.freeze()  # what exists: to mark it would copy every page that children share
    gc.enable()
    control.send(b"ready")
    while select.select([control], [], [], IDLE_SECONDS)[0]:
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 2)
        if not message:
            return
        request = json.loads(message)
        if "stop" in request:
            continue  # that box had just ended
        box, limits = program.BOXES[request["kind"]], Limits(**request["limits"])
        end = _run(box, limits, descriptors, control, isolated)
        clean = sweep(WORK, isolated)
        control.send(f"end {end}{'' if clean else ' closing'}".encode())
        if not clean:
            return  # the namespace ends with this process, and with it what could not be removed


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _open_null(*descriptors: int) -> None:
    """Let the descriptors lead nowhere, by an open file of this process's own."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(null, descriptor)
    os.close(null)


def _become_unprivileged() -> None:
    """Give up root: RLIMIT_NPROC does not bind uid 0, and nothing here needs it."""
    if uid := int(os.environ.pop("LENETLAB_UID", "0")):
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def _run(
    box: Box, limits: Limits, descriptors: list[int], control: socket.socket, isolated: bool
) -> str:
    """Fork a child for one box and return how it ended."""
    deadline = time.monotonic() + limits.wall
    child = os.fork()
    if child == 0:
        control.close()
        _be_child(box, limits, *descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    exited = os.pidfd_open(child)
    usage = Usage(WORK, None if isolated else child)
    end = ""
    while not end:
        ready = select.select([exited, control.fileno()], [], [], 1 / LOOKS)[0]
        if exited in ready:
            break
        if control.fileno() in ready:
            message = control.recv(MESSAGE_BYTES)
            end = json.loads(message)["stop"] if message else "stopped"
        elif time.monotonic() > deadline:
            end = "time"
        elif usage.measure() > limits.memory:
            end = "memory"
    os.close(exited)
    if end:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
            os.killpg(child, signal.SIGKILL)  # the sweep ends all others, but in a sandbox only
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGXCPU:
        return end or "time"
    return end or ("done" if code == 0 else f"exit {code}")


def _be_child(box: Box, limits: Limits, source: int, sink: int) -> None:
    """Read the payload, set the limits, run the box; never returns."""
    code = 1
    try:
        payload = _read(source)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(WORK)
        os.setsid()
        _open_null(0, 1, 2)  # fresh descriptors, so that O_NONBLOCK cannot leak to the next child
        _prefer_for_oom_kill()
        limits.apply()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full file is an OSError, not a death
        with os.fdopen(sink, "wb", buffering=0) as file:
            for answer in box(payload):
                line = answer + b"\n"
                while line:
                    line = line[file.write(line) :]
        code = 0
    finally:
        os._exit(code)


def _prefer_for_oom_kill() -> None:
    """Where memory runs out, let the kernel end this process rather than the fork server.

    Otherwise each of a box's many small processes would be smaller than the fork server.
    """
    # The files in /proc of a process that is not dumpable belong to root.
    _prctl(_PR_SET_DUMPABLE, 1)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
    _prctl(_PR_SET_DUMPABLE, 0)


def _read(descriptor: int) -> bytes:
    """Everything, from the beginning; closes the descriptor."""
    with open(descriptor, "rb") as file:
        file.seek(0)
        return file.read()


if __name__ == "__main__":
    main(sys.argv[1])
