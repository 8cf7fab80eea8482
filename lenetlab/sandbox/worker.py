"""The fork server, seen from outside: start it, send it a box to run, stop it."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from lenetlab.sandbox.confine import Program, SandboxUnavailable, explain, launch
from lenetlab.sandbox.limits import Limits
from lenetlab.sandbox.outcome import Outcome

START_SECONDS = 120.0


class Worker:
    """One fork server; started at first use, again when it has died, stopped by ``close``."""

    def __init__(self, program: Program, *, sandboxed: bool = True) -> None:
        """Prepare a worker; nothing is started yet."""
        self.program = program
        self.sandboxed = sandboxed
        # What the fork server itself runs before its first box, so that all boxes have it: a kind
        # of the program's SHARED and a payload. It only saves time: where it fails, boxes go
        # without.
        self.shared: tuple[str, bytes] | None = None
        self._has_shared: tuple[str, bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._work: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Worker:
        """Return itself; leaving the block stops the process."""
        return self

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
            try:
                self.start()
                return self._run(kind, payload, limits or Limits())
            except (OSError, EOFError):
                self.close()
        return Outcome(b"", "died")

    def start(self) -> None:
        """Start the fork server where it does not run yet, with what is to be shared.

        Raises:
            SandboxUnavailable: it cannot be started.
        """
        alive = self._process is not None and self._process.poll() is None
        if not alive or self._has_shared not in (None, self.shared):
            self.close()
            self._launch()
        if self.shared is not None and self._has_shared is None:
            try:
                self._share(*self.shared)
            except (OSError, EOFError):
                self.close()
                self._launch()
            self._has_shared = self.shared

    def _share(self, kind: str, data: bytes) -> None:
        with _payload(data) as payload:
            self._send({"kind": kind, "limits": None}, payload)
        if self._receive(START_SECONDS) != b"end done":
            raise EOFError("the fork server could not clean up")

    def close(self) -> None:
        """Stop the process, and with it everything in its namespace."""
        process, self._process = self._process, None
        control, self._control = self._control, None
        if control is not None:
            control.close()  # it ends when it reads the end of the connection
        if process is not None:
            try:
                process.wait(0.5)  # while it is busy it does not read, and it has nothing to save
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._has_shared = None
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
        given = launch(self.program, self.sandboxed, Limits.memory, Limits.processes)
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
                    message = self._receive(START_SECONDS)
                except (OSError, EOFError):
                    message = b""
                if message != b"ready":
                    self.close()
                    errors.seek(0)
                    raise SandboxUnavailable(explain(errors.read().decode(errors="replace")))

    def _run(self, kind: str, data: bytes, limits: Limits) -> Outcome:
        """Run one box. What it answers comes by a pipe of its own, never through the fork server.

        Raises:
            OSError, EOFError: the fork server does not answer.
        """
        answers, sink = os.pipe()
        with open(answers, "rb", buffering=0) as pipe:  # noqa: PTH123 - a descriptor
            try:
                with _payload(data) as payload:
                    self._send({"kind": kind, "limits": asdict(limits)}, payload, sink)
            finally:
                os.close(sink)
            received, end = self._collect(pipe.fileno(), limits)
        if end.endswith(" closing"):
            self.close()  # it could not clean up and ends; the next box gets a fresh one
        return Outcome(received, end.removesuffix(" closing"))

    def _collect(self, answers: int, limits: Limits) -> tuple[bytes, str]:
        """Gather what the box writes, within its limits, until the fork server reports its end."""
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
                if not _read_available(answers, received):
                    sources.discard(answers)
            if control in ready:
                end = self._receive(0).decode()
                while answers in sources and _read_available(answers, received):
                    pass  # what was written before the end
                return bytes(received[: limits.output]), end.removeprefix("end ")
            now = time.monotonic()
            if now > deadline:
                raise EOFError("the fork server does not answer")
            if not stopped and (now > quiet or len(received) > limits.output):
                self._send({"stop": "output" if len(received) > limits.output else "time"})
                stopped = True
            if len(received) > limits.output:
                sources.discard(answers)

    def _send(self, message: dict[str, Any], *descriptors: int) -> None:
        assert self._control is not None
        socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)

    def _receive(self, seconds: float) -> bytes:
        """The fork server's next message.

        Raises:
            OSError, EOFError: it has ended, or sends nothing for so long.
        """
        assert self._control is not None
        self._control.settimeout(max(seconds, 0.001))
        message = self._control.recv(4096)
        if not message:
            raise EOFError("the fork server has ended")
        return message


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


def _read_available(pipe: int, received: bytearray) -> bool:
    """Add what is there to be read; False at the pipe's end, or where nothing is there."""
    try:
        data = os.read(pipe, 1 << 20)
    except BlockingIOError:
        return False
    received += data
    return bool(data)
