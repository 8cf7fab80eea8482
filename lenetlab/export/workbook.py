"""An Excel workbook of a class: an overview, a sheet for each item, one of all findings."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lenetlab.course import timestamps
from lenetlab.export.marks import Mark
from lenetlab.language import label, translate
from lenetlab.notebook.master import Assignment
from lenetlab.records import Item, Language, printable

# What Excel takes: of a cell, of a sheet's name.
_LONGEST_TEXT, _LONGEST_NAME = 32_767, 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_RESERVED = "history"
_WIDTHS = (10, 50)  # of a column

Value = str | float | datetime | None


@dataclass(frozen=True)
class _Words:
    """The language of what is written."""

    language: Language
    assignment: Assignment

    def labels(self, *keys: str) -> list[str]:
        """Headers."""
        return [label(key, self.language) for key in keys]

    def said(self, text: str) -> str:
        """A message of the grader's."""
        return translate(text, self.language, self.assignment.lab.english)


def workbook(assignment: Assignment, marks: Sequence[Mark], language: Language) -> bytes:
    """The workbook's file. A score that does not leave the course is an empty cell."""
    words, made = _Words(language, assignment), _Book()
    person = ("student", "name")
    headers = words.labels(*person, "export-email", "status", "points", "export-most")
    headers += words.labels("late-penalty", "export-handed-in", "why")
    made.add(words.labels("grades")[0], headers, (_overview(mark, words) for mark in marks))
    headers = words.labels(*person, "points", "export-most", "note", "what-was-found", "comment")
    for cell in assignment.tests:
        rows = (_of_item(mark, cell.grade_id, words) for mark in marks)
        made.add(cell.grade_id, headers, rows)
    headers = words.labels(*person, "item", "role", "export-layer", "export-field", "needed")
    headers += words.labels("found", "hint")
    rows = (row for mark in marks for row in _findings(mark, words))
    made.add(words.labels("export-findings")[0], headers, rows)
    return made.data()


def _overview(mark: Mark, words: _Words) -> list[Value]:
    verdict, entry = mark.standing.verdict, mark.standing.entry
    time = timestamps.local(entry.timestamp)
    return [
        mark.student,
        mark.standing.entry.name,
        entry.email,
        label(verdict.status, words.language),
        mark.score,
        verdict.max_score,
        entry.penalty if mark.score is not None else None,
        time.replace(tzinfo=None) if time else None,
        "; ".join(words.said(flag.message) for flag in verdict.flags if flag.review),
    ]


def _of_item(mark: Mark, name: str, words: _Words) -> list[Value]:
    verdict, comments = mark.standing.verdict, mark.standing.entry.comments
    item = next((item for item in verdict.items if item.id == name), Item(name, None, 0.0))
    return [
        mark.student,
        mark.standing.entry.name,
        item.score if mark.score is not None else None,
        item.max_score or None,
        words.labels("by-hand")[0] if item.by_hand else "",
        words.said(item.message),
        comments.get(name, ""),
    ]


def _findings(mark: Mark, words: _Words) -> Iterator[list[Value]]:
    who = (mark.student, mark.standing.entry.name)
    for item in mark.standing.verdict.items:
        for finding in item.findings:
            about = (finding.role, finding.layer, finding.field)
            both = (str(finding.expected), str(finding.found))
            yield [*who, item.id, *about, *both, words.said(finding.hint)]


class _Book:
    """A workbook that text is put into as text."""

    def __init__(self) -> None:
        """Begin without a sheet."""
        self._book, self._taken = Workbook(), {_RESERVED}
        self._book.remove(self._book.active)

    def add(self, name: str, headers: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """A sheet: a line of headers, which stays in sight and filters, then the rows."""
        sheet = self._book.create_sheet(self._free(name))
        widths = [len(header) for header in headers]
        for line, row in enumerate((headers, *rows), 1):
            for column, value in enumerate(row, 1):
                _put(sheet, line, column, value)
                if isinstance(value, str):
                    widths[column - 1] = max(widths[column - 1], len(value))
        for column, width in enumerate(widths, 1):
            narrow, wide = _WIDTHS
            letter = get_column_letter(column)
            sheet.column_dimensions[letter].width = min(max(width + 2, narrow), wide)
            sheet.cell(1, column).font = Font(bold=True)
        sheet.freeze_panes = "C2"
        sheet.auto_filter.ref = sheet.dimensions

    def data(self) -> bytes:
        """The file."""
        target = io.BytesIO()
        self._book.save(target)
        return target.getvalue()

    def _free(self, name: str) -> str:
        """A name that Excel takes, and that no other sheet has."""
        name = _NOT_IN_NAMES.sub("-", printable(name)).strip("' \n")[:_LONGEST_NAME] or "-"
        base, number = name, 1
        while name.casefold() in self._taken:
            number += 1
            end = f" ({number})"
            name = base[: _LONGEST_NAME - len(end)] + end
        self._taken.add(name.casefold())
        return name


def _put(sheet: Worksheet, line: int, column: int, value: Value) -> None:
    if value is None or value == "":
        return
    cell = sheet.cell(line, column)
    if not isinstance(value, str):
        cell.value = value
        return
    # Characters that XML has no place for are shown as Python writes them.
    cell.value = printable(value)[:_LONGEST_TEXT]
    cell.data_type = "s"  # also where it begins with "="
    cell.quotePrefix = value.lstrip()[:1] in tuple("=+-@")  # nor does editing it make a formula
