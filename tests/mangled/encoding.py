"""Text and encoding: the same notebook in other bytes, and characters that slip in."""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Callable

from .notebook import get, having, is_class, is_code, written
from .operator import Notebook, Result, mangles

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "BOM": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 big endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "blank lines around": lambda text: f"\n\n{text}\n\n \n".encode(),
    "NFD": lambda text: unicodedata.normalize("NFD", text).encode(),
    "minified": lambda text: json.dumps(json.loads(text), separators=(",", ":")).encode(),
    "ASCII": lambda text: json.dumps(json.loads(text), indent=4).encode(),
    "sorted": lambda text: json.dumps(json.loads(text), indent="\t", sort_keys=True).encode(),
}


@mangles("encoding", "05 11", *ENCODINGS, composes=False)
def file_in(notebook: Notebook, how: str) -> Result:
    return ENCODINGS[how](written(notebook))


@mangles(
    "encoding", "01 05", "UTF-32", "UTF-16 without BOM", "windows-1258", expected="same_or_review"
)
def file_in_rare(notebook: Notebook, how: str) -> Result:
    text = written(notebook)
    if how == "windows-1258":
        return text.encode("cp1258", "replace")
    return text.encode("utf-32" if how == "UTF-32" else "utf-16-le")


@mangles("encoding", "01 05 09", "string", "characters", "empty strings", composes=False)
def sources_as(notebook: Notebook, how: str) -> Result:
    for cell in notebook["cells"]:
        if how == "characters":
            cell["source"] = list(cell["source"])
        elif how == "empty strings":
            cell["source"] = ["", *cell["source"].splitlines(keepends=True), ""]
    return json.dumps(notebook, ensure_ascii=False)


CHARACTERS: dict[str, Callable[[str], str]] = {
    "smart quotes in comment": lambda source: "# dùng “relu” thay ‘sigmoid’\n" + source,
    "full-width digits in comment": lambda source: "# lớp Ｄｅｎｓｅ có １２０ nơ-ron\n" + source,
    "emoji": lambda source: "# 🚀 xong 👍🏽\n" + source,
    "NFD": lambda source: unicodedata.normalize("NFD", "# Lớp kết nối đầy đủ\n" + source),
    "CRLF": lambda source: source.replace("\n", "\r\n"),
    "CR": lambda source: source.replace("\n", "\r"),
    "form feed": lambda source: source.replace("\nclass", "\n\f\nclass"),
    "line separator": lambda source: "# một\u2028# hai\n" + source,
    "zero width in comment": lambda source: "# lớp\u200b Conv2D\u200d\n" + source,
    "trailing backslash": lambda source: "# đường dẫn C:\\\\\n" + source,
}


@mangles("encoding", "05", *CHARACTERS)
def characters_in_solutions(notebook: Notebook, which: str) -> Result:
    for cell in having(notebook, is_class):
        cell["source"] = CHARACTERS[which](cell["source"])
    return notebook


BROKEN: dict[str, Callable[[str], str]] = {
    "BOM in cell": lambda source: "\ufeff" + source,
    "zero width at line start": lambda source: source.replace("\n        ", "\n        \u200b"),
    "non-breaking indent": lambda source: source.replace("    ", "\u00a0\u00a0\u00a0\u00a0"),
    "smart quotes in code": lambda source: source.replace('"same"', "“same”"),
    "all on one line": lambda source: source.replace("\n", " "),
    "HTML entities": lambda source: html.escape(source),
    "prompts": lambda source: "In [12]: " + source.replace("\n", "\n    ...: "),
    "doctest prompts": lambda source: ">>> " + source.replace("\n", "\n... "),
    "fenced": lambda source: f"```python\n{source}\n```",
    "indented": lambda source: "    " + source.replace("\n", "\n    "),
}


@mangles("encoding", "01 05", *BROKEN, expected="same_or_review")
def characters_that_break(notebook: Notebook, which: str) -> Result:
    cell = get(notebook, "alpha-solution")
    cell["source"] = BROKEN[which](cell["source"])
    return notebook


@mangles(
    "encoding", "01 05", "entities", "NFD", "control characters", "lone surrogate", composes=False
)
def texts(notebook: Notebook, how: str) -> Result:
    """Only cells of Markdown."""
    for cell in having(notebook, lambda cell: not is_code(cell)):
        source = cell["source"]
        cell["source"] = {
            "entities": html.escape(source),
            "NFD": unicodedata.normalize("NFD", source),
            "control characters": source + "\x00\x07\x1b[31m",
            "lone surrogate": source,
        }[how]
    made = written(notebook)
    if how == "lone surrogate":
        made = made.replace("### 5.", "### \\ud83d 5.")
    return made
