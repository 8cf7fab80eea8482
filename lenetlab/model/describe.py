"""A Keras model as plain data: the chain of its layers and what each one does.

The description is what travels from the process that ran a student's code to the one that runs
the tests, and what the hidden checks compare.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any

import msgspec
import numpy as np

from lenetlab.model import activations
from lenetlab.model.classes import class_of
from lenetlab.model.types import LARGEST, MAX_LAYERS, MAX_TEXT, SETTINGS, Activation, Layer, Model

_TOO_MANY = f"mô hình có hơn {MAX_LAYERS} lớp"
# The notebook's visible checks say the same.
_OWN_MODEL = "mô hình là một class tự viết có call riêng, nên không đọc được các lớp"
_NO_INPUT = "mô hình chưa biết dạng của dữ liệu vào"


class Unreadable(Exception):
    """The model has no graph of layers that could be read; the text says why, in Vietnamese."""


def describe_model(model: Any) -> Model:
    """Describe a Keras model; one that cannot be read gets a ``problem``."""
    import keras

    graph = _Graph()
    try:
        graph.trained = {id(variable) for variable in model.trainable_variables}
        graph.any_batch = isinstance(model, keras.Sequential)
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
        self.trained: set[int] = set()  # ids of the model's trainable variables
        self.any_batch = False  # a Sequential that is built by a call has that call's batch size
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
            layer = describe_layer(node, inbound, self.trained, shared=id(operation) in self.seen)
            if self.any_batch:
                shape = (None, *layer.output_shape[1:])
                layer = msgspec.structs.replace(layer, output_shape=shape)
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
        raise Unreadable(_OWN_MODEL)
    graph = getattr(model, "_functional", None) if sequential else model
    if graph is None or not getattr(graph, "inputs", None):
        raise Unreadable(_NO_INPUT)
    return graph


@cache
def _functional() -> Any:
    """The class of functional models, under whatever module this Keras keeps it."""
    import keras

    tensor = keras.Input((1,))
    return type(keras.Model(tensor, tensor))


def describe_layer(
    node: Any, inbound: Sequence[int], trained: Collection[int], *, shared: bool
) -> Layer:
    """Describe one call of a layer: the ``node`` that Keras makes of it in a model's graph.

    ``trained`` are the ids of the model's trainable variables.
    """
    layer, shape = node.operation, node.output_tensors[0].shape
    kind = class_of(layer)
    shape = tuple(None if size is None else int(size) for size in shape)
    params = _count(layer)
    return Layer(
        kind=_identifier(kind.__name__),
        module=_identifier(str(kind.__module__)),
        name=_text(getattr(layer, "name", ""), 100),
        settings=_settings(layer),
        activation=_describe_activation(node, shape),
        output_shape=shape,
        params=params,
        trainable=all(id(weight) in trained for weight in getattr(layer, "weights", ())),
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


def _describe_activation(node: Any, shape: tuple[int | None, ...]) -> Activation | None:
    """The layer's activation, or the layer itself where it is no more than a function; sampled.

    None where it has none.
    """
    import keras

    # A layer as activation may act otherwise in training (Dropout) or learn (PReLU): only those
    # that are a plain function of their input are sampled.
    plain = [
        getattr(keras.layers, name)
        for name in ("Activation", "ELU", "Identity", "LeakyReLU", "ReLU", "Softmax")
    ]
    activation = getattr(node.operation, "activation", None)
    if not callable(activation):
        activation = _as_function(node, (*plain, keras.layers.Lambda))
    channels = shape[-1] if shape else None
    if activation is None or not channels or len(shape) < 2:
        return None
    label = _text(getattr(activation, "__name__", type(activation).__name__), 80)
    if isinstance(activation, keras.layers.Layer) and type(activation) not in plain:
        return Activation(label, None)
    samples = activations.evaluate(activation, channels, len(shape))
    if samples is None:
        return Activation(label, None)
    rows = (tuple(float(v) if np.isfinite(v) else None for v in row) for row in samples)
    return Activation(label, tuple(rows))


def _as_function(node: Any, functions: tuple[Any, ...]) -> Callable[[Any], Any] | None:
    """What the call does with its one tensor, where it is an operation or one of ``functions``."""
    import keras

    operation = node.operation
    layer = isinstance(operation, keras.layers.Layer)
    if len(node.input_tensors) != 1 or (layer and type(operation) not in functions):
        return None

    def called(tensor: Any) -> Any:
        # With the other arguments of the call: those of x / 255, of ops.clip(x, 0, 1).
        given, named = node.arguments.fill_in({id(node.input_tensors[0]): tensor})
        return operation(*given, **named)

    called.__name__ = operation.name if layer else type(operation).__name__
    return called
