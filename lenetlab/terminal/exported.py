"""What was exported: each file, and the lists of what a person should look at."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from rich.console import Console

from lenetlab.export.marks import Note, Written
from lenetlab.terminal.text import Wording, escape, escape_name


def show_exported(
    console: Console, written: Iterable[Written], unscored: Iterable[Note], wording: Wording
) -> None:
    """Each file with its own lists and what to do with it, then who has no score."""
    for one in written:
        count = f"{one.count} {wording.label(one.what)}"
        console.print(f"[bold]{escape_name(str(one.path))}[/]: {count}", soft_wrap=True)
        _show(console, one.notes, wording, "  ")
        for key in one.advice:
            console.print(f"  {escape(wording.label(key))}", soft_wrap=True)
    _show(console, unscored, wording)


def _show(console: Console, notes: Iterable[Note], wording: Wording, indent: str = "") -> None:
    """Lists by kind, each line a student or a row: nothing is left out of them."""
    for kind, of in groupby(sorted(notes, key=lambda note: note.kind), lambda note: note.kind):
        lines = [*of]
        heading = f"{indent}[yellow]{wording.label(kind)}[/] ({len(lines)})"
        console.print(heading, soft_wrap=True)
        for note in lines:
            status = [wording.label(note.status)] if note.status else []
            texts = "; ".join([*status, *(wording.said(text) for text in note.texts)])
            text = escape_name(note.who) + (f": {texts}" if texts else "")
            console.print(f"{indent}  {text}", soft_wrap=True)
