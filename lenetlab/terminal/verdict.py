"""One submission: the verdict in a line, what lost points, what a person should look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from lenetlab.records import Flag, Item, LayerPair, Verdict
from lenetlab.terminal.text import STYLES, Wording, escape, escape_name

_MARKS = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]±[/]"}


def show_verdict(console: Console, verdict: Verdict, wording: Wording, *, everything: bool) -> None:
    """One file: with ``everything`` the items that lost nothing, too."""
    name, status = escape_name(verdict.file), wording.label(verdict.status)
    if verdict.score is None:
        for flag in verdict.flags:
            text = f"[red]{name}: {status}:[/] {wording.said(flag.message)}"
            console.print(text, soft_wrap=True)
        return
    points = f"[bold]{wording.out_of(verdict)}[/]"
    console.print(f"{name}: {points} [{STYLES[verdict.status]}]{status}[/]", soft_wrap=True)
    show_receipt(console, verdict, wording)
    shown = [item for item in verdict.items if everything or has_lost(item)]
    show_items(console, shown, wording)
    show_flags(console, verdict.flags, wording)


def show_receipt(console: Console, verdict: Verdict, wording: Wording) -> None:
    """The code of the work, and the one that the notebook itself has printed where it differs."""
    shown = [f"{wording.label('receipt')}: {verdict.receipt}"] if verdict.receipt else []
    if verdict.receipt_differs:
        shown.append(f"{wording.label('receipt-printed')}: {escape(verdict.receipt_printed)}")
    if shown:
        console.print(f"  {'; '.join(shown)}", soft_wrap=True)


def has_lost(item: Item) -> bool:
    """Whether there was more to earn."""
    return (item.score or 0) < item.max_score


def show_items(
    console: Console,
    items: Iterable[Item],
    wording: Wording,
    comments: dict[str, str] | None = None,
) -> None:
    """Items by group: points, what was found, and the layers side by side.

    ``comments`` are a person's, by the item's id.
    """
    named = [(wording.title(item.id), item) for item in items]
    for group, members in groupby(named, key=lambda pair: pair[0].group):
        if group:
            console.print(f"  [bold]{escape_name(group)}[/]")
        before = ""  # one cause often costs the points of several items
        for title, item in members:
            _show_item(console, item, title.kind, wording, before)
            before = item.message
            if comment := (comments or {}).get(item.id):
                console.print(f"        {wording.label('comment')}: {escape(comment)}")


def _show_item(console: Console, item: Item, kind: str, wording: Wording, before: str) -> None:
    full = not has_lost(item)
    mark = _MARKS[True if full else None if item.score else False]
    by_hand = f" [dim]({wording.label('by-hand')})[/]" if item.by_hand else ""
    ident = "" if kind == item.id else f" [dim]{escape_name(item.id)}[/]"
    points = wording.out_of(item)
    console.print(f"    {mark} {points} {escape_name(kind)}{ident}{by_hand}", soft_wrap=True)
    if full:
        return
    same = item.message == before != ""
    text = wording.label("as-above") if same else wording.said(item.message)
    console.print(Padding.indent(text, 8))
    if item.layers:
        console.print(Padding.indent(_side_by_side(item.layers, wording), 8))


def _side_by_side(layers: Sequence[LayerPair], wording: Wording) -> Table:
    """Layers needed and found, each deviation marked by a sign and its fields."""
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("", no_wrap=True)
    table.add_column(wording.label("needed"), overflow="fold")
    table.add_column("")
    table.add_column(wording.label("found"), overflow="fold")
    table.add_column("", overflow="fold")
    for pair in layers:
        colour, sign = ("red", "≠") if pair.fields else ("dim", "=")
        table.add_row(
            escape_name(pair.role),
            escape_name(pair.expected) or "—",
            f"[{colour}]{sign}[/]",
            f"[{colour}]{escape_name(wording.translated(pair.found)) or '—'}[/]",
            f"[{colour}]{escape_name(', '.join(pair.fields))}[/]",
        )
    return table


def show_flags(console: Console, flags: Iterable[Flag], wording: Wording) -> None:
    """What a person should look at, and what is only worth knowing."""
    for flag in flags:
        word = wording.label("review" if flag.review else "note")
        mark = f"[{'yellow' if flag.review else 'dim'}]{word}[/]"
        console.print(f"  {mark} {flag.code}: {wording.said(flag.message)}")
