"""Make the demo class: notebooks as students hand them in, each of them really run.

Usage: ``MNIST_NPZ=file python tools/make_examples.py [NAME ...]`` makes all students, or those
named; without MNIST_NPZ, Keras downloads MNIST. All take about half an hour on two cores, most of
it the two that train on the whole MNIST. To be done after every change of the release.

A student is the release with solutions by grade id, and answers by the figures that this student's
own run printed. Each has a seed of its own, as the notebook asks.
"""

from __future__ import annotations

import copy
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lenetlab.checks import context  # noqa: E402 - called by its path, Python looks in tools/ alone
from lenetlab.notebook import measurements  # noqa: E402
from lenetlab.notebook.master import load  # noqa: E402
from tools import run_notebook  # noqa: E402
from tools.run_notebook import Run, as_colab, as_jupyterlab, as_vs_code  # noqa: E402

MASTER = ROOT / "source" / "lenet" / "lenet.ipynb"
RELEASE = ROOT / "release" / "lenet" / "lenet.ipynb"
EXAMPLES = ROOT / "examples"

Answers = dict[str, str]

# --- solutions ----------------------------------------------------------------------------------


def variant(name: str, body: str, above: str = "") -> str:
    """A solution cell: ``above``, then the class with ``body`` as its build."""
    lines = "\n".join(f"        {line}" if line else "" for line in body.strip().split("\n"))
    head = f"{above.strip()}\n\n\n" if above else ""
    return (
        f"{head}class {name}(LeNetCNN):\n    def build(self, input_dim):\n{lines}\n"
        "        self.model = Model(input, output)"
    )


def plain(name: str, pool: str | None, activation: str | None, *, convolution: bool = True) -> str:
    """The usual way to write a variant, layer by layer."""
    end = f', activation="{activation}")' if activation else ")"
    lines = ["input = Input(shape=input_dim)", "x = input"]
    for filters in (6, 16):
        if convolution:
            lines.append(f'x = Conv2D({filters}, (3, 3), padding="same"{end}(x)')
        if pool:
            lines.append(f"x = {pool}((2, 2))(x)")
    lines += [
        "x = Flatten()(x)",
        f"x = Dense(120{end}(x)",
        f"x = Dense(84{end}(x)",
        'output = Dense(10, activation="softmax")(x)',
    ]
    imports = "from keras.layers import MaxPooling2D" if pool == "MaxPooling2D" else ""
    return variant(name, "\n".join(lines), imports)


RIGHT: Answers = {
    "alpha-solution": plain("AlphaCNN", "AveragePooling2D", "relu"),
    "beta-solution": plain("BetaCNN", "MaxPooling2D", "relu"),
    "gamma-solution": plain("GammaCNN", "MaxPooling2D", None),
    "omicron-solution": plain("OmicronCNN", None, "relu"),
    "delta-solution": plain("DeltaCNN", "MaxPooling2D", "relu", convolution=False),
}

HELPER = '''
from keras import layers


def than_mang(x, act, pool=None, conv=True):
    """Phần thân chung của các biến thể."""
    for so_filter in (6, 16):
        if conv:
            x = layers.Conv2D(so_filter, 3, padding="same", activation=act)(x)
        if pool is not None:
            x = pool(2)(x)
    x = layers.Flatten()(x)
    for so_noron in (120, 84):
        x = layers.Dense(so_noron, act)(x)
    return layers.Dense(10, tf.nn.softmax)(x)
'''


def other_words() -> Answers:
    """Right all the same: helper functions, tf.nn.relu, ints for tuples, default pool padding."""
    calls = {
        "Alpha": "tf.nn.relu, layers.AveragePooling2D",
        "Beta": "keras.activations.relu, layers.MaxPool2D",
        "Gamma": '"linear", layers.MaxPool2D',
        "Omicron": "lambda t: tf.maximum(t, 0.0)",
        "Delta": '"relu", layers.MaxPool2D, conv=False',
    }
    body = "input = keras.Input(input_dim)\noutput = than_mang(input, {})"
    return {
        f"{name.lower()}-solution": variant(
            f"{name}CNN", body.format(call), HELPER if name == "Alpha" else ""
        )
        for name, call in calls.items()
    }


def but(cell: str, old: str, new: str) -> Answers:
    """All right but for ``cell``, in which ``new`` stands for ``old``."""
    return RIGHT | {cell: RIGHT[cell].replace(old, new)}


# --- answers ------------------------------------------------------------------------------------

PAIRS = {
    "alpha": ("LeNet", "Alpha"), "beta": ("Alpha", "Beta"), "gamma": ("Beta", "Gamma"),
    "omicron": ("Beta", "Omicron"), "delta": ("Beta", "Delta"),
}  # fmt: skip
PARAMETERS = {"omicron": 1, "delta": 0}  # more and fewer than Beta


def by_figures(cell: str) -> str:
    """The answer that the evidence in use supports; the course's own runs where a figure lacks."""
    name, _, question = cell.partition("-")
    if question == "choice":
        first, second = context.supporting(*PAIRS[name], "accuracy")[0][0]
        difference = round(first - second, 2)  # as exact as they were printed
        return f"your_choice = {3 if abs(difference) <= 1 else 1 if difference > 0 else 2}"
    own, beta = context.supporting(name.capitalize(), "Beta", "seconds")[0][0]
    times = [4] if own > 1.1 * beta else [3, 5] if own < 0.9 * beta else [5]
    return f"your_choices = {[PARAMETERS[name], *times]}"


def without_opinion(cell: str) -> str:
    """No opinion on any pair of models."""
    return "your_choice = 0" if cell.endswith("-choice") else by_figures(cell)


def against_figures(cell: str) -> str:
    """Three answers that this student's own figures contradict, the others right."""
    if cell in ("gamma-choice", "delta-choice"):
        first, second = context.supporting(*PAIRS[cell[:5]], "accuracy")[0][0]
        return f"your_choice = {2 if first > second else 1}"
    if cell == "delta-facts":
        return f"your_choices = {[PARAMETERS['delta'], 3 if '4' in by_figures(cell) else 4]}"
    return by_figures(cell)


# --- what else happens to notebooks -------------------------------------------------------------


def own_cell(identity: str, source: str) -> NotebookNode:
    """A code cell of the student's own."""
    return nbformat.v4.new_code_cell(source, id=identity, metadata={})


def place(notebook: NotebookNode, identity: str) -> int:
    """Where the cell with that id stands."""
    return [cell.id for cell in notebook.cells].index(identity)


def progress_bar(identity: str) -> Callable[[NotebookNode], None]:
    """A cell of one's own that draws a bar over itself, after Alpha was trained."""

    def change(notebook: NotebookNode) -> None:
        cell = own_cell(identity, "alpha.model.evaluate(x_test_norm, y_test_oh)")
        notebook.cells.insert(place(notebook, "alpha-eval") + 1, cell)

    return change


def messy_cells(notebook: NotebookNode) -> None:
    """A test copied, another deleted, a scratch cell added."""
    cells, at = notebook.cells, place(notebook, "alpha-hidden")
    copied = copy.deepcopy(cells[place(notebook, "alpha-visible")])
    copied.id = "0b6f4e0c-5c0e-4a53-9a53-2f1d6f0f7a11"
    scratch = own_cell("e3b1a0b2-77c4-4c1e-8d0a-6a5c0f3d9e42", "print(alpha.model.count_params())")
    cells[at:at] = [copied, scratch]
    del cells[place(notebook, "beta-hidden")]


def earlier_try(notebook: NotebookNode) -> None:
    """A first Omicron with a pooling layer left, its marks copied with it, above the right one."""
    at = place(notebook, "omicron-solution")
    first = copy.deepcopy(notebook.cells[at])
    first.id = "9d2c7f58-1f0b-4b7e-b0a4-3c8e5a6d1b90"
    end = "x = Flatten()(x)"
    first.source = first.source.replace(end, f"x = MaxPooling2D((2, 2))(x)\n        {end}")
    notebook.cells.insert(at, first)


# --- the class ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Student:
    """What a student wrote and did, and which program saved the file."""

    solutions: Answers
    answers: Callable[[str], str] = by_figures
    change: Callable[[NotebookNode], None] | None = None
    save: Callable[[Run], str] = as_jupyterlab
    by_hand: bool = False  # cell by cell past every error, instead of "Run All"
    data: str = run_notebook.DATA

    def answer(self, cell: str) -> str | None:
        """The student's answer in an answer cell of a variant that was done; else None."""
        name, _, part = cell.partition("-")
        done = part in ("choice", "facts") and f"{name}-solution" in self.solutions
        return self.answers(cell) if done else None


STUDENTS = {
    "vd01-dung-het": Student(RIGHT, data=run_notebook.WHOLE),
    "vd02-cach-viet-khac": Student(
        other_words(), change=progress_bar("c81d4e2e"), save=as_vs_code, data=run_notebook.WHOLE
    ),
    "vd03-lam-mot-nua": Student(
        {cell: RIGHT[cell] for cell in ("alpha-solution", "beta-solution")}, by_hand=True
    ),
    "vd04-omicron-con-gop": Student(
        RIGHT | {"omicron-solution": plain("OmicronCNN", "MaxPooling2D", "relu")}, by_hand=True
    ),
    "vd05-kernel-5x5": Student(
        but("beta-solution", "(3, 3)", "(5, 5)"),
        change=progress_bar("5a8e6a0e-3f3b-4d0f-9e55-0d9c1b7f2c36"),
    ),
    "vd06-quen-softmax": Student(but("gamma-solution", ', activation="softmax"', "")),
    "vd07-chua-lam": Student({}),
    "vd08-loi-cu-phap": Student(but("delta-solution", "Flatten()(x)", "Flatten((x)"), by_hand=True),
    "vd09-khong-y-kien": Student(
        RIGHT,
        without_opinion,
        progress_bar("0"),  # Colab gives cells ids of its own
        partial(as_colab, user="Sinh viên 09", number=f"{9:020}"),
    ),
    "vd10-lon-xon-o": Student(RIGHT, change=messy_cells),
    "vd11-nguoc-so-do": Student(RIGHT, against_figures),
    "vd12-hai-ban-omicron": Student(RIGHT, change=earlier_try),
}


def submission(name: str) -> NotebookNode:
    """The student's notebook before it runs, the questions still open."""
    student = STUDENTS[name]
    notebook = nbformat.read(RELEASE, as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        cell.source = student.solutions.get(grade_id, cell.source)
        if cell.id == "seed":
            cell.source = f"SEED = 205210{list(STUDENTS).index(name) + 1:02}"
    if student.change is not None:
        student.change(notebook)
    return notebook


def make(name: str, folder: Path) -> str:
    """Run the student's notebook beside the data in ``folder``; returns the text of its file.

    Raises:
        ValueError: the run is none that could be shown.
    """
    student, notebook = STUDENTS[name], submission(name)
    assignment = load(MASTER)
    lab = assignment.lab

    def measured() -> measurements.Measured:
        return measurements.read(notebook.cells, lab, assignment.names)

    def answer(cell: NotebookNode) -> None:
        with context.use(context.Context(measured(), lab.reference_runs)):
            written = student.answer(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        cell.source = cell.source if written is None else written

    run = run_notebook.execute(
        notebook, folder, data=student.data, by_hand=student.by_hand, before=answer
    )
    _, doubtful = measurements.sift(measured(), lab.least_seconds)
    if doubtful:
        raise ValueError("; ".join(measurements.doubts(doubtful)))
    unrun = [
        c.id for n, c in enumerate(notebook.cells) if c.cell_type == "code" and n not in run.times
    ]
    if unrun and student.solutions:
        raise ValueError(f"an error kept {unrun[0]} and what follows from running")
    text = student.save(run)
    run_notebook.refuse_traces(text, RELEASE.read_text("utf-8"))
    return text


def main() -> None:
    """Make the students named on the command line, or all."""
    names = sys.argv[1:] or list(STUDENTS)
    unknown = [name for name in names if name not in STUDENTS]
    if unknown:
        sys.exit(f"error: no student {', '.join(unknown)}; there are {', '.join(STUDENTS)}.")
    with tempfile.TemporaryDirectory() as folder:
        run_notebook.write_data(Path(folder))
        for number, name in enumerate(names, start=1):
            print(f"[{number}/{len(names)}] {name} ...", end=" ", flush=True)
            start = time.perf_counter()
            try:
                text = make(name, Path(folder))
            except ValueError as error:
                sys.exit(f"\nerror: {name}: {error}.")
            target = EXAMPLES / name / "lenet.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
            print(f"{time.perf_counter() - start:.0f} s, {len(text.encode()) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
