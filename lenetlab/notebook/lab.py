"""What the grader knows of a lab beside its master notebook: ``source/<assignment>/lab.toml``."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec

from lenetlab.language.templates import mismatch
from lenetlab.notebook.measurements import Evidence

KINDS = ("accuracy", "seconds")
FILE = "lab.toml"
_FIGURE = r"[-+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?|nan|inf"
_NUMBER = rf"\s*(?P<number>{_FIGURE})\s*"
_COUNT = r"\d[\d .,]{0,20}"  # grouped by spaces, points or commas


class LabError(ValueError):
    """A lab's file is wrong; the text names the file, the key and what is wrong."""


@dataclass(frozen=True)
class Lab:
    """One lab's data; a lab without a file has none of it, and its architectures are graded."""

    # Sentences and rows that the notebook prints: patterns with a group "model", and by kind the
    # group of its figure.
    patterns: tuple[tuple[re.Pattern[str], dict[str, str]], ...] = ()
    word: tuple[str, str] = ("", "")  # what stands around a model's name: ("", "CNN") in AlphaCNN
    attributes: dict[str, str] = field(default_factory=dict)  # of a model's object, by kind
    least_seconds: float = 0.0  # of training: less is not believable
    tolerance: float = 1.0  # percentage points between an accuracy and the same trained again
    other_data: str = ""  # printed where the data are others than those of the reference runs
    data: dict[str, Path] = field(default_factory=dict)  # by the variable that names the file
    reference_runs: tuple[Evidence, ...] = ()
    hints: dict[str, str] = field(default_factory=dict)  # by the field that deviates
    # What kinds of items are called, by the end of a grade_id and the language.
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    english: dict[str, str] = field(default_factory=dict)  # of what the notebook says: templates
    files: tuple[Path, ...] = ()  # all of them, ``lab.toml`` included: not for students
    digest: bytes = b""  # of the files

    @property
    def kinds(self) -> list[str]:
        """What the notebook prints of a model."""
        return [kind for kind in KINDS if any(kind in groups for _, groups in self.patterns)]

    def class_of(self, model: str) -> str:
        """The word for a model that the sentences have: its class, where there is one."""
        return model.join(self.word)

    def knows(self, model: str, names: AbstractSet[str]) -> bool:
        """Whether the master, which makes ``names``, has the model."""
        return (self.class_of(model) if any(self.word) else model) in names

    def models(self, names: AbstractSet[str]) -> dict[str, str]:
        """The master's models, by the words for them: Alpha and AlphaCNN; none where words lack."""
        return _models(self.word, frozenset(names))


@lru_cache(maxsize=64)
def _models(word: tuple[str, str], names: frozenset[str]) -> dict[str, str]:
    before, after = word
    words = [name for name in names if name.startswith(before) and name.endswith(after)]
    found = {word[len(before) : len(word) - len(after)]: word for word in words}
    found = {model: word for model, word in found.items() if model and model != word}
    return {model: model for model in found} | {word: model for model, word in found.items()}


class _Attributes(msgspec.Struct, forbid_unknown_fields=True):
    accuracy: str | None = None
    seconds: str | None = None


class _Measurements(msgspec.Struct, forbid_unknown_fields=True):
    accuracy: str | None = None
    seconds: str | None = None
    row: str | None = None
    attributes: _Attributes = msgspec.field(default_factory=_Attributes)
    least_seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    tolerance: Annotated[float, msgspec.Meta(ge=0)] = 1.0
    other_data: str = ""


_Variable = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]*$")]
_File = Annotated[str, msgspec.Meta(pattern=r"^[^./\\][^/\\]*$")]


class _Title(msgspec.Struct, forbid_unknown_fields=True):
    vi: str
    en: str


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    """``lab.toml`` as it is written."""

    measurements: _Measurements = msgspec.field(default_factory=_Measurements)
    data: dict[_Variable, _File] = {}
    reference_runs: _File | None = None
    hints: dict[str, str] = {}
    items: dict[str, _Title] = {}
    english: dict[str, str] = {}


def load(folder: Path) -> Lab:
    """The lab whose master is in ``folder``; an empty one where there is no ``lab.toml``.

    Raises:
        LabError: the file, or one that it names, is wrong.
    """
    path = folder / FILE
    if not path.exists():
        return Lab()
    try:
        content = msgspec.toml.decode(path.read_bytes(), type=_Content)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise LabError(f"{path}: {error}") from None
    misplaced = content.hints.keys() & {"reference_runs", "data", "measurements"}
    if misplaced:
        text = "stands under [hints]; it has to come before the first [table]"
        raise LabError(f"{path}: {', '.join(sorted(misplaced))} {text}")
    for pair in content.english.items():
        if wrong := mismatch(pair):
            raise LabError(f"{path}: english: {wrong}")
    data = {name: _beside(path, f"data.{name}", file) for name, file in content.data.items()}
    files = [path, *data.values()]
    runs: tuple[Evidence, ...] = ()
    if content.reference_runs is not None:
        files.append(_beside(path, "reference_runs", content.reference_runs))
        runs = _runs(files[-1])
    told = content.measurements
    templates = {kind: text for kind in KINDS if (text := getattr(told, kind)) is not None}
    patterns = [
        (_sentence(f"{path}: measurements.{kind}", template), {kind: "number"})
        for kind, template in templates.items()
    ]
    if told.row is not None:
        patterns.append(_row(f"{path}: measurements.row", told.row))
    found = [re.search(r"(\w*)\{model\}(\w*)", template) for template in templates.values()]
    return Lab(
        patterns=tuple(patterns),
        word=next(((match[1], match[2]) for match in found if match), ("", "")),
        attributes={kind: name for kind in KINDS if (name := getattr(told.attributes, kind))},
        least_seconds=told.least_seconds,
        tolerance=told.tolerance,
        other_data=unicodedata.normalize("NFC", told.other_data),
        data=data,
        reference_runs=runs,
        hints=content.hints,
        items={end: {"vi": title.vi, "en": title.en} for end, title in content.items.items()},
        english=content.english,
        files=tuple(files),
        digest=hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).digest(),
    )


def _beside(path: Path, key: str, name: str) -> Path:
    file = path.with_name(name).resolve()
    if not file.is_file():
        raise LabError(f"{path}: {key}: there is no file {name} beside it")
    return file


def _sentence(where: str, template: str) -> re.Pattern[str]:
    """The pattern of a sentence with ``{model}`` and ``{number}`` in it, as a terminal shows it."""
    template = unicodedata.normalize("NFC", template)
    if template.count("{model}") != 1 or template.count("{number}") != 1:
        raise LabError(f"{where}: the sentence needs one {{model}} and one {{number}}")
    before, after = template.split("{number}")
    pattern = re.escape(before.rstrip()) + _NUMBER + re.escape(after.lstrip())
    # Bounded on both sides: a long line of words takes linear time.
    word = r"(?<!\\w)\1(?P<model>\\w{1,60})\2"
    return re.compile(re.sub(r"(\w*)\\\{model\\\}(\w*)", word, pattern))


def _row(where: str, template: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of a line of a table: columns with ``{model}``, a kind each, ``{number}``."""
    columns = unicodedata.normalize("NFC", template).split()
    groups = {"{model}": r"(?P<model>\w{1,60})", "{number}": _COUNT}
    groups |= {f"{{{kind}}}": f"(?P<{kind}>{_FIGURE})" for kind in KINDS}
    kinds = {kind: kind for kind in KINDS if columns.count(f"{{{kind}}}") == 1}
    if columns.count("{model}") != 1 or not kinds:
        raise LabError(f"{where}: the row needs one {{model}}, and {{accuracy}} or {{seconds}}")
    pattern = r"[ \t]+".join(groups.get(column) or re.escape(column) for column in columns)
    return re.compile(rf"^[ \t]*{pattern}[ \t]*$", re.MULTILINE), kinds


def _runs(table: Path) -> tuple[Evidence, ...]:
    """The reference runs: rows of ``seed``, ``model``, and what was measured; one run a seed."""
    runs: dict[str, Evidence] = {}
    try:
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                measured = {kind: float(row[kind]) for kind in KINDS if row.get(kind)}
                runs.setdefault(row["seed"], {})[row["model"]] = measured
    except KeyError as error:
        raise LabError(f"{table}: there is no column {error}") from None
    except ValueError as error:
        raise LabError(f"{table}: {error}") from None
    if not any(measured for run in runs.values() for measured in run.values()):
        raise LabError(f"{table}: there is no run with {' or '.join(KINDS)} in it")
    return tuple(runs.values())


def beside_work(folder: Path) -> Lab:
    """The lab of a notebook that nbgrader's own executor runs in ``folder``, else an empty one.

    That is ``autograded/<student>/<assignment>`` of a course, or ``source/<assignment>`` itself.
    """
    sources = (folder, *(parent / "source" / folder.name for parent in folder.parents))
    return next((load(source) for source in sources if (source / FILE).is_file()), Lab())
