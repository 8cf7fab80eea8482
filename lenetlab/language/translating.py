"""Finished texts put into the other language, by the pairs of templates of ``catalogue.toml``.

Messages are stored as they were said: those to students in Vietnamese, those to instructors in
English. Each is matched with the templates of its language, what stands for the placeholders is
translated likewise, and the template of the other language is filled in. What a student wrote
stands for placeholders that are left as they are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from lenetlab.language.templates import Template, template
from lenetlab.records import Language

# What is looked at of a text; what comes after it is left as it is, and so are longer lines.
MOST_LINES, MOST_CHARACTERS, LONGEST_LINE = 100, 20_000, 4_000
_DEEPEST = 60  # texts within texts: of a list, each further member stands in the one before
_MARK = re.compile(r"[ \t]{0,80}(?:[-•✔✘][ \t])?")  # before a line's own text

# What a placeholder may hold that is named for one of these.
_WORD = re.compile(r"\S{1,100}")
_NUMBER = re.compile(r"[-+]?\d{1,20}([ .,]\d{3})*([.,]\d{1,20})?(e[-+]?\d{1,3})?|-?inf|nan|\?")


@dataclass(frozen=True)
class _Pair:
    source: Template
    target: Template


@dataclass(frozen=True)
class _Catalogue:
    """The pairs for one direction, the most specific first."""

    language: Language  # that is translated into
    whole: tuple[_Pair, ...]  # that lines are matched with
    sections: Mapping[str, tuple[_Pair, ...]]  # that placeholders are matched with, by their name

    def line(self, line: str) -> str:
        """A line, with whatever marks it as a member of a list."""
        if len(line) > LONGEST_LINE:
            return line
        mark = _MARK.match(line)
        start = mark.end() if mark else 0
        return line[:start] + self._text(line[start:], self.whole, 0)

    def _text(self, text: str, pairs: tuple[_Pair, ...], depth: int) -> str:
        """The text in the other language, or as it is where nobody knows it."""
        for pair in pairs:
            found = pair.source.match(text)
            values = None if found is None else self._values(found, depth)
            if values is not None:
                return pair.target.filled(values)
        small = text[:1].lower() + text[1:]
        if small != text and not small[:1].isupper():  # where it begins a sentence
            other = self._text(small, pairs, depth)
            return text if other == small else other[:1].upper() + other[1:]
        return text

    def _values(self, found: Mapping[str, str], depth: int) -> dict[str, str] | None:
        """What stands for the placeholders, translated; None where one may not hold that."""
        values = {}
        for name, text in found.items():
            kind = name.rstrip("0123456789")
            if kind == "word" and not _WORD.fullmatch(text):
                return None
            if kind == "number":
                if not _NUMBER.fullmatch(text):
                    return None
                values[name] = _number(text, self.language)
            elif kind in self.sections and depth < _DEEPEST:
                values[name] = self._text(text, self.sections[kind], depth + 1)
            else:
                values[name] = text
        return values


def translate(text: str, language: Language, lab: Mapping[str, str] | None = None) -> str:
    """The text in ``language``; lines that are in it already, or that nobody knows, unchanged.

    ``lab`` are a lab's own pairs of templates, Vietnamese and English.
    """
    catalogue = _catalogue(language, tuple((lab or {}).items()))
    lines = text.split("\n")
    said, place = list[str](), 0
    for line in lines[:MOST_LINES]:
        place += len(line)
        said.append(line if place > MOST_CHARACTERS else catalogue.line(line))
    return "\n".join([*said, *lines[MOST_LINES:]])


@cache
def pairs() -> dict[str, dict[str, str]]:
    """The pairs by section, Vietnamese and English; ``part.`` begins those of parts of lines."""
    text = resources.files(__package__).joinpath("catalogue.toml").read_text("utf-8")
    content = tomllib.loads(text)
    parts = content.pop("part")
    return content | {f"part.{name}": section for name, section in parts.items()}


@lru_cache(maxsize=16)
def _catalogue(language: Language, lab: tuple[tuple[str, str], ...]) -> _Catalogue:
    whole = [pair for pair in lab if not pair[0].startswith("{part")]
    sections = {"hint": [*lab], "part": [*lab]}
    for name, section in pairs().items():
        if not name.startswith("part."):
            whole += section.items()
        sections.setdefault(name.removeprefix("part."), []).extend(section.items())
    directed = {name: _directed(section, language) for name, section in sections.items()}
    return _Catalogue(language, _directed(whole, language), directed)


def _directed(found: list[tuple[str, str]], language: Language) -> tuple[_Pair, ...]:
    both = ((template(vi), template(en)) for vi, en in found)
    made = (_Pair(vi, en) if language == "en" else _Pair(en, vi) for vi, en in both)
    return tuple(sorted(made, key=lambda pair: -pair.source.weight))


def _number(text: str, language: Language) -> str:
    """A figure with the signs of the language: ``0,5`` and ``106 154``, ``0.5`` and ``106,154``."""
    return text.translate(_SIGNS[language])


_SIGNS = {"en": str.maketrans(" ,", ",."), "vi": str.maketrans(",.", " ,")}
