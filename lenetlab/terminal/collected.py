"""What was collected: one row a student, then the list for a person."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from lenetlab.collect.collecting import Collected
from lenetlab.terminal.text import STYLES, escape, escape_name


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
            escape_name(row.student) or "[red]?[/]",
            escape_name(row.name),
            f"[{STYLES[row.status]}]{row.status}[/]" + (row.event and f" [dim]({row.event})[/]"),
            escape_name(files[0].member) if files else "",
            escape(row.handed_in),
        )
    console.print(table)
    for text in collected.remarks:
        console.print(f"  {escape(text)}", soft_wrap=True)
    lines = [
        f"{escape_name(row.student or row.name)}: {escape(note)}"
        for row in collected.rows
        for note in row.notes
    ]
    absent = [row.student for row in collected.rows if row.status == "missing"]
    if absent:
        lines.append(f"nothing handed in ({len(absent)}): {escape(', '.join(absent))}")
    lines += [
        f"{escape_name(a)}: {escape_name(m)}: {escape(why)}" for a, m, why in collected.refused
    ]
    lines += [f"{escape_name(path)}: {escape(why)}" for path, why in collected.unreadable]
    if lines:
        console.print("[bold]For a person to look at:[/]")
    for line in lines:
        console.print(f"  {line}", soft_wrap=True)
