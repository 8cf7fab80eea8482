"""Folders that were handed in, walked without following a link, whatever their depth and names."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lenetlab.records import printable_name

MOST_NAMES = 10  # in one sentence
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", ".git")


def walk(top: Path) -> Iterator[os.DirEntry[str]]:
    """Everything below ``top``, but for what is in folders that cannot be listed.

    Those are folders that the user may not read, and those whose path is longer than the system's
    calls take. What copies files by their path does not come that far either.
    """
    waiting = [os.fspath(top)]  # no recursion: folders can be nested deeper than calls
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                found = list(entries)
        except OSError:
            continue
        for entry in found:
            yield entry
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


def is_notebook_name(name: str) -> bool:
    """Whether a file is called as notebooks are, in capitals or not."""
    return name.casefold().endswith(".ipynb") and not name.startswith("._")


def is_litter(name: str) -> bool:
    """Whether systems and editors leave such a file or folder behind, and nobody hands it in."""
    return name in _LITTER or name.startswith(("._", "~$", ".~"))


def is_copy(path: Path, top: Path) -> bool:
    """Whether a file below ``top`` is in a folder of an editor's copies."""
    return ".ipynb_checkpoints" in path.relative_to(top).parts


def notebooks(top: Path) -> list[Path]:
    """Every notebook below ``top`` that is not an editor's copy; links and devices among them."""
    return sorted(
        Path(entry.path)
        for entry in walk(top)
        if is_notebook_name(entry.name) and not entry.is_dir(follow_symlinks=False)
        if not is_copy(Path(entry.path), top) and not _is_left(Path(entry.path), top)
    )


def files(top: Path) -> list[Path]:
    """Every ordinary file below ``top`` that somebody may have handed in."""
    return sorted(
        path
        for entry in walk(top)
        if entry.is_file(follow_symlinks=False)
        if not _is_left(path := Path(entry.path), top)
    )


def _is_left(path: Path, top: Path) -> bool:
    return any(is_litter(name) for name in path.relative_to(top).parts)


def links(top: Path) -> list[Path]:
    """Links, pipes and devices below ``top``: what copies files would follow them."""
    return [
        Path(entry.path)
        for entry in walk(top)
        if not (entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False))
    ]


def is_elsewhere(folder: Path) -> bool:
    """Whether a submission's folder, or its student's, is a link: what is there is not its own."""
    return folder.is_symlink() or folder.parent.is_symlink()


def named(paths: Iterable[Path]) -> str:
    """The paths' names for a sentence: the first in their order, and how many more there are."""
    names = sorted(printable_name(path.name) for path in paths)
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
