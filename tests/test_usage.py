"""What a box holds, and that nothing of it is left: watched and swept without a sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lenetlab.sandbox.watch import LOOKS, Usage

ROOT = Path(__file__).parents[1]
MB = 1 << 20


@contextmanager
def running(source: str) -> Iterator[int]:
    """A Python process that has run ``source`` and waits; its pid."""
    program = f"import sys, os, threading, time\n{source}\nprint('ready', flush=True)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", program + "sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process.pid
    finally:
        process.kill()
        process.communicate()


def test_memory_that_a_process_fills_is_counted(tmp_path: Path) -> None:
    with running("") as small, running(f"held = b'x' * {100 * MB}") as large:
        held = [Usage(tmp_path, pid).measure() for pid in (small, large)]
    assert held[0] > MB
    assert 95 * MB < held[1] - held[0] < 110 * MB
    assert Usage(tmp_path, large).measure() == 0, "it has ended"


HIDE = """
import ctypes, platform, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[platform.machine()], 0)  # exit, one thread
"""


def test_a_process_that_hides_its_figures_is_soon_over_every_limit(tmp_path: Path) -> None:
    """Its first thread has ended, so that the kernel shows nothing of what the others hold."""
    process = subprocess.Popen([sys.executable, "-c", HIDE])
    try:
        usage = Usage(tmp_path, process.pid)
        until = time.monotonic() + 10
        while usage.measure() and time.monotonic() < until:
            time.sleep(0.05)  # until the first thread has ended
        looks = [usage.measure() for _ in range(LOOKS)]
        assert looks[0] == 0 and looks[-1] > 1 << 50
    finally:
        process.kill()
        process.wait()


def run(source: str, folder: Path) -> None:
    """Run ``source`` in a process of its own: it changes its limits, or forks."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", source]
    subprocess.run(command, cwd=folder, env=environment, check=True)


def test_limits_are_set_but_never_raised(tmp_path: Path) -> None:
    source = """
from resource import *
from lenetlab.sandbox.limits import Limits
setrlimit(RLIMIT_FSIZE, (1000, 1000))
Limits(cpu=12.5, file=64 << 20).apply()
assert getrlimit(RLIMIT_CPU) == (12, 14), "the signal that says why comes first"
assert getrlimit(RLIMIT_FSIZE) == (1000, 1000)
assert getrlimit(RLIMIT_CORE) == (0, 0)
"""
    run(source, tmp_path)


def test_a_folder_is_emptied_whatever_is_in_it(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    work = tmp_path / "work"
    (work / "deep" / "deeper").mkdir(parents=True)
    (work / "deep" / "file").write_text("x")
    (work / "link").symlink_to(outside)
    os.mkfifo(work / "pipe")
    work.chmod(0o500)
    source = """
from pathlib import Path
from lenetlab.sandbox.watch import sweep
assert sweep(Path("work"), isolated=False)
"""
    run(source, tmp_path)
    assert list(work.iterdir()) == [] and (outside / "kept").exists()
