"""Answers that stand in other places than the cell that is meant for them."""

from __future__ import annotations

from .notebook import at, code, copied, get, insert, name_of, pop, stub, text, turned
from .operator import Notebook, Result, mangles

THREE = ("alpha-choice", "gamma-choice", "delta-facts")


def _taken(notebook: Notebook, name: str) -> str:
    """The answer; its cell holds the stub again."""
    cell = get(notebook, name)
    source = str(cell["source"])
    cell["source"] = stub(name)
    return source


@mangles("answers", "01 11 05", "question", "above", "below", "test", "facts below")
def own_cell(notebook: Notebook, where: str) -> Result:
    """A cell of one's own holds the answer, the stub stays."""
    names = ("delta-facts",) if where.startswith("facts") else ("alpha-choice", "gamma-choice")
    for name in names:
        source = _taken(notebook, name)
        number = at(notebook, name)
        places = {
            "question": number - 1,
            "above": number,
            "below": number + 1,
            "test": at(notebook, f"{name}-check") + 1,
            "facts below": number + 1,
        }
        insert(notebook, places[where], code(notebook, source))
    return notebook


@mangles("answers", "01 11", "marked", "unmarked")
def stub_below_the_answer(notebook: Notebook, how: str) -> Result:
    for name in THREE:
        number = at(notebook, name)
        cell = copied(notebook["cells"][number], notebook, marked=how == "marked")
        cell["source"] = stub(name)
        insert(notebook, number + 1, cell)
    return notebook


@mangles("answers", "01 11 05", "test", "evaluation", "guess")
def in_another_cell(notebook: Notebook, which: str) -> Result:
    """Written into a cell that is meant for something else."""
    for name in ("alpha-choice", "gamma-choice"):
        model = name.split("-")[0]
        names = {"test": f"{name}-check", "evaluation": f"{model}-eval", "guess": f"{model}-guess"}
        source = _taken(notebook, name)
        if which == "evaluation":
            get(notebook, names[which])["source"] += f"\n{source}"
        elif which == "test":
            cell = get(notebook, names[which])
            cell["source"] = f"{source}\n{cell['source']}"
        else:
            number = next(
                n
                for n, c in enumerate(notebook["cells"])
                if name_of(c) == names[which] or c["source"].startswith(f"{model}_guess")
            )
            notebook["cells"][number]["source"] += f"\n{source}"
    return notebook


@mangles("answers", "01 11", "below question", "in question", "fenced", expected="same_or_review")
def in_markdown(notebook: Notebook, how: str) -> Result:
    source = _taken(notebook, "gamma-choice")
    number = at(notebook, "gamma-choice")
    if how == "in question":
        notebook["cells"][number - 1]["source"] += f"\n\n{source}"
        return notebook
    said = f"```python\n{source}\n```" if how == "fenced" else source
    return insert(notebook, number, text(notebook, said))


@mangles("answers", "01 11", expected="same_or_review")
def cell_turned_to_markdown(notebook: Notebook) -> Result:
    turned(get(notebook, "gamma-choice"), "markdown")
    return notebook


@mangles("answers", "01 11 05 09")
def raise_stays_below(notebook: Notebook) -> Result:
    """Only the first line was changed."""
    for name in THREE:
        get(notebook, name)["source"] += "\n# YOUR CODE HERE\nraise NotImplementedError()"
    return notebook


@mangles("answers", "01 11")
def first_line_stays(notebook: Notebook) -> Result:
    for name in THREE:
        cell = get(notebook, name)
        first = stub(name).split("\n")[0]
        cell["source"] = f"{first}\n# YOUR CODE HERE\n{cell['source']}"
    return notebook


@mangles("answers", "01 11", expected="same_or_review")
def written_below_the_raise(notebook: Notebook) -> Result:
    """It never ran, but it says what is meant."""
    for name in THREE:
        cell = get(notebook, name)
        cell["source"] = f"{stub(name)}\n{cell['source']}"
    return notebook


@mangles("answers", "01 05 11", "annotated", "commented", "printed", "twice", "param", "semicolon")
def in_other_words(notebook: Notebook, how: str) -> Result:
    for name in THREE:
        cell = get(notebook, name)
        variable, _, value = cell["source"].partition(" = ")
        cell["source"] = {
            "annotated": f"{variable}: object = {value}",
            "commented": f"# Theo số đo ở trên\n{variable} = {value}  # đáp án của em\n",
            "printed": f"{variable} = {value}\nprint({variable})",
            "twice": f"{variable} = {value}\n{variable} = {value}\n{variable}",
            "param": f'#@title Trả lời\n{variable} = {value} #@param {{type:"raw"}}',
            "semicolon": f"{variable}={value};",
        }[how]
    return notebook


@mangles("answers", "01 11", "marked", "unmarked", expected="same_or_review")
def two_answers(notebook: Notebook, how: str) -> Result:
    """An other answer in a copy below: which one is meant?"""
    number = at(notebook, "delta-choice")
    cell = copied(notebook["cells"][number], notebook, marked=how == "marked")
    cell["source"] = "your_choice = 1" if cell["source"] != "your_choice = 1" else "your_choice = 2"
    return insert(notebook, number + 1, cell)


@mangles("answers", "01 11", "top", "end", expected="same_or_review")
def all_in_one_cell(notebook: Notebook, where: str) -> Result:
    """Every answer in one cell, with comments that say which is which."""
    names = ("alpha-choice", "beta-choice", "gamma-choice", "omicron-choice", "delta-choice")
    rows = [f"# {name}\n{_taken(notebook, name)}" for name in names]
    return insert(
        notebook,
        0 if where == "top" else len(notebook["cells"]),
        code(notebook, "\n".join(rows)),
    )


@mangles("answers", "01 11", "below", "above")
def deleted_and_rewritten(notebook: Notebook, where: str) -> Result:
    """A new cell in its section in place of the one with marks."""
    for name in THREE:
        source = pop(notebook, name)["source"]
        number = at(notebook, f"{name}-check")
        insert(notebook, number if where == "above" else number + 1, code(notebook, source))
    return notebook


@mangles("answers", "01 11", "choice and facts")
def two_questions_in_one_cell(notebook: Notebook, _: str) -> Result:
    """Both answers of a section in the first of its two cells; they have different names."""
    facts = get(notebook, "omicron-facts")
    get(notebook, "omicron-choice")["source"] += f"\n{facts['source']}"
    facts["source"] = stub("omicron-facts")
    return notebook


@mangles("answers", "03 07", expected="gone")
def stub_deleted_after_a_right_answer(notebook: Notebook) -> Result:
    """Answers not given: those of the sections before must not count for them."""
    for name in ("gamma-choice", "delta-choice"):
        if "raise" in get(notebook, name)["source"]:
            pop(notebook, name)
    return notebook
