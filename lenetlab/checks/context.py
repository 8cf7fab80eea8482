"""What the checks of a notebook judge by beside what the student made, and where findings go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from lenetlab.notebook.measurements import Evidence, believable, reference_runs
from lenetlab.records import Finding

Pairs = list[tuple[float, float]]


@dataclass(frozen=True)
class Context:
    """By what a notebook is judged.

    ``measured`` are the student's own figures, ``references`` the reference runs (None: those of
    the package, which the sandbox does not have), ``hints`` a lab's own hints by a finding's field.
    """

    measured: Evidence = field(default_factory=dict)
    references: list[Evidence] | None = None
    hints: Mapping[str, str] = field(default_factory=dict)


_current: ContextVar[Context] = ContextVar("context")
_findings: ContextVar[list[Finding]] = ContextVar("findings")


@contextmanager
def use(context: Context) -> Iterator[list[Finding]]:
    """Judge by ``context`` what is checked within; yields the findings as the checks make them."""
    found: list[Finding] = []
    before, collecting = _current.set(context), _findings.set(found)
    try:
        yield found
    finally:
        _current.reset(before)
        _findings.reset(collecting)


def current() -> Context:
    """The context in use; without one, the reference runs alone (stock nbgrader)."""
    return _current.get(Context())


def collect(findings: Iterable[Finding]) -> None:
    """Hand findings to who uses the context; to nobody under stock nbgrader."""
    _findings.get([]).extend(findings)


def supporting(first: str, second: str, key: str) -> tuple[Pairs, bool]:
    """Pairs of measurements of two models, and whether they are the student's own.

    The student's own pair where both were measured; else one pair for each reference run that has
    both, of which there may be none.
    """
    context = current()
    own = _pairs([believable(context.measured)], first, second, key)
    if own:
        return own, True
    references = reference_runs() if context.references is None else context.references
    return _pairs(references, first, second, key), False


def _pairs(runs: list[Evidence], first: str, second: str, key: str) -> Pairs:
    return [
        (run[first][key], run[second][key])
        for run in runs
        if key in run.get(first, {}) and key in run.get(second, {})
    ]
