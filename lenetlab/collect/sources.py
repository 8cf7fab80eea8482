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


@contextmanager
def opened(source: Path) -> Iterator[Listing]:
    """The files of a zip archive or a folder.

    Raises:
        Unreadable: it is neither, or damaged as a whole.
    """
    if source.is_dir():
        yield _folder(source)
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(source.open("rb"))
        except OSError as error:
            raise Unreadable(f"it cannot be read: {error.strerror}") from None
        listing = listed(file, stack, MOST_MEMBERS)
        # An archive packed once more, as a browser or a person does.
        for _ in range(DEEPEST):
            if len(listing.members) != 1 or not names.is_zip(listing.members[0].parts[-1]):
                break
            inner = stack.enter_context(tempfile.TemporaryFile())
            copy(listing.members[0], inner, Budget(1 << 40, 1), most=1 << 40)
            listing = listed(inner, stack, MOST_MEMBERS)
        yield listing


def _folder(source: Path) -> Listing:
    listing = Listing()
    for entry in sorted(walk.walk(source), key=lambda entry: entry.path):
        path = Path(entry.path)
        name = path.relative_to(source).as_posix()
        if entry.is_dir(follow_symlinks=False) or names.is_clutter(names.parts_of(name)):
            continue
        if reason := names.why_unsafe(name):
            listing.refused.append(Refused(name, reason))
            continue
        about = entry.stat(follow_symlinks=False)
        time = datetime.fromtimestamp(int(about.st_mtime), UTC)
        is_file = entry.is_file(follow_symlinks=False)
        why = "" if is_file else "it is a link or a special file"
        listing.members.append(Member(names.parts_of(name), name, time, _opener(path), why))
    return without_twins(listing)


def _opener(path: Path) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    return lambda: path.open("rb")
