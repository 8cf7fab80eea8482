"""Draw docs/architecture.png and refresh the list of modules in docs/architecture.md.

The list is made from the modules themselves: their first sentences, their numbers of lines. Which
module is read before which is ORDER; one that is not named there comes last in its folder.
Run: .venv/bin/python tools/draw_architecture.py
"""

import ast
import re
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lenetlab"
PAGE = ROOT / "docs" / "architecture.md"
PICTURE = ROOT / "docs" / "architecture.png"
BEGIN, END = "<!-- made by tools/draw_architecture.py -->\n", "<!-- end -->\n"

# From what is graded to what it runs in, and last what a user calls.
FOLDERS = (
    "", "notebook", "boxes", "model", "checks", "sandbox", "course", "pages", "formgrader",
    "collect", "export", "language", "terminal", "cli",
)  # fmt: skip
ORDER = (
    "records", "files", "grading", "training", "doctor",
    "intake", "diagnosis", "master", "fingerprint", "titles", "match", "placing", "windows", "work",
    "restore", "receipt", "doubts",
    "outputs", "measurements", "cells", "blame", "heirs",
    "written", "syntax", "raised", "reasons", "verdicts",
    "program", "inside", "opening", "shell", "timelimit", "replay", "standins", "errors", "figures",
    "snapshot", "cleanroom",
    "describe", "classes", "activations", "rebuild",
    "architecture", "compare", "change", "side_by_side", "questions", "texts",
    "worker", "limits", "confine", "forkserver", "watch", "seccomp", "cgroup",
    "directory", "handed_in", "release", "run", "classroom", "job", "pool", "cluster", "booking",
    "backup", "lock", "ledger", "ledger_triggers", "attempts",
    "preview", "decisions", "retraining", "preprocessors", "lookup",
    "standings", "results", "gradebook", "page_writers", "templating", "feedback", "feedback_cards",
    "own_lines", "feedback_measured", "feedback_again", "notebook_view", "inert", "class_report",
    "report",
    "report_data", "hooks", "lists", "overview",
    "text", "verdict", "grades",
    "collecting", "sources", "archives", "systems", "plain_text", "roster", "matching", "handin",
    "store", "origin",
    "exporting", "marks", "people", "sheet", "table", "moodle", "comments", "canvas", "pages",
    "plain", "workbook",
)  # fmt: skip


class Module(NamedTuple):
    """A module: its path below the package, its first sentence, its lines."""

    path: str
    sentence: str
    lines: int


def modules(folder: str) -> list[Module]:
    """The folder's modules in the order in which they are to be read."""

    def place(path: Path) -> tuple[int, str]:
        return (ORDER.index(path.stem) if path.stem in ORDER else len(ORDER), path.stem)

    paths = [p for p in (PACKAGE / folder).glob("*.py") if not p.stem.startswith("__")]
    return [describe(path) for path in sorted(paths, key=place)]


def describe(path: Path) -> Module:
    """Read a module; its first sentence may stand on two lines, and ends with them."""
    text = path.read_text("utf-8")
    first = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].replace("\n", " ")
    sentence = re.sub(r"`+", "`", first).rstrip(".").replace("|", r"\|")
    return Module(path.relative_to(PACKAGE).as_posix(), sentence, text.count("\n"))


def table() -> str:
    """The package as Markdown: a table for each folder."""
    parts, total = [], 0
    for folder in FOLDERS:
        found = modules(folder)
        lines = sum(module.lines for module in found)
        total += lines
        title = f"`lenetlab/{folder}/`" if folder else "`lenetlab/` itself"
        about = describe(PACKAGE / folder / "__init__.py").sentence
        rows = [f"| `{m.path}` | {m.sentence} | {m.lines} |" for m in found]
        head = (
            f"**{title}** ({lines} lines): {about}.\n\n| read | what it is | lines |\n|---|---|--:|"
        )
        parts.append("\n".join([head, *rows]) + "\n")
    return f"{total:,} lines in all.\n\n" + "\n".join(parts)


def refresh(page: str) -> str:
    """The page with the present table between its two marks."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + "\n" + table() + "\n" + END + rest.split(END)[1]


# The picture: all lengths in pixels, with the origin in its lower left corner.
WIDTH, HEIGHT, DPI = 1600, 800, 100
INK, FAINT = "#1F2937", "#4B5563"
# Okabe-Ito hues: told apart under the common kinds of colour blindness.
GRADER, STUDENT, TESTS, FILES = "#0072B2", "#D55E00", "#009E73", "#6B7280"


class Node(NamedTuple):
    """A step or a file: where its middle is, its name, what it does, where that is written."""

    x: float
    y: float
    name: str
    what: str
    where: str
    colour: str
    width: float = 236
    height: float = 118


TOP, MIDDLE, BOTTOM = 720, 520, 160
NODES = {
    "master": Node(800, TOP, "Master notebook", "solutions, tests, points", "source/", FILES),
    "file": Node(148, MIDDLE, "Submission", "a file of any content", "submitted/", FILES),
    "read": Node(474, MIDDLE, "Read", "a notebook, or why not", "notebook/intake.py", GRADER),
    "restore": Node(
        800, MIDDLE, "Restore", "master's shape,\nstudent's work", "notebook/restore.py", GRADER
    ),
    "grade": Node(1126, MIDDLE, "Grade", "checks what comes back", "grading.py", GRADER),
    "verdict": Node(
        1452, MIDDLE, "Verdict", "gradebook, feedback,\ngrades.csv", "course/", GRADER
    ),
    "readbox": Node(474, BOTTOM, "Reading", "large or old files", "notebook/intake.py", STUDENT),
    "replay": Node(
        940, BOTTOM, "Replay", "student's cells run,\nmodels are described", "boxes/, model/",
        STUDENT,
    ),
    "clean": Node(
        1312, BOTTOM, "Clean room", "models built again,\nmaster's tests run", "boxes/, checks/",
        TESTS,
    ),
}  # fmt: skip


class Arrow(NamedTuple):
    """What flows from a point to another, and where that is written."""

    start: tuple[float, float]
    end: tuple[float, float]
    text: str = ""
    at: tuple[float, float] = (0, 0)
    align: str = "center"


LOW, HIGH = MIDDLE - 59, BOTTOM + 59
ARROWS = [
    Arrow((266, MIDDLE), (356, MIDDLE)),
    Arrow((592, MIDDLE), (682, MIDDLE)),
    Arrow((918, MIDDLE), (1008, MIDDLE)),
    Arrow((1244, MIDDLE), (1334, MIDDLE)),
    Arrow((800, TOP - 59), (800, MIDDLE + 59), "locked cells, order, tags", (790, 632), "right"),
    Arrow((918, TOP), (1126, MIDDLE + 59), "test cells", (1080, 640), "left"),
    Arrow((444, LOW), (444, HIGH), "bytes", (434, 340), "right"),
    Arrow((504, HIGH), (504, LOW), "cells", (514, 340), "left"),
    Arrow((1050, LOW), (900, HIGH), "student's\ncells", (944, 340), "right"),
    Arrow((990, HIGH), (1104, LOW), "values and models\nas plain data", (1046, 282), "left"),
    Arrow((1150, LOW), (1262, HIGH), "tests,\nvalues", (1172, 352), "right"),
    Arrow((1352, HIGH), (1202, LOW), "outputs, points", (1296, 340), "left"),
]


def draw() -> Figure:
    """Draw the way of a submission, the two processes that it meets and what passes between."""
    mpl.rcdefaults()  # whoever runs this may have a matplotlibrc of their own
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    ax = figure.add_axes((0, 0, 1, 1))
    draw_zone(ax, (404, 600), 536, "The grader: no student's code runs here", GRADER)
    sandbox = "The sandbox: no network, no gradebook, no other submission; a process for each box"
    draw_zone(ax, (34, 254), 28, sandbox, STUDENT)
    for arrow in ARROWS:
        style = {"arrowstyle": "-|>,head_width=0.3,head_length=0.6", "color": FAINT, "lw": 1.8}
        ax.annotate("", arrow.end, arrow.start, arrowprops=style | {"shrinkA": 3, "shrinkB": 3})
        if arrow.text:
            ax.text(*arrow.at, arrow.text, size=13, color=INK, ha=arrow.align, va="center")
    for node in NODES.values():
        draw_node(ax, node)
    ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    ax.axis("off")
    return figure


def draw_zone(ax: Axes, span: tuple[float, float], x: float, text: str, colour: str) -> None:
    """A place in which processes run, from one y to another, with its name at its lower edge."""
    low, high = span
    ax.add_patch(Rectangle((14, low), WIDTH - 28, high - low, fc=colour, alpha=0.07, lw=0))
    ax.text(x, low + 22, text, size=14, weight="bold", color=colour, va="center")


def draw_node(ax: Axes, node: Node) -> None:
    """A step: its name, what it does, and in grey where that is written."""
    corner = (node.x - node.width / 2, node.y - node.height / 2)
    shape = "round,pad=0,rounding_size=10"
    ax.add_patch(
        FancyBboxPatch(corner, node.width, node.height, shape, fc="white", ec=node.colour, lw=2)
    )
    two = "\n" in node.what
    ax.text(node.x, node.y + 38, node.name, size=16, weight="bold", color=INK, ha="center",
            va="center")  # fmt: skip
    ax.text(node.x, node.y + (2 if two else 6), node.what, size=13, color=INK, ha="center",
            va="center")  # fmt: skip
    ax.text(node.x, node.y - 40, node.where, size=12, color=node.colour, ha="center",
            va="center", family="monospace")  # fmt: skip


def main() -> None:
    """Write the picture and the page."""
    draw().savefig(PICTURE, metadata={"Software": None})
    PAGE.write_text(refresh(PAGE.read_text("utf-8")), "utf-8")
    print(f"{PICTURE.name}: {PICTURE.stat().st_size} bytes; {PAGE.name} is current")


if __name__ == "__main__":
    main()
