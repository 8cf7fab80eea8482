"""Python source to a syntax tree, for several threads at once."""

import ast
import threading

_alone = threading.Lock()


def parse(source: str) -> ast.Module:
    """The syntax tree of plain Python.

    One thread at a time: Python 3.11 and 3.12 count the depth of a tree under construction for
    all threads together, and raise SystemError where two of them build one
    (https://github.com/python/cpython/issues/106905).

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is none, or too large.
    """
    with _alone:
        return ast.parse(source)
