"""Tells of an exception, in the process that ran a student's code, what helps to mend it."""

from __future__ import annotations

import ast
import builtins
import difflib
import inspect
import linecache
import re
import sys
from collections.abc import Iterable, Mapping
from types import ModuleType, TracebackType
from typing import Any

import keras

from lenetlab.notebook.outputs import encodable
from lenetlab.notebook.raised import LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT, Raised

_CELL = "<ipython-input"  # how IPython names the files of cells
_ALIASES = {
    "np": "import numpy as np",
    "plt": "import matplotlib.pyplot as plt",
    "tf": "import tensorflow as tf",
}
# Whose names students use; the first that has a name is where it is imported from.
_MODULES = ("keras.layers", "keras.models", "keras")
_PACKAGES = ("keras", "tensorflow", "numpy", "matplotlib", "sklearn")
_STRINGS = ("same", "valid")  # arguments that are strings, beside the names of activations
_MOST_NAMES = 5000  # that a name is compared with
# Arguments of layers and models that their own signatures do not show.
_ARGUMENTS = ("inputs", "outputs", "name", "dtype", "trainable", "input_shape")


def tell(error: BaseException | None, namespace: Mapping[str, Any]) -> Raised | None:
    """``error`` as data; None where there is none, or where its own code does wrong."""
    if error is None:
        return None
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        place = _place(error)
        name, near, add = _meant(error, str(text), place, namespace)
        return Raised(
            type=encodable(type(error).__name__[:LONGEST_NAME]),
            text=encodable(str(text)[:LONGEST_TEXT]),
            line=place.line,
            code=encodable(place.code[:LONGEST_CODE]),
            where=encodable(place.where[:LONGEST_NAME]),
            name=encodable(name[:LONGEST_NAME]),
            near=encodable(near[:LONGEST_NAME]),
            add=encodable(add[:LONGEST_NAME]),
        )
    except BaseException:  # its code is a student's, who may even have replaced builtins
        return None


class _Place:
    """The innermost place in a cell that an exception went through."""

    line, code, where = 0, "", ""
    names: tuple[str, ...] = ()  # of the function's variables


def _place(error: BaseException) -> _Place:
    place = _Place()
    if isinstance(error, SyntaxError):
        place.line, place.code = error.lineno or 0, error.text or ""
        return place
    found: TracebackType | None = None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename.startswith(_CELL):
            found = step
        step = step.tb_next
    if found is not None:
        code = found.tb_frame.f_code
        position = list(code.co_positions())[found.tb_lasti // 2]
        first, last = found.tb_lineno, position[1] or found.tb_lineno
        lines = linecache.getlines(code.co_filename)[first - 1 : max(first, last)]
        place.line, place.code, place.where = first, "".join(lines), code.co_qualname
        place.names = tuple(found.tb_frame.f_locals)
    return place


def _meant(
    error: BaseException, text: str, place: _Place, namespace: Mapping[str, Any]
) -> tuple[str, str, str]:
    """The name that was wrong, what was perhaps meant, and an import that brings it."""
    match error:
        case UnboundLocalError():
            return error.name or "", "", ""
        case NameError(name=str(name)):
            return name, *_name(name, place, namespace)
        case AttributeError(name=str(name)):
            return name, _attribute(name, error.obj), ""
        case ModuleNotFoundError(name=str(name)):
            return name, *_module(name, place.code)
        case ImportError():
            found = re.search(r"cannot import name '(\w+)'", text)
            name = found[1] if found else ""
            near = _close(name, dir(sys.modules.get(error.name or "")))
            return name, near, "" if near else _import(name)
    return *_argument(text, place.code, namespace), ""


def _name(name: str, place: _Place, namespace: Mapping[str, Any]) -> tuple[str, str]:
    if name.lower() in _STRINGS or hasattr(keras.activations, name):
        return f'"{name.lower()}"', ""
    if re.search(rf"\b{name}\s*==", place.code):
        return f"{name}=", ""
    if name in _ALIASES or name in _PACKAGES:
        return "", _ALIASES.get(name, f"import {name}")
    if _import(name):
        return "", _import(name)
    if name in ("this", "Self") and "self" in place.names:
        return "self", ""
    known = [*place.names, *_public(namespace)]
    near = (
        _close(name, place.names, 0.55)
        or _close(name, known)
        or _close(name, [*_public(vars(keras.layers)), *dir(builtins)], 0.8)
    )
    return near, "" if near in known or hasattr(builtins, near) else _import(near)


def _import(name: str) -> str:
    """The line that imports a name of Keras's; empty where it has none such."""
    for module in _MODULES:
        if name and name[0] != "_" and hasattr(sys.modules.get(module), name):
            return f"from {module} import {name}"
    return ""


def _attribute(name: str, owner: Any) -> str:
    if isinstance(owner, keras.KerasTensor):
        layer = name if hasattr(keras.layers, name) else _close(name, _public(vars(keras.layers)))
        return f"{layer}()(x)" if layer else ""
    home = _import(name).split()[1::2] if isinstance(owner, ModuleType) else []
    if home:
        return ".".join(home)
    return "" if owner is None else _close(name, dir(owner))


def _module(name: str, code: str) -> tuple[str, str]:
    """What was meant by a module that is not there: another one, or another place of the names."""
    parent, _, last = name.rpartition(".")
    names = _imported(code)
    if names and name.split(".")[0] in ("keras", "tensorflow"):
        homes = {_import(n).partition(" import ")[0] for n in names}
        if len(homes) == 1 and "" not in homes:
            return "", f"{homes.pop()} import {', '.join(names)}"
    if not parent:
        return _close(name, _PACKAGES), ""
    near = _close(last, dir(sys.modules.get(parent)))
    return (f"{parent}.{near}" if near else ""), ""


def _imported(code: str) -> list[str]:
    try:
        (statement,) = ast.parse(code.strip()).body
    except (SyntaxError, ValueError):
        return []
    return [a.name for a in statement.names] if isinstance(statement, ast.ImportFrom) else []


def _argument(text: str, code: str, namespace: Mapping[str, Any]) -> tuple[str, str]:
    """A wrong argument and the one that was meant."""
    found = re.search(r"activation function identifier: (\w+)", text)
    if found:
        near = _close(found[1], _public(vars(keras.activations)))
        return found[1], f'"{near}"' if near else ""
    found = re.search(r"missing \d+ required positional arguments?: '(\w+)'", text)
    if found:
        wrong = _close(found[1], re.findall(r"(\w+)\s*=(?!=)", code))
        return wrong, found[1] if wrong else ""
    found = re.search(r"arguments? passed to (\w+): \{'(\w+)'", text) or re.search(
        r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", text
    )
    if not found:
        return "", ""
    callee, wrong = found[1], found[2]
    owner = namespace.get(callee, getattr(keras.layers, callee, getattr(keras, callee, None)))
    parameters = inspect.signature(owner).parameters if callable(owner) else ()
    return wrong, _close(wrong, [*parameters, *_ARGUMENTS])


def _public(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith("_")]


def _close(name: str, candidates: Iterable[str], cutoff: float = 0.75) -> str:
    """The candidate that is written nearly like ``name``; empty where there is none.

    One that begins with a letter of the same case comes first: a class for a class.
    """
    others = [c for c in candidates if c != name and c.isidentifier()][:_MOST_NAMES]
    alike = [c for c in others if c[0].isupper() == name[:1].isupper()]
    for group in (alike, others):
        plain = {c.replace("_", "").lower(): c for c in reversed(group)}
        found = difflib.get_close_matches(name.replace("_", "").lower(), plain, 1, cutoff)
        if name and found:
            return plain[found[0]]
    return ""
