"""A cell's outputs as nbformat has them, collected with a limit on their size."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal
from unicodedata import category, normalize

import msgspec
import nbformat
from nbformat import NotebookNode

MAX_OUTPUTS = 500  # a cell
MAX_BYTES = 1_000_000  # a cell; what exceeds it is cut, and says so
ROOM = 2_500_000  # bytes of a notebook's outputs, pictures as base64; the lab's take 250,000
LONGEST = 20_000  # characters of one printed text: its beginning and its end are kept
LEFT_OVER = 500  # characters of a cell's last printed text, where the notebook's room is used up
# Formats worth keeping: nothing that a browser would run.
KEPT_FORMATS = ("text/plain", "image/png", "image/jpeg")
CUT = "\n… (bớt phần còn lại: kết quả quá dài)\n"


class StreamOutput(msgspec.Struct, tag_field="output_type", tag="stream"):
    """Text that a cell printed."""

    name: Literal["stdout", "stderr"]
    text: str


class DisplayData(msgspec.Struct, tag_field="output_type", tag="display_data"):
    """What a cell showed, by format."""

    data: dict[str, str]
    metadata: dict[str, str] = {}


class ExecuteResult(msgspec.Struct, tag_field="output_type", tag="execute_result"):
    """The value of a cell's last expression, by format."""

    data: dict[str, str]
    metadata: dict[str, str] = {}


class ErrorOutput(msgspec.Struct, tag_field="output_type", tag="error"):
    """The exception that ended a cell."""

    ename: str
    evalue: str
    traceback: list[str]


Output = StreamOutput | DisplayData | ExecuteResult | ErrorOutput


class Collector:
    """Gathers stream text, displays, results and errors of one cell, in order."""

    def __init__(self) -> None:
        """Start empty."""
        self.outputs: list[Output] = []
        self.left = MAX_BYTES

    def stream(self, name: Literal["stdout", "stderr"], text: str) -> None:
        """Add printed text to the last output of that stream."""
        text = self._fit(text)
        if not text or len(self.outputs) >= MAX_OUTPUTS:
            return
        last = self.outputs[-1] if self.outputs else None
        if isinstance(last, StreamOutput) and last.name == name:
            last.text += text
        else:
            self.outputs.append(StreamOutput(name, text))

    def display(self, data: Mapping[str, Any], *, is_result: bool = False) -> None:
        """Add a display, or the value of the cell's last expression."""
        given = {name: data[name] for name in KEPT_FORMATS if isinstance(data.get(name), str)}
        kept = {
            name: clean(text)
            for name, text in given.items()
            if name == "text/plain" or re.fullmatch(r"[A-Za-z0-9+/=\r\n ]*", text)
        }
        size = sum(len(value) for value in kept.values())
        if not kept or size > self.left or len(self.outputs) >= MAX_OUTPUTS:
            self.stream("stdout", CUT if kept else "")
            return
        self.left -= size
        self.outputs.append(ExecuteResult(kept) if is_result else DisplayData(kept))

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Add an exception as nbformat has it."""
        self.outputs.append(error_output(name, value, [self._fit(line) for line in traceback]))

    def _fit(self, text: str) -> str:
        text = clean(text)
        if len(text) <= self.left:
            self.left -= len(text)
            return text
        kept, self.left = text[: self.left], 0
        return kept + CUT if kept else ""


class Stream(io.TextIOBase):
    """A stand-in for ``sys.stdout`` or ``sys.stderr`` that writes to a collector."""

    encoding = "utf-8"

    def __init__(self, collector: Collector, name: Literal["stdout", "stderr"]) -> None:
        """Write to ``collector`` as the stream ``name``."""
        self.collector = collector
        self.name: Literal["stdout", "stderr"] = name

    def write(self, text: str) -> int:
        """Collect ``text``."""
        self.collector.stream(self.name, str(text))
        return len(text)

    def writable(self) -> bool:
        """Text can be written."""
        return True


def error_output(name: str, value: str, traceback: list[str]) -> ErrorOutput:
    """An exception as nbformat has it, in bounds."""
    return ErrorOutput(clean(name)[:200], clean(value)[:5000], traceback)


def valid_outputs(outputs: Any) -> list[Output]:
    """What of a submission's ``outputs`` is valid: limited in number and size, without HTML."""
    collector = Collector()
    for output in outputs[:MAX_OUTPUTS] if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        kind, data = output.get("output_type"), output.get("data")
        if kind == "stream":
            text = cut(clean(joined(output.get("text"))), LONGEST)
            collector.stream("stderr" if output.get("name") == "stderr" else "stdout", text)
        elif kind in ("display_data", "execute_result") and isinstance(data, dict):
            kept = {key: joined(data[key]) for key in KEPT_FORMATS if key in data}
            collector.display(kept, is_result=kind == "execute_result")
        elif kind == "error":
            trace = output.get("traceback")
            lines = trace[:MAX_OUTPUTS] if isinstance(trace, list) else []
            name, value = joined(output.get("ename")), joined(output.get("evalue"))
            collector.error(name, value, [joined(line) for line in lines])
    return collector.outputs


def cut(text: str, longest: int) -> str:
    """The text, or its beginning and its end where it is longer than ``longest`` characters."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return text[:half] + CUT + text[-half:]


def within(cells: Iterable[list[Output]], room: int) -> Iterator[list[Output]]:
    """Each cell's outputs, as long as all together take at most ``room`` bytes.

    Of what comes after that, the end of the last printed text and the last error are left.
    """
    for outputs in cells:
        room -= len(msgspec.json.encode(outputs))
        if room >= 0:
            yield outputs
            continue
        room = 0
        printed = [o for o in outputs if isinstance(o, StreamOutput)][-1:]
        errors = [o for o in outputs if isinstance(o, ErrorOutput)][-1:]
        yield [
            *(StreamOutput(o.name, cut(o.text, LEFT_OVER)) for o in printed),
            *(error_output(o.ename, o.evalue[:LEFT_OVER], []) for o in errors),
        ]


def failure_of(outputs: list[Output]) -> tuple[str, str] | None:
    """A failed test's error and what it says; without an error, what it printed before its 0."""
    match outputs:
        case [*_, ErrorOutput(ename=name, evalue=text)]:
            return name, text
        case [*_, ExecuteResult(data={"text/plain": "0"})]:
            return "", "".join(o.text for o in outputs if isinstance(o, StreamOutput)).strip()
    return None


def as_nodes(outputs: list[Output], count: int = 1) -> list[NotebookNode]:
    """The outputs as they stand in a notebook; the cell was run as the one with that ``count``."""
    nodes = [nbformat.from_dict(output) for output in msgspec.to_builtins(outputs)]
    for node in nodes:
        if node.output_type == "execute_result":
            node.execution_count = count
    return nodes


def joined(value: Any) -> str:
    """nbformat's text, in a file a string or a list of strings, as one string."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Characters that change the order in which a person reads what stands around them.
_ORDER = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# How the grader's own hints begin, in Vietnamese and in English.
_HINT = re.compile(r"((?i:g\u1ee3i\s*\u00fd)|Hint)\s*[:\uff1a]")
_PIECE = 1000  # characters that are normalised together: marks on one letter take quadratic time


def clean(text: str) -> str:
    """Text for people: without colours and other commands to a terminal, which cost a page far more
    than what they colour, and without lone surrogates, which UTF-8 cannot carry."""  # fmt: skip
    plain = _TERMINAL.sub("", encodable(text)).replace("\b", "")
    return in_order(_CONTROL.sub("\ufffd", plain))


def in_order(text: str) -> str:
    """The text with a visible sign for each character that would change the order of others."""
    return _ORDER.sub("\ufffd", text)


def inline(text: str) -> str:
    """Foreign text within a message: on one line, and never to be taken for the grader's hint."""
    line = " ".join(clean(text).splitlines())
    pieces = (line[n : n + _PIECE] for n in range(0, len(line), _PIECE))
    line = "".join(normalize("NFC", piece) for piece in pieces)
    line = "".join(c for c in line if c.isascii() or category(c) != "Cf")  # that nobody sees
    return _HINT.sub(r"“\1”:", line)


def encodable(text: str) -> str:
    """Text that JSON and UTF-8 can carry: lone surrogates replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
