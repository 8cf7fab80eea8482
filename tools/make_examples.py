"""Write the demo class: submissions as students would hand them in, made from the release.

Usage: ``python tools/make_examples.py`` after the release has changed. Each student is a set of
answers by grade id; everything else is the release, untouched.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "release" / "lenet" / "lenet.ipynb"
EXAMPLES = ROOT / "examples"

Notebook = dict[str, Any]
Answers = dict[str, str]

CHOICES = {"alpha": 2, "beta": 3, "gamma": 1, "omicron": 3, "delta": 1}
FACTS = {"omicron": [1, 4], "delta": [0, 3, 5]}


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
    conv_end = (
        f', padding="same", activation="{activation}")' if activation else ', padding="same")'
    )
    dense_end = f', activation="{activation}")' if activation else ")"
    lines = ["input = Input(shape=input_dim)", "x = input"]
    for filters in (6, 16):
        if convolution:
            lines.append(f"x = Conv2D({filters}, (3, 3){conv_end}(x)")
        if pool:
            lines.append(f"x = {pool}((2, 2))(x)")
    lines += [
        "x = Flatten()(x)",
        f"x = Dense(120{dense_end}(x)",
        f"x = Dense(84{dense_end}(x)",
        'output = Dense(10, activation="softmax")(x)',
    ]
    imports = "from keras.layers import MaxPooling2D" if pool == "MaxPooling2D" else ""
    return variant(name, "\n".join(lines), imports)


def all_right() -> Answers:
    """Every architecture and every answer as the assignment asks."""
    answers = {
        "alpha-solution": plain("AlphaCNN", "AveragePooling2D", "relu"),
        "beta-solution": plain("BetaCNN", "MaxPooling2D", "relu"),
        "gamma-solution": plain("GammaCNN", "MaxPooling2D", None),
        "omicron-solution": plain("OmicronCNN", None, "relu"),
        "delta-solution": plain("DeltaCNN", "MaxPooling2D", "relu", convolution=False),
    }
    answers |= {f"{name}-choice": f"your_choice = {choice}" for name, choice in CHOICES.items()}
    answers |= {f"{name}-facts": f"your_choices = {facts}" for name, facts in FACTS.items()}
    return answers


def other_words() -> Answers:
    """Right all the same: helper functions, tf.nn.relu, ints for tuples, default pool padding."""
    helper = '''
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
    start = "input = keras.Input(input_dim)\n"
    answers = all_right()
    answers |= {
        "alpha-solution": variant(
            "AlphaCNN",
            start + "output = than_mang(input, tf.nn.relu, layers.AveragePooling2D)",
            helper,
        ),
        "beta-solution": variant(
            "BetaCNN", start + "output = than_mang(input, keras.activations.relu, layers.MaxPool2D)"
        ),
        "gamma-solution": variant(
            "GammaCNN", start + 'output = than_mang(input, "linear", layers.MaxPool2D)'
        ),
        "omicron-solution": variant(
            "OmicronCNN", start + "output = than_mang(input, lambda t: tf.maximum(t, 0.0))"
        ),
        "delta-solution": variant(
            "DeltaCNN", start + 'output = than_mang(input, "relu", layers.MaxPool2D, conv=False)'
        ),
    }
    return answers


def half_done() -> Answers:
    """Alpha and Beta with their questions; the rest untouched."""
    return {name: source for name, source in all_right().items() if name[:4] in ("alph", "beta")}


def omicron_keeps_pools() -> Answers:
    """Omicron handed in with Beta's pooling layers still there."""
    return all_right() | {"omicron-solution": plain("OmicronCNN", "MaxPooling2D", "relu")}


def paper_kernel() -> Answers:
    """Beta with the 5×5 kernels of the 1998 paper; everything else right."""
    answers = all_right()
    answers["beta-solution"] = answers["beta-solution"].replace("(3, 3)", "(5, 5)")
    return answers


def no_softmax() -> Answers:
    """Gamma without any activation, the output's softmax gone with the others."""
    answers = all_right()
    answers["gamma-solution"] = answers["gamma-solution"].replace(', activation="softmax"', "")
    return answers


def no_opinion() -> Answers:
    """Right architectures, but no opinion on any question."""
    answers = all_right()
    answers |= {f"{name}-choice": "your_choice = 0" for name in CHOICES}
    return answers


def syntax_error() -> Answers:
    """All right but for a bracket that is missing in Delta."""
    answers = all_right()
    answers["delta-solution"] = answers["delta-solution"].replace("Flatten()(x)", "Flatten((x)")
    return answers


def untouched() -> Answers:
    """The release as it was handed out."""
    return {}


def messy_cells(notebook: Notebook) -> None:
    """What happens to notebooks: a test copied, another deleted, a scratch cell added."""
    cells = notebook["cells"]
    places = {cell["id"]: place for place, cell in enumerate(cells)}
    copied = json.loads(json.dumps(cells[places["alpha-visible"]])) | {"id": "copied-by-hand"}
    scratch: dict[str, Any] = {
        "cell_type": "code", "execution_count": None, "id": "scratch", "metadata": {},
        "outputs": [], "source": ["print(alpha.model.count_params())"],
    }  # fmt: skip
    deleted = cells[places["beta-hidden"]]
    cells[places["alpha-hidden"] : places["alpha-hidden"]] = [copied, scratch]
    cells.remove(deleted)


STUDENTS: dict[str, tuple[Answers, Callable[[Notebook], None] | None]] = {
    "vd01-dung-het": (all_right(), None),
    "vd02-cach-viet-khac": (other_words(), None),
    "vd03-lam-mot-nua": (half_done(), None),
    "vd04-omicron-con-gop": (omicron_keeps_pools(), None),
    "vd05-kernel-5x5": (paper_kernel(), None),
    "vd06-quen-softmax": (no_softmax(), None),
    "vd07-chua-lam": (untouched(), None),
    "vd08-loi-cu-phap": (syntax_error(), None),
    "vd09-khong-y-kien": (no_opinion(), None),
    "vd10-lon-xon-o": (all_right(), messy_cells),
}


def submission(release: Notebook, student: str) -> Notebook:
    """The notebook that ``student`` hands in."""
    answers, change = STUDENTS[student]
    notebook: Notebook = json.loads(json.dumps(release))
    for cell in notebook["cells"]:
        source = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
        if source is not None:
            cell["source"] = source.splitlines(keepends=True)
    if change is not None:
        change(notebook)
    return notebook


def dump(notebook: Notebook) -> str:
    """The notebook as the text of its file: sorted, so that a diff shows what changed."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write every submission below ``examples/``."""
    release = json.loads(RELEASE.read_text("utf-8"))
    for student in STUDENTS:
        folder = EXAMPLES / student
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lenet.ipynb").write_text(dump(submission(release, student)), "utf-8")
        print(f"examples/{student}/lenet.ipynb")


if __name__ == "__main__":
    main()
