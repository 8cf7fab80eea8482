"""How long a cell may take in a box: of CPU time, and as a last resort on the clock."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from typing import Any

from lenetlab.model.types import Data
from lenetlab.sandbox.limits import PATIENCE

_TIMERS = {signal.ITIMER_PROF: signal.SIGPROF, signal.ITIMER_REAL: signal.SIGALRM}


class CellTimeout(KeyboardInterrupt):
    """The cell's time is over; interrupts it as Ctrl+C would."""


class TimeLimit(Data, frozen=True):
    """Seconds of this process's CPU time, and on the clock, which a busy machine makes longer."""

    cpu: float
    wall: float

    def handle(self) -> None:
        """Set the signals' handlers, in a process that uses :meth:`interrupting`."""
        for number in _TIMERS.values():
            signal.signal(number, _on_alarm)

    @contextlib.contextmanager
    def interrupting(self) -> Iterator[None]:
        """Interrupt what runs within when its time is over, and again every second."""
        with contextlib.suppress(CellTimeout):
            self._start(1.0)
            try:
                yield
            finally:
                stop()

    def ending(self) -> None:
        """Let what runs from here end this process when its time is over; see :func:`stop`."""
        for number in _TIMERS.values():
            signal.signal(number, signal.SIG_DFL)
        self._start(0.0)

    def _start(self, interval: float) -> None:
        signal.setitimer(signal.ITIMER_PROF, self.cpu, interval)
        signal.setitimer(signal.ITIMER_REAL, self.wall, interval)


def seconds(cpu: float) -> TimeLimit:
    """So many seconds of CPU time, and on the clock what a machine that is busy may need."""
    return TimeLimit(cpu, cpu * PATIENCE)


def stop() -> None:
    """No time is limited any more."""
    for timer in _TIMERS:
        signal.setitimer(timer, 0)


_told = 0.0  # when a cell was interrupted last


def _on_alarm(signal_number: int, frame: Any) -> None:
    global _told
    now = time.monotonic()
    if now > _told + 0.5:  # else it is the other timer, while the first one is being answered
        _told = now
        raise CellTimeout("ô này chạy quá thời gian cho phép")
