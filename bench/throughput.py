"""Time to grade one notebook: this grader against stock nbgrader, side by side.

Usage: ``python bench/throughput.py [--rounds N]``. Both grade the same submissions through
nbgrader's API in this process, with the same cells skipped (those tagged ``train``) and the same
few images, in turns, so that a change of the machine's speed meets both. The worker is
started before.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import IgnorePattern
from rich.console import Console
from rich.table import Table

from lenetlab import grading
from lenetlab.course import classroom, directory, release
from lenetlab.notebook.master import load
from lenetlab.sandbox.worker import Worker

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "source" / "lenet" / "few_images.npz"
# nbgrader as it comes, but for two settings without which it cannot grade this lab at all: no
# training, and no zero for what TensorFlow writes on stderr.
STOCK_CONFIG = f"""
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Execute.skip_cells_with_tag = "train"
c.Execute.timeout = 60
c.{IgnorePattern.__name__}.enabled = True
c.{IgnorePattern.__name__}.pattern = "(?s).*"
"""


def make_course(folder: Path, config: str, worker: Worker) -> directory.Course:
    """A released course with the demo class handed in."""
    shutil.copytree(ROOT / "source", folder / "source")
    (folder / "nbgrader_config.py").write_text(config, "utf-8")
    made = directory.Course(folder, "lenet")
    release.generate(made, worker)
    classroom.install_examples(made, ROOT / "examples")
    return made


def timed(action: Callable[..., Any], *arguments: Any) -> float:
    """Seconds that ``action`` takes."""
    start = time.perf_counter()
    action(*arguments)
    return time.perf_counter() - start


def autograde(where: directory.Course, student: str) -> None:
    """One submission through nbgrader's API, as the formgrader's button does it."""
    with directory.nbgrader_api(where) as api:
        result = api.autograde(where.name, student, force=True)
        if not result["success"]:
            raise RuntimeError(result["log"])


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=2, help="times that each student is graded")
    rounds = parser.parse_args().rounds
    os.environ["MNIST_NPZ"] = str(IMAGES)
    students = ("vd01-dung-het", "vd02-cach-viet-khac", "vd05-kernel-5x5", "vd07-chua-lam")
    seconds: dict[str, list[float]] = {"stock": [], "nbgrader": [], "check": []}
    assignment = load(ROOT / "source" / "lenet" / "lenet.ipynb")
    with tempfile.TemporaryDirectory() as folder, grading.worker_for(assignment, True) as worker:
        stock = make_course(Path(folder) / "stock", STOCK_CONFIG, worker)
        config = (ROOT / "nbgrader_config.py").read_text("utf-8")
        ours = make_course(Path(folder) / "ours", config, worker)
        autograde(ours, students[0])  # starts the workers
        grading.check_file(ROOT / "examples" / students[0] / "lenet.ipynb", assignment, worker)
        for _ in range(rounds):
            for student in students:
                path = ours.folder("submitted", student) / "lenet.ipynb"
                seconds["stock"].append(timed(autograde, stock, student))
                seconds["nbgrader"].append(timed(autograde, ours, student))
                seconds["check"].append(timed(grading.check_file, path, assignment, worker))
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    table = Table(
        title=f"Seconds for one notebook, median of {len(seconds['stock'])} (uid {os.getuid()})"
    )
    for column in ("grader", "median", "least", "most", "times faster"):
        table.add_column(column, justify="left" if column == "grader" else "right")
    labels = {
        "stock": "stock nbgrader, autograde",
        "nbgrader": "this grader, nbgrader autograde",
        "check": "this grader, lenetlab check",
    }
    for name, values in seconds.items():
        ratio = medians["stock"] / medians[name]
        table.add_row(
            labels[name],
            *(f"{value:.2f}" for value in (medians[name], min(values), max(values))),
            f"{ratio:.1f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
