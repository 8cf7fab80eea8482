"""Files that are no notebook any more, and those that a person would still read."""

from __future__ import annotations

import gzip
import html
import io
import json
import zipfile
from collections.abc import Callable

from .notebook import at, get, is_code, stub, written
from .operator import Notebook, Result, mangles


def _conflicted(text: str, mark: str) -> str:
    """As a merge leaves it: both sides of one line, between git's marks."""
    number = text.index(mark)
    start, end = text.rindex("\n", 0, number) + 1, text.index("\n", number) + 1
    row = text[start:end]
    marked = f"<<<<<<< HEAD\n{row}=======\n{row.replace('6', '8')}>>>>>>> origin/main\n"
    return text[:start] + marked + text[end:]


def _zip(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("lenet.ipynb"), text)
    return made.getvalue()


def _page(notebook: Notebook) -> str:
    cells = "".join(f"<pre>{html.escape(cell['source'])}</pre>" for cell in notebook["cells"])
    return f"<!DOCTYPE html>\n<html><head><title>lenet</title></head><body>{cells}</body></html>\n"


def _script(notebook: Notebook) -> str:
    parts = [cell["source"] for cell in notebook["cells"] if is_code(cell)]
    return "#!/usr/bin/env python\n# coding: utf-8\n\n" + "\n\n# In[ ]:\n\n".join(parts)


NO_NOTEBOOK: dict[str, Callable[[Notebook], Result]] = {
    "cut at 30 %": lambda nb: written(nb)[: len(written(nb)) * 3 // 10],
    "cut at 60 %": lambda nb: written(nb)[: len(written(nb)) * 6 // 10],
    "cut at 95 %": lambda nb: written(nb)[: len(written(nb)) * 95 // 100],
    "conflict in a source": lambda nb: _conflicted(written(nb), "Conv2D(6, "),
    "conflict in a count": lambda nb: _conflicted(written(nb), '"execution_count"'),
    "HTML": _page,
    "script": _script,
    "PDF": lambda nb: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n%%EOF\n",
    "empty": lambda nb: b"",
    "spaces": lambda nb: " \n\n",
    "a login page": lambda nb: "<html><body>Sign in to continue to Google Drive</body></html>",
    "a Drive shortcut": lambda nb: '{"url": "https://drive.google.com/open?id=1", "doc_id": "1"}',
    "cells missing": lambda nb: json.dumps({k: v for k, v in nb.items() if k != "cells"}),
    "cells null": lambda nb: json.dumps(nb | {"cells": None}),
    "a list": lambda nb: json.dumps(["lenet.ipynb"]),
}  # fmt: skip


@mangles("files", "01", *NO_NOTEBOOK, expected="rejected")
def no_notebook(notebook: Notebook, which: str) -> Result:
    return NO_NOTEBOOK[which](notebook)


@mangles("files", "05", "cut at 60 %", "conflict in a count", expected="rejected")
def no_notebook_either(notebook: Notebook, which: str) -> Result:
    return NO_NOTEBOOK[which](notebook)


STILL_READABLE: dict[str, Callable[[Notebook], Result]] = {
    "garbage behind": lambda nb: written(nb) + "\n<!-- saved -->\n",
    "NULs behind": lambda nb: written(nb).encode() + b"\0" * 4096,
    "closing brace twice": lambda nb: written(nb) + "}\n",
    "two documents": lambda nb: written(nb) + written(nb),
    "wrapped": lambda nb: json.dumps({"notebook": nb}),
    "contents API": lambda nb: json.dumps({"type": "notebook", "format": "json", "content": nb}),
    "text in JSON": lambda nb: json.dumps(written(nb)),
    "null among cells": lambda nb: nb | {"cells": [None, *nb["cells"], None]},
    "text among cells": lambda nb: nb | {"cells": ["# LeNet", *nb["cells"]]},
    "empty cell among cells": lambda nb: nb | {"cells": [{}, *nb["cells"]]},
    "metadata a list": lambda nb: nb | {"metadata": []},
    "metadata null": lambda nb: nb | {"metadata": None},
    "format 5": lambda nb: nb | {"nbformat": 5},
    "format as text": lambda nb: nb | {"nbformat": "4", "nbformat_minor": "5"},
    "format missing": lambda nb: {k: v for k, v in nb.items() if not k.startswith("nbformat")},
    "last comma": lambda nb: written(nb).rstrip().removesuffix("}") + ",\n}\n",
    "Python's words": lambda nb: repr(nb),
    "gzip": lambda nb: gzip.compress(written(nb).encode(), mtime=0),
    "zip": lambda nb: _zip(written(nb)),
    "NaN": lambda nb: json.dumps(nb | {"metadata": nb["metadata"] | {"acc": float("nan")}}),
    "key twice": lambda nb: written(nb).replace('"cells"', '"cells": [],\n "cells"', 1),
}


@mangles("files", "01 05", *STILL_READABLE, expected="same_or_review")
def still_readable(notebook: Notebook, which: str) -> Result:
    return STILL_READABLE[which](notebook)


@mangles(
    "files", "01 04", "cell metadata null", "cell metadata missing", "cell types", composes=False
)
def cells_of_no_valid_shape(notebook: Notebook, which: str) -> Result:
    """Text cells that are out of order; those with work are not."""
    for cell in notebook["cells"][:6]:
        if is_code(cell):
            continue
        if which == "cell metadata null":
            cell["metadata"] = None
        elif which == "cell metadata missing":
            del cell["metadata"]
        else:
            cell["cell_type"] = "heading"
    return written(notebook)


@mangles("files", "01 05", "both sides", "stub on one side", expected="same_or_review")
def conflict_inside_a_cell(notebook: Notebook, which: str) -> Result:
    """Valid JSON: the marks stand in the source of a solution."""
    cell = get(notebook, "beta-solution")
    other = stub("beta-solution") if "stub" in which else cell["source"].replace("120", "12")
    cell["source"] = f"<<<<<<< HEAD\n{cell['source']}\n=======\n{other}\n>>>>>>> theirs"
    return notebook


@mangles("files", "01 11")
def conflict_inside_a_text(notebook: Notebook) -> Result:
    number = at(notebook, "alpha-solution") - 1
    cell = notebook["cells"][number]
    cell["source"] = f"<<<<<<< local\n{cell['source']}\n=======\n{cell['source']}\n>>>>>>> remote"
    return notebook
