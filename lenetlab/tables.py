"""Verdicts as tables for a person at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape as _escape
from rich.table import Table

from lenetlab.collect.collecting import Collected
from lenetlab.course.standings import Standing
from lenetlab.doctor import Item as Part
from lenetlab.records import Flag, Item, Verdict, as_text, printable, printable_name


def escape(text: str) -> str:
    """Text of a submission, a file name or a student's name, for a terminal: nothing in it is a
    command, neither to the terminal nor to rich."""  # fmt: skip
    return _escape(printable(text))


def _name(text: str) -> str:
    """The same of a name, on one line."""
    return _escape(printable_name(text))


_STYLES = {
    "graded": "green", "review": "yellow", "rejected": "red", "failed": "red",
    "interrupted": "yellow", "waiting": "dim", "missing": "dim",
    "taken": "green", "unmatched": "red",
}  # fmt: skip
MOST_RENAMED = 20  # lines: a learning platform may rename every file of a class
_ISOLATION = {"ok": "green", "reduced": "yellow", "missing": "red"}


def _points(of: Item | Verdict) -> str:
    return f"{as_text(of.score)}/{as_text(of.max_score)}"


def _status(verdict: Verdict) -> str:
    return f"[{_STYLES[verdict.status]}]{verdict.status}[/]"


def show_verdict(console: Console, verdict: Verdict) -> None:
    """One notebook: its items, what is wrong with each, and what a person should look at."""
    if verdict.score is None:
        for flag in verdict.flags:
            text = f"[red]{_name(verdict.file)}: {verdict.status}:[/] {escape(flag.message)}"
            console.print(text, soft_wrap=True)
        return
    table = Table(title=_name(verdict.file), title_justify="left", show_lines=False)
    table.add_column("item", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what was found", overflow="fold")
    for item in verdict.items:
        full = item.score == item.max_score
        colour = "green" if full else "red" if item.score == 0 else "yellow"
        message = "" if full else escape(item.message)
        table.add_row(item.id, f"[{colour}]{_points(item)}[/]", message)
    table.add_section()
    table.add_row("total", f"[bold]{_points(verdict)}[/]", _status(verdict))
    console.print(table)
    for flag in verdict.flags:
        mark = "[yellow]review[/]" if flag.review else "[dim]note[/]"
        console.print(f"  {mark} {flag.code}: {escape(flag.message)}")


def show_class(
    console: Console, everyone: list[Standing], unchanged: set[str], strays: list[Flag]
) -> None:
    """A class: one row a student, then the list for a person, stray files at its end."""
    table = Table(title="Grades", title_justify="left")
    table.add_column("student")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("points lost in", overflow="fold")
    for one in everyone:
        verdict = one.verdict
        lost = [
            f"{i.id} −{as_text(i.max_score - (i.score or 0))}"
            for i in verdict.items
            if (i.score or 0) < i.max_score
        ]
        if len(lost) > 4:
            lost[4:] = [f"… {len(lost) - 4} more"]
        table.add_row(
            _name(one.student),
            "—" if verdict.score is None else _points(verdict),
            _status(verdict) + (" [dim](unchanged)[/]" if one.student in unchanged else ""),
            ", ".join(lost),
        )
    console.print(table)
    waiting = [(one, flag) for one in everyone for flag in one.verdict.flags if flag.review]
    if waiting or strays:
        console.print("[bold]For a person to look at:[/]")
    # Not wrapped: there are commands in it, to be copied.
    for one, flag in waiting:
        line = f"  {_name(one.student)}: {flag.code}: {escape(flag.message)}"
        console.print(line, soft_wrap=True)
    for flag in strays:
        console.print(f"  {flag.code}: {escape(flag.message)}", soft_wrap=True)
    renamed = [
        f"  {_name(one.student)}: {escape(flag.message)}"
        for one in everyone
        for flag in one.verdict.flags
        if flag.code == "other-name" and one.verdict.status in ("graded", "review")
    ]
    if renamed:
        console.print("[bold]Not under the name or in the place that was asked for:[/]")
        more = [f"  … {len(renamed) - MOST_RENAMED} more"] if len(renamed) > MOST_RENAMED else []
        for line in renamed[:MOST_RENAMED] + more:
            console.print(line, style="dim", soft_wrap=True)


def show_collected(console: Console, collected: Collected) -> None:
    """What was collected: one row a student, then the list for a person."""
    table = Table(title="Collected", title_justify="left")
    table.add_column("student")
    table.add_column("name", overflow="fold")
    table.add_column("status", no_wrap=True)
    table.add_column("file", overflow="fold")
    table.add_column("handed in", no_wrap=True)
    for row in collected.rows:
        files = row.attempt.files if row.attempt else ()
        table.add_row(
            _name(row.student) or "[red]?[/]",
            _name(row.name),
            f"[{_STYLES[row.status]}]{row.status}[/]" + (row.event and f" [dim]({row.event})[/]"),
            _name(files[0].member) if files else "",
            escape(row.handed_in),
        )
    console.print(table)
    for text in collected.remarks:
        console.print(f"  {escape(text)}", soft_wrap=True)
    lines = [
        f"{_name(row.student or row.name)}: {escape(note)}"
        for row in collected.rows
        for note in row.notes
    ]
    absent = [row.student for row in collected.rows if row.status == "missing"]
    if absent:
        lines.append(f"nothing handed in ({len(absent)}): {escape(', '.join(absent))}")
    lines += [f"{_name(a)}: {_name(m)}: {escape(why)}" for a, m, why in collected.refused]
    lines += [f"{_name(path)}: {escape(why)}" for path, why in collected.unreadable]
    if lines:
        console.print("[bold]For a person to look at:[/]")
    for line in lines:
        console.print(f"  {line}", soft_wrap=True)


def show_items(console: Console, items: list[Part], isolated: bool) -> None:
    """A machine's isolation: a line for each part, below it what to do where there is something."""
    width = max(len(item.name) for item in items)
    for item in items:
        state = f"[{_ISOLATION[item.state]}]{item.state:<8}[/]"
        console.print(f"{state} {item.name:<{width}}  {escape(item.detail)}", soft_wrap=True)
        for line in item.fix.splitlines():
            console.print(f"{'':<{width + 11}}{escape(line)}", style="dim", soft_wrap=True)
    can = "can" if isolated else "cannot"
    console.print(f"[bold]Submissions {can} be isolated on this machine.[/]")
