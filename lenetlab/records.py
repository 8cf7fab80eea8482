"""What is known of each submission, as data: flags, items, verdicts, and the record on disk.

A record stands in ``autograded/<student>/<assignment>.json``, beside nbgrader's folder. It says
what came of a submission also where no graded notebook came of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from lenetlab.files import as_json, write_whole

Language = Literal["vi", "en"]  # of what people read
Status = Literal["graded", "review", "rejected", "failed", "interrupted", "waiting", "missing"]
# graded       every item has its points
# review       graded, and a person should look: the flags say at what
# rejected     the file is at fault: it is no notebook that could be graded
# failed       the grader, a check or the machine is at fault
# interrupted  the run was stopped before this submission's turn was over
# waiting      handed in and not graded yet
# missing      nothing is handed in (any more)


@dataclass(frozen=True)
class Flag:
    """Something about a submission worth knowing; ``review`` where a person should look."""

    code: str
    message: str
    review: bool = False


@dataclass(frozen=True)
class Doubt:
    """Something about a cell that is for a person where it may have cost points.

    ``cells`` are ids of the master's cells: a person should look where a test lost points that
    depends on one of them. With ``lacking`` only where that test found nothing to check.
    """

    code: str
    name: str  # of the cell
    cells: list[str]
    lacking: bool = False


_NUMBER = re.compile(r"-?\d+(\.\d+)?")
Simple = None | bool | int | float | str | tuple[Any, ...]


class GradingFailed(Exception):
    """The grader, a check or the machine is at fault, so there is no verdict; ``flags`` say why."""

    def __init__(self, *flags: Flag) -> None:
        """Keep the ``flags``; the text is theirs."""
        super().__init__("; ".join(f"{flag.code}: {flag.message}" for flag in flags))
        self.flags = flags

    def __reduce__(self) -> tuple[type[GradingFailed], tuple[Flag, ...]]:
        """Travel to another process with the flags."""
        return GradingFailed, self.flags


@dataclass(frozen=True)
class Finding:
    """One deviation of a model: which layer, which field, what was expected and what was found.

    ``place`` counts from 0 (the ``InputLayer``): among the expected layers, for an extra layer
    among those found; None for the model as a whole. ``role`` is the layer's name in the
    assignment (C1), ``layer`` the found layer's class and name, empty where there is none.
    ``expected`` and ``found`` are numbers, strings, truth values, None, or tuples of those.
    """

    place: int | None
    role: str
    layer: str
    field: str
    expected: Simple
    found: Simple
    hint: str = ""  # for the student, in Vietnamese


@dataclass(frozen=True)
class LayerPair:
    """A layer that a check expects, beside the one found in its place; empty where there is none.

    ``fields`` are those in which the two deviate, as findings name them; none where all is right.
    """

    role: str  # the layer's name in the assignment: C1
    expected: str
    found: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """What one test cell earned, and what it said; ``score`` is None where nothing was graded."""

    id: str
    score: float | None
    max_score: float
    message: str = ""
    by_hand: bool = False  # a person gave the score, in nbgrader's formgrader
    findings: tuple[Finding, ...] = ()
    layers: tuple[LayerPair, ...] = ()  # of the whole model, where there are findings


@dataclass(frozen=True)
class Verdict:
    """The result for one file; ``score`` is None where nothing was graded."""

    file: str
    status: Status
    score: float | None
    max_score: float
    items: tuple[Item, ...] = ()
    flags: tuple[Flag, ...] = ()
    receipt: str = ""  # the code of the work in the file; empty where it has none
    receipt_printed: str = ""  # the one that the student's own run printed

    @property
    def receipt_differs(self) -> bool:
        """Whether the student's own run printed the code of other work than the file's."""
        return self.receipt_printed not in ("", self.receipt)

    def as_json(self) -> dict[str, Any]:
        """The verdict as ``lenetlab check --json`` prints it."""
        found = asdict(self)
        for item in found["items"]:
            del item["by_hand"]  # nobody gives points by hand there
        for flag in found["flags"]:
            del flag["review"]  # the status says it
        return found


def ungraded(file: str, status: Status, max_score: float, *flags: Flag) -> Verdict:
    """The verdict where nothing could be graded; ``flags`` say why."""
    return Verdict(file, status, None, max_score, (), flags)


def rounded(points: float) -> float:
    """Points without the rests of binary fractions: 0.3 + 0.3 + 0.3 is 0.9."""
    return round(points, 6)


def as_text(points: float | None) -> str:
    """Points for people and tables, empty where there are none: ``10``, ``3.6``."""
    return "" if points is None else f"{rounded(points):.6f}".rstrip("0").rstrip(".")


def printable(text: str) -> str:
    """The text with what is a command to a terminal shown as Python writes it."""
    return "".join(c if c == "\n" or c.isprintable() else _shown(c) for c in text)


def printable_name(name: str) -> str:
    """The same of a file's or folder's name, on one line: nothing in it is taken for advice."""
    return "".join(c if c.isprintable() else _escaped(c) for c in name)


def _shown(character: str) -> str:
    return " " if character in "\t\r" else _escaped(character)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV, with an apostrophe before what a spreadsheet would take for a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else printable(str(value))
    is_formula = text.lstrip()[:1] in tuple("=+-@") and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


@dataclass(frozen=True)
class Record:
    """A verdict with what it is of: ``of`` identifies the submission and the master."""

    verdict: Verdict
    of: str = ""
    page: str = ""  # what the feedback page was made from
    # What the student's own run measured: by model, then kind (accuracy in per cent, seconds).
    measured: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    seconds: float = 0.0  # that grading took


def store(path: Path, record: Record) -> None:
    """Write the record, whole or not at all."""
    write_whole(path, as_json(record))


def load(path: Path) -> Record | None:
    """The record at ``path``; None where there is none that can be read."""
    try:
        status = path.stat()
        return _read(path, status.st_ino, status.st_size, status.st_mtime_ns)
    except (OSError, msgspec.DecodeError):
        return None


@lru_cache(maxsize=16_384)
def _read(path: Path, *_: int) -> Record:
    """The record in a file that has not changed: a run looks at each several times."""
    return msgspec.json.decode(path.read_bytes(), type=Record)
