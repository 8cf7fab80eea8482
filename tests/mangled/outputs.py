"""Outputs: cleared, huge, merged, split, of widgets, of errors, of runs out of turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .notebook import (
    at,
    code,
    copied,
    get,
    having,
    insert,
    is_code,
    is_training,
    lines,
    printed,
)
from .operator import Notebook, Result, mangles


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _outputs(notebook: Notebook) -> Iterator[dict[str, Any]]:
    for cell in having(notebook, is_code):
        yield from cell["outputs"]


@mangles("outputs", "01 02 05 11", "all", "training", "alpha's training", expected="same_or_review")
def cleared(notebook: Notebook, whose: str) -> Result:
    """With the measurements goes what answers are judged by."""
    for cell in having(notebook, is_code if whose == "all" else is_training):
        if whose != "alpha's training" or "alpha." in cell["source"]:
            cell.update(outputs=[], execution_count=None)
    return notebook


@mangles("outputs", "01 05 11")
def cleared_but_for_training(notebook: Notebook) -> Result:
    for cell in having(notebook, lambda cell: is_code(cell) and not is_training(cell)):
        cell.update(outputs=[], execution_count=None)
    return notebook


@mangles("outputs", "01 11", "null", "stale", "reversed", "large", "missing")
def counts(notebook: Notebook, how: str) -> Result:
    cells = having(notebook, is_code)
    for number, cell in enumerate(cells):
        cell["execution_count"] = {
            "null": None, "stale": 7, "reversed": len(cells) - number, "large": 10**9 + number,
        }.get(how)  # fmt: skip
        if how == "missing":
            del cell["execution_count"]
    return notebook


@mangles("outputs", "01 05 11", "merged", "one a line", "text as string", "carriage returns")
def streams(notebook: Notebook, how: str) -> Result:
    for cell in having(notebook, is_code):
        made: list[dict[str, Any]] = []
        for output in cell["outputs"]:
            if output["output_type"] != "stream":
                made.append(output)
                continue
            said = "".join(output["text"])
            if how == "merged" and made and made[-1]["output_type"] == "stream":
                made[-1]["text"] = lines("".join(made[-1]["text"]) + said)
            elif how == "one a line":
                made += [printed(line, output["name"]) for line in lines(said)]
            elif how == "text as string":
                made.append(output | {"text": said})
            elif how == "carriage returns":
                made.append(output | {"text": lines(said.replace("\n", "\r\n"))})
            else:
                made.append(output)
        cell["outputs"] = made
    return notebook


@mangles("outputs", "01 11")
def training_with_warnings_and_bars(notebook: Notebook) -> Result:
    """What TensorFlow says on other machines, before what was measured."""
    bar = "".join(f"\r{n}/469 ━━━━━━━━━━━━━━━━━━━━ {n}s 9ms/step" for n in range(1, 60))
    noise = "2024-01-01 00:00:00.000000: I tensorflow/core/util/port.cc:153] oneDNN is on.\n"
    for cell in having(notebook, is_training):
        cell["outputs"][:0] = [printed(noise, "stderr"), printed(bar + "\n")]
    return notebook


@mangles("outputs", "01 04", "text", "image", "html", "many")
def huge(notebook: Notebook, what: str) -> Result:
    big = {
        "text": [printed("") | {"text": ["x" * 99 + "\n"] * 60_000}],
        "image": [_shown({"image/png": "A" * 8_000_000})],
        "html": [_shown({"text/html": ["<b>x</b>"] * 200_000})],
        "many": [printed(f"{n}\n") for n in range(20_000)],
    }[what]
    return insert(notebook, at(notebook, "data-shapes"), code(notebook, "print(x_train)", big))


@mangles("outputs", "01 05", "widget", "error", "error in solution", "plotly", "unknown mime")
def of_other_kinds(notebook: Notebook, which: str) -> Result:
    error = {
        "output_type": "error",
        "ename": "NameError",
        "evalue": "name 'LeNetCNN' is not defined",
        "traceback": ["\u001b[31mNameError\u001b[0m: name 'LeNetCNN' is not defined"],
    }
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "1", "version_major": 2}}
    shown: dict[str, dict[str, Any]] = {
        "widget": widget,
        "plotly": {"application/vnd.plotly.v1+json": {"data": [], "layout": {}}},
        "unknown mime": {"application/x-something": {"a": [1, None]}, "text/plain": ""},
    }
    name = "beta-solution" if "solution" in which else "data-shapes"
    output = _shown(shown[which]) if which in shown else error
    get(notebook, name)["outputs"].append(output)
    return notebook


@mangles("outputs", "01 04", "missing", "null", "missing metadata", "pyout", composes=False)
def of_no_valid_shape(notebook: Notebook, how: str) -> Result:
    """Cells that never print: their outputs are left out or written in another way."""
    for cell in having(notebook, lambda cell: is_code(cell) and not is_training(cell)):
        if how == "missing":
            del cell["outputs"]
        elif how == "null":
            cell["outputs"] = None
    for output in _outputs(notebook) if "missing" != how != "null" else ():
        if how == "missing metadata":
            output.pop("metadata", None)
        elif output["output_type"] == "display_data" and "text/plain" in output["data"]:
            output["output_type"] = "pyout"
    return notebook


@mangles("outputs", "01 11")
def trained_again_in_own_cells(notebook: Notebook) -> Result:
    """Copies of the cells that train and evaluate; they printed the same."""
    for model in ("alpha", "omicron"):
        again = [get(notebook, f"{model}-{part}") for part in ("create", "train", "eval")]
        number = at(notebook, f"{model}-eval") + 1
        insert(notebook, number, *(copied(cell, notebook) for cell in again))
    return notebook
