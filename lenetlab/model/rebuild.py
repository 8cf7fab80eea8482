"""Models built again from plain data, in a process that ran no student code.

Only layers of the allowlist are made, with settings that are numbers and strings: never by
unpickling, never by deserializing a configuration. What cannot be made again stands in as a
placeholder that carries its class name, so that a check can name it. A rebuilt model is described
while it is built: of the description that arrived, only so much is believed.
"""

from __future__ import annotations

import re
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from lenetlab.model import activations
from lenetlab.model.describe import describe_layer
from lenetlab.model.types import Activation, Layer, Model

MAX_PARAMETERS = 50_000_000

# Layers whose computation is settled by the settings that a description carries.
ALLOWED: dict[str, tuple[str, ...]] = {
    "Conv1D": (
        "filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "use_bias",
    ),
    "Conv2D": (
        "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "groups",
        "use_bias",
    ),
    "Conv2DTranspose": (
        "filters", "kernel_size", "strides", "padding", "dilation_rate", "use_bias",
    ),
    "SeparableConv2D": (
        "filters", "kernel_size", "strides", "padding", "dilation_rate", "depth_multiplier",
        "use_bias",
    ),
    "DepthwiseConv2D": (
        "kernel_size", "strides", "padding", "dilation_rate", "depth_multiplier", "use_bias",
    ),
    "MaxPooling2D": ("pool_size", "strides", "padding", "data_format"),
    "AveragePooling2D": ("pool_size", "strides", "padding", "data_format"),
    "GlobalAveragePooling2D": ("keepdims", "data_format"),
    "GlobalMaxPooling2D": ("keepdims", "data_format"),
    "Flatten": ("data_format",),
    "Dense": ("units", "use_bias"),
    "Activation": (),
    "ReLU": ("max_value", "negative_slope", "threshold"),
    "LeakyReLU": ("negative_slope",),
    "Softmax": (),
    "Dropout": ("rate",),
    "SpatialDropout2D": ("rate",),
    "GaussianNoise": ("stddev",),
    "BatchNormalization": ("axis", "momentum", "epsilon"),
    "LayerNormalization": ("axis", "epsilon"),
    "Reshape": ("target_shape",),
    "ZeroPadding2D": ("data_format",),
    "Rescaling": ("scale", "offset"),
    "Add": (),
    "Average": (),
    "Maximum": (),
    "Multiply": (),
    "Subtract": (),
    "Concatenate": ("axis",),
    "Identity": (),
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")
_WITH_ACTIVATION = (
    "Conv1D", "Conv2D", "Conv2DTranspose", "SeparableConv2D", "DepthwiseConv2D", "Dense",
    "Activation",
)  # fmt: skip
_described: WeakKeyDictionary[Any, Model] = WeakKeyDictionary()


class Broken:
    """Stands where a model should be; ``problem`` says what is wrong with it, in Vietnamese."""

    def __init__(self, problem: str) -> None:
        """Keep the ``problem``."""
        self.problem = problem


def description_of(model: Any) -> Model | None:
    """What could be built again of a model that was rebuilt here; None for any other object."""
    if isinstance(model, Broken):
        return Model(problem=model.problem)
    try:
        return _described.get(model)
    except TypeError:  # no object that could be a key
        return None


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
    names: set[str] = set()
    try:
        for layer in model.layers:
            made, tensor = _build(layer, [tensors[place] for place in layer.inbound], built, names)
            tensors.append(tensor)
            described = describe_layer(made, tensor.shape, layer.inbound, shared=layer.shared)
            if described.activation and layer.activation and layer.activation_name is None:
                # For a function without a name there was a stand-in: what arrived is what is known.
                described = msgspec.structs.replace(described, activation=layer.activation)
            built.append(described)
        if model.inputs != count:
            return Broken(f"mô hình có {model.inputs} đầu vào, {count} được dùng đến")
        inputs = [t for t, layer in zip(tensors, model.layers, strict=True) if not layer.inbound]
        outputs = [tensors[place] for place in model.outputs]
        rebuilt = keras.Model(
            inputs if len(inputs) > 1 else inputs[0], outputs if len(outputs) > 1 else outputs[0]
        )
    except Exception as error:  # whatever Keras makes of data that fits no model
        return Broken(f"không dựng lại được mô hình ({type(error).__name__})")
    _described[rebuilt] = Model(tuple(built), count, model.outputs)
    return rebuilt


def _build(
    layer: Layer, parents: list[Any], built: list[Layer], names: set[str]
) -> tuple[Any, Any]:
    """The layer and its output tensor; ``names`` are those taken so far.

    Raises:
        ValueError: a layer without parents is no input.
    """
    import keras

    if not parents:
        if layer.kind != "InputLayer":
            raise ValueError("only an InputLayer has no inbound layer")
        tensor = keras.Input(batch_shape=layer.output_shape)
        made = tensor._keras_history.operation
        _name(made, layer, names)
        return made, tensor
    arguments = parents if len(parents) > 1 else parents[0]
    left = MAX_PARAMETERS - sum(max(before.params, 0) for before in built)
    allowed = layer.kind in ALLOWED and layer.module.split(".")[0] == "keras"
    if allowed and 0 <= layer.params <= left:
        try:
            made = getattr(keras.layers, layer.kind)(**_arguments(layer))
            _name(made, layer, names)
            tensor = made(arguments)
            made.trainable = layer.trainable
            if tuple(tensor.shape) == layer.output_shape and made.count_params() == layer.params:
                return made, tensor
        except Exception:  # noqa: S110 - settings that Keras refuses: the placeholder says so
            pass
    made = _placeholder(layer)
    return made, made(arguments)


def _name(made: Any, layer: Layer, names: set[str]) -> None:
    """Give the student's own name, of which messages speak, where Keras can take it."""
    if _NAME.fullmatch(layer.name) and layer.name not in names:
        made.name = layer.name
        names.add(layer.name)


def _arguments(layer: Layer) -> dict[str, Any]:
    settings: dict[str, Any] = {
        key: value for key, value in layer.settings.items() if key in ALLOWED[layer.kind]
    }
    if layer.kind in ("Conv1D", "Conv2D", "Conv2DTranspose", "Dense"):
        settings["kernel_initializer"] = "zeros"  # the checks never look at weights
    if layer.kind in _WITH_ACTIVATION and layer.activation is not None:
        settings["activation"] = _function(layer, layer.activation)
    return settings


def _function(layer: Layer, activation: Activation) -> Any:
    """A function with the samples of the layer's activation."""
    import keras

    if layer.activation_name is not None:
        return getattr(keras.activations, layer.activation_name)
    samples, channels = activation.array, layer.output_shape[-1]
    if samples is not None and channels is not None:
        function = activations.as_function(samples, channels)
        again = activations.evaluate(function, channels, len(layer.output_shape))
        # Of a function that mixes channels there is none: interpolating one would hide it.
        if again is not None and np.allclose(again, samples):
            return function

    def unknown(x: Any) -> Any:
        """Not a number anywhere: nothing is known about the function."""
        return x * float("nan")

    return unknown


def _placeholder(layer: Layer) -> Any:
    """A layer without weights that has the class name and the output shape of an unknown one."""
    import keras

    def compute_output_spec(self: Any, *arguments: Any, **keywords: Any) -> Any:
        return keras.KerasTensor(layer.output_shape, dtype="float32")

    # Named as found; one of a class that could have been made is not what it says it is.
    module = "replaced" if layer.kind in ALLOWED else layer.module
    members = {"compute_output_spec": compute_output_spec, "__module__": module}
    return type(layer.kind, (keras.layers.Layer,), members)()
