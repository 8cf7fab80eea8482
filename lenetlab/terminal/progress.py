"""A bar for what takes long: whose turn it was last, how many a second, how long it will take."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "")


class Bar(Progress):
    """The bar; it vanishes when it is done, and there is none where nobody could see it."""

    def __init__(self, console: Console, total: int) -> None:
        """Count up to ``total``."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
        )
        super().__init__(*columns, console=console, transient=True)
        self._task = self.add_task("", total=total)

    def passed(self, name: str) -> None:
        """One more is done: ``name``, which is shown."""
        self.update(self._task, advance=1, description=name)
