"""The cells that every notebook begins with, run once in the fork server, for all later boxes.

They are the master's own, in which students change nothing. The lab's draw two figures: to draw
them anew would take a notebook a sixth of its time.
"""

from __future__ import annotations

import json
import os
import random
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lenetlab.boxes.shell import on_alarm, prepare, run_cell
from lenetlab.notebook import outputs

SECONDS = 20.0  # for one cell


@dataclass(frozen=True)
class _Opening:
    """What the cells printed and the names that they made."""

    cells: list[str]
    outputs: list[list[outputs.Output]]
    names: dict[str, Any]
    random: tuple[Any, ...]


_opening: _Opening | None = None


def run(data: bytes) -> None:
    """Run the cells, a JSON list, as far as a rehearsal shows that they leave nothing but names.

    The names are put aside: a notebook that begins otherwise finds none of them. There is no time
    limit here, because the cells came to an end when they were rehearsed, and because pid 1 must
    have no handler for a signal that boxes could send it.

    Raises:
        RuntimeError: a cell failed that did not fail when it was rehearsed.
    """
    global _opening
    cells = json.loads(data)
    cells = cells[: rehearse(cells)]
    shell = prepare()
    before = dict(shell.user_ns)
    printed = [run_cell(shell, source, None) for source in cells]
    if any(map(_has_failed, printed)):
        raise RuntimeError("the opening failed")
    made = {k: v for k, v in shell.user_ns.items() if k not in before or before[k] is not v}
    shell.user_ns.clear()
    shell.user_ns.update(before)
    shell.user_ns["_oh"].clear()
    _opening = _Opening(cells, printed, made, random.getstate())


def recall(sources: list[str | None], namespace: dict[str, Any]) -> list[list[outputs.Output]]:
    """Where a notebook begins with the opening: add its names, return its cells' outputs."""
    if _opening is None or sources[: len(_opening.cells)] != _opening.cells:
        return []
    namespace.update(_opening.names)
    random.setstate(_opening.random)  # Python seeds it anew in every child
    return _opening.outputs


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
            signal.signal(signal.SIGALRM, on_alarm)
            before = _footprint()
            for source in cells:
                failed = _has_failed(run_cell(prepare(), source, SECONDS))
                if failed or before is None or before != _footprint():
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
    return any(output["output_type"] == "error" for output in printed)


def _footprint() -> tuple[Any, ...] | None:
    """What this process has beside Python's objects; None where the system does not tell."""
    try:
        threads = sum(1 for _ in Path("/proc/self/task").iterdir())
        # matplotlib keeps fonts open, and opens them again in every child.
        opened = sorted(
            f"{link} {link.readlink()}"
            for link in Path("/proc/self/fd").iterdir()
            if link.is_file() and link.readlink().suffix not in (".ttf", ".otf", ".ttc")
        )
    except OSError:
        return None
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        children = True
    except ChildProcessError:
        children = False
    handlers = [signal.getsignal(number) for number in sorted(signal.valid_signals())]
    files = sorted(str(path) for path in Path(os.environ["LENETLAB_WORK"]).rglob("*"))
    return threads, opened, children, handlers, files, Path.cwd(), dict(os.environ)
