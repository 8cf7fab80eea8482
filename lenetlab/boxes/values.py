"""The values that test cells read, as typed data, and the check of such data on receipt.

The sender is the process that ran a student's code, so nothing that arrives is believed until it
fits: bounded sizes, finite numbers, no objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from lenetlab.model.types import MAX_ITEMS, Data, Model, Name, Scalar

MAX_BYTES = 400_000  # of a test's values; a model of this lab takes some 30,000

# Scalars, and lists of them to a depth of three.
_List1 = Annotated[list[Scalar], Meta(max_length=MAX_ITEMS)]
_List2 = Annotated[list[Scalar | _List1], Meta(max_length=MAX_ITEMS)]
_List3 = Annotated[list[Scalar | _List2], Meta(max_length=MAX_ITEMS)]


class _Value(Data, frozen=True, tag_field="kind"):
    """One value; ``kind`` says which of the following it is."""


class Plain(_Value, frozen=True, tag="value"):
    """A number, a string, a truth value, None, or lists of those."""

    value: Scalar | _List3


class ModelValue(_Value, frozen=True, tag="model"):
    """A Keras model."""

    model: Model


class Opaque(_Value, frozen=True, tag="object"):
    """An attribute of which nothing is known but the name of its type."""

    type: Name
    attributes: Annotated[dict[str, None], Meta(max_length=0)]


class ObjectValue(_Value, frozen=True, tag="object"):
    """Any other object: the name of its type, and those of its attributes that a test reads."""

    type: Name
    attributes: Annotated[dict[Name, Plain | ModelValue | Opaque], Meta(max_length=MAX_ITEMS)]


Value = Plain | ModelValue | ObjectValue
Values = dict[str, Value]  # by the names that a test reads, as far as the student has made them


def lacking(values: Values, asked: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The names, of those asked for, that were not made, or left without what is read of them.

    ``asked`` are the names with the attributes that are read.
    """
    return frozenset(
        name for name, read in asked.items() if name not in values or _is_empty(values[name], read)
    )


def _is_empty(value: Value, attributes: Sequence[str]) -> bool:
    if isinstance(value, Plain):
        return value.value is None or value.value == []
    if isinstance(value, ModelValue):
        return False
    found = [value.attributes.get(name) for name in attributes]
    return any(v is None or (isinstance(v, Plain) and v.value is None) for v in found)


_decoder = msgspec.json.Decoder(Values)


def believe(received: bytes, names: Iterable[str]) -> Values | None:
    """What was received, as JSON, as values of these names; None where it does not fit."""
    try:
        values = _decoder.decode(received) if len(received) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        return None
    return values if values is not None and values.keys() <= set(names) else None
