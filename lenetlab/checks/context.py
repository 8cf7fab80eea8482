"""What the checks of a notebook judge by beside what the student made, and where findings go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from lenetlab.notebook.measurements import Evidence
from lenetlab.records import Finding

Pairs = list[tuple[float, float]]


@dataclass(frozen=True)
class Context:
    """By what a notebook is judged.

    ``measured`` are the student's own figures, of the ``kinds`` for which the lab has a sentence;
    ``references`` the lab's reference runs, ``hints`` its own hints by a finding's field;
    ``findings`` are what the checks make.
    """

    measured: Evidence = field(default_factory=dict)
    references: Sequence[Evidence] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    kinds: Collection[str] = ("accuracy", "seconds")
    findings: list[Finding] = field(default_factory=list)


_current: ContextVar[Context] = ContextVar("context")


@contextmanager
def use(context: Context) -> Iterator[list[Finding]]:
    """Judge by ``context`` what is checked within; yields the findings as the checks make them."""
    fresh = replace(context, findings=[])
    before = _current.set(fresh)
    try:
        yield fresh.findings
    finally:
        _current.reset(before)


def current() -> Context:
    """The context in use; under stock nbgrader, which gives none, the lab's files alone."""
    return _current.get(None) or replace(_of_the_lab(), findings=[])


@cache
def _of_the_lab() -> Context:
    from lenetlab.notebook.lab import beside_work  # not in the sandbox, where there is a context

    lab = beside_work(Path.cwd())
    return Context(references=lab.reference_runs, hints=lab.hints)


def supporting(first: str, second: str, key: str) -> tuple[Pairs, bool]:
    """Pairs of measurements of two models, and whether they are the student's own.

    The student's own pair where both were measured; else one pair for each reference run that has
    both, of which there may be none.
    """

    def pairs(runs: Sequence[Evidence]) -> Pairs:
        return [
            (run[first][key], run[second][key])
            for run in runs
            if key in run.get(first, {}) and key in run.get(second, {})
        ]

    own = pairs([current().measured])
    return (own, True) if own else (pairs(current().references), False)
