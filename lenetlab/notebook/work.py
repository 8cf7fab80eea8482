"""A submitted cell as work: its code, the names that this defines, and which are finished."""

from __future__ import annotations

import ast
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from nbformat import NotebookNode

from lenetlab.notebook import written
from lenetlab.notebook.names import names_of_any
from lenetlab.notebook.syntax import parsed

_PIECE = 1000  # characters of a line that are normalised together
_MOST_STATEMENTS = 1000  # of a changed cell
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_SPACES = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_PLAIN: dict[int, str | None] = {**_INVISIBLE, **_SPACES}
_ASSIGNED = re.compile(r"\b(\w+)[`*\s]*=\s*(\d+|\[[^][]*\]|\([^()]*\)|\"[^\"]*\"|'[^']*')")


@dataclass(frozen=True)
class Work:
    """What a student's code is, as far as can be read off it."""

    code: str
    parses: bool = False  # whether it is Python
    defines: frozenset[str] = frozenset()  # classes, functions and variables, outside of others
    unset: frozenset[str] = frozenset()  # variables that are given None or [], and used nowhere
    repeated: frozenset[str] = frozenset()  # those that are given other values more than once
    below: frozenset[str] = frozenset()  # what stands below a line that ends the cell
    unfinished: frozenset[str] = frozenset()  # functions, classes that raise NotImplementedError


def read(code: str) -> Work:
    """What ``code`` is; one that breaks off, or is no Python, defines what its lines begin with."""
    tree = parsed(code)
    if tree is None:
        return Work(code, defines=names_of_any(code).made)
    end = next((n for n, s in enumerate(tree.body) if _is_stub_line(s)), len(tree.body))
    reached, left = ast.Module(tree.body[:end], []), ast.Module(tree.body[end:], [])
    below = written.made_by(left)
    imported = {n for s in reached.body if isinstance(s, _IMPORT) for n in written.made_by(s)}
    assigned = [s for s in reached.body if isinstance(s, ast.Assign)]
    given = Counter(n for s in assigned if not _is_nothing(s.value) for n in written.made_by(s))
    cleared = Counter(n for s in assigned if _is_nothing(s.value) for n in written.made_by(s))
    words = Counter(words_of(code)) if cleared else Counter[str]()
    unwritten = reached.body if "NotImplementedError" in code else []
    unfinished = {
        n for s in unwritten if any(map(_is_stub_line, ast.walk(s))) for n in written.made_by(s)
    }
    return Work(
        code,
        parses=True,
        defines=written.made_by(reached) - imported,
        unset=frozenset(n for n in cleared if words[n] == cleared[n] or n in below),
        repeated=frozenset(name for name, count in given.items() if count > 1),
        below=below,
        unfinished=frozenset(unfinished),
    )


_IMPORT = (ast.Import, ast.ImportFrom)


def words_of(code: str) -> list[str]:
    """The words in a cell's code, comments left out."""
    return re.findall(r"\w+", re.sub(r"#[^\n]*", "", code))


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
        source = _fenced(source) or source
    mended = _plain(source)
    if mended != source and parsed(source) is None and parsed(mended) is not None:
        return mended
    return source


def _fenced(text: str) -> str:
    """The lines that a Markdown text fences as code."""
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if fence and line.startswith(fence) and not line.strip(fence[0] + " "):
            fence = ""
        elif fence:
            kept.append(line)
        elif line.startswith(("```", "~~~")):
            fence = line[: len(line) - len(line.lstrip(line[0]))]
    return "\n".join(kept)


def _plain(source: str) -> str:
    """The source with spaces and line ends of Python's only."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else text.translate(_PLAIN)


def is_garbled(source: str) -> bool:
    """Whether this would be Python but for what copying or merging has put into it.

    Typographic quotes, HTML's entities, a fence of Markdown, git's marks of a conflict.
    """
    if parsed(source) is not None:
        return False
    marks = iter(_CONFLICT)
    wanted = next(marks)
    for line in source.split("\n"):
        if line.startswith(wanted) and not (wanted := next(marks, "")):
            return True
    text = html.unescape(_plain(source)).translate(_QUOTES)
    text = re.sub(r"^[ \t]*(?:```|~~~).*$", "", text, flags=re.MULTILINE)
    return text != source and parsed(text) is not None


_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")  # git's marks, in this order
_QUOTES = str.maketrans(dict.fromkeys("‘’‚‹›", "'") | dict.fromkeys("“”„«»", '"'))


def normal(source: str) -> str:
    """A text that is the same for sources that differ in layout, comments or encoding alone.

    By the characters, since a tree of each cell would take most of the time that restoring takes.
    """
    lines = source.translate(_INVISIBLE).split("\n")
    # Piece by piece: a run of combining marks takes quadratic time.
    pieces = (line[n : n + _PIECE] for line in lines for n in range(0, len(line) + 1, _PIECE))
    text = "\n".join(unicodedata.normalize("NFC", piece) for piece in pieces)
    return re.sub(r"#[^\n\r]*|[\s\\'\",()]", "", text)


def part(source: str, given: str, wanted: Collection[str]) -> str:
    """The statements of ``source`` that are none of ``given``, to the last that defines one of
    ``wanted``.
    """  # fmt: skip
    new = _new(source, given)
    defining = [n for n, s in enumerate(new) if not written.made_by(s).isdisjoint(wanted)]
    return _code(new[: defining[-1] + 1]) if defining else ""


def added(source: str, given: str, *, without: Collection[str], values: bool) -> str:
    """The statements of ``source`` that are new beside ``given`` and define only new names.

    Imports, functions and classes, with ``values`` also variables; none that defines a name of
    ``without``.
    """
    taken = names_of_any(given).made.union(without)
    kinds = (*_IMPORT, *_DEFINITIONS, *(_VALUES if values else ()))
    new = (s for s in _new(source, given) if isinstance(s, kinds))
    return _code([s for s in new if isinstance(s, _IMPORT) or taken.isdisjoint(written.made_by(s))])


_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_VALUES = (ast.Assign, ast.AnnAssign)


def _new(source: str, given: str) -> list[ast.stmt]:
    """The statements of ``source`` that are none of ``given``; none where one is no Python."""
    tree, known = parsed(source), parsed(given)
    if tree is None or known is None or len(tree.body) > _MOST_STATEMENTS:
        return []
    handed_out = {_code([statement]) for statement in known.body}
    return [statement for statement in tree.body if _code([statement]) not in handed_out]


def _code(statements: list[ast.stmt]) -> str:
    """The statements as code, without those that are nested too deeply."""
    lines = []
    for statement in statements:
        with suppress(RecursionError):
            lines.append(ast.unparse(statement))
    return "\n".join(lines)


def answers_in(text: str, given: str, wanted: Collection[str]) -> list[str]:
    """Assignments of plain values to ``wanted`` that were written into a text of the master's."""
    handed_out = set(given.split("\n"))
    new = "\n".join(line for line in text.split("\n") if line not in handed_out)
    found = _ASSIGNED.findall(new)
    return [f"{name} = {value}" for name, value in found if name in wanted]


def joined(pieces: list[str]) -> str | None:
    """The code of neighbouring cells as one, where that is Python."""
    whole = "\n".join(piece.strip("\n") for piece in pieces)
    return whole if parsed(whole) is not None else None
