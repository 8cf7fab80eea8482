"""The items of a feedback page: a card for each that lost points, and the grid of all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from lenetlab.notebook.master import Assignment, Cell
from lenetlab.notebook.titles import Titles
from lenetlab.pages.own_lines import Lines, lines_of, solution_of
from lenetlab.pages.templating import short
from lenetlab.records import Finding, Item, LayerPair

LONGEST_MESSAGE = 1_500  # characters
MOST_LAYERS = 30  # rows of a table
MOST_CODE = 15_000  # bytes of the student's own lines in all cards
_CODE = re.compile(r"`([^`]+)`")
_HINT = re.compile(r"^Gợi ý: |(?<=\. )Gợi ý: ", re.MULTILINE)  # as the grader's checks say it


@dataclass(frozen=True)
class Message:
    """What a check said, in parts: sentences, a list of what deviates, one hint."""

    sentences: tuple[Markup, ...]
    points: tuple[Markup, ...]
    hint: Markup


@dataclass(frozen=True)
class Card:
    """An item that lost points, or that a person graded or commented on."""

    anchor: str
    title: str
    item: Item
    lost: float
    message: Message
    same_as: str = ""  # the title of the card before it that says the same
    lines: Lines | None = None
    layers: tuple[LayerPair, ...] = ()
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """Groups of items (the variants) by kinds of items; None where a group has no such item."""

    kinds: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Item | None, ...]], ...]


def message(text: str, findings: Sequence[Finding] = ()) -> Message:
    """The parts of what a check said; only code in backticks is set apart, all is escaped.

    The hint is that of the first finding; of none, what follows the last mark, which no text of a
    student's holds (:func:`~lenetlab.notebook.outputs.inline`).
    """
    text = short(text, LONGEST_MESSAGE)
    marks = [found.span() for found in _HINT.finditer(text)]
    own = [span for span in marks if findings and text.startswith(findings[0].hint, span[1])]
    start, end = (own or marks or [(len(text), len(text))])[-1]
    body, hint = text[:start], text[end:]
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    listed = [line[2:] for line in lines if line.startswith(("- ", "✘ "))]
    said = [line for line in lines if not line.startswith(("- ", "✘ "))]
    return Message(
        tuple(map(_with_code, said)), tuple(map(_with_code, listed)), _with_code(hint.strip())
    )


def _with_code(text: str) -> Markup:
    parts = _CODE.split(text)
    shown = [Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(parts)]
    return Markup("").join(shown)


def cards(
    items: Sequence[Item],
    assignment: Assignment,
    titles: Titles,
    sources: Mapping[str, str],
    comments: Mapping[str, str],
) -> list[Card]:
    """A card for each lost item, in the master's order.

    ``sources`` are the student's code cells by their ids, ``comments`` a person's by grade id.
    Of items that depend on one cell, the one that says most has its lines.
    """
    lost = [item for item in items if item.score is not None and item.score < item.max_score]
    solutions = {item.id: solution_of(item.id, assignment) for item in lost}
    bearers: dict[str, str] = {}
    for item in sorted(lost, key=lambda one: not one.layers):
        bearers.setdefault(solutions[item.id], item.id)
    said: dict[str, str] = {}
    told: set[str] = set()
    room, made = MOST_CODE, []
    for number, item in enumerate(lost, start=1):
        solution, title = solutions[item.id], str(titles.of(item.id, "vi"))
        lines = None
        if bearers[solution] == item.id and room > 0:
            lines = lines_of(item, solution, sources, assignment.stubs)
            room -= sum(len(line.html.encode()) for line in lines.lines) if lines else 0
        named = [key for key in (item.id, _grade_id(solution, assignment)) if key not in told]
        told.update(named)
        made.append(
            Card(
                anchor=f"muc-{number}",
                title=title,
                item=item,
                lost=item.max_score - (item.score or 0),
                message=message(item.message, item.findings),
                same_as=said.get(item.message, ""),
                lines=lines,
                layers=item.layers[:MOST_LAYERS] if any(row.fields for row in item.layers) else (),
                comments=tuple(comments[key] for key in named if key in comments),
            )
        )
        if item.message:
            said.setdefault(item.message, title)
    return made


def _grade_id(cell_id: str, assignment: Assignment) -> str:
    return next((cell.grade_id for cell in assignment.cells if cell.id == cell_id), "")


def remarks(
    made: Sequence[Card], assignment: Assignment, titles: Titles, comments: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The comments that stand on no card: the title of what each is about, and its text."""
    on_cards = {text for card in made for text in card.comments}
    return [
        (title_of(cell, assignment, titles), comments[cell.grade_id])
        for cell in assignment.cells
        if comments.get(cell.grade_id) and comments[cell.grade_id] not in on_cards
    ]


def title_of(cell: Cell, assignment: Assignment, titles: Titles) -> str:
    """What a cell is called: a test by its title, a solution by what is tested of it."""
    if cell.role == "test":
        return str(titles.of(cell.grade_id, "vi"))
    keys = [t.grade_id for t in assignment.tests if solution_of(t.grade_id, assignment) == cell.id]
    tested = [titles.of(key, "vi") for key in keys]
    if len(tested) == 1:
        return str(tested[0])
    return next((title.group for title in tested if title.group), cell.grade_id)


def grid(items: Sequence[Item], titles: Titles) -> Grid:
    """Every item by its group and kind, in the master's order."""
    named = [(titles.of(item.id, "vi"), item) for item in items]
    if not any(title.group for title, _ in named):
        return Grid(("điểm",), tuple((title.kind, (item,)) for title, item in named))
    kinds = tuple(dict.fromkeys(title.kind for title, _ in named))
    groups = dict.fromkeys(title.group for title, _ in named)
    found = {(title.group, title.kind): item for title, item in named}
    return Grid(
        kinds, tuple((group, tuple(found.get((group, kind)) for kind in kinds)) for group in groups)
    )
