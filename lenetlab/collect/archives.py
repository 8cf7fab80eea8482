"""The files in a zip archive: each one safe to read, or refused with a reason.

Nothing is unpacked here and nothing of an archive is held in memory but its list of names.
"""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from struct import unpack
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from lenetlab.collect import names
from lenetlab.records import printable_name

MB = 1 << 20
MOST_BYTES = 200 * MB  # of one file
MOST_MEMBERS = 200_000  # of an archive that an instructor names
MOST_INSIDE = 2_000  # files of one student, those in zips within zips included
MOST_OF_ONE = 500 * MB  # that one student's files take when they are unpacked
DEEPEST = 3  # zips within zips
RATIO, FROM = 200, 5 * MB  # how much smaller packed data may be, where there is much of it
_CHUNK = 1 << 18
_EXTENDED_TIME = 0x5455
_COUNT, _SIZE = 4, 5  # in the record at a zip's end: of its list of names
_LONGEST_ENTRY = 1000  # bytes in that list, on average: ZipFile reads by its size alone
_DAMAGED = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


class Unreadable(Exception):
    """A file, or an archive as a whole, that is not taken; the text says why."""


@dataclass(frozen=True)
class Refused:
    """A member with a name that is not even looked at, and why."""

    member: str
    reason: str


@dataclass(frozen=True)
class Member:
    """One file of an archive or folder."""

    parts: tuple[str, ...]  # its folders and its name, in one Unicode form
    name: str  # as the archive has it
    time: datetime | None
    open: Callable[[], AbstractContextManager[IO[bytes]]]
    refused: str = ""  # why its content is not taken; its name still says whose it is


@dataclass
class Listing:
    """What an archive or folder holds."""

    members: list[Member] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@dataclass
class Budget:
    """What one student's files may still take."""

    bytes: int = MOST_OF_ONE
    members: int = MOST_INSIDE


def listed(file: IO[bytes], stack: ExitStack, most: int) -> Listing:
    """The members of a zip archive that may be read; ``stack`` closes it.

    Raises:
        Unreadable: it is no zip archive, cut off, or holds more than ``most`` members.
    """
    _refuse_long_directory(file, most)
    try:
        archive = stack.enter_context(ZipFile(file))
    except _DAMAGED:
        raise Unreadable("it is no zip archive, or was cut off: get it again") from None
    infos = archive.infolist()
    if len(infos) > most:
        raise Unreadable(f"it holds {len(infos)} files, more than {most}")
    overlapping = _overlapping(infos)
    listing = Listing()
    for info in infos:
        name = names.of_member(info)
        reason = names.why_unsafe(name)
        parts = names.parts_of(name)
        if not reason and (info.is_dir() or names.is_clutter(parts)):
            continue
        if reason:
            listing.refused.append(Refused(printable_name(name), reason))
            continue
        why = _why_refused(info, overlapping)
        opener = _opener(archive, info)
        listing.members.append(Member(parts, name, _time(info), opener, why))
    return without_twins(listing)


def _opener(archive: ZipFile, info: ZipInfo) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    return lambda: archive.open(info)


def _refuse_long_directory(file: IO[bytes], most: int) -> None:
    """Refuse a list of names that would fill the memory, before it is read."""
    try:
        # Private, and the same in Python 3.11 to 3.13. A file can hold several ends that contradict
        # each other: this is the one that ZipFile takes.
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    except _DAMAGED:
        return  # nor does ZipFile read it
    if end and (end[_COUNT] > most or end[_SIZE] > most * _LONGEST_ENTRY):
        raise Unreadable(f"it holds more than {most} files")


def _why_refused(info: ZipInfo, overlapping: set[int]) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is a device or another special file"
    if info.flag_bits & 1:
        return "it is encrypted: ask for it without a password"
    if info.file_size > MOST_BYTES:
        return f"it is larger than {MOST_BYTES // MB} MB"
    if info.file_size > FROM and info.file_size > RATIO * max(1, info.compress_size):
        return "it unpacks to more than 200 times its size (a zip bomb)"
    if info.header_offset in overlapping:
        return "its data are another member's, too (a zip bomb)"
    return ""


def _overlapping(infos: list[ZipInfo]) -> set[int]:
    """Where members begin within the data of the one before."""
    found: set[int] = set()
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            found.add(info.header_offset)
        end = max(end, info.header_offset + info.compress_size)
    return found


def _time(info: ZipInfo) -> datetime | None:
    extended = names.extra_field(info, _EXTENDED_TIME)
    if len(extended) >= 5 and extended[0] & 1:
        return datetime.fromtimestamp(unpack("<l", extended[1:5])[0], UTC)
    try:
        time = datetime(*info.date_time).astimezone(UTC)  # an archive's times are local ones
    except (ValueError, OverflowError):
        return None
    return time if info.date_time[0] > 1980 else None


def without_twins(listing: Listing) -> Listing:
    """Refuse all but the first of names that are one where case or Unicode form does not count."""
    count = Counter[tuple[str, ...]]()
    for n, member in enumerate(listing.members):
        key = tuple(part.casefold() for part in member.parts)
        count[key] += 1
        if count[key] > 1:
            reason = "another file has this name, but for case or Unicode form"
            listing.members[n] = replace(member, refused=member.refused or reason)
    return listing


def copy(member: Member, target: IO[bytes], budget: Budget, most: int = MOST_BYTES) -> str:
    """Write the member's bytes to ``target``; returns their SHA-256.

    Raises:
        Unreadable: it is damaged, or more than it may be.
    """
    if member.refused:
        raise Unreadable(member.refused)
    digest, size = hashlib.sha256(), 0
    try:
        with member.open() as source:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise Unreadable(f"it is larger than {most // MB} MB")
                if size > budget.bytes:
                    raise Unreadable("this student's files are more than may be unpacked")
                digest.update(chunk)
                target.write(chunk)
    except _DAMAGED as error:
        known = isinstance(error, NotImplementedError)
        text = "it is packed in an unknown way" if known else "it is damaged"
        raise Unreadable(f"{text}: ask for it again") from None
    finally:
        budget.bytes -= size
    return digest.hexdigest()
