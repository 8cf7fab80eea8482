"""Reads a file that was handed in: a notebook in nbformat 4, or the reason why it is none.

Every road reads through here, the grader's own files included, so what comes out is what nbformat's
own reader makes: current format, text joined that a file keeps as a list of lines. A large
submission is read in a box of the sandbox: JSON of some megabytes can become gigabytes of objects.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from lenetlab.notebook.outputs import MAX_OUTPUTS, ROOM, encodable, joined, valid_outputs, within

KEY = "lenetlab"  # the notebook metadata's entry for what passes from restoring to grading
MAX_BYTES = 100_000_000
SMALL = 2_000_000  # bytes; JSON becomes at most some forty times as much memory
MAX_CELLS = 1000
MAX_SOURCE = 200_000  # characters of one cell
MAX_SOURCES = 1_000_000  # characters of all cells; the lab's own have 60,000
MAX_ENTRIES, MAX_ENTRY = 50, 1000  # of a cell's metadata: how many, and characters of each


class Rejected(Exception):
    """The file is no notebook that could be graded; ``code`` names the reason, the text says it."""

    def __init__(self, code: str, message: str) -> None:
        """Keep ``code`` beside the message."""
        super().__init__(message)
        self.code = code


def load(path: Path) -> bytes:
    """The bytes of the file at ``path``.

    Raises:
        Rejected: there is no such file, or it is too large.
    """
    try:
        if path.is_dir():
            raise Rejected("not-a-file", "this is a folder; name the notebook file")
        if path.exists() and not path.is_file():
            raise Rejected("not-a-file", "this is no ordinary file")
        if path.stat().st_size > MAX_BYTES:
            raise Rejected("too-large", f"the file is larger than {MAX_BYTES // 10**6} MB")
        return path.read_bytes()
    except FileNotFoundError:
        raise Rejected("not-found", "there is no such file") from None
    except OSError as error:
        raise Rejected("unreadable", f"the file cannot be read: {error.strerror}") from None


def run(data: bytes) -> Iterator[dict[str, Any]]:
    """Read a submission's bytes, as a box: the time and memory that they cost are the box's.

    Yields ``{"notebook": ...}`` with what is kept of it, or ``{"rejected": [code, text]}``.
    """
    yield _message(data, convert=True)


def read_small(data: bytes) -> dict[str, Any] | None:
    """What :func:`run` yields, where reading costs little whatever is in the file.

    None for one that is large, or of an old format that would have to be converted.
    """
    try:
        return _message(data, convert=False) if len(data) <= SMALL else None
    except _OldFormat:
        return None


class _OldFormat(Exception):
    """The notebook is of format 2 or 3, and was not to be converted."""


def _message(data: bytes, *, convert: bool) -> dict[str, Any]:
    try:
        return {"notebook": _keep(decode(data, convert=convert))}
    except Rejected as reason:
        return {"rejected": [reason.code, str(reason)]}


def read(path: Path) -> NotebookNode:
    """Read a notebook of the course's own, in this process; a submission is read in a box.

    Raises:
        Rejected: there is no such file, or it is no notebook.
    """
    return decode(load(path))


def decode(data: bytes, *, convert: bool = True) -> NotebookNode:
    """The notebook in a file's bytes, with what editors and tools commonly break mended.

    Raises:
        Rejected: it is none.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise Rejected("empty", "the file is empty; ask for it to be handed in again")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise Rejected("not-text", "the file is not text, so it is no notebook") from None
    return parse(text, convert=convert)


def parse(text: str, *, convert: bool = True) -> NotebookNode:
    """The notebook whose JSON is ``text``; see :func:`decode`."""
    try:
        content = json.loads(text)
    except RecursionError:
        raise Rejected("not-a-notebook", "the file is nested too deeply to be a notebook") from None
    except ValueError as error:
        raise Rejected("not-json", _why_not_json(text, error)) from None
    if not isinstance(content, dict) or not {"cells", "worksheets"} & set(content):
        raise Rejected("not-a-notebook", "the file is JSON but not a Jupyter notebook")
    try:
        if "cells" not in content and not convert:
            raise _OldFormat
        if "cells" not in content:
            return _current(content)
        if not isinstance(content["cells"], list):
            raise Rejected("not-a-notebook", "the notebook's cells are not a list")
        found = (cell for cell in content["cells"] if isinstance(cell, dict))
        # One more than are graded tells that there were too many; a graded notebook has both the
        # student's and the master's.
        cells = [_mend(cell) for cell in itertools.islice(found, 2 * MAX_CELLS)]
        return nbformat.from_dict(
            {
                "cells": cells,
                "metadata": _own(content.get("metadata")),
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        )
    except (Rejected, _OldFormat):
        raise
    except Exception as error:
        raise Rejected("not-a-notebook", f"not a readable notebook: {error}") from None


def _why_not_json(text: str, error: ValueError) -> str:
    head = text.lstrip()[:200].lower()
    if head.startswith(("<!doctype", "<html")):
        return "this is a web page saved as .ipynb; download the notebook itself"
    if "<<<<<<<" in text and ">>>>>>>" in text:
        return "the file holds git conflict markers; resolve them and hand it in again"
    return f"the file is no valid JSON ({error}); it may have been cut off"


def _current(old: dict[str, Any]) -> NotebookNode:
    """A notebook of format 2 or 3 in format 4."""
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}} | old
    return parse(nbformat.writes(nbformat.reads(json.dumps(old), as_version=4)))


def _mend(cell: dict[str, Any]) -> dict[str, Any]:
    """The cell with every field that nbformat 4.5 requires, of the right type."""
    kind = cell.get("cell_type")
    mended: dict[str, Any] = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "id": cell["id"] if isinstance(cell.get("id"), str) else "",
        "metadata": _known(cell.get("metadata"), "nbgrader", "tags"),
        "source": joined(cell.get("source")),
    }
    if kind == "code":
        count, outputs = cell.get("execution_count"), cell.get("outputs")
        mended["execution_count"] = count if type(count) is int else None
        found = outputs if isinstance(outputs, list) else []
        mended["outputs"] = [o for o in map(_mend_output, found[:MAX_OUTPUTS]) if o]
    return mended


def _known(metadata: Any, *names: str) -> dict[str, Any]:
    """The entries that something here looks at, of moderate size: others can be of any."""
    if not isinstance(metadata, dict):
        return {}
    return {name: metadata[name] for name in names if _is_moderate(metadata.get(name))}


def _own(metadata: Any) -> dict[str, Any]:
    """What this grader has written into a notebook's metadata, and the kernel's name."""
    own = metadata.get(KEY) if isinstance(metadata, dict) else None
    return _known(metadata, "kernelspec") | ({KEY: own} if isinstance(own, dict) else {})


def _is_moderate(value: Any, depth: int = 3) -> bool:
    if isinstance(value, (dict, list)) and len(value) <= MAX_ENTRIES and depth:
        inner = value.values() if isinstance(value, dict) else value
        return all(_is_moderate(item, depth - 1) for item in inner)
    return isinstance(value, (str, int, float)) and len(str(value)) <= MAX_ENTRY


def _mend_output(output: Any) -> dict[str, Any]:
    """The output as nbformat 4.5 has it; empty for what is none."""
    kind = output.get("output_type") if isinstance(output, dict) else None
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": joined(output.get("text"))}
    if kind == "error":
        trace = output.get("traceback")
        return {
            "output_type": kind,
            "ename": joined(output.get("ename")),
            "evalue": joined(output.get("evalue")),
            "traceback": list(map(joined, trace)) if isinstance(trace, list) else [],
        }
    if kind not in ("display_data", "execute_result"):
        return {}
    data, metadata = output.get("data"), output.get("metadata")
    mended: dict[str, Any] = {
        "output_type": kind,
        # JSON among the formats stays as it is; everything else is text.
        "data": {
            name: value if name.endswith("json") else joined(value)
            for name, value in (data.items() if isinstance(data, dict) else ())
        },
        "metadata": metadata if isinstance(metadata, dict) else {},
    }
    if kind == "execute_result":
        count = output.get("execution_count")
        mended["execution_count"] = count if type(count) is int else None
    return mended


def _keep(notebook: NotebookNode) -> NotebookNode:
    """What grading uses of a submission, bounded: no attachments, no metadata but what it looks at.

    Sources and outputs beyond the bounds are cut, and say so.
    """
    left = MAX_SOURCES
    del notebook.cells[MAX_CELLS + 1 :]
    for cell in notebook.cells:
        cell.source = encodable(cell.source[: min(MAX_SOURCE, left)])
        left -= len(cell.source)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    printed = (valid_outputs(cell.outputs) for cell in code)
    for cell, kept in zip(code, within(printed, ROOM), strict=True):
        cell.outputs = kept
    notebook.metadata = {}
    return notebook
