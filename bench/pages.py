"""Time to make one feedback page: this grader against nbgrader's exporter, side by side.

Usage: ``python bench/pages.py [--pages N]``. The demo class is graded once; then both exporters
make the pages of the same graded notebooks in turns, in this process, each from the file to the
whole text, with the gradebook asked for every page.
"""

from __future__ import annotations

import argparse
import itertools
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback
from rich.console import Console
from rich.table import Table

from lenetlab.course import classroom, directory, pool, run

ROOT = Path(__file__).resolve().parent.parent
_PICTURE = re.compile(r"data:image/[^\"')]+")


def make_course(folder: Path) -> directory.Course:
    """The demo class, graded."""
    shutil.copytree(ROOT / "source", folder / "source")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    made = directory.Course(folder, "lenet")
    names = classroom.install_examples(made, ROOT / "examples")
    run.grade_class(made, names, pages=False, pool=run.local(pool.cores()))
    return made


def converter(api: Any, own: bool) -> GenerateFeedback:
    """nbgrader's converter with the course's exporter, or with the one that nbgrader has."""
    config = api.config.copy()
    if not own:
        for section in ("GenerateFeedback", "HTMLExporter"):
            config.pop(section, None)
    made = GenerateFeedback(coursedir=api.coursedir, config=config)
    made.exporter = made.exporter_class(parent=made, config=made.config)
    for preprocessor in made.preprocessors:
        made.exporter.register_preprocessor(preprocessor, enabled=True)
    return made


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=100, help="pages that each of the two makes")
    number = parser.parse_args().pages
    seconds: dict[str, list[float]] = {"nbgrader's exporter": [], "this grader": []}
    sizes: dict[str, list[int]] = {name: [] for name in seconds}
    with tempfile.TemporaryDirectory() as folder:
        course = make_course(Path(folder))
        paths = sorted(Path(folder).glob("autograded/*/lenet/lenet.ipynb"))
        with directory.nbgrader_api(course) as api:
            both = {name: converter(api, name == "this grader") for name in seconds}
            for made in both.values():
                _measure(made, paths[0], [], [])  # templates and styles are read
            for path in itertools.islice(itertools.cycle(paths), number):
                for name, made in both.items():
                    _measure(made, path, seconds[name], sizes[name])
    _show(seconds, sizes)


def _measure(made: GenerateFeedback, path: Path, seconds: list[float], sizes: list[int]) -> None:
    resources = made.init_single_notebook_resources(str(path))
    start = time.perf_counter()
    page, _ = made.exporter.from_filename(str(path), resources=resources)
    seconds.append(time.perf_counter() - start)
    sizes.append(len(_PICTURE.sub("", page).encode()))


def _show(seconds: dict[str, list[float]], sizes: dict[str, list[int]]) -> None:
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    stock = medians["nbgrader's exporter"]
    table = Table(title=f"Milliseconds for one page, median of {len(seconds['this grader'])}")
    table.add_column("exporter")
    for column in ("median", "least", "most", "times faster", "KB without pictures"):
        table.add_column(column, justify="right")
    for name, values in seconds.items():
        figures = (medians[name], min(values), max(values))
        size = statistics.median(sizes[name]) / 1000
        row = (*(f"{1000 * value:.0f}" for value in figures), f"{stock / medians[name]:.1f}")
        table.add_row(name, *row, f"{size:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
