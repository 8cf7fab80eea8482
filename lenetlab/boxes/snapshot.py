"""The names that a test cell reads, as plain data, and the check of such data on receipt.

The sender is the process that ran a student's code, so nothing that arrives is believed until it
fits the schema: bounded sizes, finite numbers, no objects.
"""

from __future__ import annotations

import json
from typing import Any

import fastjsonschema

from lenetlab.model.activations import COLUMNS, ROWS
from lenetlab.model.describe import MAX_LAYERS, SETTINGS, describe_model

MAX_TEXT = 500
MAX_ITEMS = 50
MAX_BYTES = 400_000  # of a test's values; a model of this lab takes some 30,000
MAX_PARAMETERS = 50_000_000

Value = dict[str, Any]


def describe(value: Any, attributes: list[str]) -> Value:
    """``value`` as data: a plain value, a Keras model, or an object's listed attributes.

    Anything else is the name of its type. Only exact built-in types are values, so an object that
    pretends to be a number is an object.
    """
    import keras

    if isinstance(value, keras.Model):
        return {"kind": "model", "model": describe_model(value)}
    found, plain = _plain(value, depth=0)
    if found:
        return {"kind": "value", "value": plain}
    described: Value = {"kind": "object", "type": _type_name(value)}
    described["attributes"] = {
        name: describe(getattr(value, name), []) for name in attributes if hasattr(value, name)
    }
    return described


def _type_name(value: Any) -> str:
    """The name of the value's type, as far as it is one."""
    return "".join(c for c in type(value).__name__[:100] if c.isalnum() or c == "_") or "object"


def _plain(value: Any, depth: int) -> tuple[bool, Any]:
    """Whether ``value`` is plain, and its JSON form; tuples and sets become lists."""
    import numpy as np

    if isinstance(value, (np.integer, np.floating, np.bool_)):
        value = value.item()
    if value is None or type(value) in (bool, float):
        return value is None or (value == value and abs(value) != float("inf")), value
    if type(value) is int:
        return abs(value) < 2**53, value
    if type(value) is str:
        return len(value) <= MAX_TEXT and value.isprintable(), value
    if type(value) in (list, tuple, set) and len(value) <= MAX_ITEMS and depth < 3:
        items = [_plain(item, depth + 1) for item in list(value)]
        return all(found for found, _ in items), [item for _, item in items]
    return False, None


_TEXT = {"type": "string", "maxLength": MAX_TEXT}
_NAME = {"type": "string", "pattern": r"^\w[\w.()<> -]{0,200}$"}
_COUNT = {"type": "integer", "minimum": -1, "maximum": 2**53}
_NUMBER = {"type": ["number", "null"]}
_PLACE = {"type": "integer", "minimum": 0, "maximum": MAX_LAYERS}
_SCALAR = {"type": ["null", "boolean", "number", "string"], "maxLength": MAX_TEXT}


def _lists(depth: int) -> dict[str, Any]:
    """Scalars, and lists of them to ``depth``: what :func:`_plain` makes."""
    if depth == 0:
        return _SCALAR
    inner = {"type": "array", "maxItems": MAX_ITEMS, "items": _lists(depth - 1)}
    return {"anyOf": [_SCALAR, inner]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    """Schema of an object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


_LAYER = _object(
    {
        "class": _NAME,
        "module": _NAME,
        "name": _TEXT,
        "settings": {
            "type": "object",
            "propertyNames": {"enum": list(SETTINGS)},
            "additionalProperties": _lists(2),
        },
        "activation": {
            "anyOf": [
                {"type": "null"},
                _object(
                    {
                        "label": _TEXT,
                        "samples": {
                            "type": ["array", "null"],
                            "minItems": ROWS,
                            "maxItems": ROWS,
                            "items": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": COLUMNS,
                                "items": _NUMBER,
                            },
                        },
                    }
                ),
            ]
        },
        "output_shape": {"type": "array", "maxItems": 8, "items": {"type": ["integer", "null"]}},
        "params": _COUNT,
        "trainable": {"type": "boolean"},
        "shared": {"type": "boolean"},
        "inbound": {"type": "array", "maxItems": MAX_LAYERS, "items": _PLACE},
    }
)
_MODEL = _object(
    {
        "layers": {"type": "array", "maxItems": MAX_LAYERS + 1, "items": _LAYER},
        "inputs": _COUNT,
        "outputs": {"type": "array", "maxItems": MAX_LAYERS, "items": _PLACE},
        "problem": {"anyOf": [{"type": "null"}, _TEXT]},
    }
)
_PLAIN = _object({"kind": {"const": "value"}, "value": _lists(3)})
_A_MODEL = _object({"kind": {"const": "model"}, "model": _MODEL})


def _an_object(attributes: dict[str, Any]) -> dict[str, Any]:
    return _object(
        {
            "kind": {"const": "object"},
            "type": _NAME,
            "attributes": {
                "type": "object",
                "maxProperties": MAX_ITEMS,
                "additionalProperties": attributes,
            },
        }
    )


_ATTRIBUTE = {"oneOf": [_PLAIN, _A_MODEL, _an_object({"const": None})]}
_MISSING = _object({"kind": {"const": "missing"}})
_validate = fastjsonschema.compile(
    {
        "type": "object",
        "maxProperties": MAX_ITEMS,
        "additionalProperties": {"oneOf": [_MISSING, _PLAIN, _A_MODEL, _an_object(_ATTRIBUTE)]},
    }
)


def fits_schema(snapshot: Any) -> bool:
    """Whether ``snapshot`` is a dict of described values as :func:`describe` makes them."""
    try:
        if len(json.dumps(snapshot)) > MAX_BYTES:
            return False
        _validate(snapshot)
    except (fastjsonschema.JsonSchemaValueException, ValueError, RecursionError):
        return False
    return all(
        place < number
        for model in _models(snapshot)
        for number, layer in enumerate(model["layers"])
        for place in layer["inbound"]
    )


def _models(snapshot: dict[str, Value]) -> list[dict[str, Any]]:
    found = []
    for value in snapshot.values():
        if value["kind"] == "model":
            found.append(value["model"])
        elif value["kind"] == "object":
            found += _models(value["attributes"])
    return found
