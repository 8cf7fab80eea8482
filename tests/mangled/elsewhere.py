"""Classes in cells that are meant for something else, in text, or nowhere any more."""

from __future__ import annotations

from .notebook import at, get, insert, pop, sections, stub, text, turned
from .operator import Notebook, Result, mangles


@mangles("elsewhere", "01 05 04", "visible", "create", "hidden", "train")
def class_in_a_locked_cell(notebook: Notebook, which: str) -> Result:
    """Colab and VS Code let locked cells be written in; the solution cell keeps its stub."""
    for model in ("beta", "omicron"):
        solution, cell = get(notebook, f"{model}-solution"), get(notebook, f"{model}-{which}")
        cell["source"] = solution["source"] + "\n\n\n" + cell["source"]
        solution["source"] = stub(f"{model}-solution")
    return notebook


@mangles("elsewhere", "01 05", "stub", "deleted", composes=False)
def class_in_the_heading_s_cell(notebook: Notebook, solution: str) -> Result:
    """The text cell above was turned into code."""
    source = get(notebook, "beta-solution")["source"]
    if solution == "stub":
        get(notebook, "beta-solution")["source"] = stub("beta-solution")
    else:
        pop(notebook, "beta-solution")
    heading = notebook["cells"][sections(notebook)["beta"].start]
    turned(heading, "code")
    heading["source"] = source
    return notebook


@mangles("elsewhere", "01 05", "markdown", "raw", "fenced", expected="same_or_review")
def no_code_any_more(notebook: Notebook, how: str) -> Result:
    cell = get(notebook, "beta-solution")
    turned(cell, "raw" if how == "raw" else "markdown")
    if how == "fenced":
        cell["source"] = f"Bài làm:\n\n```python\n{cell['source']}\n```"
    return notebook


@mangles("elsewhere", "01 05", "markdown", "raw", "fenced", expected="same_or_review")
def beside_the_stub_no_code(notebook: Notebook, how: str) -> Result:
    cell = get(notebook, "beta-solution")
    source = f"```python\n{cell['source']}\n```" if how == "fenced" else cell["source"]
    cell["source"] = stub("beta-solution")
    own = text(notebook, source, "raw" if how == "raw" else "markdown")
    return insert(notebook, at(notebook, "beta-solution"), own)


@mangles("elsewhere", "01 04 11", "class", "answer", "all", expected="gone")
def deleted(notebook: Notebook, what: str) -> Result:
    """The work is nowhere; neighbouring answers must not stand for it."""
    gone = {"class": ["omicron-solution"], "answer": ["delta-choice"], "all": []}[what]
    if what == "all":
        gone = [f"{m}-{w}" for m in ("gamma", "delta") for w in ("solution", "choice")]
    for name in gone:
        pop(notebook, name)
    return notebook
