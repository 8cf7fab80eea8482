"""Mangled notebooks: what a fair teaching assistant expects, and what this grader makes of them.

Usage: ``python bench/mangled.py [--every N] [--only TEXT] [--stock]``. Really run submissions are
changed as students, editors and tools do (``tests/mangled``) and graded in one sandbox. With
``--stock`` a sample is run under stock nbgrader, too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.attacks import run_stock  # noqa: E402
from lenetlab import grading  # noqa: E402
from lenetlab.notebook.master import load  # noqa: E402
from lenetlab.sandbox.worker import Worker  # noqa: E402
from tests.mangled import Case, cases, originals, sample  # noqa: E402
from tests.mangled.outcome import LEAST, OUTCOMES, Outcome, outcome, reason  # noqa: E402

MASTER = ROOT / "source" / "lenet" / "lenet.ipynb"
STOCK = 30
Row = tuple[Case, Outcome, str]


def here(chosen: Iterable[Case], folder: Path) -> Iterator[Row]:
    """Grade the cases one after the other in one sandbox."""
    assignment = load(MASTER)
    file = folder / "lenet.ipynb"
    with grading.worker_for(assignment, True) as worker:
        confirm_originals(worker)
        for case in chosen:
            file.write_bytes(case.file())
            verdict = grading.check_file(file, assignment, worker)
            yield case, outcome(case, verdict), reason(case, verdict)


def confirm_originals(worker: Worker) -> None:
    """The originals have the points that the corpus says: else every outcome would be wrong."""
    for original in sorted({case.original for case in cases()}):
        verdict = grading.check_file(originals.path(original), load(MASTER), worker)
        found = {item.id: item.score for item in verdict.items}
        if found != originals.points(original):
            sys.exit(f"{original} itself has other points than the corpus says: {found}")


def stock(chosen: Sequence[Case], folder: Path) -> Iterator[Row]:
    """Stock nbgrader on the cases: their points beside those that it gives the originals."""
    before: dict[str, float | None] = {}
    for number, case in enumerate(chosen):
        if case.original not in before:
            file = originals.path(case.original).read_bytes()
            before[case.original] = _points(run_stock(file, MASTER, folder / case.original))
        said = run_stock(case.file(), MASTER, folder / f"case{number}")
        yield case, *_stock_outcome(case, before[case.original], said)


def _points(said: str) -> float | None:
    try:
        return float(said)
    except ValueError:
        return None


def _stock_outcome(case: Case, before: float | None, said: str) -> tuple[Outcome, str]:
    """Stock nbgrader asks nobody: it gives points, or none with an error."""
    points, text = _points(said), f"{said}, the original {before}"
    if points is None or before is None:
        return ("right" if case.expected == "rejected" else "abort"), text
    if points > before + LEAST:
        return "gain", text
    lost = points < before - LEAST and case.expected != "gone"  # unreadable files get 0, too
    return ("silent loss" if lost else "right"), text


def show(console: Console, title: str, rows: Sequence[Row]) -> None:
    """The table by kind, and every case that did not come out right."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case, came, _ in rows:
        counts[case.kind][came] += 1
    table = Table("kind", "notebooks", *OUTCOMES, title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    for kind, count in counts.items():
        table.add_row(kind, str(count.total()), *(str(count[came] or "") for came in OUTCOMES))
    table.add_section()
    total = sum(counts.values(), Counter[str]())
    table.add_row("all", str(total.total()), *(str(total[came]) for came in OUTCOMES))
    console.print(table)
    for wanted in OUTCOMES[1:]:
        for case, came, why in rows:
            if came == wanted:
                text = f"{came}: {case.name} ({case.expected}): {why}"
                console.print(" ".join(text.split()), markup=False, soft_wrap=True)


def main() -> None:
    """Grade the corpus, or what is asked for, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--every", type=int, default=1, help="take every N-th case only")
    parser.add_argument("--only", default="", help="cases with this in their name")
    parser.add_argument("--stock", action="store_true", help="a sample under stock nbgrader, too")
    options = parser.parse_args()
    start = time.perf_counter()
    console = Console(width=None if sys.stdout.isatty() else 120)
    chosen = [case for case in cases() if options.only in case.name][:: options.every]
    progress = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder:
        watched = track(chosen, "mangled notebooks", console=progress)
        show(console, "this project", list(here(watched, Path(folder))))
        console.print(f"{time.perf_counter() - start:.0f} s")
        if options.stock:
            some = [case for case in sample(2 * STOCK) if not case.shell][:STOCK]
            rows = stock(some, Path(folder))
            show(console, "stock nbgrader", list(track(rows, "stock", len(some), console=progress)))


if __name__ == "__main__":
    main()
