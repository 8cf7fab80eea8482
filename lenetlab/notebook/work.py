"""A submitted cell as work: its code, the names that this defines, and whether it is finished."""

from __future__ import annotations

import ast
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from nbformat import NotebookNode

from lenetlab.notebook import written

_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n`]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_ASSIGNED = re.compile(r"\b(\w+)[`*\s]*=\s*(\d+|\[[^][]*\]|\([^()]*\)|\"[^\"]*\"|'[^']*')")
_LONGEST_COMPARED = (
    20_000  # characters of a cell whose layout does not matter; the lab's have 5,000
)


@dataclass(frozen=True)
class Work:
    """What a student's code is, as far as can be read off it."""

    code: str
    parses: bool = False  # whether it is Python
    defines: frozenset[str] = frozenset()  # classes, functions and variables, outside of others
    unset: frozenset[str] = frozenset()  # those variables that are given None or [] alone
    repeated: frozenset[str] = frozenset()  # those that are given other values more than once
    below: frozenset[str] = frozenset()  # what stands below a line that ends the cell
    finished: bool = False  # it is Python, and no function or class raises NotImplementedError


def read(code: str) -> Work:
    """What ``code`` is; one that breaks off, or is no Python, defines what its lines begin with."""
    tree = written.parsed(code)
    if tree is None:
        return Work(code, defines=written.made(code))
    end = next((n for n, s in enumerate(tree.body) if _is_stub_line(s)), len(tree.body))
    reached, left = ast.Module(tree.body[:end], []), ast.Module(tree.body[end:], [])
    imported = {n for s in reached.body if isinstance(s, _IMPORT) for n in written.made_by(s)}
    assigned = [s for s in reached.body if isinstance(s, ast.Assign)]
    given = Counter(n for s in assigned if not _is_nothing(s.value) for n in written.made_by(s))
    cleared = {n for s in assigned if _is_nothing(s.value) for n in written.made_by(s)}
    raises = "NotImplementedError" in code and any(map(_is_stub_line, ast.walk(reached)))
    return Work(
        code,
        parses=True,
        defines=written.made_by(reached) - imported,
        unset=frozenset(cleared - given.keys()),
        repeated=frozenset(name for name, count in given.items() if count > 1),
        below=written.made_by(left),
        finished=not raises,
    )


_IMPORT = (ast.Import, ast.ImportFrom)


def _is_nothing(value: ast.expr) -> bool:
    """Whether this is what stands in an answer as handed out: ``None`` or ``[]``."""
    nothing = isinstance(value, ast.Constant) and value.value is None
    return nothing or (isinstance(value, ast.List) and not value.elts)


def _is_stub_line(node: ast.AST) -> bool:
    if not isinstance(node, ast.Raise):
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def code_of(cell: NotebookNode) -> str:
    """The code in a cell: of a text what is fenced as code, else all of it.

    Characters that nobody sees and that Python refuses are mended where it then is Python: they
    come from copying.
    """
    source = str(cell.source)
    if cell.cell_type != "code":
        fenced = "\n".join(found[1] for found in _FENCED.findall(source))
        source = fenced or source
    mended = _plain(source)
    if mended != source and written.parsed(source) is None and written.parsed(mended) is not None:
        return mended
    return source


def _plain(source: str) -> str:
    """The source with spaces and line ends of Python's only."""
    text = source.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)


def is_garbled(source: str) -> bool:
    """Whether this would be Python but for what copying or merging has put into it.

    Typographic quotes, HTML's entities, a fence of Markdown, git's marks of a conflict.
    """
    if written.parsed(source) is not None:
        return False
    if re.search(r"^<{7}.*^={7}.*^>{7}", source, re.MULTILINE | re.DOTALL):
        return True
    text = html.unescape(_plain(source)).translate(_QUOTES)
    text = re.sub(r"^\s*(?:```|~~~).*$", "", text, flags=re.MULTILINE)
    return text != source and written.parsed(text) is not None


_QUOTES = str.maketrans(dict.fromkeys("‘’‚‹›", "'") | dict.fromkeys("“”„«»", '"'))


def normal(source: str) -> str:
    """A text that is the same for sources that differ in layout, comments or encoding alone.

    By the characters, since a tree of each cell would take most of the time that restoring takes.
    """
    text = unicodedata.normalize("NFC", source.translate(_INVISIBLE))
    return re.sub(r"#[^\n\r]*|[\s\\'\",()]", "", text)


def part(source: str, given: str, wanted: Collection[str]) -> str:
    """The statements of ``source`` that are none of ``given``, to the last that defines one of
    ``wanted``.
    """  # fmt: skip
    tree, known = written.parsed(source), written.parsed(given)
    if tree is None or known is None:
        return ""
    handed_out = {_code([statement]) for statement in known.body}
    new = [statement for statement in tree.body if _code([statement]) not in handed_out]
    defining = [n for n, s in enumerate(new) if not written.made_by(s).isdisjoint(wanted)]
    return _code(new[: defining[-1] + 1]) if defining else ""


def added(source: str, given: str, *, without: Collection[str], values: bool) -> str:
    """The statements of ``source`` that are new beside ``given`` and define only new names.

    Imports, functions and classes, with ``values`` also variables; none that defines a name of
    ``without``.
    """
    tree, known = written.parsed(source), written.parsed(given)
    if tree is None or known is None:
        return ""
    handed_out = {_code([statement]) for statement in known.body}
    taken = written.made(given).union(without)
    kinds = (*_IMPORT, *_DEFINITIONS, *(_VALUES if values else ()))
    new = (s for s in tree.body if isinstance(s, kinds) and _code([s]) not in handed_out)
    return _code([s for s in new if isinstance(s, _IMPORT) or taken.isdisjoint(written.made_by(s))])


_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_VALUES = (ast.Assign, ast.AnnAssign)


def _code(statements: list[ast.stmt]) -> str:
    try:
        return ast.unparse(ast.Module(statements, []))
    except RecursionError:
        return ""


def answers_in(text: str, given: str, wanted: Collection[str]) -> str:
    """Assignments of plain values to ``wanted`` that were written into a text of the master's."""
    handed_out = set(given.split("\n"))
    new = "\n".join(line for line in text.split("\n") if line not in handed_out)
    found = _ASSIGNED.findall(new)
    return "\n".join(f"{name} = {value}" for name, value in found if name in wanted)


def joined(pieces: list[str]) -> str | None:
    """The code of neighbouring cells as one, where that is Python."""
    whole = "\n".join(piece.strip("\n") for piece in pieces)
    return whole if written.parsed(whole) is not None else None
