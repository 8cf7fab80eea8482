"""Run a notebook in a real Jupyter kernel and write it as the program of a student would save it.

JupyterLab, VS Code and Colab save the same run in three forms; a grader meets all of them.
"""

from __future__ import annotations

import base64
import copy
import getpass
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbclient import NotebookClient
from nbformat import NotebookNode

from lenetlab.course.release import LEAKS

ROOT = Path(__file__).resolve().parent.parent
CELL_SECONDS = 900  # no cell takes that long; a kernel that hangs must not hang the tool

# Enough to see the six models differ, and for each to train longer than the lab's least_seconds.
IMAGES = {"train": 8000, "test": 2000}
DATA, WHOLE = f"mnist-{IMAGES['train']}.npz", "mnist-60000.npz"

Output = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """A notebook that ran, with what only the program that ran it knows."""

    notebook: NotebookNode  # its outputs are the kernel's messages, one by one
    language: dict[str, Any]  # the kernel's own description
    times: dict[int, tuple[float, float]]  # by place: when the cell started, seconds that it took


def write_data(folder: Path) -> None:
    """Write MNIST, and a part of it: each digit's first images, as many of each, in its order.

    Exits with one line that says what to do where there is no MNIST.
    """
    try:
        if os.environ.get("MNIST_NPZ"):
            with np.load(os.environ["MNIST_NPZ"], allow_pickle=False) as file:
                found = dict(file)
        else:
            import keras

            (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
            found = {"x_train": x, "y_train": y, "x_test": x_test, "y_test": y_test}
        np.savez(folder / WHOLE, **found)
        for part, count in IMAGES.items():
            labels = found[f"y_{part}"]
            places = [np.flatnonzero(labels == digit)[: count // 10] for digit in range(10)]
            kept = np.sort(np.concatenate(places))
            if len(kept) < count:
                raise ValueError(f"fewer than {count // 10} images of a digit in y_{part}")
            found |= {f"{axis}_{part}": found[f"{axis}_{part}"][kept] for axis in "xy"}
    except Exception as error:
        sys.exit(
            "error: no MNIST: set MNIST_NPZ to a file in the layout of keras.datasets.mnist, or "
            f"let Keras download it ({type(error).__name__}: {' '.join(str(error).split())})."
        )
    np.savez_compressed(folder / DATA, **found)


def execute(
    notebook: NotebookNode,
    folder: Path,
    *,
    data: str,
    by_hand: bool,
    before: Callable[[NotebookNode], None],
) -> Run:
    """Run ``notebook`` on the file ``data`` in ``folder``.

    ``before`` may still write the cell to run next. "Run All" stops at the first cell that fails,
    unless its tags say that it may, and leaves the cells below it without outputs and number; a
    student who runs cells one by one, ``by_hand``, goes on.
    """
    failed: list[bool] = []  # of each cell that ran

    def note(cell: NotebookNode, execute_reply: dict[str, Any], **_: Any) -> None:
        may_fail = "raises-exception" in cell.metadata.get("tags", [])
        failed.append(execute_reply["content"]["status"] == "error" and not may_fail)

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        allow_errors=True,
        coalesce_streams=False,  # each program joins the messages in its own way
        record_timing=False,
        timeout=CELL_SECONDS,
        on_cell_executed=note,
        resources={"metadata": {"path": str(folder)}},
    )
    # A profile of its own: no history, no start-up files, no configuration of whoever calls this.
    # The data's name is relative, because the notebook prints it.
    own = {
        "IPYTHONDIR": str(folder / ".ipython"),
        "MNIST_NPZ": data,
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    times = {}
    with client.setup_kernel(env=os.environ | own, **quiet):
        assert client.kc is not None
        about: Any = client.wait_for_reply(client.kc.kernel_info())
        for place, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            before(cell)
            started = time.time()
            client.execute_cell(cell, place)
            times[place] = (started, time.time() - started)
            if not by_hand and failed[-1]:
                break
    return Run(notebook, about["content"]["language_info"], times)


def as_jupyterlab(run: Run) -> str:
    """JupyterLab: its server writes with nbformat, its page has already resolved overwriting."""
    notebook = _joined(run.notebook, overwritten)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict({"kernelspec": kernel, "language_info": run.language})
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"


def as_vs_code(run: Run) -> str:
    """VS Code: properties sorted, kernel named after its environment.

    It resolves overwritten text only when more is appended to an output, and keeps one message as
    it came. Here all of it is kept, carriage returns and backspaces: the harder case to read.
    """
    notebook: dict[str, Any] = json.loads(json.dumps(_joined(run.notebook, str)))
    name = f".venv ({run.language['version']})"
    kernel = {"display_name": name, "language": "python", "name": "python3"}
    notebook["metadata"] = {"kernelspec": kernel, "language_info": run.language}
    for cell in notebook["cells"]:
        _split(cell)
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}):  # decoded and encoded again: no line ends
                output["data"]["image/png"] = output["data"]["image/png"].strip()
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def as_colab(run: Run, user: str, number: str) -> str:
    """Colab: nbformat 4.0 without cell ids, an id of its own in each cell's metadata, indent 2.

    It keeps carriage returns and backspaces where an output begins; here all are kept, as above.
    """
    cells = []
    for place, cell in enumerate(_joined(run.notebook, str).cells):
        plain: dict[str, Any] = json.loads(json.dumps(cell))
        _split(plain)
        metadata = plain["metadata"] | {"id": secrets.token_urlsafe(9)}
        saved = {"cell_type": cell.cell_type, "source": plain["source"], "metadata": metadata}
        if cell.cell_type == "code":
            if place in run.times:
                failed = any(output["output_type"] == "error" for output in plain["outputs"])
                started, seconds = run.times[place]
                metadata["executionInfo"] = {
                    "status": "error" if failed else "ok",
                    "timestamp": int(1000 * (started + seconds)),
                    "user_tz": -420,  # minutes to UTC: Việt Nam
                    "elapsed": int(1000 * seconds),
                    "user": {"displayName": user, "userId": number},
                }
            if plain["outputs"]:
                metadata["colab"] = {"base_uri": "https://localhost:8080/"} | _height(plain)
                metadata["outputId"] = str(uuid.uuid4())
            saved["execution_count"] = plain["execution_count"]
            saved["outputs"] = [_in_colabs_order(output) for output in plain["outputs"]]
        cells.append(saved)
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 0,
        "metadata": {
            "colab": {"provenance": []},
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python"},
        },
        "cells": cells,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=2)


def overwritten(text: str) -> str:
    r"""``text`` as a page shows it: ``\b`` deletes, and what follows ``\r`` takes the line over."""
    lines = []
    for line in text.split("\n"):
        shown: list[str] = []
        cursor = 0
        for character in line:
            if character == "\r":
                cursor = 0
            elif character == "\b":
                cursor = max(cursor - 1, 0)
                del shown[cursor : cursor + 1]
            else:
                shown[cursor : cursor + 1] = [character]
                cursor += 1
        lines.append("".join(shown))
    return "\n".join(lines)


def refuse_traces(text: str, handed_out: str) -> None:
    """Refuse a notebook that tells where it was made, or what students must not see.

    ``handed_out`` is the release, whose words are no traces.

    Raises:
        ValueError: with what was found.
    """
    traces = {
        str(ROOT), str(Path.home()), sys.prefix, sys.base_prefix, tempfile.gettempdir() + "/",
        getpass.getuser(), "site-packages", "dist-packages", "lenetlab", *LEAKS,
    }  # fmt: skip
    # Pictures are no text: any short word may stand in them by chance.
    text, handed_out = (re.sub(r"[A-Za-z0-9+/=]{200,}", "", each) for each in (text, handed_out))
    words = {trace: re.compile(rf"(?<!\w){re.escape(trace)}(?!\w)") for trace in traces}
    found = sorted(
        t for t, word in words.items() if word.search(text) and not word.search(handed_out)
    )
    if found:
        raise ValueError(f"the notebook holds {', '.join(map(repr, found))}; it is not written")


def _joined(notebook: NotebookNode, shown: Callable[[str], str]) -> NotebookNode:
    """A copy in which stream messages of one name that follow each other are one output."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        outputs: list[NotebookNode] = []
        for output in cell.get("outputs", ()):
            last = outputs[-1] if outputs else None
            if output.output_type == "stream" and last and last.get("name") == output.name:
                last.text += output.text
            else:
                outputs.append(output)
        for output in outputs:
            if output.output_type == "stream":
                output.text = shown(output.text)
        if cell.cell_type == "code":
            cell.outputs = outputs
    return notebook


def _split(cell: dict[str, Any]) -> None:
    r"""Text as files keep it, a list of lines; here, unlike in nbformat, ``\n`` alone ends one."""

    def lines(text: str) -> list[str]:
        return re.findall(r"[^\n]*\n|[^\n]+", text)

    cell["source"] = lines(cell["source"])
    for output in cell.get("outputs", ()):
        if "text" in output:
            output["text"] = lines(output["text"])
        for kind, value in output.get("data", {}).items():
            if kind.startswith("text/"):
                output["data"][kind] = lines(value)


def _height(cell: dict[str, Any]) -> dict[str, int]:
    """Colab notes the height of outputs that are not plain text: here that of what they show."""
    pixels = 0
    for output in cell["outputs"]:
        data = output.get("data", {})
        if "text/html" in data or output["output_type"] == "error":
            pixels += 17 * len(data.get("text/plain", output.get("traceback")))  # a line's height
        if "image/png" in data:
            # A PNG's height stands in its bytes 20 to 23.
            pixels += int.from_bytes(base64.b64decode(data["image/png"])[20:24], "big")
    return {"height": pixels} if pixels else {}


def _in_colabs_order(output: Output) -> Output:
    """The output with its properties in the order of Colab's files; a picture ends its line."""
    first = ("output_type", "name", "text", "data", "metadata", "ename", "evalue", "traceback")
    if "data" in output:
        data = output["data"]
        if "image/png" in data:
            data["image/png"] = data["image/png"].strip() + "\n"
        output["data"] = dict(sorted(data.items(), key=lambda item: item[0] != "text/plain"))
    return {key: output[key] for key in (*first, "execution_count") if key in output}
