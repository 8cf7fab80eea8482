"""Locked cells that were reformatted, translated, added to, deleted or broken."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
from collections.abc import Callable

from .notebook import Cell, at, get, insert, is_code, is_locked, is_test, name_of, pop, sources
from .operator import Notebook, Result, mangles


def _unparsed(source: str) -> str:
    """As a formatter that keeps nothing of the layout, comments neither."""
    try:
        return ast.unparse(ast.parse(source))
    except SyntaxError:
        return source


def _single_quotes(source: str) -> str:
    rows = source.split("\n")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return source
    for token in reversed(tokens):
        plain = re.fullmatch(r'"[^"\'\\\n]*"', token.string)
        if token.type == tokenize.STRING and plain:
            row = rows[token.start[0] - 1]
            quoted = f"'{token.string[1:-1]}'"
            rows[token.start[0] - 1] = row[: token.start[1]] + quoted + row[token.end[1] :]
    return "\n".join(rows)


def _reindented(with_: str) -> Callable[[str], str]:
    def change(source: str) -> str:
        return re.sub(
            r"^(?: {4})+",
            lambda found: with_ * (len(found[0]) // 4),
            source,
            flags=re.MULTILINE,
        )

    return change


def _exploded(source: str) -> str:
    """One argument a line, with a last comma, as Black writes them."""
    return source.replace(
        "Model(input, output)", "Model(\n            input,\n            output,\n        )"
    ).replace("build((28, 28, 1))", "build(\n        (28, 28, 1),\n    )")


def _commented(source: str) -> str:
    return "# Chạy ô này trước\n" + source + "\n# xong"


def _translated(source: str) -> str:
    """Comments in English instead."""
    return re.sub(r"(^|  )# .*$", r"\1# translated comment", source, flags=re.MULTILINE)


def _no_docstrings(source: str) -> str:
    return re.sub(r'^ +"""[^"\n]*"""\n', "", source, flags=re.MULTILINE)


LAYOUT: dict[str, Callable[[str], str]] = {
    "unparsed": _unparsed,
    "single quotes": _single_quotes,
    "tabs": _reindented("\t"),
    "two spaces": _reindented("  "),
    "exploded": _exploded,
    "CRLF": lambda source: source.replace("\n", "\r\n"),
    "trailing blanks": lambda source: "\n".join(f"{row}  " for row in source.split("\n")),
    "blank lines": lambda source: "\n\n" + re.sub(r"\n(?=    def )", "\n\n", source) + "\n\n\n",
    "NFD": lambda source: unicodedata.normalize("NFD", source),
    "commented": _commented,
    "translated": _translated,
    "no docstrings": _no_docstrings,
    "one blank line": lambda source: source.replace("\n\n\n", "\n\n"),
}


@mangles("locked", "05 09", *LAYOUT)
def reformatted(notebook: Notebook, how: str) -> Result:
    """Every locked cell, tests too."""
    for cell, source in sources(notebook, lambda cell: is_locked(cell) or is_test(cell)):
        cell["source"] = LAYOUT[how](source)
    return notebook


@mangles("locked", "02 04", *LAYOUT)
def all_code_reformatted(notebook: Notebook, how: str) -> Result:
    """Every cell of code, the student's as well."""
    for cell, source in sources(notebook, is_code):
        cell["source"] = LAYOUT[how](source)
    return notebook


@mangles("locked", "01 05", "comments", "everywhere")
def non_breaking_spaces(notebook: Notebook, where: str) -> Result:
    """Locked cells as they come back from a web page."""
    for cell, source in sources(notebook, is_locked):
        if where == "everywhere":
            cell["source"] = source.replace("    ", "\u00a0\u00a0\u00a0\u00a0")
        else:
            cell["source"] = re.sub(r"# (?=\w)", "#\u00a0", source)
    return notebook


def _in(name: str, old: str, new: str) -> Callable[[Notebook], Result]:
    def change(notebook: Notebook) -> Result:
        cell = get(notebook, name)
        assert old in cell["source"], (name, old)
        cell["source"] = cell["source"].replace(old, new, 1)
        return notebook

    return change


_METHOD = "    def ten(self):\n        return 'LeNet'\n\n"
_DRIVE = "import os\nfrom google.colab import drive\ndrive.mount('/content/drive')\n"
_EYE = 'np.eye(10, dtype="float32")[y]'
_FEW = "x_train_norm[:6000], y_train_oh[:6000]"
EDITS: dict[str, Callable[[Notebook], Result]] = {
    "verbose": _in("lenet-class", "verbose=2", "verbose=1"),
    "no seed": _in("lenet-class", "keras.utils.set_random_seed", "pass  # "),
    "method added": _in("lenet-class", "    def load(", f"{_METHOD}    def load("),
    "broken class": _in("lenet-class", "build(self, input_dim):", "build(self, input_dim:"),
    "letters typed": _in("lenet-imports", "import time", "asdfimport time"),
    "import added": _in("lenet-imports", "import time", "import time\nimport random, math"),
    "torch imported": _in("lenet-imports", "import time", "import time\nimport torch"),
    "tf.keras": _in("lenet-imports", "from keras.layers", "from tensorflow.keras.layers"),
    "data path": _in("data-load", 'os.environ.get("MNIST_NPZ")', '"/content/mnist.npz"'),
    "drive mounted": _in("data-load", "import os\n", _DRIVE),
    "print added": _in("prep-scale", "fig, axes", "print(x_train_norm.max())\nfig, axes"),
    "other scale": _in("prep-scale", "/ 255", "/ 255.0"),
    "to_categorical": _in("prep-onehot", _EYE, "keras.utils.to_categorical(y, 10)"),
    "other shape": _in("beta-create", "(28, 28, 1)", "x_train_norm.shape[1:]"),
    "no wrapper": _in("beta-create", 'with going_on("BetaCNN"):', "if True:"),
    "other variable": _in("beta-create", "beta = BetaCNN()", "model = beta = BetaCNN()"),
    "helper emptied": _in("check-helper", "#@title", "'''#@title"),
}


# What was measured is then of something else: answers are as much in doubt as a person says.
OTHER_MEASUREMENTS: dict[str, Callable[[Notebook], Result]] = {
    "epochs": _in("lenet-class", "epochs=10", "epochs=3"),
    "relu in LeNet": _in("lenet-class", '"sigmoid"', '"relu"'),
    "few images": _in("beta-train", "x_train_norm, y_train_oh", _FEW),
    "test edited": _in("beta-visible", "count=9", "count=8"),
}


@mangles("locked", "05", *EDITS)
def edited(notebook: Notebook, what: str) -> Result:
    return EDITS[what](notebook)


@mangles("locked", "05 11", *OTHER_MEASUREMENTS, expected="same_or_review")
def edited_so_that_it_matters(notebook: Notebook, what: str) -> Result:
    return OTHER_MEASUREMENTS[what](notebook)


@mangles("locked", "01 04", "lenet-class", "lenet-imports", "check-helper", "data-load", "all")
def deleted(notebook: Notebook, what: str) -> Result:
    if what != "all":
        pop(notebook, what)
        return notebook
    kept = [c for c in notebook["cells"] if not _given_and_silent(c)]
    return notebook | {"cells": kept}


def _given_and_silent(cell: Cell) -> bool:
    """A locked cell other than those that print what was measured."""
    return is_locked(cell) and not name_of(cell).endswith(("-train", "-eval"))


@mangles("locked", "01 05")
def imports_of_solutions_moved_here(notebook: Notebook) -> Result:
    """The locked import cell has what the solutions import, and only that."""
    line = "from keras.layers import MaxPooling2D"
    for cell, source in sources(notebook, lambda cell: name_of(cell).endswith("-solution")):
        cell["source"] = source.replace(line, "").strip("\n")
    get(notebook, "lenet-imports")["source"] += f"\n{line}"
    return notebook


@mangles("locked", "02", "lenet-class", "lenet-imports", "check-helper")
def helper_of_solutions_moved_here(notebook: Notebook, where: str) -> Result:
    """What all solutions call is defined in a locked cell."""
    solution = get(notebook, "alpha-solution")
    helper, found, rest = solution["source"].partition("class AlphaCNN")
    assert found
    solution["source"] = found + rest
    get(notebook, where)["source"] += f"\n\n\n{helper.rstrip()}"
    return notebook


@mangles("locked", "01 05 11")
def split_in_two(notebook: Notebook) -> Result:
    """The reference class between its methods' comments, the data cell after its imports."""
    for name, mark in (("data-load", "\n\n\ndef load_mnist"), ("lenet-imports", "\n\ntf.")):
        cell = get(notebook, name)
        before, found, after = cell["source"].partition(mark)
        assert found
        cell["source"] = before
        rest = {**cell, "source": (found + after).strip("\n"), "metadata": {}, "outputs": []}
        rest.pop("id", None)
        if "id" in cell:
            rest["id"] = f"{name}-2"
        insert(notebook, at(notebook, name) + 1, rest)
    return notebook


@mangles("locked", "01 04")
def merged(notebook: Notebook) -> Result:
    """Creation, both checks, training and evaluation in one cell, in each section."""
    for model in ("alpha", "beta", "omicron"):
        first = get(notebook, f"{model}-create")
        for part in ("visible", "hidden", "train", "eval"):
            cell = pop(notebook, f"{model}-{part}")
            first["source"] += "\n\n" + cell["source"]
            first["outputs"] += cell["outputs"]
    return notebook
