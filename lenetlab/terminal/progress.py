"""A bar for what takes long: whose turn it was last, how many a second, how long it will take."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text as Rich

from lenetlab.course.run import Watcher
from lenetlab.terminal.text import Wording


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Rich:
        speed = task.finished_speed or task.speed
        return Rich(f"{speed:.1f}/s" if speed else "")


class Bar(Progress, Watcher):
    """The bar; it vanishes when it is done, and there is none where nobody could see it."""

    def __init__(self, console: Console, total: int, wording: Wording | None = None) -> None:
        """Count up to ``total``; ``wording`` has the labels of a class."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[review]}", markup=False),
        )
        super().__init__(*columns, console=console, transient=True)
        self._wording, self._total, self._review = wording, total, 0
        self._task = self.add_task("", total=total, review="")
        self._pages: TaskID | None = None

    def passed(self, name: str) -> None:
        """One more is done: ``name``, which is shown."""
        self.update(self._task, advance=1, description=name)

    def graded(self, student: str, *, review: bool) -> None:
        """A student's turn is over; ``review`` where a person should look."""
        self._review += review
        if self._review and self._wording:
            label = self._wording.label("bar-review")
            self.update(self._task, review=f"{label} {self._review}")
        self.passed(student)

    def paged(self, student: str) -> None:
        """A student's page is as it should be: a bar of its own, below."""
        if self._pages is None:
            label = self._wording.label("bar-pages") if self._wording else ""
            self._pages = self.add_task(label, total=self._total, review="")
        self.update(self._pages, advance=1)
