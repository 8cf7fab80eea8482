"""The warm process, seen from outside: start it, send it a box to run, stop it."""

from __future__ import annotations

import json
import math
import os
import select
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Any

from .sandbox import SandboxUnavailable, explain, launch

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
        received = bytearray()
        self._send("rehearsal", cells, Limits())
        self._collect(Limits(), received)
        if self._process is None:
            raise EOFError("the warm process could not clean up after the rehearsal")
        messages, _ = _parse(bytes(received))
        safe = list(takewhile(lambda message: message.get("safe") is True, messages))
        self._send("opening", cells | {"cells": self.opening[: len(safe)]}, Limits())
        if self._line(time.monotonic() + WARM_UP_SECONDS) != b"opened":
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
        with launch(self.sandboxed) as (command, environment, descriptors):
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
                    raise SandboxUnavailable(explain(errors.read().decode(errors="replace")))

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
