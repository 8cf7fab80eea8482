"""A graded notebook as its student may read it: what was written, and what came of it.

The code of locked cells and of tests is left out: hidden tests are never shown, and the rest every
student has. Of the assignment's text the questions stay, and headings to find one's way by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from typing import Any, Literal

from markupsafe import Markup

from lenetlab.notebook.master import Assignment
from lenetlab.notebook.outputs import joined
from lenetlab.pages import inert
from lenetlab.pages.templating import short

MOST_CELLS = 400  # of a notebook, on the page
MOST_OUTPUTS = 50  # of a cell, likewise
LONGEST_CODE, LONGEST_OUTPUT = 8_000, 4_000  # characters of a cell, and of all that it printed
ROOM_FOR_PICTURES = 3_000_000  # characters of a page's pictures
_AROUND = 150  # bytes that the page puts around a cell
# Frames of tables as Keras prints them, in letters that take a third of the bytes.
_FRAMES = str.maketrans("─━│┃┌┍┏┐┓└┕┗┘┛├┡┢┣┤┩┪┫┬┳┴┻┼╇╈╋═║", "--||" + "+" * 26 + "=|")
_PRINTED = Markup("<pre>{}</pre>")
# A table keeps its lines, and is moved sideways where there is no room for them.
_PRINTED_TABLE = Markup('<pre class="wide" tabindex="0">{}</pre>')
_LEFT_OUT = Markup('<p class="soft">(… phần còn lại không hiện ở đây vì quá dài)</p>')

_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
# A student's text, as lenetlab.notebook.restore puts it where others would show what is in it.
_FENCED = re.compile(r"(`{3,})text\n(.*)\n\1", re.DOTALL)
_MARKS = re.compile(r"[*_`]+")


@dataclass(frozen=True)
class Shown:
    """A part of a cell on the page.

    ``cell`` is the master's id of a cell that the student wrote in, or whose test put this out.
    """

    kind: Literal["heading", "text", "code", "output"]
    html: Markup
    cell: str = ""
    pictures: int = 0  # bytes of the pictures in it


# A part of a cell, made only where there is room for it; whether it is the student's own.
_Part = tuple[bool, Callable[[], Shown]]


def shown(cells: Iterable[Any], assignment: Assignment, room: int) -> tuple[list[Shown], bool]:
    """What the page shows of a notebook, and whether anything was left out for want of room.

    ``cells`` are the graded notebook's, as its file has them; ``room`` is in bytes, without
    pictures. What the student wrote comes before what the assignment's own cells put out.
    """
    cells = [cell for cell in cells if isinstance(cell, dict)]
    parts = [part for cell in cells[:MOST_CELLS] for part in _parts(cell, assignment)]
    made: dict[int, Shown] = {}
    pictures = ROOM_FOR_PICTURES
    for wanted in (True, False):
        for place, (own, make) in enumerate(parts):
            if own != wanted or room < _AROUND:
                continue
            part = make()
            size = len(part.html.encode()) - part.pictures + _AROUND
            if size <= room and part.pictures <= pictures:
                made[place] = part
                room, pictures = room - size, pictures - part.pictures
    whole = len(made) == len(parts) and len(cells) <= MOST_CELLS
    return [made[place] for place in sorted(made)], whole


def is_given(cell: Mapping[str, Any], assignment: Assignment) -> bool:
    """Whether a cell's code is the assignment's own: a locked cell, or a test with all it hides.

    A graded notebook's marks are its master's, which may have had other cells than this one has.
    """
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    if isinstance(marks, Mapping) and (marks.get("grade") or marks.get("locked")):
        return not marks.get("solution")
    given = (known for known in assignment.cells if known.role in ("test", "locked"))
    return any(known.id == cell.get("id") for known in given)


def _parts(cell: dict[str, Any], assignment: Assignment) -> Iterator[_Part]:
    source, key, kind = joined(cell.get("source")), cell.get("id"), cell.get("cell_type")
    place = next((n for n, known in enumerate(assignment.cells) if known.id == key), None)
    master = None if place is None else assignment.cells[place]
    name = master.id if master else ""
    if kind == "code":
        as_given = master is not None and master.role == "free" and master.node.source == source
        if source.strip() and not as_given and not is_given(cell, assignment):
            yield True, partial(_code, source, name)
        outputs = cell.get("outputs")
        if isinstance(outputs, list) and outputs:
            is_test = master is not None and master.role == "test"
            own = master is None or master.role != "locked"
            yield own, partial(_outputs, outputs, name, is_test)
    elif master is None or master.node.source != source:
        written = _FENCED.fullmatch(source)
        text = written[2] if written else source
        if text.strip():
            yield True, partial(_text, text)
    elif place is not None and [c.role for c in assignment.cells[place + 1 :][:1]] == ["solution"]:
        yield True, partial(_question, source)
    else:
        for text in headings(source):
            yield True, partial(_heading, text)


def headings(source: str) -> list[str]:
    """The headings of a text of the assignment's own, without marks of emphasis."""
    return [_MARKS.sub("", found)[:200] for found in _HEADING.findall(source)]


def _heading(text: str) -> Shown:
    return Shown("heading", Markup.escape(text))


def _text(source: str) -> Shown:
    return Shown("text", inert.markdown(source))


@lru_cache(maxsize=256)  # of the master's, for every student
def _question(source: str) -> Shown:
    return _text(source)


def _code(source: str, name: str) -> Shown:
    lines = inert.lines(short(source, LONGEST_CODE))
    return Shown("code", Markup("\n").join(lines), name)


def _outputs(outputs: list[Any], name: str, is_test: bool) -> Shown:
    made: list[Markup] = []
    printed: list[str] = []
    left, pictures = LONGEST_OUTPUT, 0
    for output in [*islice(outputs, MOST_OUTPUTS), None]:
        given = output if isinstance(output, Mapping) else {}
        told = given.get("data")
        data = told if isinstance(told, Mapping) else {}
        address = _picture(data)
        if printed and (address or output is None):
            text = short("".join(printed), max(left, 100)).rstrip().translate(_FRAMES)
            printed, left = [], left - len(text)
            kind = _PRINTED_TABLE if "+--" in text else _PRINTED
            made += [kind.format(text)] if text else []
        if address:
            made.append(Markup('<img src="{}" alt="Hình do ô này vẽ">').format(address))
            pictures += len(address)
        elif given.get("output_type") == "error":
            printed.append(f"{joined(given.get('ename'))}: {joined(given.get('evalue'))}\n")
        elif given.get("output_type") == "stream":
            printed.append(joined(given.get("text")))
        elif data and not is_test:  # a test's value is its score, which stands above
            printed.append(f"{joined(data.get('text/plain'))}\n")
    made += [_LEFT_OUT] if len(outputs) > MOST_OUTPUTS else []
    return Shown("output", Markup("").join(made), name if is_test else "", pictures)


def _picture(data: Mapping[str, Any]) -> str:
    found = (inert.picture(kind, joined(data[kind])) for kind in inert.PICTURES if kind in data)
    return next((address for address in found if address), "")
