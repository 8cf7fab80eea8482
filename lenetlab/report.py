"""Verdicts as tables for a person at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .classroom import Graded
from .restore import Flag
from .verdicts import Verdict

_STYLES = {"graded": "green", "review": "yellow", "rejected": "red"}


def show_verdict(console: Console, verdict: Verdict) -> None:
    """One notebook: its items, what is wrong with each, and what a person should look at."""
    if verdict.status == "rejected":
        for flag in verdict.flags:
            console.print(f"[red]{escape(verdict.file)}: rejected:[/] {escape(flag.message)}")
        return
    table = Table(title=escape(verdict.file), title_justify="left", show_lines=False)
    table.add_column("item", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what was found", overflow="fold")
    for item in verdict.items:
        full = item.score == item.max_score
        points = f"{item.score:g}/{item.max_score:g}"
        table.add_row(
            item.id,
            f"[{'green' if full else 'red' if item.score == 0 else 'yellow'}]{points}[/]",
            "" if full else escape(item.message),
        )
    table.add_section()
    style = _STYLES[verdict.status]
    table.add_row(
        "total",
        f"[bold]{verdict.score:g}/{verdict.max_score:g}[/]",
        f"[{style}]{verdict.status}[/]",
    )
    console.print(table)
    for flag in verdict.flags:
        mark = "[yellow]review[/]" if flag.review else "[dim]note[/]"
        console.print(f"  {mark} {flag.code}: {escape(flag.message)}")


def show_class(console: Console, results: list[Graded], strays: list[Flag]) -> None:
    """A class: one row a student, then the list for a person, stray files at its end."""
    table = Table(title="Grades", title_justify="left")
    table.add_column("student")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("points lost in", overflow="fold")
    for result in results:
        verdict = result.verdict
        lost = [
            f"{i.id} −{i.max_score - i.score:g}" for i in verdict.items if i.score < i.max_score
        ]
        status = f"[{_STYLES[verdict.status]}]{verdict.status}[/]"
        table.add_row(
            escape(result.student),
            "—" if verdict.status == "rejected" else f"{verdict.score:g}/{verdict.max_score:g}",
            status + (" [dim](unchanged)[/]" if result.skipped else ""),
            _shorten(lost),
        )
    console.print(table)
    waiting = [r for r in results if r.verdict.status != "graded"]
    if waiting or strays:
        console.print("[bold]For a person to look at:[/]")
    for result in waiting:
        for flag in result.verdict.flags:
            if flag.review:
                console.print(f"  {escape(result.student)}: {flag.code}: {escape(flag.message)}")
    for flag in strays:
        console.print(f"  {flag.code}: {escape(flag.message)}")


def _shorten(lost: list[str], most: int = 4) -> str:
    more = f", … {len(lost) - most} more" if len(lost) > most else ""
    return ", ".join(lost[:most]) + more
