"""Attacks that are files: notebooks that are to keep the grader's own process busy, or fill it.

No code in them does harm in the sandbox; what costs time or memory is reading, tracing errors,
writing and showing them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

Make = Callable[[NotebookNode], Iterator[str]]


@dataclass(frozen=True)
class Bulky:
    """A file that costs much; ``make`` yields its text, given a released notebook."""

    name: str
    title: str
    make: Make
    page: bool  # whether it is the feedback page that costs


BULKY: list[Bulky] = []


def _bulky(title: str, *, page: bool = False) -> Callable[[Make], Make]:
    def add(function: Make) -> Make:
        BULKY.append(Bulky(function.__name__, title, function, page))
        return function

    return add


def _text(notebook: NotebookNode) -> Iterator[str]:
    yield json.dumps(notebook)


def _find(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def _around(notebook: NotebookNode, mark: str) -> tuple[str, str]:
    """The file's text before and after a mark that stands in it as a string."""
    before, _, after = json.dumps(notebook).partition(json.dumps(mark))
    return before, after


def _own(*sources: str, kind: str = "code") -> list[NotebookNode]:
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}[kind]
    return [make(source) for source in sources]


@_bulky("Four hundred and fifty cells, each of which fails for want of the next one's name")
def chain_of_errors(released: NotebookNode) -> Iterator[str]:
    chain = [f"x{n} = x{n + 1}" for n in range(450)]
    names = "alpha = beta = gamma = omicron = delta = your_choice = your_choices = x0"
    released.cells += _own(names, *chain)
    return _text(released)


@_bulky(
    "Two million empty objects in the notebook's metadata: seven megabytes that become a gigabyte"
)
def metadata_of_objects(released: NotebookNode) -> Iterator[str]:
    released.metadata["x"] = "MARK"
    before, after = _around(released, "MARK")
    yield before + "[" + "{}," * 2_200_000 + "{}]" + after


@_bulky("Ninety megabytes of outputs that are lists of lists, in each of the training cells")
def outputs_of_lists(released: NotebookNode) -> Iterator[str]:
    _find(released, "lenet-train").outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {"application/json": "MARK"}}
    ]
    before, after = _around(released, "MARK")
    yield before + "["
    for _ in range(29):
        yield "[[[[[]]]]]," * (3_100_000 // 11)
    yield "[]]" + after


@_bulky("Brackets nested ninety million deep")
def nested_without_end(released: NotebookNode) -> Iterator[str]:
    released.metadata["x"] = "MARK"
    before, _ = _around(released, "MARK")
    yield before
    for _ in range(30):
        yield "[" * 3_000_000


@_bulky(r"One text of 200 kB of \begin{a}, which the Markdown reader seeks the end of", page=True)
def formulas_without_end(released: NotebookNode) -> Iterator[str]:
    released.cells += _own("\\begin{a}" * 22_000, kind="markdown")
    return _text(released)


@_bulky(
    "Texts of other beginnings that have no end: links, emphasis, lists, quotes, tables", page=True
)
def markdown_without_end(released: NotebookNode) -> Iterator[str]:
    parts = (
        "[",
        "![",
        "*a **a ",
        "<a ",
        "$$ $ ",
        "`a ``b ",
        "> ",
        "- - ",
        "|a",
        "\\(",
        "[a](",
        "&#",
    )
    released.cells += _own(*(part * (60_000 // len(part)) for part in parts), kind="markdown")
    return _text(released)


@_bulky("Megabytes of printed text with a colour for each letter", page=True)
def colours(released: NotebookNode) -> Iterator[str]:
    source = 'print("".join(f"\\x1b[3{n % 8};4{n % 7}mx" for n in range(90_000)))'
    released.cells += _own(*(f"{source}  # {n}" for n in range(8)))
    return _text(released)


@_bulky("Megabytes of errors and of values with a colour for each letter", page=True)
def colours_of_errors(released: NotebookNode) -> Iterator[str]:
    text = 'text = "".join(f"\\x1b[3{n % 8};4{n % 7}mx" for n in range(80_000))'
    ends = ("raise ValueError(text)", "type('X', (), {'__repr__': lambda x: text})()")
    shows = (
        "class Odd(Exception):\n    _render_traceback_ = lambda self: [text] * 9\nraise Odd(text)"
    )
    released.cells += _own(*(f"{text}\n{end}" for end in (*ends, shows)))
    return _text(released)


@_bulky("Code that is ten thousand blank lines, with a blank in each, then dots", page=True)
def blank_lines(released: NotebookNode) -> Iterator[str]:
    released.cells += _own("1\n" + " \n" * 9_000 + "1", "1\n" + "x." * 9_000, "1.e" * 6_000)
    _find(released, "alpha-solution").source += "\n " * 90_000 + "1"
    return _text(released)


@_bulky("Texts by the hundred, ninety megabytes of them", page=True)
def texts_by_the_hundred(released: NotebookNode) -> Iterator[str]:
    released.cells.append("MARK")
    before, after = _around(released, "MARK")
    text = json.dumps(("*a* _b_ `c` [d](e) $f$\n" * 9000)[:200_000])
    yield before
    for n in range(430):
        yield f'{{"cell_type":"markdown","id":"own{n}","metadata":{{}},"source":{text}}},'
    yield '{"cell_type":"raw","id":"own","metadata":{},"source":""}' + after


@_bulky("A thousand cells without marks that look like every stub")
def stubs_by_the_thousand(released: NotebookNode) -> Iterator[str]:
    stubs = [c.source for c in released.cells if c.metadata.get("nbgrader", {}).get("solution")]
    text = "raise SystemExit\n" + "\n".join(stubs) * 40
    released.cells = _own(*(text[:5000] + f"# {n}" for n in range(990)))
    return _text(released)


@_bulky(
    "A solution and a locked cell of 200 kB of brackets, signs, terms, calls and lambdas", page=True
)
def expressions(released: NotebookNode) -> Iterator[str]:
    parts = ("x" + ".a" * 9_000, "x" + "()" * 9_000, "x if x else " * 2_000 + "x")
    lines = (
        *parts,
        "lambda: " * 4_000 + "x",
        "not " * 9_000 + "x",
        "1" + "+x" * 9_000,
        "-" * 9_000 + "1",
    )
    _find(released, "alpha-solution").source = "(" * 99_000 + ")" * 99_000
    # Of what stands in a locked cell, the imports are kept: they are looked for in its syntax tree.
    _find(released, "lenet-imports").source = "\n".join(lines)
    released.cells += _own("alpha = " + lines[5], "-" * 90_000 + "1")
    return _text(released)


@_bulky("Fifteen million printed lines, each with the beginning of a measurement")
def lines_by_the_million(released: NotebookNode) -> Iterator[str]:
    output = {"output_type": "stream", "name": "stdout", "text": "xCNN\n" * 15_000_000}
    _find(released, "lenet-train").outputs = [output]
    return _text(released)


@_bulky("Answers of a box that unfold: thirty megabytes of objects in the name of outputs")
def answers_that_unfold(released: NotebookNode) -> Iterator[str]:
    source = """
import os
for n in range(6):
    line = b'{"cell": "x", "outputs": [' + b'{"":{}},' * 610_000 + b"0]}" + b"\\n"
    for descriptor in range(3, 64):
        try:
            left = line
            while left:
                left = left[os.write(descriptor, left):]
        except OSError:
            pass
"""
    released.cells[:0] = _own(source)
    return _text(released)


def write(bulky: Bulky, released: NotebookNode) -> Iterator[str]:
    """The file's text, in pieces."""
    return bulky.make(copy.deepcopy(released))
