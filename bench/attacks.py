"""Every attack on the grader: what it gets from stock nbgrader and what it gets here.

Attacks that would harm this machine run in the sandbox only, never under stock nbgrader.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import nbformat
import typer
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lenetlab import grading  # noqa: E402
from lenetlab.notebook.master import load  # noqa: E402
from lenetlab.sandbox.worker import Worker  # noqa: E402
from tests import attacks  # noqa: E402
from tests.attacks.planted import Course, plant  # noqa: E402

STOCK_SECONDS = 240.0
IMAGES = ROOT / "source" / "lenet" / "few_images.npz"

# nbgrader as it comes, but for the training cells, in a course of its own; prints the points.
_STOCK = """
import sys
from pathlib import Path
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

config = Config()
config.CourseDirectory.root = sys.argv[1]
config.CourseDirectory.db_url = "sqlite:///" + sys.argv[1] + "/stock.db"
config.Execute.skip_cells_with_tag = "train"
config.Execute.timeout = 20
config.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
config.IncludeHeaderFooter.header = ""
api = NbGraderAPI(config=config)
made = api.generate_assignment("lenet", force=True, create=True)
assert made["success"], made["log"]
api.autograde("lenet", "attacker", force=True, create=True)
with Gradebook(config.CourseDirectory.db_url) as book:
    try:
        print("points", book.find_submission("lenet", "attacker").score)
    except Exception as error:
        print("none", type(error).__name__)
"""


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help="Only attacks with these names.")
    ] = None,
    stock: Annotated[bool, typer.Option(help="Run the safe ones under stock nbgrader too.")] = True,
) -> None:
    """Print the table of attacks."""
    chosen = [a for a in attacks.load() if not names or a.name in names]
    table = Table("attack", "category", "deserves", "stock nbgrader", "this project", "flags")
    for column in table.columns[1:5]:
        column.no_wrap = True
    master = ROOT / "source" / "lenet" / "lenet.ipynb"
    with (
        tempfile.TemporaryDirectory() as folder,
        grading.worker_for(load(master), True) as worker,
    ):
        root = Path(folder)
        with plant(master, root / "course") as course:
            for number, attack in enumerate(track(chosen, console=Console(stderr=True))):
                notebook = attack.notebook(course.solved, course.released, **course.words)
                if not stock:
                    points = "not run"
                elif attack.stock == "unsafe":
                    points = "not run: would harm this machine"
                else:
                    points = run_stock(notebook, master, root / f"stock{number}")
                mine, flags = run_here(notebook, course, worker)
                table.add_row(
                    attack.title, attack.category, f"{attack.score:g}", points, mine, flags
                )
    # In a file or a pipe there is no width to fit.
    Console(width=None if sys.stdout.isatty() else 180).print(table)


def run_here(notebook: NotebookNode, course: Course, worker: Worker) -> tuple[str, str]:
    """Points and flags from this project."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".ipynb") as file:
        json.dump(notebook, file)
        file.flush()
        verdict = grading.check_file(Path(file.name), course.assignment, worker)
    return f"{verdict.score:g}", " ".join(flag.code for flag in verdict.flags)


def run_stock(notebook: NotebookNode | bytes, master: Path, root: Path) -> str:
    """Points from stock nbgrader, in a process that may take so long and no longer."""
    source = root / "source" / "lenet" / "lenet.ipynb"
    submitted = root / "submitted" / "attacker" / "lenet" / "lenet.ipynb"
    for file, content in ((source, nbformat.read(master, as_version=4)), (submitted, notebook)):
        file.parent.mkdir(parents=True)
        made = content if isinstance(content, bytes) else json.dumps(content).encode()
        file.write_bytes(made)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    try:
        ran = subprocess.run(
            [sys.executable, "-c", _STOCK, str(root)],
            cwd=root,
            env=os.environ | {"PATH": path, "MNIST_NPZ": str(IMAGES)},
            capture_output=True,
            text=True,
            timeout=STOCK_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"no end in {STOCK_SECONDS:g} s"
    word, _, value = (ran.stdout.strip().splitlines() or ["none"])[-1].partition(" ")
    return f"{float(value):g}" if word == "points" else f"no grade {value}".strip()


if __name__ == "__main__":
    typer.run(main)
