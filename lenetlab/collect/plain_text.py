"""The text of a CSV file that was given: UTF-8, UTF-16, or Windows' Vietnamese code page."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

from lenetlab.course.directory import CourseError

# By the bytes that a file begins with; else UTF-8, else Windows' Vietnamese code page.
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class Text(NamedTuple):
    """What a file says, how it is encoded, and the mark that it begins with."""

    text: str
    encoding: str
    mark: bytes


def read(path: Path, advice: str) -> Text:
    """The file's text, which encoded again is the file; errors end with the ``advice``.

    Raises:
        CourseError: it cannot be read, or is no text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    if data[:4] == b"PK\x03\x04":
        raise CourseError(f"{path} is an Excel workbook: {advice}.")
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    body = data[len(mark) :]
    for encoding in (_MARKS[mark],) if mark else ("utf-8", "cp1258"):
        try:
            text = body.decode(encoding)
            if text.encode(encoding) == body and "\0" not in text:
                return Text(text, encoding, mark)
        except UnicodeError:
            continue
    raise CourseError(f"{path} is no text: {advice}.")
