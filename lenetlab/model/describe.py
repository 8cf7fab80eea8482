"""A Keras model as plain data: the chain of its layers and what each one does.

The description is what travels from the process that ran a student's code to the one that runs
the tests, and what the hidden checks compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from lenetlab.model import activations
from lenetlab.model.types import LARGEST, MAX_LAYERS, MAX_TEXT, SETTINGS, Activation, Layer, Model

_TOO_MANY = f"mô hình có hơn {MAX_LAYERS} lớp"


class Unreadable(Exception):
    """The model has no graph of layers that could be read; the text says why, in Vietnamese."""


def describe_model(model: Any) -> Model:
    """Describe a Keras model; one that cannot be read gets a ``problem``."""
    graph = _Graph()
    try:
        places: dict[int, int] = {}
        outputs = tuple([graph.visit(tensor, places) for tensor in _readable(model).outputs])
        return Model(tuple(graph.layers), len(model.inputs), outputs)
    except Unreadable as error:
        return Model(tuple(graph.layers), problem=str(error))
    except RecursionError:
        return Model(tuple(graph.layers), problem=_TOO_MANY)


class _Graph:
    """Walks from a model's outputs back to its inputs and lists the layers in order."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.seen: set[int] = set()
        self.inside: dict[int, dict[int, int]] = {}  # of nested models, by call

    def visit(self, tensor: Any, places: dict[int, int]) -> int:
        """The place of the layer that makes ``tensor``, listed after all that it depends on.

        ``places`` are those of the tensors of this model that were visited before, by their ids.
        """
        import keras

        if id(tensor) in places:
            return places[id(tensor)]
        operation, node_index, tensor_index = tensor._keras_history
        node = operation._inbound_nodes[node_index]
        inbound = [self.visit(parent, places) for parent in node.input_tensors]
        if isinstance(operation, keras.Model):
            nested = _readable(operation)
            inside = self.inside.setdefault(id(node), {})
            inside |= {id(t): place for t, place in zip(nested.inputs, inbound, strict=False)}
            places[id(tensor)] = self.visit(nested.outputs[tensor_index], inside)
        else:
            if len(self.layers) > MAX_LAYERS:
                raise Unreadable(_TOO_MANY)
            shape = node.output_tensors[0].shape
            layer = describe_layer(operation, shape, inbound, shared=id(operation) in self.seen)
            self.seen.add(id(operation))
            self.layers.append(layer)
            places |= {id(output): len(self.layers) - 1 for output in node.output_tensors}
        return places[id(tensor)]


def _readable(model: Any) -> Any:
    """The graph of ``model``: itself, or what a ``Sequential`` keeps.

    Raises:
        Unreadable: it has none, or does not compute by it.
    """
    import keras

    sequential = isinstance(model, keras.Sequential)
    standard = keras.Sequential if sequential else _functional()
    if type(model).call is not standard.call or "call" in vars(model):
        raise Unreadable(
            "mô hình là một class tự viết kế thừa keras.Model; hãy dùng Model(input, output)"
        )
    graph = getattr(model, "_functional", None) if sequential else model
    if graph is None or not getattr(graph, "inputs", None):
        raise Unreadable("mô hình chưa được dựng: chưa biết dạng của dữ liệu vào")
    return graph


@cache
def _functional() -> Any:
    """The class of functional models, under whatever module this Keras keeps it."""
    import keras

    tensor = keras.Input((1,))
    return type(keras.Model(tensor, tensor))


def describe_layer(layer: Any, shape: Any, inbound: Sequence[int], *, shared: bool) -> Layer:
    """Describe one call of a layer, whose output has this ``shape``."""
    kind = _kind(layer)
    shape = tuple(None if size is None else int(size) for size in shape)
    params = _count(layer)
    return Layer(
        kind=_identifier(kind.__name__),
        module=_identifier(str(kind.__module__)),
        name=_text(getattr(layer, "name", ""), 100),
        settings=_settings(layer),
        activation=_describe_activation(layer, shape),
        output_shape=shape,
        params=params,
        trainable=bool(getattr(layer, "trainable", True)),
        shared=shared and params != 0,
        inbound=tuple(inbound),
    )


def _text(value: Any, longest: int) -> str:
    """The beginning of the value's text, without lone surrogates: UTF-8 cannot carry them."""
    text = value if isinstance(value, str) else str(value)
    return str.encode(text, "utf-8", "replace").decode()[:longest]


def _identifier(name: str) -> str:
    """A name without anything that Python would not have in one."""
    return "".join(c for c in name[:100] if c.isalnum() or c in "_.") or "_"


# What a subclass may define without changing what its Keras base computes.
_HARMLESS = {
    "__init__", "__module__", "__doc__", "__qualname__", "__annotations__", "__annotate__",
    "__firstlineno__", "__static_attributes__", "__dict__", "__weakref__", "__parameters__",
    "__orig_bases__", "get_config", "from_config", "__repr__", "__str__",
}  # fmt: skip


def _kind(layer: Any) -> Any:
    """The class that settles what ``layer`` computes.

    Keras's own class, also where a subclass only sets its arguments; the layer's own class where
    that overrides something. A layer whose ``call`` was replaced gets a class of no Keras module.
    """
    own: Any = type(layer)
    base = next(c for c in own.__mro__ if _of_keras(c))
    for subclass in own.__mro__[: own.__mro__.index(base)]:
        if any(name not in _HARMLESS and hasattr(base, name) for name in vars(subclass)):
            return own
    if {"call", "__call__", "__class__"} & set(vars(layer)) or not _of_keras(base.call):
        return type(base.__name__, (), {"__module__": "replaced"})
    return base


def _of_keras(definition: Any) -> bool:
    """Whether a class or a function says that it was defined in Keras."""
    return str(getattr(definition, "__module__", "")).split(".")[0] == "keras"


def _count(layer: Any) -> int:
    """Number of parameters; -1 where the layer cannot say."""
    try:
        return int(layer.count_params())
    except Exception:
        return 0 if not hasattr(layer, "weights") else -1


def _settings(layer: Any) -> dict[str, Any]:
    found = {key: _plain(getattr(layer, key, None)) for key in SETTINGS}
    return {key: value for key, value in found.items() if value is not None}


def _plain(value: Any, depth: int = 2) -> Any:
    """Numbers, strings, and lists of them, as tuples; None for the rest."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, MAX_TEXT)
    if isinstance(value, (int, np.integer)) and abs(int(value)) <= LARGEST:
        return int(value)
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return float(value)
    if isinstance(value, (list, tuple)) and len(value) <= 8 and depth:
        items = tuple(_plain(item, depth - 1) for item in value)
        return None if None in items else items
    return None


def _describe_activation(layer: Any, shape: tuple[int | None, ...]) -> Activation | None:
    """The layer's activation, sampled; None where it has none."""
    import keras

    activation = getattr(layer, "activation", None)
    channels = shape[-1] if shape else None
    if not callable(activation) or not channels or len(shape) < 2:
        return None
    label = _text(getattr(activation, "__name__", type(activation).__name__), 80)
    # A layer as activation may act otherwise in training (Dropout) or learn (PReLU): only those
    # that are a plain function of their input are sampled.
    plain = [
        getattr(keras.layers, name)
        for name in ("Activation", "ELU", "Identity", "LeakyReLU", "ReLU", "Softmax")
    ]
    if isinstance(activation, keras.layers.Layer) and type(activation) not in plain:
        return Activation(label, None)
    samples = activations.evaluate(activation, channels, len(shape))
    if samples is None:
        return Activation(label, None)
    rows = (tuple(float(v) if np.isfinite(v) else None for v in row) for row in samples)
    return Activation(label, tuple(rows))
