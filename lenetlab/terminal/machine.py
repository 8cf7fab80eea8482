"""A machine's isolation, part by part."""

from __future__ import annotations

from rich.console import Console

from lenetlab.doctor import Item
from lenetlab.terminal.text import escape

_ISOLATION = {"ok": "green", "reduced": "yellow", "missing": "red"}


def show_machine(console: Console, items: list[Item], isolated: bool) -> None:
    """A machine's isolation: a line for each part, below it what to do where there is something."""
    width = max(len(item.name) for item in items)
    for item in items:
        state = f"[{_ISOLATION[item.state]}]{item.state:<8}[/]"
        console.print(f"{state} {item.name:<{width}}  {escape(item.detail)}", soft_wrap=True)
        for line in item.fix.splitlines():
            console.print(f"{'':<{width + 11}}{escape(line)}", style="dim", soft_wrap=True)
    can = "can" if isolated else "cannot"
    console.print(f"[bold]Submissions {can} be isolated on this machine.[/]")
