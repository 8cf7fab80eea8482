"""Reads a file that was handed in: a notebook in nbformat 4, or the reason why it is none.

Every submission and every graded notebook is read through here, so what comes out is what
nbformat's own reader makes: current format, text joined that a file keeps as a list of lines. A
large submission is read in a box of the sandbox: JSON of some megabytes can become gigabytes.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import nbformat
from nbformat import NotebookNode

from lenetlab.notebook import diagnosis
from lenetlab.notebook.outputs import (
    ROOM,
    Output,
    as_nodes,
    encodable,
    joined,
    valid_outputs,
    within,
)

KEY = "lenetlab"  # the notebook metadata's entry for what passes from restoring to grading
MAX_BYTES = 100_000_000
SMALL = 2_000_000  # bytes; JSON becomes at most some forty times as much memory
MAX_CELLS = 1000
MAX_SOURCE = 200_000  # characters of one cell
MAX_SOURCES = 1_000_000  # characters of all cells; the lab's own have 60,000
MAX_ACCOUNTS, MAX_ACCOUNT = 5, 100  # that ran a notebook; characters of one
MAX_MARKS = 5_000  # characters of what a cell's metadata holds of nbgrader's, or of tags


class Rejected(Exception):
    """The file is no notebook that could be graded; ``code`` names the reason, the text says it."""

    def __init__(self, code: str, message: str) -> None:
        """Keep ``code`` beside the message."""
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type[Rejected], tuple[str, str]]:
        """Travel to another process, as an exception of two arguments does not by itself."""
        return Rejected, (self.code, str(self))


def load(path: Path) -> bytes:
    """The bytes of the file at ``path``.

    Raises:
        Rejected: there is no such file, or it is too large.
    """
    try:
        if path.exists() and not path.is_file():
            what = "a folder; name the notebook file" if path.is_dir() else "no ordinary file"
            raise Rejected("not-a-file", f"this is {what}")
        if path.stat().st_size > MAX_BYTES:
            raise Rejected("too-large", f"the file is larger than {MAX_BYTES // 10**6} MB")
        return path.read_bytes()
    except FileNotFoundError:
        raise Rejected("not-found", "there is no such file") from None
    except OSError as error:
        raise Rejected("unreadable", f"the file cannot be read: {error.strerror}") from None


class _Read(msgspec.Struct):
    """What a box answers: the notebook, or why there is none."""

    notebook: dict[str, Any] | None = None
    code: str = ""
    text: str = ""


def run(data: bytes) -> Iterator[bytes]:
    """Read a submission's bytes, as a box: the time and memory that they cost are the box's.

    Yields what :func:`received` takes.
    """
    try:
        answer = _Read(_keep(decode(data)))
    except Rejected as reason:
        answer = _Read(code=reason.code, text=str(reason))
    yield msgspec.json.encode(answer)


def received(answer: bytes) -> NotebookNode:
    """What is kept of a submission that :func:`run` has read.

    Raises:
        Rejected: it is none.
    """
    read = msgspec.json.decode(answer, type=_Read)
    if read.notebook is None:
        raise Rejected(read.code, read.text)
    return nbformat.from_dict(read.notebook)


def read_small(data: bytes) -> NotebookNode | None:
    """What is kept of a submission, where reading it costs little whatever is in the file.

    None for one that is large, or of an old format that would have to be converted.

    Raises:
        Rejected: it is none.
    """
    content = _content(data) if len(data) <= SMALL else {}
    return _keep(_notebook(content)) if "cells" in content else None


def read(path: Path) -> NotebookNode:
    """Read a notebook of the course's own, in this process; a submission is read in a box.

    Raises:
        Rejected: there is no such file, or it is no notebook.
    """
    return decode(load(path))


def decode(data: bytes) -> NotebookNode:
    """The notebook in a file's bytes, with what editors and tools commonly break mended.

    Raises:
        Rejected: it is none.
    """
    return _notebook(_content(data))


def _content(data: bytes) -> dict[str, Any]:
    """The file's JSON: a notebook of format 4 where it has ``cells``, else of an older one."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Rejected("empty", f"the file is empty; {diagnosis.AGAIN}")
    if known := diagnosis.of_bytes(data):
        raise Rejected(*known)
    try:
        # As JSON allows, and without the zeros of room that a download was given beforehand.
        text = data.decode(json.detect_encoding(data)).rstrip("\x00")
    except UnicodeDecodeError as error:
        raise Rejected(*diagnosis.of_encoding(data, error)) from None
    try:
        content = json.loads(text)
    except RecursionError:
        raise Rejected("not-a-notebook", "the file is nested too deeply to be a notebook") from None
    except ValueError as error:
        raise Rejected("not-json", diagnosis.of_text(text, error)) from None
    if not isinstance(content, dict) or not {"cells", "worksheets"} & set(content):
        raise Rejected("not-a-notebook", diagnosis.of_content(content))
    cells = content.get("cells", [])
    usual = isinstance(cells, list) and any(isinstance(c, dict) and "source" in c for c in cells)
    if diagnosis.is_newer(content) and not usual:
        raise Rejected("not-a-notebook", diagnosis.of_content(content))
    if not isinstance(cells, list):
        raise Rejected("not-a-notebook", f"the notebook's cells are not a list; {diagnosis.AGAIN}")
    return content


def _notebook(content: dict[str, Any]) -> NotebookNode:
    """The notebook that the JSON holds, of whatever format."""
    try:
        if "cells" not in content:
            old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}} | content
            content = nbformat.reads(json.dumps(old), as_version=4)
        found = (cell for cell in content["cells"] if isinstance(cell, dict))
        # One more than are graded tells that there were too many; a graded notebook has both the
        # student's and the master's.
        told = (_mend(cell) for cell in found if not _is_empty(cell))
        cells = [*itertools.islice(told, 2 * MAX_CELLS)]
        metadata = _entries(content.get("metadata"), "kernelspec", KEY)
        metadata["accounts"] = _accounts(content["cells"])
        return nbformat.from_dict(
            {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        )
    except Exception as error:
        raise Rejected("not-a-notebook", f"not a readable notebook: {error}") from None


def _mend(cell: dict[str, Any]) -> dict[str, Any]:
    """The cell with every field that nbformat 4.5 requires, of the right type."""
    kind = cell.get("cell_type")
    marks = _entries(cell.get("metadata"), "nbgrader", "tags")
    mended: dict[str, Any] = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "id": cell["id"] if isinstance(cell.get("id"), str) else "",
        "metadata": {k: v for k, v in marks.items() if len(str(v)) <= MAX_MARKS},
        "source": joined(cell.get("source")),
    }
    if kind == "code":
        count = cell.get("execution_count")
        mended["execution_count"] = count if type(count) is int else None
        mended["outputs"] = as_nodes(valid_outputs(cell.get("outputs")))
    return mended


def _is_empty(cell: dict[str, Any]) -> bool:
    """Whether there is nothing in the cell; a marked one that was emptied tells something."""
    metadata = cell.get("metadata")
    if isinstance(metadata, dict) and "nbgrader" in metadata:
        return False
    return not cell.get("outputs") and not joined(cell.get("source")).strip()


def _accounts(cells: list[Any]) -> list[str]:
    """The names of the Google accounts that ran a cell in Colab, as the file has them."""
    found: dict[str, None] = {}
    for cell in cells:
        user: Any = cell
        for key in ("metadata", "executionInfo", "user"):
            user = user.get(key) if isinstance(user, dict) else None
        if isinstance(user, dict) and len(found) < MAX_ACCOUNTS:
            told = (user.get(key) for key in ("displayName", "userId"))
            text = " ".join(part.strip() for part in told if isinstance(part, str))
            found[encodable(text[:MAX_ACCOUNT])] = None
    return [text for text in found if text]


def _entries(metadata: Any, *names: str) -> dict[str, Any]:
    """The entries that something here looks at."""
    known = metadata if isinstance(metadata, dict) else {}
    return {name: known[name] for name in names if name in known}


def grade_id(cell: NotebookNode) -> str:
    """nbgrader's name of the cell, empty where it has none."""
    marks = cell.metadata.get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""


def _keep(notebook: NotebookNode) -> NotebookNode:
    """What grading uses of a submission, bounded: sources and outputs that are cut say so."""
    left = MAX_SOURCES
    del notebook.cells[MAX_CELLS + 1 :]
    for cell in notebook.cells:
        # Of nbgrader's marks a submission's name of the cell alone is looked at.
        name = encodable(grade_id(cell))
        cell.metadata = nbformat.from_dict({"nbgrader": {"grade_id": name}})
        cell.source = encodable(cell.source[: min(MAX_SOURCE, left)])
        left -= len(cell.source)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    told = (msgspec.convert(cell.outputs, list[Output]) for cell in code)
    for cell, kept in zip(code, within(told, ROOM), strict=True):
        cell.outputs = as_nodes(kept)
    notebook.metadata = nbformat.from_dict(_entries(notebook.metadata, "accounts"))
    return notebook
