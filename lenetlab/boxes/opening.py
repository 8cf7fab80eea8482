"""The cells that every notebook begins with, run once in the fork server, for all later boxes.

They are the master's own, in which students change nothing. The lab's draw two figures: to draw
them anew would take a notebook a sixth of its time. So it only saves time: where it fails, boxes go
without.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
from pathlib import Path
from typing import Any

from lenetlab.boxes import shell
from lenetlab.notebook import outputs

SECONDS = 20  # for all cells of a rehearsal

_cells: list[str] = []
_outputs: list[list[outputs.Output]] = []
_names: dict[str, Any] = {}  # what the cells made
_random: tuple[Any, ...] = ()  # the state of Python's generator after them


def prepare(cells: list[str]) -> None:
    """Run the cells, as far as a rehearsal shows that they leave nothing but names.

    The names are put aside: a notebook that begins otherwise finds none of them. There is no time
    limit here, because the cells came to an end when they were rehearsed, and because pid 1 must
    have no handler for a signal that boxes could send it.
    """
    global _cells, _outputs, _names, _random
    cells = cells[: rehearse(cells)]
    namespace = shell.prepare().user_ns
    before = dict(namespace)
    printed = [shell.run_cell(shell.prepare(), source)[0] for source in cells]
    if not any(map(_has_failed, printed)):
        _cells, _outputs, _random = cells, printed, random.getstate()
        _names = {k: v for k, v in namespace.items() if k not in before or before[k] is not v}
    namespace.clear()
    namespace.update(before)
    namespace["_oh"].clear()


def recall(sources: list[str | None], namespace: dict[str, Any]) -> list[list[outputs.Output]]:
    """Where a notebook begins with the opening: add its names, return its cells' outputs."""
    if not _cells or sources[: len(_cells)] != _cells:
        return []
    namespace.update(_names)
    random.setstate(_random)  # Python seeds it anew in every child
    return _outputs


def rehearse(cells: list[str]) -> int:
    """Run the cells in a child; returns how many of them, from the first, may run in this process.

    Those that end without an error and leave nothing but names: whatever else this process has, its
    children would share (open files), lack (threads) or find gone (files in the folder that is
    emptied between boxes, other processes).
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(SECONDS)  # it ends the child
            before = _footprint()
            for source in cells:
                failed = _has_failed(shell.run_cell(shell.prepare(), source)[0])
                if failed or before != _footprint():
                    break
                os.write(writing, b".")
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    os.set_blocking(reading, False)  # a process that a cell started may hold the other end
    with open(reading, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor
        return len(file.read(len(cells)) or b"")


def _has_failed(printed: list[outputs.Output]) -> bool:
    return any(isinstance(output, outputs.ErrorOutput) for output in printed)


def _footprint() -> tuple[Any, ...]:
    """What this process has beside Python's objects.

    Raises:
        OSError: the system does not tell.
    """
    threads = sum(1 for _ in Path("/proc/self/task").iterdir())
    # matplotlib keeps fonts open, and opens them again in every child.
    opened = sorted(
        f"{link} {link.readlink()}"
        for link in Path("/proc/self/fd").iterdir()
        if link.is_file() and link.readlink().suffix not in (".ttf", ".otf", ".ttc")
    )
    children = False
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        children = True
    handlers = [signal.getsignal(number) for number in sorted(signal.valid_signals())]
    files = sorted(str(path) for path in Path(os.environ["LENETLAB_WORK"]).rglob("*"))
    return threads, opened, children, handlers, files, Path.cwd(), dict(os.environ)
