"""No file that is handed in keeps the grader's own process busy, or fills its memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from .attacks.files import BULKY, write
from .commands import ROOT
from .test_cli import EXAMPLES

pytestmark = pytest.mark.xdist_group("bounds")

SECONDS = 15.0  # for one file, of which an ordinary one takes less than one
START_SECONDS = 90.0
MEMORY = 1 << 30  # of the grader's process alone, whose boxes have bounds of their own
PAGE_BYTES = 5_000_000
FIRST = "first"  # an ordinary submission; once it is graded, everything has started
CHECKED, PAGED = ([b.name for b in BULKY if b.page is page] for page in (False, True))


@dataclass
class Measured:
    """What one file cost; ``done`` says whether the grader came to its end."""

    seconds: float
    peak: int  # bytes
    done: bool


def _run(
    command: str, arguments: list[str], names: list[str], done: Callable[[str], bool], root: Path
) -> dict[str, Measured]:
    """Run a command on files that are taken in this order, while it takes its time for none."""
    log = root / "log"
    found: dict[str, Measured] = {}
    with log.open("wb") as output:
        grader = subprocess.Popen(
            [sys.executable, "-m", "lenetlab", command, *arguments],
            cwd=root,
            env=os.environ | {"COLUMNS": "400", "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=output,
        )
    try:
        begun, limit = time.monotonic(), START_SECONDS
        for name in names:
            while not (ready := done(name)):
                if grader.poll() is not None or time.monotonic() - begun > limit:
                    break
                time.sleep(0.02)
            found[name] = Measured(time.monotonic() - begun, _peak(grader.pid), ready)
            if not ready:
                break
            begun, limit = time.monotonic(), SECONDS
    finally:
        grader.kill()
        grader.wait()
    assert found.pop(FIRST).done, log.read_text("utf-8", "replace")[-3000:]
    return found


def _peak(pid: int) -> int:
    """The most memory that the process had at once, in bytes, since this was last asked."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # from now on, the peak is the present
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return 1024 * int(found[0]) if found else 0


def _check(names: list[str], root: Path) -> dict[str, Measured]:
    def done(name: str) -> bool:
        # A table's title, or the line that rejects the file.
        lines = (root / "log").read_text("utf-8", "replace").splitlines()
        return any(line.startswith(f"{name}.ipynb") for line in lines)

    names = [FIRST, *names]
    return _run("check", [f"{name}.ipynb" for name in names], names, done, root)


def _grade(names: list[str], root: Path) -> dict[str, Measured]:
    def page(name: str) -> Path:
        return root / "feedback" / name / "lenet" / "lenet.html"

    names = [FIRST, *names]
    page(FIRST).unlink(missing_ok=True)
    found = _run("grade", names, names, lambda name: page(name).exists(), root)
    for name, measured in found.items():
        measured.done = measured.done and page(name).stat().st_size < PAGE_BYTES
    return found


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with files to check, and students to grade."""
    root = tmp_path_factory.mktemp("bulky")
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    released = nbformat.read(EXAMPLES / "vd07-chua-lam" / "lenet.ipynb", as_version=4)
    for bulky in BULKY:
        path = root / f"{bulky.name}.ipynb"
        if bulky.page:
            path = root / "submitted" / bulky.name / "lenet" / "lenet.ipynb"
            path.parent.mkdir(parents=True)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(write(bulky, released))
    first = root / "submitted" / FIRST / "lenet" / "lenet.ipynb"
    first.parent.mkdir(parents=True)
    for path in (first, root / f"{FIRST}.ipynb"):
        shutil.copy(EXAMPLES / "vd01-dung-het" / "lenet.ipynb", path)
    return root


@pytest.fixture(scope="module")
def measured(course: Path) -> dict[str, Measured]:
    """What each file cost: reading and grading it, for some the feedback page as well."""
    found: dict[str, Measured] = {}
    for names, measure in ((CHECKED, _check), (PAGED, _grade)):
        while left := [name for name in names if name not in found]:
            found |= measure(left, course)
    return found


@pytest.mark.parametrize("name", CHECKED + PAGED)
def test_no_file_keeps_the_grader_busy_or_fills_it(
    measured: dict[str, Measured], name: str
) -> None:
    cost = measured[name]
    assert cost.done, f"no verdict, or too large a page, after {cost.seconds:.1f} s"
    assert cost.seconds < SECONDS
    assert cost.peak < MEMORY
