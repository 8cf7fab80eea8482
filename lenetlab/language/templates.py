"""Templates of texts with ``{placeholders}``, matched against finished texts and filled in.

A match is a search for the literal parts one after the other. So it takes linear time, whatever a
student has written; a regular expression with as many groups would not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Template:
    """A text in pieces: ``literals`` has one more than ``names``, which stand between them."""

    literals: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def weight(self) -> int:
        """How specific the template is: the number of its literal characters."""
        return sum(map(len, self.literals))

    def match(self, text: str) -> dict[str, str] | None:
        """What stands in ``text`` for each placeholder; None where the template does not fit.

        Each placeholder is given the shortest text that it can have, from the left; one that
        occurs twice has to stand for the same text.
        """
        first, last = self.literals[0], self.literals[-1]
        if not self.names:
            return {} if text == first else None
        place, end = len(first), len(text) - len(last)
        if place > end or not text.startswith(first) or not text.endswith(last):
            return None
        found: dict[str, str] = {}
        for name, literal in zip(self.names, (*self.literals[1:-1], None), strict=True):
            stop = end if literal is None else text.find(literal, place, end)
            if stop < 0 or found.setdefault(name, text[place:stop]) != text[place:stop]:
                return None
            place = stop + len(literal or "")
        return found

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with ``values`` in place of the placeholders."""
        pieces = [self.literals[0]]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            pieces += values[name], literal
        return "".join(pieces)


def template(text: str) -> Template:
    """The template that ``text`` is written as."""
    literals, names = _PLACEHOLDER.split(text)[::2], _PLACEHOLDER.findall(text)
    return Template(tuple(literals), tuple(names))


def mismatch(pair: tuple[str, str]) -> str:
    """What is wrong with a pair of templates, a sentence; empty where nothing is."""
    one, other = map(template, pair)
    if {*one.names} != {*other.names}:
        return f"{pair[0]!r} and {pair[1]!r} have not the same placeholders"
    for each, text in zip((one, other), pair, strict=True):
        if "" in each.literals[1:-1]:
            return f"{text!r}: nothing stands between two placeholders"
        if each.names and not each.weight:
            return f"{text!r} fits every text"
    return ""
