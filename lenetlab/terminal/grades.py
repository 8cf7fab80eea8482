"""A class: one row a student, then the list for a person."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from lenetlab.course.standings import Standing
from lenetlab.records import Flag, Verdict
from lenetlab.terminal.text import STYLES, Wording, escape_name
from lenetlab.terminal.verdict import has_lost

MOST_RENAMED = 20  # lines: a learning platform may rename every file of a class
MOST_ROWS = 200  # of a larger class those that are graded and have not changed are left out
_MOST_LOST = 4  # items in a row


def show_class(
    console: Console,
    everyone: list[Standing],
    unchanged: set[str],
    strays: list[Flag],
    wording: Wording,
) -> None:
    """One row a student, the list for a person, stray files at its end."""
    table = Table(title=wording.label("grades"), title_justify="left")
    table.add_column(wording.label("student"))
    table.add_column(wording.label("points"), justify="right", no_wrap=True)
    table.add_column(wording.label("status"), no_wrap=True)
    table.add_column(wording.label("points-lost-in"), overflow="fold")
    shown = everyone
    if len(everyone) > MOST_ROWS:  # what nobody has to read is in the tables
        shown = [
            one
            for one in everyone
            if one.student not in unchanged or one.verdict.status != "graded"
        ]
    for one in shown:
        verdict = one.verdict
        status = f"[{STYLES[verdict.status]}]{wording.label(verdict.status)}[/]"
        if one.student in unchanged:
            status += f" [dim]({wording.label('unchanged')})[/]"
        points = "—" if verdict.score is None else wording.out_of(verdict)
        table.add_row(escape_name(one.student), points, status, _lost(verdict, wording))
    console.print(table)
    if len(shown) < len(everyone):
        hidden = len(everyone) - len(shown)
        console.print(
            f"… {hidden} {wording.label('more')} ({wording.label('unchanged')})", style="dim"
        )
    waiting = [(one, flag) for one in everyone for flag in one.verdict.flags if flag.review]
    if waiting or strays:
        console.print(f"[bold]{wording.label('for-a-person')}[/]")
    # Not wrapped: there are commands in it, to be copied.
    for one, flag in waiting:
        console.print(f"  {escape_name(one.student)}: {_said(flag, wording)}", soft_wrap=True)
    for flag in strays:
        console.print(f"  {_said(flag, wording)}", soft_wrap=True)
    renamed = [*_renamed(everyone, wording)]
    if renamed:
        heading = wording.label("other-names")
        console.print(f"[bold]{heading}[/]")
    for line in renamed[:MOST_RENAMED]:
        console.print(f"  {line}", style="dim", soft_wrap=True)
    if len(renamed) > MOST_RENAMED:
        more = wording.label("more")
        console.print(f"  … {len(renamed) - MOST_RENAMED} {more}", style="dim")


def _lost(verdict: Verdict, wording: Wording) -> str:
    lost = [
        f"{item.id} −{wording.number(item.max_score - (item.score or 0))}"
        for item in verdict.items
        if has_lost(item)
    ]
    if len(lost) > _MOST_LOST:
        lost[_MOST_LOST:] = [f"… {len(lost) - _MOST_LOST} {wording.label('more')}"]
    return ", ".join(lost)


def _said(flag: Flag, wording: Wording) -> str:
    return f"{flag.code}: {wording.said(flag.message)}"


def _renamed(everyone: list[Standing], wording: Wording) -> Iterator[str]:
    for one in everyone:
        for flag in one.verdict.flags:
            if flag.code == "other-name" and one.verdict.status in ("graded", "review"):
                yield f"{escape_name(one.student)}: {wording.said(flag.message)}"
