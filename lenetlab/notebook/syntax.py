"""Python source to a syntax tree, for several threads at once."""

from __future__ import annotations

import ast
import re
import threading

_alone = threading.Lock()
# A name that Python normalises for minutes: its combining marks take quadratic time.
_ENDLESS = re.compile(r"[^\x00-\x7f]{1000}")
_MAGIC_VALUE = re.compile(r"(\s*\w+\s*=\s*)[!%]")
_HELP = re.compile(r"[\w.*]+\?{1,2}\s*")


def parse(source: str) -> ast.Module:
    """The syntax tree of plain Python.

    One thread at a time: Python 3.11 and 3.12 count the depth of a tree under construction for
    all threads together, and raise SystemError where two of them build one
    (https://github.com/python/cpython/issues/106905).

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is none, or too large.
    """
    if _ENDLESS.search(source):
        raise SyntaxError("a name is too long")
    with _alone:
        return ast.parse(source)


def parsed(source: str) -> ast.Module | None:
    """A cell's syntax tree, where it is Python, with or without magics.

    It is not kept: a tree takes two hundred times the memory of its source.
    """
    for text in (str, _without_magics):
        try:
            return parse(text(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _without_magics(source: str) -> str:
    """The cell with nothing in place of lines that are IPython's: ``%time``, ``!pip``, ``x?``."""
    lines = source.split("\n")
    for number, line in enumerate(lines):
        rest = line.lstrip()
        if rest[:1] in ("%", "!", "?") or _HELP.fullmatch(rest):
            lines[number] = f"{line[: len(line) - len(rest)]}pass"
        elif assigned := _MAGIC_VALUE.match(line):
            lines[number] = f"{assigned[1]}None"
    return "\n".join(lines)
