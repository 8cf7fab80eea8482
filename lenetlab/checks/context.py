"""What the checks of a notebook judge by beside what the student made, and where findings go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path

from lenetlab.notebook.measurements import Evidence, Measured
from lenetlab.records import Finding, LayerPair

Pairs = list[tuple[float, float]]


@dataclass(frozen=True)
class Context:
    """By what a notebook is judged.

    ``measured`` are the student's own figures, of the ``kinds`` for which the lab has a sentence,
    and ``doubtful`` those that cannot be true; ``other_data`` says that they are of other data than
    the lab's ``references``, its reference runs, which then say nothing. ``hints`` are the lab's
    own hints by a finding's field;
    ``findings`` are what the checks make, and ``layers`` those of a model with findings.
    """

    measured: Measured = field(default_factory=dict)
    references: Sequence[Evidence] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    kinds: Collection[str] = ("accuracy", "seconds")
    doubtful: Measured = field(default_factory=dict)
    other_data: bool = False
    findings: list[Finding] = field(default_factory=list)
    layers: list[LayerPair] = field(default_factory=list)


_current: ContextVar[Context] = ContextVar("context")


@contextmanager
def use(context: Context) -> Iterator[Context]:
    """Judge by ``context`` what is checked within; yields a copy that takes what is found."""
    fresh = replace(context, findings=[], layers=[])
    before = _current.set(fresh)
    try:
        yield fresh
    finally:
        _current.reset(before)


def current() -> Context:
    """The context in use; under stock nbgrader, which gives none, the lab's files alone."""
    return _current.get(None) or replace(_of_the_lab(), findings=[], layers=[])


@cache
def _of_the_lab() -> Context:
    from lenetlab.notebook.lab import beside_work  # not in the sandbox, where there is a context

    lab = beside_work(Path.cwd())
    return Context(references=lab.reference_runs, hints=lab.hints)


def supporting(first: str, second: str, key: str) -> tuple[Pairs, bool]:
    """Pairs of measurements of two models, and whether they are the student's own.

    The student's own where both models were measured: every figure of the one with every figure of
    the other. Else one pair for each reference run that has both, of which there may be none.
    """
    context = current()
    firsts, seconds = (context.measured.get(model, {}).get(key, []) for model in (first, second))
    if firsts and seconds:
        return list(product(firsts, seconds)), True
    runs = () if context.other_data else context.references
    return [
        (run[first][key], run[second][key])
        for run in runs
        if key in run.get(first, {}) and key in run.get(second, {})
    ], False
