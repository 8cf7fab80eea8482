"""A CSV file of another system, edited cell by cell: every other byte stays as it is.

Such a file is not read and written anew, because what reads it is particular: about headers in the
language of whoever downloaded it, its encoding, its separator, its quotes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lenetlab.collect import plain_text
from lenetlab.course.directory import CourseError

SEPARATORS = (",", ";", "\t")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_EXCELS = re.compile(r"sep=([,;\t])(?:\r\n|\r|\n)")  # a first line that is for Excel alone


class Cell(NamedTuple):
    """One cell: where it stands in the text, its quotes included, and what it says."""

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Sheet:
    """A table, and the text that it was read from; the first row is that of the headers."""

    name: str
    text: str
    rows: list[list[Cell]]
    separator: str
    encoding: str
    mark: bytes = b""  # that the file begins with

    @property
    def headers(self) -> list[str]:
        """What the columns are called, in one Unicode form."""
        return [clean(cell.value) for cell in self.rows[0]]

    def value(self, row: int, column: int | None) -> str:
        """What a cell says, without the blanks about it; empty where there is no such cell."""
        cells = self.rows[row]
        return clean(cells[column].value) if column is not None and column < len(cells) else ""

    def line(self, row: int) -> int:
        """The line of the file in which a row begins."""
        return len(re.findall(r"\r\n|\r|\n", self.text[: self.rows[row][0].start])) + 1

    def edited(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file's bytes with other values in the cells that ``changes`` names by row and column.

        Raises:
            CourseError: a row has no such cell.
        """
        parts, at = [], 0
        for (row, column), value in sorted(changes.items()):
            if column >= len(self.rows[row]):
                raise CourseError(
                    f"{self.name}, line {self.line(row)}: there are fewer columns than in the "
                    "first line. Download the file again."
                )
            cell = self.rows[row][column]
            quoted = self.text[cell.start : cell.end].startswith('"')
            parts += [self.text[at : cell.start], self._written(value, quoted)]
            at = cell.end
        text = "".join([*parts, self.text[at:]])
        # Only comments can have a letter that the encoding lacks, and they are HTML.
        return self.mark + text.encode(self.encoding, "xmlcharrefreplace")

    def _written(self, value: str, quoted: bool) -> str:
        value = _encodable(value, self.encoding)
        if quoted or re.search(rf'["\r\n{self.separator}]|\A\s|\s\Z', value):
            return '"' + value.replace('"', '""') + '"'
        return value


def clean(text: str) -> str:
    """The text in one Unicode form, its blanks folded."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read(path: Path) -> Sheet:
    """The table in a CSV file.

    Raises:
        CourseError: it is no such file, or none that would come out as it was.
    """
    text, encoding, mark = plain_text.read(path, "give the CSV file as downloaded")
    said = _EXCELS.match(text)
    tables = [
        (separator, rows)
        for separator in ([said[1]] if said else SEPARATORS)
        if (rows := _rows(text, separator, said.end() if said else 0)) is not None
    ]
    if not tables:
        raise CourseError(f"{path.name} is no CSV file: a quotation mark in it is never closed.")
    # The one with which all rows are of one width, of several the one with most columns.
    separator, rows = max(tables, key=lambda table: _fit(table[1]))
    if not rows:
        raise CourseError(f"{path.name} is empty: download it again.")
    return Sheet(path.name, text, rows, separator, encoding, mark)


def _rows(text: str, separator: str, at: int = 0) -> list[list[Cell]] | None:
    """The rows from ``at`` on that are not empty; None where a quotation mark is never closed.

    As Python's csv module reads them: a cell may begin with a quotation mark, in
    a quoted one two stand for one, what follows the closing one is taken as it is.
    """
    cell = re.compile(
        rf'(?:"((?:[^"]|"")*+)"([^{separator}\r\n]*)|(?!")([^{separator}\r\n]*))'
        rf"({separator}|\r\n|\r|\n|\Z)"
    )
    rows: list[list[Cell]] = [[]]
    more = at < len(text)
    while more:
        found = cell.match(text, at)
        if found is None:
            return None
        inner, rest, plain, end = found.groups()
        value = plain if inner is None else inner.replace('""', '"') + rest
        rows[-1].append(Cell(at, found.start(4), value))
        at = found.end()
        if end and end != separator:
            rows.append([])
        more = at < len(text) or end == separator
    return [row for row in rows if len(row) > 1 or (row and row[0].value.strip())]


def _fit(rows: list[list[Cell]]) -> tuple[bool, int]:
    widths = {len(row) for row in rows}
    return len(widths) == 1 and widths != {1}, max(widths, default=0)


def _encodable(text: str, encoding: str) -> str:
    """The text with tones beside their letters where the encoding has them only so (cp1258)."""

    def spread(letter: str) -> str:
        try:
            letter.encode(encoding)
            return letter
        except UnicodeEncodeError:
            marks = unicodedata.normalize("NFD", letter)
            tones = "".join(c for c in marks if c in _TONES)
            rest = unicodedata.normalize("NFC", "".join(c for c in marks if c not in _TONES))
            return rest + tones

    return "".join(map(spread, unicodedata.normalize("NFC", text)))
