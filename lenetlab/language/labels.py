"""Labels of tables and pages, and titles of flags, in both languages: those of ``labels.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from lenetlab.records import Language

Labels = dict[str, dict[Language, str]]


def label(key: str, language: Language) -> str:
    """The label that ``labels.toml`` has under ``key``.

    Raises:
        KeyError: it has none.
    """
    return _file()["labels"][key][language]


def flag_title(code: str, language: Language) -> str:
    """What a flag is about, in a few words; its code where the flag is of another version."""
    titles = _file()["flags"].get(code)
    return titles[language] if titles else code


@cache
def _file() -> dict[str, Labels]:
    text = resources.files(__package__).joinpath("labels.toml").read_text("utf-8")
    found: dict[str, Labels] = tomllib.loads(text)
    return found
