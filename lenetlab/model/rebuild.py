"""Models built again from plain data, in a process that ran no student code.

Only layers of the allowlist are made, with settings that are numbers and strings: never by
unpickling, never by deserializing a configuration. What cannot be made again stands in as a
placeholder that carries its class name, so that a check can name it. A rebuilt model is described
while it is built: of the description that arrived, only so much is believed.
"""

from __future__ import annotations

import contextlib
import inspect
import math
import re
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from lenetlab.model import activations
from lenetlab.model.describe import describe_layer
from lenetlab.model.types import Layer, Model

MAX_PARAMETERS = 50_000_000

# Layers whose computation is settled by the settings that a description carries.
ALLOWED = {
    "Conv1D", "Conv2D", "Conv2DTranspose", "SeparableConv2D", "DepthwiseConv2D", "MaxPooling2D",
    "AveragePooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "Flatten", "Dense",
    "Activation", "ReLU", "LeakyReLU", "Softmax", "Dropout", "SpatialDropout2D", "GaussianNoise",
    "BatchNormalization", "LayerNormalization", "Reshape", "ZeroPadding2D", "Rescaling", "Add",
    "Average", "Maximum", "Multiply", "Subtract", "Concatenate", "Identity",
}  # fmt: skip
_NAME = re.compile(r"(?!built_)[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")  # that every Keras can take
_described: WeakKeyDictionary[Any, Model] = WeakKeyDictionary()


@dataclass(eq=False)
class Broken:
    """Stands where a model should be; ``problem`` says what is wrong with it, in Vietnamese."""

    problem: str


def description_of(model: Any) -> Model | None:
    """What could be built again of a model that was rebuilt here; None for any other object."""
    import keras

    if isinstance(model, Broken):
        return Model(problem=model.problem)
    return _described.get(model) if isinstance(model, keras.Model) else None


def rebuild_model(model: Model) -> Any:
    """A Keras model with these layers, their weights zero.

    A model without a readable graph is a :class:`Broken` object that carries the problem.
    """
    import keras

    if model.problem or not model.layers or not model.outputs:
        return Broken(model.problem or "mô hình không có lớp nào")
    count = sum(not layer.inbound for layer in model.layers)
    tensors: list[Any] = []
    built: list[Layer] = []
    # No weight is made: no check looks at one, and that would take longer than all else. Who asks
    # for one gets zeros.
    scope = keras.StatelessScope(initialize_variables=False)
    try:
        for layer in model.layers:
            with scope:
                tensor = _build(layer, [tensors[place] for place in layer.inbound], built)
            tensors.append(tensor)
            built.append(_describe(tensor, layer))
        if model.inputs != count:
            return Broken(f"mô hình có {model.inputs} đầu vào, {count} được dùng đến")
        inputs = [t for t, layer in zip(tensors, model.layers, strict=True) if not layer.inbound]
        outputs = [tensors[place] for place in model.outputs]
        rebuilt = keras.Model(_bare(inputs), _bare(outputs))
    except Exception as error:  # whatever Keras makes of data that fits no model
        return Broken(f"không dựng lại được mô hình ({type(error).__name__})")
    _described[rebuilt] = Model(tuple(built), count, model.outputs)
    return rebuilt


def _describe(tensor: Any, layer: Layer) -> Layer:
    """The layer that makes ``tensor``, described, after the description that it was built from."""
    made, index, _ = tensor._keras_history
    trained = {id(variable) for variable in made.trainable_variables}
    node = made._inbound_nodes[index]
    described = describe_layer(node, layer.inbound, trained, shared=layer.shared)
    activation = described.activation
    if not _is_allowed(layer) or (activation and layer.activation_name is None):
        # Such a function cannot be built: what arrived is what is known.
        activation = layer.activation
    elif activation and layer.activation:
        activation = msgspec.structs.replace(activation, label=layer.activation.label)
    return msgspec.structs.replace(described, name=layer.name, activation=activation)


def _build(layer: Layer, parents: list[Any], built: list[Layer]) -> Any:
    """The layer's output tensor, after those that are ``built``.

    Raises:
        ValueError: a layer without parents is no input.
    """
    import keras

    # The student's own name where it is a plain one: it may be any, and a layer may stand twice.
    name = layer.name
    if not _NAME.fullmatch(name) or name in {before.name for before in built}:
        name = f"built_{len(built)}"
    if not parents:
        if layer.kind != "InputLayer":
            raise ValueError("only an InputLayer has no inbound layer")
        return keras.Input(batch_shape=layer.output_shape, name=name)
    inputs = _bare(parents)
    left = MAX_PARAMETERS - sum(max(before.params, 0) for before in built)
    if _is_allowed(layer) and 0 <= layer.params <= left:
        with contextlib.suppress(Exception):  # settings that Keras refuses
            made = _make(layer, name, left)
            tensor = made(inputs)
            if tuple(tensor.shape) == layer.output_shape and made.count_params() == layer.params:
                return tensor
    return _placeholder(layer, name)(inputs)


def _is_allowed(layer: Layer) -> bool:
    return layer.kind in ALLOWED and layer.is_keras


def _bare(tensors: list[Any]) -> Any:
    """The tensors as Keras takes them: a single one without a list around it."""
    return tensors if len(tensors) > 1 else tensors[0]


def _make(layer: Layer, name: str, left: int) -> Any:
    """A layer of Keras's own class, with what of the description that class takes.

    Its weights, at which no check looks, are zeros; no tensor of more than ``left`` is allocated.
    """
    import keras

    def zeros(shape: tuple[int, ...], dtype: Any = None) -> Any:
        if math.prod(shape) > left:
            raise ValueError("more weights than are allowed")
        return keras.ops.zeros(shape, dtype)

    kind = getattr(keras.layers, layer.kind)
    takes = inspect.signature(kind.__init__).parameters
    arguments: dict[str, Any] = {k: v for k, v in layer.settings.items() if k in takes}
    arguments |= {initializer: zeros for initializer in takes if "initializer" in initializer}
    if "activation" in takes and layer.activation is not None:
        if layer.activation_name is not None:
            arguments["activation"] = getattr(keras.activations, layer.activation_name)
        else:
            arguments["activation"] = activations.as_function(layer.activation.array)
    made = kind(**arguments, name=name)
    made.trainable = layer.trainable
    return made


def _placeholder(layer: Layer, name: str) -> Any:
    """A layer without weights that has the class name and the output shape of an unknown one."""
    import keras

    def compute_output_spec(self: Any, *arguments: Any, **keywords: Any) -> Any:
        return keras.KerasTensor(layer.output_shape, dtype="float32")

    # Named as found; one of a class that could have been made is not what it says it is.
    module = "replaced" if _is_allowed(layer) else layer.module
    members = {"compute_output_spec": compute_output_spec, "__module__": module}
    return type(layer.kind, (keras.layers.Layer,), members)(name=name)
