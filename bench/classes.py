"""Time to grade a class with its feedback pages: this grader against stock nbgrader, in one run.

Usage: ``python -m bench.classes [--sizes 10 100 1000] [--stock 8] [--write]``. The submissions are
made from really run ones, all different. Stock nbgrader grades the first of them through its own
API, with the same cells skipped (those tagged ``train``) and the same few images; this grader does
by its command, with one and two workers, and on a Dask cluster of two worker processes. ``--write``
puts the tables and the picture into ``docs/performance.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import IgnorePattern

from bench import performance_page
from bench.performance_page import Figures, Run
from lenetlab import grading
from lenetlab.boxes import client
from lenetlab.course import booking, classroom, directory, feedback, job, pool, release, run
from lenetlab.notebook import fingerprint
from lenetlab.notebook.master import load
from tests.dask_cluster import a_cluster

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "source" / "lenet" / "few_images.npz"
# nbgrader as it comes, but for two settings without which it cannot grade this lab at all: no
# training, and no zero for what TensorFlow writes on stderr.
STOCK_CONFIG = f"""
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "lab.toml", "*.csv", "*.npz"]
c.Execute.skip_cells_with_tag = "train"
c.Execute.timeout = 60
c.{IgnorePattern.__name__}.enabled = True
c.{IgnorePattern.__name__}.pattern = "(?s).*"
"""
CONFIG = (ROOT / "nbgrader_config.py").read_text("utf-8")
FLOOR = 24  # submissions whose boxes alone are run


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument(
        "--stock", type=int, default=8, help="submissions that stock nbgrader grades"
    )
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args()
    os.environ["MNIST_NPZ"] = str(IMAGES)
    os.environ["LENETLAB_LANG"] = "en"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        stock = stock_seconds(make_course(root / "stock", STOCK_CONFIG, options.stock))
        say(f"stock nbgrader: {stock:.2f} s a submission")
        floor = floor_seconds(root / "floor")
        say(f"floor: {floor:.3f} s a submission with two workers")
        shares = stage_seconds(make_course(root / "stages", CONFIG, 12))
        runs = list(measure(root, options.sizes))
    figures = Figures(stock, options.stock, floor, shares, runs)
    performance_page.show(figures)
    if options.write:
        performance_page.write(figures)


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def make_course(folder: Path, config: str, number: int) -> directory.Course:
    """A released course with so many submissions, no two alike."""
    shutil.copytree(ROOT / "source", folder / "source")
    (folder / "nbgrader_config.py").write_text(config, "utf-8")
    made = directory.Course(folder, "lenet")
    assignment = load(made.master)
    with grading.worker_for(assignment, True) as worker:
        release.generate(made, worker)
    examples = sorted((ROOT / "examples").glob("*/lenet.ipynb"))
    texts = [json.loads(path.read_text("utf-8")) for path in examples]
    for n in range(number):
        own = {
            "cell_type": "markdown",
            "id": f"own-{n}",
            "metadata": {},
            "source": f"Sinh viên {n}",
        }
        notebook = texts[n % len(texts)] | {"cells": [*texts[n % len(texts)]["cells"], own]}
        path = made.notebook("submitted", f"s{n:04d}")
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), "utf-8")
    return made


def stock_seconds(course: directory.Course) -> float:
    """What stock nbgrader takes for one submission and its page, by its API in this process."""
    students = sorted(path.name for path in (course.root / "submitted").iterdir())
    with directory.nbgrader_api(course) as api:
        start = time.perf_counter()
        for student in students:
            for action in (api.autograde, api.generate_feedback):
                result = action(course.name, student, force=True)
                if not result["success"]:
                    raise RuntimeError(result["log"])
        return (time.perf_counter() - start) / len(students)


def floor_seconds(folder: Path) -> float:
    """Two workers that only fork, run cells and tests, and one transaction a submission."""
    course = make_course(folder, CONFIG, FLOOR)
    assignment = load(course.master)
    paths = sorted((course.root / "submitted").glob("*/lenet/lenet.ipynb"))
    boxes: list[list[tuple[Any, ...]]] = []
    with directory.nbgrader_api(course) as api:
        grader = job.Grader(assignment, course.name, api.config, True)
        workers = [grading.worker_for(assignment, True) for _ in range(2)]
        grader.add(workers[0])
        original, graded = workers[0].run, []

        def recorded(*arguments: Any) -> Any:
            boxes[-1].append(arguments)
            return original(*arguments)

        workers[0].run = recorded  # type: ignore[assignment,method-assign]
        for path in paths:
            boxes.append([])
            data = path.read_bytes()
            of = fingerprint.of_data(data, assignment)
            graded.append(grader.grade(job.Job(path.parts[-3], data, of)))
        workers[0].run = original  # type: ignore[method-assign]
        workers[1].start()

        def share(number: int) -> None:
            for payloads in boxes[number::2]:
                for arguments in payloads:
                    workers[number].run(*arguments)

        start = time.perf_counter()
        with ThreadPoolExecutor(2) as executor:
            list(executor.map(share, range(2)))
        took = time.perf_counter() - start
        enter = booking.Booking(api, course, lambda: None)
        start = time.perf_counter()
        for one in graded:
            enter._commit(lambda db, one=one: enter._enter(db, one.record.verdict.file, one))  # type: ignore[misc]
        took += time.perf_counter() - start
        for worker in workers:
            worker.close()
    return took / len(paths)


def stage_seconds(course: directory.Course) -> dict[str, float]:
    """Seconds of each stage of a submission, one worker, mean of a class."""
    spent: dict[str, float] = {}

    @contextmanager
    def timed(owner: Any, name: str, stage: str) -> Iterator[None]:
        original: Callable[..., Any] = getattr(owner, name)

        def measured(*arguments: Any, **keywords: Any) -> Any:
            start = time.perf_counter()
            try:
                return original(*arguments, **keywords)
            finally:
                spent[stage] = spent.get(stage, 0.0) + time.perf_counter() - start

        setattr(owner, name, measured)
        try:
            yield
        finally:
            setattr(owner, name, original)

    def warm(room: classroom.Classroom) -> pool.Pool:
        room.worker.start()
        return run.local(1)(room)

    students = sorted(path.name for path in (course.root / "submitted").iterdir())
    with (
        timed(client, "read_data", "reading the file"),
        timed(job, "restore", "restoring"),
        timed(client, "replay", "the student's cells, in the sandbox"),
        timed(client, "test", "the tests, in the clean room"),
        timed(grading, "grade", "grading"),
        timed(booking.Booking, "enter", "files and the gradebook's transaction"),
        timed(feedback.Pages, "write", "the feedback page"),
    ):
        run.grade_class(course, students[:1], pages=False, pool=warm)
        spent.clear()
        run.grade_class(course, students, force=True, pool=warm)
    inside = ("the student's cells, in the sandbox", "the tests, in the clean room")
    spent["verdicts and messages"] = spent.pop("grading") - sum(spent[name] for name in inside)
    return {stage: seconds / len(students) for stage, seconds in spent.items()}


def measure(root: Path, sizes: list[int]) -> Iterator[Run]:
    """Run the command on classes of these sizes, each way; the largest with two workers alone."""
    for size in sizes:
        ways = ["2 workers"] if size >= 500 else ["1 worker", "2 workers", "Dask, 2 workers"]
        for way in ways:
            course = make_course(root / f"{size}-{way[0]}", CONFIG, size)
            if way.startswith("Dask"):
                with a_cluster(course.root / "cluster", 2) as cluster:
                    seconds, memory = command(course, "--scheduler", cluster.address)
            else:
                seconds, memory = command(course, "--workers", way[0])
            again, _ = command(course)
            say(f"{size} submissions, {way}: {seconds:.1f} s, again {again:.2f} s")
            yield Run(way, size, seconds, again, memory)
            shutil.rmtree(course.root)


def command(course: directory.Course, *options: str) -> tuple[float, int]:
    """``lenetlab grade`` in a process of its own: seconds, and bytes that it and its own hold."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "lenetlab", "grade", *options],
        cwd=course.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peak = [0]
    watching = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watching.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(errors.decode())
    return seconds, peak[0]


def _watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_held, _family(process.pid))))
        time.sleep(1)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = [*Path(f"/proc/{pid}/task").iterdir()]
        children = [c for t in threads for c in (t / "children").read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in _family(int(child)))]


def _held(pid: int) -> int:
    """Bytes of a process; what several share is divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
