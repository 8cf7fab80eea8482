"""The names that a cell reads."""

from __future__ import annotations

import ast
import builtins
from functools import lru_cache

Names = dict[str, list[str]]  # names that a test reads, each with the attributes it reads of it


@lru_cache(maxsize=256)  # the master's test cells, for every submission
def names_read(source: str) -> Names:
    """Free names of a cell's source, each with the attributes that the cell reads of it."""
    tree = ast.parse(source)
    bound = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    names: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in bound:
            names.setdefault(node.id, set())
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names.get(node.value.id, set()).add(node.attr)
    return {name: sorted(attributes) for name, attributes in sorted(names.items())}
