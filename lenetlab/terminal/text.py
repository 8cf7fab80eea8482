"""Text for a terminal: foreign text is shown and never obeyed, points are written as one reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.markup import escape as _escape

from lenetlab.language import label, translate
from lenetlab.notebook.master import Assignment
from lenetlab.notebook.titles import Title, Titles, titles_of
from lenetlab.records import Item, Language, Verdict, as_text, printable, printable_name

STYLES = {
    "graded": "green", "review": "yellow", "rejected": "red", "failed": "red",
    "interrupted": "yellow", "waiting": "dim", "missing": "dim",
    "taken": "green", "unmatched": "red",
}  # fmt: skip


def escape(text: str) -> str:
    """Text of a submission, a file name or a student's name, for a terminal: nothing in it is a
    command, neither to the terminal nor to rich."""  # fmt: skip
    return _escape(printable(text))


def escape_name(text: str) -> str:
    """The same of a name, on one line."""
    return _escape(printable_name(text))


@dataclass(frozen=True)
class Wording:
    """The language of what is shown, and the words that are a lab's own."""

    language: Language
    titles: Titles = field(default_factory=Titles)
    english: Mapping[str, str] = field(default_factory=dict)  # of the lab's own messages

    @classmethod
    def of(cls, assignment: Assignment, language: Language) -> Wording:
        """An assignment's."""
        return cls(language, titles_of(assignment), assignment.lab.english)

    def label(self, key: str) -> str:
        """A word of ours."""
        return label(key, self.language)

    def translated(self, text: str) -> str:
        """A message in this language."""
        return translate(text, self.language, self.english)

    def said(self, text: str) -> str:
        """The same, ready for the terminal."""
        return escape(self.translated(text))

    def title(self, item: str) -> Title:
        """An item's name."""
        return self.titles.of(item, self.language)

    def number(self, points: float | None) -> str:
        """Points as one writes them: 8.5, in Vietnamese 8,5; a dash where there are none."""
        text = as_text(points) or "—"
        return text.replace(".", ",") if self.language == "vi" else text

    def out_of(self, of: Item | Verdict) -> str:
        """Points out of the most that there are: 8.5/10."""
        return f"{self.number(of.score)}/{self.number(of.max_score)}"
