"""The fork server, seen from outside: start it, send it a box to run, stop it."""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import socket
import subprocess
import tempfile
import time
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from typing import IO, Any

from lenetlab.sandbox.confine import Program, SandboxUnavailable, explain, launch
from lenetlab.sandbox.limits import Limits

START_SECONDS = 120.0
MAX_LINE = 5_000_000  # bytes of one message
MAX_MESSAGES = 5000


@dataclass(frozen=True)
class Outcome:
    """What a box sent, and how it ended.

    ``end`` is ``done``, ``time``, ``memory``, ``output``, ``exit N``, or ``died`` where the fork
    server itself did not answer any more.
    """

    received: bytes
    end: str

    @property
    def answers(self) -> list[bytes]:
        """The lines in their order; an empty one stands for each that is too long, for those after
        the first ``MAX_MESSAGES``, and for a last one that has no end."""
        *lines, rest = self.received.split(b"\n", MAX_MESSAGES)
        kept = [line if len(line) <= MAX_LINE else b"" for line in lines if line]
        return [*kept, b""] if rest else kept


class Worker(AbstractContextManager["Worker"]):
    """One fork server; started at first use, again when it has died, stopped by ``close``."""

    def __init__(self, program: Program, *, sandboxed: bool = True) -> None:
        """Prepare a worker; nothing is started yet."""
        self.program = program
        self.sandboxed = sandboxed
        self.is_stopped = False
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket  # there is one where there is a process
        self._running = ExitStack()  # what is to be undone when the process is stopped

    def __exit__(self, *exception: object) -> None:
        """Stop the process."""
        self.close()

    def run(self, kind: str, payload: bytes, limits: Limits | None = None) -> Outcome:
        """Run one of the program's boxes in a fresh child and collect its messages.

        Once more where the fork server has ended: by itself while it was idle, for want of memory,
        or stopped by somebody.

        Raises:
            SandboxUnavailable: the fork server cannot be started.
        """
        for _ in range(2):
            if self.is_stopped:
                break
            try:
                self.start()
                return self._run(kind, payload, limits or Limits())
            except (OSError, EOFError):
                self.close()
        return Outcome(b"", "died")

    def start(self) -> None:
        """Start the fork server where it does not run yet.

        Raises:
            SandboxUnavailable: it cannot be started.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        try:
            self._launch()
        except OSError as error:  # no memory, no process, no descriptor: the machine's fault
            self.close()
            raise SandboxUnavailable(f"The sandbox could not be started: {error}.") from None

    def close(self) -> None:
        """Stop the process, and with it everything in its namespace."""
        self._running.close()

    def stop(self) -> None:
        """End it at once and for good, from another thread than the one that runs a box."""
        self.is_stopped = True
        if self._process is not None:
            with contextlib.suppress(OSError):  # it has just ended
                self._control.shutdown(socket.SHUT_RDWR)

    def _launch(self) -> None:
        given = launch(self.program, self.sandboxed)
        command, environment, descriptors = self._running.enter_context(given)
        self._running.callback(self._wait)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._running.enter_context(self._control)  # closed first: the process ends when it is
        with tempfile.TemporaryFile() as errors:
            with theirs:
                self._process = subprocess.Popen(
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    env=environment,
                    pass_fds=descriptors,
                    start_new_session=True,
                )
            try:
                with _payload(self.program.data) as payload:
                    self._send({}, payload.fileno())
                message = self._receive(START_SECONDS)
            except (OSError, EOFError):
                message = b""
            if message != b"ready":
                self.close()
                errors.seek(0)
                raise SandboxUnavailable(explain(errors.read().decode(errors="replace")))

    def _wait(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            try:
                process.wait(0.5)  # while it is busy it does not read, and it has nothing to save
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _run(self, kind: str, data: bytes, limits: Limits) -> Outcome:
        """Run one box. What it answers comes by a pipe of its own, never through the fork server.

        Raises:
            OSError, EOFError: the fork server does not answer.
        """
        answers, sink = os.pipe()
        with open(answers, "rb", buffering=0) as pipe:  # noqa: PTH123 - a descriptor
            with open(sink, "wb") as given, _payload(data) as payload:  # noqa: PTH123
                request = {"kind": kind, "limits": asdict(limits)}
                self._send(request, payload.fileno(), given.fileno())
            received, end = self._collect(pipe.fileno(), limits)
        if end.endswith(" closing"):
            self.close()  # it could not clean up and ends; the next box gets a fresh one
        return Outcome(received, end.removesuffix(" closing"))

    def _collect(self, answers: int, limits: Limits) -> tuple[bytes, str]:
        """Gather what the box writes, within its limits, until the fork server reports its end."""
        os.set_blocking(answers, False)
        received = bytearray()
        deadline = time.monotonic() + limits.wall + limits.silence
        quiet = time.monotonic() + limits.silence  # when to stop it; never once it was stopped
        control, sources = self._control.fileno(), {answers}
        while True:
            seconds = max(0.0, min(deadline, quiet) - time.monotonic())
            ready, _, _ = select.select([control, *sources], [], [], seconds)
            if answers in ready:
                quiet = max(quiet, time.monotonic() + limits.silence)
                if not _read_available(answers, received):
                    sources.discard(answers)
            if control in ready:
                end = self._receive(0).decode()
                while answers in sources and _read_available(answers, received):
                    pass  # what was written before the end
                return bytes(received[: limits.output]), end.removeprefix("end ")
            now, full = time.monotonic(), len(received) > limits.output
            if now > deadline:
                raise EOFError("the fork server does not answer")
            if quiet < math.inf and (full or now > quiet):
                self._send({"stop": "output" if full else "time"})
                quiet = math.inf
            if full:
                sources.discard(answers)

    def _send(self, message: dict[str, Any], *descriptors: int) -> None:
        socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)

    def _receive(self, seconds: float) -> bytes:
        """The fork server's next message.

        Raises:
            OSError, EOFError: it has ended, or sends nothing for so long.
        """
        self._control.settimeout(max(seconds, 0.001))
        message = self._control.recv(4096)
        if not message:
            raise EOFError("the fork server has ended")
        return message


def _payload(data: bytes) -> IO[bytes]:
    """A file in memory that holds ``data``."""
    file = open(os.memfd_create("payload"), "wb")  # noqa: PTH123, SIM115
    file.write(data)
    file.flush()
    return file


def _read_available(pipe: int, received: bytearray) -> bool:
    """Add what is there to be read; False at the pipe's end, or where nothing is there."""
    try:
        data = os.read(pipe, 1 << 20)
    except BlockingIOError:
        return False
    received += data
    return bool(data)
