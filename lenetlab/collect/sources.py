"""What an instructor names: a zip archive or a folder, opened as a list of files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from lenetlab.collect import names
from lenetlab.collect.archives import (
    DEEPEST,
    MOST_MEMBERS,
    Budget,
    Listing,
    Member,
    Refused,
    Unreadable,
    copy,
    listed,
    without_twins,
)
from lenetlab.course import walk
from lenetlab.records import printable_name


@contextmanager
def opened(
    source: Path, is_somebodys: Callable[[Member], bool] = lambda member: True
) -> Iterator[tuple[Listing, str]]:
    """The files of a zip archive or a folder, and the name that it goes by.

    An archive of nothing but another one is that one, packed once more, unless its name says that
    it ``is_somebodys``: then it is a hand-in.

    Raises:
        Unreadable: it is neither, or damaged as a whole.
    """
    if source.is_dir():
        yield _folder(source), source.name
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(source.open("rb"))
        except OSError as error:
            raise Unreadable(f"it cannot be read: {error.strerror}") from None
        if names.is_notebook(source.name):
            raise Unreadable("it is a notebook: name the folder that it is in")
        listing, name = listed(file, stack, MOST_MEMBERS), source.stem
        for _ in range(DEEPEST):
            only = listing.members[0] if len(listing.members) == 1 else None
            if only is None or len(only.parts) > 1 or not names.is_zip(only.parts[0]):
                break
            if is_somebodys(only):
                break
            inner = stack.enter_context(tempfile.TemporaryFile())
            copy(only, inner, Budget(1 << 40, 1), most=1 << 40)
            listing, name = listed(inner, stack, MOST_MEMBERS), names.stem(only.parts[0])
        yield listing, name


def _folder(source: Path) -> Listing:
    listing = Listing()
    for entry in sorted(walk.walk(source), key=lambda entry: entry.path):
        path = Path(entry.path)
        name = path.relative_to(source).as_posix()
        if entry.is_dir(follow_symlinks=False) or names.is_clutter(names.parts_of(name)):
            continue
        if reason := names.why_unsafe(name):
            listing.refused.append(Refused(printable_name(name), reason))
            continue
        about = entry.stat(follow_symlinks=False)
        time = datetime.fromtimestamp(int(about.st_mtime), UTC)
        is_file = entry.is_file(follow_symlinks=False)
        why = "" if is_file else "it is a link or a special file"
        listing.members.append(Member(names.parts_of(name), name, time, _opener(path), why))
    return without_twins(listing)


def _opener(path: Path) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    return lambda: path.open("rb")
