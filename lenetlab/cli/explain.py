"""``lenetlab explain``: why a student lost points, from what the grading has recorded."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from lenetlab.cli.options import (
    AssignmentName,
    CourseFolder,
    InLanguage,
    app,
    course_of,
    language_of,
    out,
)
from lenetlab.course import lookup
from lenetlab.course.directory import Course, CourseError
from lenetlab.course.standings import Standing
from lenetlab.records import Item
from lenetlab.terminal.text import STYLES, Wording, escape_name
from lenetlab.terminal.verdict import has_lost, show_flags, show_items, show_receipt


def students(context: typer.Context, incomplete: str) -> list[str]:
    """Everyone whose name begins so: for the shell's completion, which must not fail."""
    try:
        where = course_of(context.params.get("folder"), context.params.get("name"), True)
        return [name for name in lookup.students(where) if name.startswith(incomplete)]
    except (CourseError, OSError):
        return []


@app.command()
def explain(
    student: Annotated[
        str,
        typer.Argument(help="A student's folder name, or a part of it.", autocompletion=students),
    ],
    item: Annotated[
        str | None,
        typer.Argument(help="An item (beta-hidden) or a variant (beta); all that lost points."),
    ] = None,
    folder: CourseFolder = None,
    name: AssignmentName = None,
    lang: InLanguage = None,
) -> None:
    """Say why a student lost points: what was found when the submission was last graded.

    Nothing is graded again. A score given by hand is said to be that, with its comment.
    """
    where = course_of(folder, name, True)
    assignment, one = lookup.standing_of(where, known(where, student))
    wording = Wording.of(assignment, language_of(lang))
    verdict = one.verdict
    person = one.entry.name
    title = escape_name(one.student) + (f" ({escape_name(person)})" if person else "")
    status = f"[{STYLES[verdict.status]}]{wording.label(verdict.status)}[/]"
    points = "—" if verdict.score is None else f"[bold]{wording.out_of(verdict)}[/]"
    out.print(f"{title}: {points} {status}", soft_wrap=True)
    show_receipt(out, verdict, wording)
    if one.entry.penalty:
        late = wording.label("late-penalty")
        out.print(f"  {late}: −{wording.number(one.entry.penalty)}")
    chosen = _chosen(one, item, wording)
    show_items(out, chosen, wording, one.entry.comments)
    if verdict.score is not None and not chosen:
        out.print(f"  {wording.label('nothing-lost')}")
    show_flags(out, verdict.flags if item is None else (), wording)


def known(where: Course, student: str) -> str:
    """The student whose id is this, or the only one whose id has this in it.

    Raises:
        CourseError: there is none, or several.
    """
    everyone = lookup.students(where)
    if student in everyone:
        return student
    part = [name for name in everyone if student.casefold() in name.casefold()]
    if len(part) == 1:
        return part[0]
    if len(part) > 5:
        shown = ", ".join(part[:5])
        raise CourseError(f"{student} is part of {len(part)} names ({shown}, …): give more of it.")
    hint = did_you_mean(part or get_close_matches(student, everyone, 3, 0.5))
    raise CourseError(f"Nobody called {student} has handed in or been graded.{hint}")


def did_you_mean(near: list[str]) -> str:
    """The question that ends a message about a name that is not known; empty where none is near."""
    return f" Did you mean {', '.join(near)}?" if near else ""


def _chosen(one: Standing, name: str | None, wording: Wording) -> list[Item]:
    """The items that lost points; the one called ``name``, or those of that variant.

    Raises:
        CourseError: there is no such item.
    """
    items = one.verdict.items
    if name is None:
        return [item for item in items if has_lost(item)]
    wanted = name.casefold()
    exact = [item for item in items if wanted == item.id.casefold()]
    found = exact or [i for i in items if wanted == wording.title(i.id).group.casefold()]
    if items and not found:
        known = ", ".join(item.id for item in items)
        names = [*(item.id for item in items), *(wording.title(i.id).group for i in items)]
        near = get_close_matches(wanted, [name.casefold() for name in names], 1, 0.5)
        raise CourseError(f"There is no item {name}; there are {known}.{did_you_mean(near)}")
    return found
