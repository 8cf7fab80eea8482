"""Commands that mend what is in ``submitted/``, for a person to paste into a shell."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from unicodedata import is_normalized


def word(path: Path) -> str:
    """The path as one word of a shell's command, whatever is in its name.

    What a person cannot see, or a terminal might change when it is copied, is written in numbers.
    """
    text = str(path)
    if text.isprintable() and is_normalized("NFC", text):
        return shlex.quote(text)
    plain = (
        chr(byte) if 32 <= byte < 127 and chr(byte) not in "'\\" else f"\\x{byte:02x}"
        for byte in os.fsencode(text)
    )
    return f"$'{''.join(plain)}'"


def move(source: Path, target: Path) -> str:
    """The command that moves a file or a folder, and overwrites nothing."""
    return f"{_into(target)}mv -nT {word(source)} {word(target)}"


def copy(source: Path, target: Path) -> str:
    """The command that copies a file, and overwrites nothing."""
    return f"{_into(target)}cp -n {word(source)} {word(target)}"


def unpack(archive: Path, folder: Path) -> str:
    """The command that unpacks a student's own archive into a folder that is not there yet."""
    return f"python3 -m zipfile -e {word(archive)} {word(folder)}"


def collect(source: Path) -> str:
    """The command that takes a class's archive apart, into the folders of its students."""
    return f"lenetlab collect {word(source)}"


def _into(target: Path) -> str:
    return "" if target.parent == Path("submitted") else f"mkdir -p {word(target.parent)} && "
