"""What an operator is, and how the modules of this package add theirs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Notebook = dict[str, Any]
Result = Notebook | str | bytes  # bytes and text are the whole file
Expected = Literal["same", "same_or_review", "rejected", "gone"]
# same            the work is plainly there, once, and it ran: the original's points, no review
# same_or_review  ambiguous: the original's points, or a person is asked, or the file is rejected
# rejected        this is no notebook that can be read any more
# gone            the work itself is gone: no item may have more points than the original


@dataclass(frozen=True)
class Operator:
    """What a student, an editor or a tool does to a notebook; deterministic."""

    kind: str
    name: str
    apply: Callable[[Notebook], Result]
    expected: Expected
    on: tuple[str, ...]  # the originals that it is applied to: vd01
    composes: bool  # commutes with operators of other kinds
    shell: bool  # runs commands: never outside the sandbox


OPERATORS: list[Operator] = []


def mangles(
    kind: str,
    on: str,
    *what: str,
    expected: Expected = "same",
    composes: bool = True,
    shell: bool = False,
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Add an operator, or one for each of ``what``, for the originals of the numbers ``on``."""

    def add(function: Callable[..., Result]) -> Callable[..., Result]:
        for which in what or ("",):
            name = function.__name__.strip("_") + (f"-{which}" if which else "")
            apply = functools.partial(_call, function, which)
            numbers = tuple(f"vd{number}" for number in on.split())
            fits = composes and expected == "same"
            OPERATORS.append(Operator(kind, name, apply, expected, numbers, fits, shell))
        return function

    return add


def _call(function: Callable[..., Result], which: str, notebook: Notebook) -> Result:
    return function(notebook, which) if which else function(notebook)
