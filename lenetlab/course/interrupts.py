"""Ctrl+C and SIGTERM: both raise KeyboardInterrupt, and can be put off for a moment."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
EXIT_CODE = 130  # as a shell reports a program that Ctrl+C ended


def enable() -> None:
    """Let SIGTERM end a run as Ctrl+C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def ignore() -> None:
    """Let further signals pass: a run that is being stopped ends in a moment."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def put_off() -> Iterator[None]:
    """Run the block to its end; an interrupt that came meanwhile is raised after it.

    For what must be done whole, and for nbgrader's API, which would report an interrupt as a
    failure of the student's submission.
    """
    caught: list[int] = []
    before = {n: signal.signal(n, lambda number, frame: caught.append(number)) for n in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if caught:
            raise KeyboardInterrupt  # whatever the block raised: the run is to end
