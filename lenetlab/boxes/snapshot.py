"""Describes the values that a test cell reads, in the process that ran a student's code."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from lenetlab.boxes.values import ModelValue, ObjectValue, Opaque, Plain
from lenetlab.model.describe import describe_model
from lenetlab.model.types import LARGEST, MAX_ITEMS, MAX_TEXT


def describe(value: Any, attributes: list[str]) -> Plain | ModelValue | ObjectValue:
    """``value`` as data: a plain value, a Keras model, or an object's listed attributes.

    Of anything else it is the name of its type. Only exact built-in types are values, so an object
    that pretends to be a number is an object.
    """
    known = _describe(value)
    if not isinstance(known, Opaque):
        return known
    found = {name: _describe(getattr(value, name)) for name in attributes if hasattr(value, name)}
    return ObjectValue(known.type, found)


def _describe(value: Any) -> Plain | ModelValue | Opaque:
    if isinstance(value, keras.Model):
        return ModelValue(describe_model(value))
    found, plain = _plain(value, depth=0)
    return Plain(plain) if found else Opaque(type_name(value), {})


def type_name(value: Any) -> str:
    """The name of the value's type, as far as it is one."""
    return "".join(c for c in type(value).__name__[:100] if c.isalnum() or c == "_") or "object"


def _plain(value: Any, depth: int) -> tuple[bool, Any]:
    """Whether ``value`` is plain, and its JSON form; tuples and sets become lists."""
    if isinstance(value, (np.integer, np.floating, np.bool_)):
        value = value.item()
    if value is None or type(value) in (bool, float):
        return value is None or (value == value and abs(value) != float("inf")), value
    if type(value) is int:
        return abs(value) <= LARGEST, value
    if type(value) is str:
        return len(value) <= MAX_TEXT and value.isprintable(), value
    if type(value) in (list, tuple, set) and len(value) <= MAX_ITEMS and depth < 3:
        items = [_plain(item, depth + 1) for item in list(value)]
        return all(found for found, _ in items), [item for _, item in items]
    return False, None
