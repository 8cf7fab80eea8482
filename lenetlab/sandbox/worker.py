"""The warm process, seen from outside: start it, send it a box to run, stop it."""

from __future__ import annotations

import json
import math
import os
import select
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Any

from lenetlab.sandbox.confine import SandboxUnavailable, explain, launch

WARM_UP_SECONDS = 120.0
OPENING_SECONDS = 20.0  # for one of the cells that a notebook begins with
MAX_LINE = 5_000_000  # bytes of one message
MAX_MESSAGES = 5000


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

    received: bytes
    end: str

    def each(self) -> Iterator[dict[str, Any] | None]:
        """The messages in their order, None for a line that is no JSON object.

        One at a time: five megabytes of JSON can become a hundred and fifty of objects.
        """
        for line in self.received.split(b"\n", MAX_MESSAGES):
            if line:
                yield _parse(line)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """All messages: for boxes in which only the master's own code runs."""
        return [message for message in self.each() if message is not None]


class Worker:
    """One warm process; started at first use, again when it has died, stopped by ``close``."""

    def __init__(self, *, sandboxed: bool = True) -> None:
        """Prepare a worker; nothing is started yet."""
        self.sandboxed = sandboxed
        self.opening: tuple[str, ...] = ()  # cells that boxes begin with, the master's own
        self._opened: tuple[str, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._work: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Worker:
        """Return itself; leaving the block stops the process."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop the process."""
        self.close()

    def run(
        self, kind: str, payload: dict[str, Any] | bytes, limits: Limits | None = None
    ) -> Outcome:
        """Run one box (``"replay"`` or ``"cleanroom"``) in a fresh child and collect its messages.

        Once more where the warm process has ended: by itself while it was idle, for want of
        memory, or stopped by somebody.

        Raises:
            SandboxUnavailable: the warm process cannot be started.
        """
        limits = limits or Limits()
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        for _ in range(2):
            try:
                self.start()
                return self._run(kind, data, limits)
            except (OSError, EOFError):
                self.close()
        return Outcome(b"", "died")

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
            try:
                self._open()
            except (OSError, EOFError):
                # It only saves time: each notebook runs these cells for itself then.
                self.close()
                self._launch()
            self._opened = self.opening

    def _open(self) -> None:
        """Rehearse the opening cells in a child; the warm process runs those that it may.

        After a TensorFlow operation, or whatever else starts a thread, it could not fork.
        """
        cells = {"cells": self.opening, "seconds": OPENING_SECONDS}
        outcome = self._run("rehearsal", json.dumps(cells).encode(), Limits())
        if self._process is None:
            raise EOFError("the warm process could not clean up after the rehearsal")
        safe = list(takewhile(lambda message: message.get("safe") is True, outcome.messages))
        kept = json.dumps(cells | {"cells": self.opening[: len(safe)]}).encode()
        with _payload(kept) as payload:
            self._say({"opening": True}, payload)
        if self._hear(WARM_UP_SECONDS) != b"opened":
            raise EOFError("the warm process does not speak its part")

    def close(self) -> None:
        """Stop the process, and with it everything in its namespace."""
        process, self._process = self._process, None
        control, self._control = self._control, None
        if control is not None:
            control.close()  # which is how it is told
        if process is not None:
            try:
                process.wait(0.5)  # one that is busy does not listen, and has nothing to save
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._opened = ()
        if self._work is not None:
            self._work.cleanup()
            self._work = None

    def _launch(self) -> None:
        try:
            self._start_process()
        except OSError as error:  # no memory, no process, no descriptor: the machine's fault
            self.close()
            raise SandboxUnavailable(f"The sandbox could not be started: {error}.") from None

    def _start_process(self) -> None:
        given = launch(self.sandboxed, Limits.memory, Limits.processes)
        with given as (command, environment, descriptors):
            if not self.sandboxed:
                self._work = tempfile.TemporaryDirectory(prefix="lenetlab-")
                environment |= dict.fromkeys(("HOME", "TMPDIR", "LENETLAB_WORK"), self._work.name)
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with tempfile.TemporaryFile() as errors, theirs:
                self._control = ours
                self._process = subprocess.Popen(
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    env=environment,
                    pass_fds=descriptors,
                    start_new_session=True,
                )
                theirs.close()
                try:
                    word = self._hear(WARM_UP_SECONDS)
                except (OSError, EOFError):
                    word = b""
                if word != b"ready":
                    self.close()
                    errors.seek(0)
                    raise SandboxUnavailable(explain(errors.read().decode(errors="replace")))

    def _run(self, kind: str, data: bytes, limits: Limits) -> Outcome:
        """Run one box. What it answers comes by a pipe of its own, never through the warm process.

        Raises:
            OSError, EOFError: the warm process does not answer.
        """
        answers, sink = os.pipe()
        with open(answers, "rb", buffering=0) as pipe:  # noqa: PTH123 - a descriptor
            try:
                with _payload(data) as payload:
                    self._say({"box": kind, "limits": asdict(limits)}, payload, sink)
            finally:
                os.close(sink)
            received, end = self._collect(pipe.fileno(), limits)
        if end.endswith(" closing"):
            self.close()  # it could not clean up and ends; the next box gets a fresh one
        return Outcome(received, end.removesuffix(" closing"))

    def _collect(self, answers: int, limits: Limits) -> tuple[bytes, str]:
        """Gather what the box writes, within its limits, until the warm process says its end."""
        assert self._control is not None
        os.set_blocking(answers, False)
        received = bytearray()
        deadline = time.monotonic() + limits.wall + limits.silence
        quiet = time.monotonic() + limits.silence
        control, sources, stopped = self._control.fileno(), {answers}, False
        while True:
            until = min(deadline, deadline if stopped else quiet)
            seconds = max(0.0, until - time.monotonic())
            ready, _, _ = select.select([control, *sources], [], [], seconds)
            if answers in ready:
                quiet = time.monotonic() + limits.silence
                if not _receive(answers, received):
                    sources.discard(answers)
            if control in ready:
                end = self._hear(0).decode()
                while answers in sources and _receive(answers, received):
                    pass  # what was written before the end
                return bytes(received[: limits.output]), end.removeprefix("end ")
            now = time.monotonic()
            if now > deadline:
                raise EOFError("the warm process does not answer")
            if not stopped and (now > quiet or len(received) > limits.output):
                self._say({"stop": "output" if len(received) > limits.output else "time"})
                stopped = True
            if len(received) > limits.output:
                sources.discard(answers)

    def _say(self, message: dict[str, Any], *descriptors: int) -> None:
        assert self._control is not None
        socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)

    def _hear(self, seconds: float) -> bytes:
        """The warm process's next word.

        Raises:
            OSError, EOFError: it has ended, or says nothing for so long.
        """
        assert self._control is not None
        self._control.settimeout(max(seconds, 0.001))
        word = self._control.recv(4096)
        if not word:
            raise EOFError("the warm process has ended")
        return word


@contextmanager
def _payload(data: bytes) -> Iterator[int]:
    """A descriptor to read ``data`` from."""
    descriptor = os.memfd_create("payload")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        yield descriptor
    finally:
        os.close(descriptor)


def _receive(pipe: int, received: bytearray) -> bool:
    """Add what is there to be read; False at the pipe's end, or where nothing is there."""
    try:
        data = os.read(pipe, 1 << 20)
    except BlockingIOError:
        return False
    received += data
    return bool(data)


def _parse(line: bytes) -> dict[str, Any] | None:
    if len(line) > MAX_LINE:
        return None
    try:
        message = json.loads(line, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number} is too large")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
