"""What a student's cells define, read off their sources: classes, methods, names, imports."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator

from lenetlab.notebook.syntax import parsed

Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_MOST_NAMES = 200  # that one is compared with


def statements(source: str) -> frozenset[str]:
    """A cell's lines, without comments and layout where it is Python."""
    tree = parsed(source)
    text = source if tree is None else ast.unparse(tree)
    return frozenset(line.strip() for line in text.split("\n"))


def made_by(tree: ast.Module | ast.stmt) -> frozenset[str]:
    """The names that a cell's tree, or one statement of it, makes outside functions and classes."""
    found: set[str] = set()
    for node in _outside(tree if isinstance(tree, ast.Module) else ast.Module([tree], [])):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.alias():
                found.add((node.asname or node.name).split(".")[0])
    return frozenset(found)


def classes(source: str) -> dict[str, ast.ClassDef]:
    """The classes that a cell defines, by name; of several the last."""
    tree = parsed(source) if "class " in source else None
    found = [] if tree is None else [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    return {node.name: node for node in found}


def bases(node: ast.ClassDef) -> tuple[str, ...]:
    """The last words of a class's bases: of ``keras.Model`` it is ``Model``."""
    return tuple(ast.unparse(base).rpartition(".")[2] for base in node.bases)


def methods(node: ast.ClassDef) -> dict[str, Function | None]:
    """What a class's body makes, by name: a function, or None for any other value."""
    found: dict[str, Function | None] = {}
    for child in _outside(ast.Module(node.body, [])):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            found[child.id] = None
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[child.name] = child
    return found


def given_later(source: str, owners: frozenset[str], method: str) -> bool:
    """Whether a cell may set a method of a class from outside: ``AlphaCNN.build = build``."""
    found = re.findall(rf"(?<!\w)(\w+)\.{method}\s*=(?!=)", source)
    return "setattr(" in source or not owners.isdisjoint(found)


def outer(node: ast.ClassDef, name: str) -> str:
    """The method inside of which a function of this name stands; empty where there is none."""
    for method in methods(node).values():
        for child in [] if method is None else ast.walk(method):
            if child is not method and isinstance(child, Function) and child.name == name:
                return "" if method is None else method.name
    return ""


def on_self(function: Function) -> list[str]:
    """The attributes that a method sets on its object, in order."""
    first = next((a.arg for a in function.args.args), "self")
    return [
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == first
    ]


def local(function: Function) -> list[str]:
    """The variables of a function that get the result of a call, in order."""
    return [
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]


def compared(function: Function, attribute: str) -> bool:
    """Whether a method writes ``self.<attribute> == ...`` as a statement of its own."""
    return any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Compare)
        and isinstance(node.value.left, ast.Attribute)
        and node.value.left.attr == attribute
        for node in ast.walk(function)
    )


def returns(function: Function) -> bool:
    """Whether a function returns a value of its own."""
    return any(
        isinstance(node, ast.Return) and node.value is not None for node in ast.walk(function)
    )


def nearest(name: str, others: list[str]) -> str:
    """The one of ``others`` that is written most like ``name``; empty where none is."""
    same = {other.replace("_", "").lower(): other for other in others[:_MOST_NAMES]}
    found = difflib.get_close_matches(name.replace("_", "").lower(), same, n=1)
    return same[found[0]] if found else ""


def _outside(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes outside of functions and classes, these themselves included, in order."""
    waiting: list[ast.AST] = [*reversed(tree.body)]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _Scope):
            waiting += reversed(list(ast.iter_child_nodes(node)))
