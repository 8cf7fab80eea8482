"""The class report for a class of any size: how long it takes, and how large the page is.

Usage: ``python bench/report.py [--keep FOLDER] [STUDENTS …]``. The class is made up
(``tests/made_class.py``); its records, gradebook and files are read as by ``lenetlab report``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lenetlab.course import class_report, lookup  # noqa: E402
from lenetlab.course.strays import strays  # noqa: E402
from tests import made_class  # noqa: E402


def measure(folder: Path, students: int) -> Path:
    """Make a class and its report, print a line; returns the page's path."""
    course = made_class.make(folder, students)
    begun = time.perf_counter()
    assignment, everyone = lookup.everyone(course)
    read = time.perf_counter()
    page = class_report.write(course, assignment, everyone, strays(course))
    written = time.perf_counter()
    print(
        f"{students:6d} students: {written - begun:5.1f} s (reading {read - begun:.1f}, "
        f"page {written - read:.1f}), {page.stat().st_size / 1e6:.2f} MB"
    )
    return page


def main() -> None:
    """Measure the sizes that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("students", nargs="*", type=int, default=[5, 100, 2000])
    parser.add_argument("--keep", type=Path, help="an empty folder for the classes and their pages")
    asked = parser.parse_args()
    for students in asked.students:
        if asked.keep:
            folder = asked.keep / str(students)
            folder.mkdir(parents=True)
            print(measure(folder, students))
        else:
            with tempfile.TemporaryDirectory() as temporary:
                measure(Path(temporary), students)


if __name__ == "__main__":
    main()
