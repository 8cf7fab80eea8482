"""``lenetlab`` as tests call it: as a program, or in this process with a sandbox that is warm.

A program takes five seconds to start and to import Keras. What a command does and prints is the
same here; what only a program shows (signals, exit, a clean stdout) is asked of one.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from lenetlab import cli
from lenetlab.cli import grade, options
from lenetlab.course import preprocessors
from lenetlab.grading import worker_for
from lenetlab.notebook.master import Assignment
from lenetlab.sandbox.worker import Worker

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 200  # columns


def program(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as users do."""
    return subprocess.run(
        [sys.executable, "-m", "lenetlab", *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"COLUMNS": str(WIDTH)},
        capture_output=True,
        text=True,
        check=False,
    )


def lenetlab(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command in this process: one submission at a time, in this process's sandbox."""
    words = ["lenetlab", *map(str, arguments)]
    out, err = StringIO(), StringIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with ExitStack() as stack:
        stack.enter_context(chdir(cwd))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        stack.enter_context(patch.object(sys, "argv", words))
        for console in (options.out, options.err):
            stack.enter_context(patch.object(console, "_width", WIDTH))
        stack.enter_context(patch.object(grade, "cores", lambda: 1))
        stack.enter_context(patch.object(preprocessors, "shared_worker", warm_worker))
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


_warm: dict[tuple[object, ...], Worker] = {}


def warm_worker(assignment: Assignment, sandboxed: bool) -> Worker:
    """One for all courses that have the same lab; where another one's is asked for, that ends."""
    data = ((name, path.read_bytes()) for name, path in sorted(assignment.lab.data.items()))
    key = (sandboxed, assignment.opening, *data)
    if key not in _warm or _warm[key].is_stopped:
        close_worker()
        _warm[key] = worker_for(assignment, sandboxed)
    return _warm[key]


@atexit.register
def close_worker() -> None:
    """End the one that is there."""
    while _warm:
        _warm.popitem()[1].close()
