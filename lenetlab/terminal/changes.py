"""Changes of scores and attempts, one a row."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from lenetlab.course import timestamps
from lenetlab.course.attempts import Attempt
from lenetlab.course.directory import Course
from lenetlab.course.ledger import PENALTY, Change
from lenetlab.course.preview import Preview
from lenetlab.course.standings import Standing
from lenetlab.terminal.text import Wording, escape, escape_name

MOST_ROWS = 200  # the last ones; all are in the JSON


def show_changes(
    console: Console,
    changes: list[Change],
    wording: Wording,
    *,
    planned: bool = False,
    title: str = "",
) -> None:
    """One row a change; ``planned`` ones have no time yet. ``title`` is a label's key."""
    if not changes:
        console.print(wording.label("none-would-change" if planned else "no-changes"))
        return
    key = title or ("would-change" if planned else "changes")
    table = Table(title=wording.label(key), title_justify="left")
    if not planned:
        table.add_column(wording.label("when"), no_wrap=True)
    table.add_column(wording.label("student"), overflow="fold")
    table.add_column(wording.label("item"), overflow="fold")
    for name in ("before", "after"):
        table.add_column(wording.label(name), justify="right", no_wrap=True)
    table.add_column(wording.label("cause"), overflow="fold")
    for change in changes[-MOST_ROWS:]:
        when = [] if planned else [f"{timestamps.local(change.at):%Y-%m-%d %H:%M}"]
        table.add_row(
            *when,
            escape_name(change.student),
            item_of(change, wording),
            wording.number(change.old),
            wording.number(change.new),
            cause_of(change, wording),
        )
    console.print(table)
    if len(changes) > MOST_ROWS:
        more = len(changes) - MOST_ROWS
        console.print(f"… {more} {wording.label('more')} (--json)", style="dim", markup=False)


def item_of(change: Change, wording: Wording) -> str:
    """What the score is of."""
    if change.item == PENALTY:
        return wording.label("late-penalty")
    return escape_name(str(wording.title(change.item)))


def cause_of(change: Change, wording: Wording) -> str:
    """Why the score has changed, and by whom."""
    causes = ", ".join(wording.label(cause) for cause in change.cause.split("+"))
    return f"{causes} ({escape_name(change.person)})" if change.person else causes


def show_attempts(
    console: Console, attempts: list[Attempt], one: Standing, course: Course, wording: Wording
) -> None:
    """One line an attempt, with the notebook that is kept of it."""
    if not attempts:
        return
    console.print(wording.label("attempts"))
    for number, attempt in enumerate(attempts, 1):
        is_last = number == len(attempts)
        score = one.verdict.score if is_last else attempt.score
        times = [(wording.label("graded-at"), attempt.graded)]
        if attempt.handed_in:
            times.insert(0, (wording.label("handed-in-at"), attempt.handed_in))
        when = ", ".join(f"{what} {timestamps.local(time):%Y-%m-%d %H:%M}" for what, time in times)
        points = f"{wording.number(score)}/{wording.number(one.verdict.max_score)}"
        mark = f" ({wording.label('counts')})" if is_last else ""
        line = f"  {wording.label('attempt')} {number}: {points}{mark}, {when}"
        path = course.attempts(one.student) / f"{attempt.content}.ipynb"
        if path.exists():
            line += f", {escape(str(path.relative_to(course.root)))}"
        console.print(line, soft_wrap=True)


def show_preview(console: Console, preview: Preview, wording: Wording) -> None:
    """What grading would change, and whom it would fail with."""
    show_changes(console, preview.changes, wording, planned=True)
    _names(console, "first-time", ((v.file, wording.out_of(v)) for v in preview.first), wording)
    why = ((v.file, "; ".join(flag.code for flag in v.flags)) for v in preview.failed)
    _names(console, "would-fail", why, wording)
    console.print(wording.label("nothing-written"))


def _names(
    console: Console, label: str, named: Iterable[tuple[str, str]], wording: Wording
) -> None:
    told = ", ".join(f"{escape_name(name)} ({escape(text)})" for name, text in named)
    if told:
        console.print(f"{wording.label(label)} {told}", soft_wrap=True)
