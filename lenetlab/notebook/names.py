"""The names in a cell's source: what it reads, makes and mentions."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

from lenetlab.notebook.syntax import parse, parsed
from lenetlab.notebook.written import made_by

_BUILTINS = frozenset(dir(builtins))
_MOST_WORDS = 2000  # of a source with errors
_MADE = re.compile(r"^(?:class|def)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Names:
    """The names of one cell."""

    reads: dict[str, list[str]]  # names that it does not make, each with the attributes it reads
    makes: frozenset[str]  # by assignment, definition or import, anywhere in it
    made: frozenset[str]  # those of them outside of functions and classes
    assigns: frozenset[str]  # by ``=``, at its top level
    mentions: tuple[str, ...]  # defined or used at its top level, in order
    classes: frozenset[str]  # defined at its top level
    imports: frozenset[str] = frozenset()  # modules; of ``from a import b`` also a.b


@lru_cache(maxsize=512)  # the master's cells, for every submission
def names(source: str) -> Names:
    """The names in a cell that is plain Python.

    Raises:
        SyntaxError: it is none.
    """
    return _names(parse(source))


@lru_cache(maxsize=512)  # of one notebook's cells, for each of its tests
def names_of_any(source: str) -> Names:
    """The names in a student's cell; where it is no Python, its words are what it mentions."""
    tree = parsed(source)
    if tree is not None:
        return _names(tree)
    words = re.findall(r"\w+", source)[:_MOST_WORDS]
    classes = re.findall(r"\bclass\s+(\w+)", source)[:_MOST_WORDS]
    return Names(
        reads={},
        makes=frozenset(),
        made=frozenset(a or b for a, b in _MADE.findall(source)),
        assigns=frozenset(),
        mentions=tuple(dict.fromkeys(words)),
        classes=frozenset(classes),
    )


def _names(tree: ast.Module) -> Names:
    reads: dict[str, set[str]] = {}
    makes: set[str] = set()
    imports: set[str] = set()
    inner: set[str] = set()  # parameters and the like: neither read from elsewhere nor made
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                reads.setdefault(name, set())
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                reads.setdefault(name, set()).add(attribute)
            case ast.Name(id=name, ctx=ast.Store()):
                makes.add(name)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                inner.add(name)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                makes.add(node.name)
            case ast.Import(names=found):
                imports |= {alias.name for alias in found}
            case ast.ImportFrom(module=str(module), names=found, level=0):
                imports |= {module, *(f"{module}.{alias.name}" for alias in found)}
            case ast.alias():
                makes.add((node.asname or node.name).split(".")[0])
    assigned = [t for s in tree.body if isinstance(s, ast.Assign) for t in s.targets]
    mentions: list[str] = []
    for statement in tree.body:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            mentions.append(statement.name)
        else:
            mentions += [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            mentions += [alias.asname or alias.name.split(".")[0] for alias in statement.names]
    read = reads.keys() - makes - inner - _BUILTINS
    return Names(
        reads={name: sorted(reads[name]) for name in sorted(read)},
        makes=frozenset(makes),
        made=made_by(tree),
        assigns=frozenset(target.id for target in assigned if isinstance(target, ast.Name)),
        mentions=tuple(dict.fromkeys(mentions)),
        classes=frozenset(s.name for s in tree.body if isinstance(s, ast.ClassDef)),
        imports=frozenset(imports),
    )


def python(source: str) -> str:
    """The master's cell as plain Python: what ``%%time`` and ``%time`` stand before is code, too.

    Raises:
        SyntaxError: a magic of another kind is not well written.
    """
    source = re.sub(r"\A%%.*|^(\s*)%time(?:it)? +", r"\1", source, flags=re.MULTILINE)
    return str(TransformerManager().transform_cell(source))
